"""How late the event loop is: while it is busy with one thing, everything else waits."""

from collections.abc import Callable
from typing import Final

EVERY: Final = 0.25


class LoopLag:
    """Expects to be asked every `EVERY` seconds, and notes how much later it was."""

    def __init__(self, seconds: Callable[[], float], note: Callable[[float], None]) -> None:
        """Measure by `seconds`, which never jump; `note` is given the seconds of each delay."""
        self._seconds = seconds
        self._note = note
        self._last: float | None = None

    async def look(self) -> None:
        """Note how late this is."""
        now = self._seconds()
        if self._last is not None:
            self._note(max(0.0, now - self._last - EVERY))
        self._last = self._seconds()
