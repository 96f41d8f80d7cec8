"""`python app.py` without the two seconds of importing: forked of a process that has everything imported already.

What is forked is a process like any other: it has its own environment, folder and log, runs the command line's own main
program, and can be killed. One that forks belongs to each worker of a test run. `make faults` starts each bot anew, but
where one after the other is killed.
"""

import asyncio
import atexit
import gc
import json
import os
import signal
import subprocess
import sys
import threading
from contextlib import suppress
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

import app

ROOT = Path(__file__).parent.parent.parent


@dataclass(slots=True, kw_only=True)
class Forked:
    """A process that was forked; to be used as asyncio's."""

    pid: int
    loop: asyncio.AbstractEventLoop
    returncode: int | None = None
    _ended: asyncio.Event = field(default_factory=asyncio.Event)

    async def wait(self) -> int:
        """Wait for its end; gives the exit code, or the signal's number with a minus before it."""
        await self._ended.wait()
        assert self.returncode is not None
        return self.returncode

    def send_signal(self, number: int) -> None:
        """Send it a signal; nothing happens when it has ended."""
        with suppress(ProcessLookupError):
            os.kill(self.pid, number)

    def kill(self) -> None:
        """Kill it."""
        self.send_signal(signal.SIGKILL)

    def terminate(self) -> None:
        """Ask it to stop."""
        self.send_signal(signal.SIGTERM)

    def end(self, code: int) -> None:
        """Note its end; from any thread."""
        with suppress(RuntimeError):  # whoever waited is gone, and the loop with it
            self.loop.call_soon_threadsafe(self._note, code)

    def _note(self, code: int) -> None:
        self.returncode = code
        self._ended.set()


class Parent:
    """The process that forks, seen from the tests."""

    def __init__(self) -> None:
        self._running = subprocess.Popen(
            [sys.executable, "-m", "tests.faults.forked"], cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE
        )
        self._asked: list[asyncio.Future[Forked]] = []
        self._children: dict[int, Forked] = {}
        threading.Thread(target=self._listen, daemon=True).start()

    async def fork(self, folder: Path, environ: dict[str, str], log: Path, *words: str) -> Forked:
        """Have a process forked that is `python app.py` with these words, in this folder; gives it once it is there.

        All that it says stands in `log`.
        """
        asked: asyncio.Future[Forked] = asyncio.get_running_loop().create_future()
        self._asked.append(asked)
        self._order(folder, environ, log, words)
        return await asked

    def _order(self, folder: Path, environ: dict[str, str], log: Path, words: tuple[str, ...]) -> None:
        log.touch()  # whoever reads it may be sooner than the process
        assert self._running.stdin is not None
        order = {"folder": str(folder), "environ": environ, "log": str(log), "words": words}
        self._running.stdin.write(json.dumps(order).encode() + b"\n")
        self._running.stdin.flush()

    def close(self) -> None:
        """Have it end."""
        assert self._running.stdin is not None
        self._running.stdin.close()
        self._running.wait()

    def _listen(self) -> None:
        assert self._running.stdout is not None
        for line in self._running.stdout:
            told, pid, code = line.decode().split()
            if told == "forked":
                asked = self._asked.pop(0)
                self._children[int(pid)] = born = Forked(pid=int(pid), loop=asked.get_loop())
                born.loop.call_soon_threadsafe(asked.set_result, born)
            else:
                self._children.pop(int(pid)).end(int(code))


@cache
def parent() -> Parent:
    """The one that belongs to this process."""
    made = Parent()
    atexit.register(made.close)
    return made


def serve() -> int:
    """Fork for each order on standard input, and tell of each birth and end on standard output; gives the exit code."""
    gc.freeze()
    signal.signal(signal.SIGCHLD, _tell_of_the_dead)
    for line in sys.stdin.buffer:
        order = json.loads(line)
        signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGCHLD})
        pid = os.fork()
        if pid == 0:
            _become(order["folder"], order["environ"], order["log"])
            return app.main(order["words"])
        os.write(1, f"forked {pid} 0\n".encode())
        signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGCHLD})
    return 0


def _become(folder: str, environ: dict[str, str], log: str) -> None:
    """Have nothing of the parent's but what it has imported."""
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGCHLD})
    nothing, written = os.open(os.devnull, os.O_RDWR), os.open(log, os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
    for number, file in enumerate((nothing, written, written)):
        os.dup2(file, number)
    os.chdir(folder)
    os.environ.clear()
    os.environ.update(environ)


def _tell_of_the_dead(_number: int, _frame: object) -> None:
    with suppress(ChildProcessError):
        while (ended := os.waitpid(-1, os.WNOHANG))[0]:
            os.write(1, f"ended {ended[0]} {os.waitstatus_to_exitcode(ended[1])}\n".encode())


if __name__ == "__main__":
    sys.exit(serve())
