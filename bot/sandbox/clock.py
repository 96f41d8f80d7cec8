"""The only clocks of the local Slack: the wall clock that stamps messages, the monotonic one that times answers."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path


def real_seconds() -> float:
    """Unix seconds of this machine, never shifted."""
    return time.time()


def monotonic_seconds() -> float:
    """Seconds of a clock that only goes forward; only differences mean anything."""
    return time.monotonic()


@dataclass(slots=True, kw_only=True)
class Clock:
    """What the local Slack takes for the time.

    `now` replaces the wall clock; otherwise it is this machine's plus the seconds written in `offset_file`.
    """

    now: Callable[[], float] | None = None
    offset_file: Path | None = None
    monotonic: Callable[[], float] = field(default=monotonic_seconds)

    def wall(self) -> float:
        """Unix seconds as this Slack tells them."""
        return self.now() if self.now is not None else real_seconds() + self.offset()

    def offset(self) -> float:
        """Seconds added to the real time; 0 without a file or with one that holds no number."""
        if self.offset_file is None or not self.offset_file.exists():
            return 0.0
        try:
            return float(self.offset_file.read_text(encoding="utf-8").strip() or 0)
        except ValueError:
            return 0.0

    def advance(self, seconds: float) -> float:
        """Move the wall clock by writing the offset file; returns the new offset in seconds.

        Raises ValueError where there is no file to write, since nobody else would hear of it.
        """
        if self.offset_file is None:
            raise ValueError("The clock was not moved: this local Slack was started without a clock offset file.")
        offset = self.offset() + seconds
        # Put in its place whole: whoever read it half written would jump back to the machine's own time.
        written = self.offset_file.with_suffix(".new")
        written.write_text(f"{offset}\n", encoding="utf-8")
        written.replace(self.offset_file)
        return offset
