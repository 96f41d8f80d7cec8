"""What only the machine can give: the time, this process, its state and its end. Nothing else reads a clock."""

import asyncio
import itertools
import logging
import os
import secrets
import signal
import socket
import sys
import threading
import time
import traceback
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Self

log = logging.getLogger(__name__)


class SystemClock:
    """The time, in aware UTC: this machine's, or another clock's once it was told to follow that.

    With an `offset_file`, the seconds written in it (a decimal number) are added at every reading, so that a real
    process can be moved through time. `wrong_by` are seconds by which this machine's clock pretends to be wrong, so
    that following a better one can be shown. The caller sees to it that either happens on a local Slack only.
    """

    def __init__(self, offset_file: Path | None = None, wrong_by: float = 0) -> None:
        """Read the time of this machine."""
        self._offset_file = offset_file
        self._wrong_by = timedelta(seconds=wrong_by)
        self._followed: tuple[datetime, float] | None = None

    def __call__(self) -> datetime:
        """Tell the time (aware UTC)."""
        followed = self._followed
        if followed is None:
            return self.of_this_machine() + self._offset()
        showed, then = followed
        return showed + timedelta(seconds=steady() - then) + self._offset()

    def of_this_machine(self) -> datetime:
        """Tell what this machine's clock shows, right or wrong."""
        return datetime.now(UTC) + self._wrong_by

    def follow(self, showed: datetime, then: float) -> None:
        """Go by a clock that showed this when `steady` told `then`; from now on no jump of this machine's is seen."""
        self._followed = (showed, then)

    def on_the_machine(self, at: datetime) -> datetime:
        """Tell what the machine's own clock will show when this one shows `at`."""
        return datetime.now(UTC) + (at - self())

    def seconds(self) -> float:
        """Tell seconds for intervals: monotonic, except that the offset file moves them like everything else."""
        return time.monotonic() + self._offset().total_seconds()

    def _offset(self) -> timedelta:
        if self._offset_file is None:
            return timedelta(0)
        try:
            return timedelta(seconds=float(self._offset_file.read_text(encoding="ascii").strip() or 0))
        except (FileNotFoundError, ValueError):  # not written yet, or just being written
            return timedelta(0)


def monotonic() -> float:
    """Tell seconds that never jump, for intervals and timeouts."""
    return time.monotonic()


def steady() -> float:
    """Tell seconds that never jump and, where the system can tell, go on while the machine is suspended."""
    return time.clock_gettime(time.CLOCK_BOOTTIME) if hasattr(time, "CLOCK_BOOTTIME") else time.monotonic()


def replica_name() -> str:
    """Make a name for this process that tells an operator where it runs, and that no other ever has."""
    return f"{socket.gethostname()}/{os.getpid()}/{secrets.token_hex(4)}"


class Pulse:
    """When something that must keep going last did, in monotonic time."""

    def __init__(self, clock: Callable[[], float] = monotonic) -> None:
        """Count from now."""
        self._clock = clock
        self._last = clock()

    def beat(self) -> None:
        """Note that it has just gone round."""
        self._last = self._clock()

    def age(self) -> float:
        """Tell how many seconds ago that was."""
        return self._clock() - self._last


class LoopGuard:
    """A thread that notices when the event loop stands still, and logs where: from inside nobody can."""

    def __init__(self, loop: asyncio.AbstractEventLoop, patience: float = 5.0) -> None:
        """Watch a loop from the thread that runs it; `patience` is how many seconds it may stand still."""
        self._loop = loop
        self._patience = patience
        self._watched = threading.get_ident()
        self._turned = Pulse()
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._watch, name="loop guard", daemon=True)

    def __enter__(self) -> Self:
        """Begin to watch."""
        self._thread.start()
        return self

    def __exit__(self, *_failure: object) -> None:
        """Watch no more."""
        self._ended.set()
        self._thread.join()

    def _watch(self) -> None:
        stood = 0.0
        while not self._ended.wait(self._patience / 5):
            age = self._turned.age()
            if age > self._patience:
                if not stood:
                    self._tell(age)
                stood = age
            elif stood:
                log.warning("The event loop turns again; it stood still for about %.1f s.", stood)
                stood = 0.0
            self._loop.call_soon_threadsafe(self._turned.beat)

    def _tell(self, age: float) -> None:
        frame = sys._current_frames().get(self._watched)  # noqa: SLF001 - documented and public, for all its name
        where = "".join(traceback.format_stack(frame))
        log.error("The event loop stands still, since %.1f s: nothing is answered or sent. It is at\n%s", age, where)


class EndsWithin:
    """Ends this process with status 1 when what is done here is not done in time: a disk that hangs answers nobody.

    What was in flight is then left to its lease, as after a crash.
    """

    def __init__(self, seconds: float) -> None:
        """Give so many seconds."""
        self._seconds = seconds
        self._timer = threading.Timer(seconds, self._end)
        self._timer.daemon = True

    def __enter__(self) -> Self:
        """Begin to count."""
        self._timer.start()
        return self

    def __exit__(self, *_failure: object) -> None:
        """It was done in time."""
        self._timer.cancel()

    def _end(self) -> None:
        log.critical(
            "Not stopped within %g s: something hangs, most likely a write to the database. The process ends as it is; "
            "what was in flight is looked up by the next start.",
            self._seconds,
        )
        os._exit(1)


class CrashAt:
    """A checkpoint that kills this process, as `kill -9` would, when it is passed for the `number`-th time (from 1)."""

    def __init__(self, number: int) -> None:
        """Count from one."""
        self._number = number
        self._passed = itertools.count(1)

    def __call__(self, _point: str) -> None:
        """Pass a point; threads may do so at once."""
        if next(self._passed) == self._number:
            os.kill(os.getpid(), signal.SIGKILL)


class CrashWhenTold:
    """A checkpoint that is harmless until a file appears; from then on it is `CrashAt` the number written in it."""

    def __init__(self, file: Path) -> None:
        """Look for `file` at every point that is passed."""
        self._file = file
        self._crash: CrashAt | None = None

    def __call__(self, point: str) -> None:
        """Pass a point."""
        if self._crash is None:
            try:
                self._crash = CrashAt(int(self._file.read_text(encoding="ascii")))
            except (FileNotFoundError, ValueError):  # not there yet, or just being written
                return
        self._crash(point)
