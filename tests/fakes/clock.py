"""A clock that moves when a test says so."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

START = datetime(2026, 11, 18, 7, 17, tzinfo=UTC)


class FakeClock:
    """The time (aware UTC), as the test has set it; whoever asked is called after each move."""

    def __init__(self, start: datetime = START) -> None:
        self.now = start
        self._callbacks: list[Callable[[], object]] = []

    def __call__(self) -> datetime:
        return self.now

    def on_move(self, callback: Callable[[], object]) -> None:
        """Call `callback` after each move, so that what waits for the time looks again."""
        self._callbacks.append(callback)

    def advance(self, step: timedelta | float) -> datetime:
        """Move by `step` (seconds if a number), backwards too; gives the new time."""
        return self.set(self.now + (step if isinstance(step, timedelta) else timedelta(seconds=step)))

    def set(self, now: datetime) -> datetime:
        """Move to a moment."""
        self.now = now
        for callback in self._callbacks:
            callback()
        return now


def no_time() -> float:
    """Seconds by which nothing takes any time at all, however busy the machine."""
    return 0.0
