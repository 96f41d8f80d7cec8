"""What replicas share of Slack's limits: the port through which they draw on the same budgets."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol


@dataclass(frozen=True, slots=True, kw_only=True)
class Draw:
    """One call's draw on a budget: its name, how many calls it lets through at once, and how many a second then."""

    budget: str
    burst: float
    per_second: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawn:
    """What came of it: in how many `seconds` to come back; 0 means that the call is counted and may be made.

    `short` says for how long which budgets have nothing left, `blocked` for how long Slack wants no such call.
    """

    seconds: float
    blocked: float
    short: Mapping[str, float]


class SharedBudgets(Protocol):
    """Budgets that all replicas draw on. Times are aware UTC. All raise Unavailable, soon, when they cannot be had."""

    async def draw(self, draws: Sequence[Draw], now: datetime, *, urgent: bool) -> Drawn:
        """Count one call on every one of these budgets, or, where one has nothing left, on none.

        What an `urgent` call was short of is kept for it, so that nobody who is not urgent takes it first.
        """

    async def note_used(self, used: Mapping[str, float], now: datetime) -> None:
        """Count what was used without asking: by budget, in how many seconds it is full again."""

    async def block(self, budget: str, seconds: float, now: datetime) -> None:
        """Let nothing through for so long: Slack said so."""
