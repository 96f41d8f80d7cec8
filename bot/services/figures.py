"""What the engine says of itself: the figures behind the metrics, and what must always hold."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol


@dataclass(frozen=True, slots=True, kw_only=True)
class EngineFigures:
    """What the metrics and the heartbeat read of the engine's tables. Pairs are of a priority and what it has."""

    ready_by_priority: tuple[tuple[int, int], ...]
    oldest_ready: tuple[tuple[int, datetime], ...]
    unknown: int
    oldest_unknown: datetime | None
    dead: int
    timers_pending: int
    timers_overdue: int
    earliest_timer: datetime | None
    pages_without_timer: int
    sent_without_ts: int
    long_unknown: int = 0
    oldest_unsent_page: datetime | None = None

    @property
    def invariants(self) -> Mapping["Invariant", int]:
        """How often each invariant is broken; 0 unless something is wrong with Tocsin."""
        return {
            Invariant.PAGE_WITHOUT_TIMER: self.pages_without_timer,
            Invariant.TIMER_OVERDUE: self.timers_overdue,
            Invariant.LONG_UNKNOWN: self.long_unknown,
            Invariant.SENT_WITHOUT_TS: self.sent_without_ts,
        }


class Invariant(StrEnum):
    """What must never be; the value names it where it is counted."""

    PAGE_WITHOUT_TIMER = "page_without_timer"
    TIMER_OVERDUE = "timer_overdue"
    LONG_UNKNOWN = "long_unknown"
    SENT_WITHOUT_TS = "sent_without_ts"


class FiguresTx(Protocol):
    """The part of a transaction that counts."""

    def engine_is_current(self) -> bool:
        """Tell whether the tables belong to this version of the engine, or to a newer one."""

    def figures(self, now: datetime) -> EngineFigures:
        """Count what the metrics show.

        Of sent messages only the latest 10,000 rows are looked at, so that it costs the same however many there are.
        """
