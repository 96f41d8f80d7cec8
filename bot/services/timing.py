"""What the store keeps of timers: which are due, which fired, when the next one is."""

from collections.abc import Callable
from datetime import datetime
from typing import Protocol

from bot.domain.change import Timer, TimerKind


class TimersTx(Protocol):
    """The part of a transaction that is about timers."""

    def due_timers(self, now: datetime, limit: int) -> tuple[Timer, ...]:
        """Load pending timers that are due, earliest first."""

    def fire(self, timer: str, now: datetime) -> bool:
        """Mark a pending timer fired; False if it was fired or cancelled meanwhile."""

    def retry_timer(self, timer: str, error: str, again_at: Callable[[int], datetime]) -> int:
        """Have a timer whose duty broke tried again, by how often it has broken; returns that number."""

    def bring_forward(self, kind: TimerKind, now: datetime) -> int:
        """Have every pending timer of a kind that is not due yet fall due now; returns how many those were."""

    def earliest_timer(self) -> datetime | None:
        """Tell when the next pending timer is due."""
