"""What the engine says of itself: the figures behind the metrics and the readiness check."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class EngineFigures:
    """What the metrics and the readiness check read of the engine's tables."""

    ready_by_priority: tuple[tuple[int, int], ...]
    oldest_ready: datetime | None
    oldest_ready_page: datetime | None
    unknown: int
    oldest_unknown: datetime | None
    dead: int
    timers_pending: int
    timers_overdue: int
    earliest_timer: datetime | None
    pages_without_timer: int
    sent_without_ts: int
    oldest_unsent_page: datetime | None = None
