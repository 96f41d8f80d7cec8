"""A stop that hangs comes to an end all the same; one that does not is left alone."""

import subprocess
import sys

STOP = """
import logging, threading
from bot.system import EndsWithin
logging.basicConfig()
with EndsWithin({seconds}):
    threading.Event().wait({hangs})
print("stopped")
"""


def stop(*, seconds: float, hangs: float | None) -> "subprocess.CompletedProcess[str]":
    """Stop within so many seconds something that hangs for others, or for ever."""
    script = STOP.format(seconds=seconds, hangs=hangs)
    return subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, timeout=60, check=False)


def test_a_stop_that_hangs_ends_the_process_and_says_what_becomes_of_what_was_in_flight() -> None:
    ended = stop(seconds=0.2, hangs=None)
    assert (ended.returncode, ended.stdout) == (1, "")
    assert "Not stopped within 0.2 s: something hangs, most likely a write to the database." in ended.stderr
    assert "looked up by the next start" in ended.stderr


def test_a_stop_that_is_done_in_time_ends_as_it_would() -> None:
    ended = stop(seconds=30, hangs=0.01)
    assert (ended.returncode, ended.stdout, ended.stderr) == (0, "stopped\n", "")
