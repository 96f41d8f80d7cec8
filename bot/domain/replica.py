"""Replicas: the processes that share one database, and which of them are alive."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

ALIVE_FOR: Final = timedelta(seconds=15)
"""How long a replica counts as alive after it was last seen."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Replica:
    """A process at work. `clock_offset`: seconds by which the database's clock is ahead of its machine's."""

    id: str
    started_at: datetime
    seen_at: datetime
    version: int
    clock_offset: float = 0.0


def living(replicas: Iterable[Replica], now: datetime) -> tuple[Replica, ...]:
    """Those seen lately; one seen in a future from which the clock was set back is not."""
    return tuple(replica for replica in replicas if abs(now - replica.seen_at) < ALIVE_FOR)
