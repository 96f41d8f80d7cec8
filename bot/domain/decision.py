"""Decisions: numbered, citable, with who, why, what else was considered, and when to look again."""

from dataclasses import dataclass
from datetime import datetime

from bot.domain.prose import Who


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """Decision `number` of an incident (from 1)."""

    number: int
    text: str
    by: Who
    at: datetime
    why: str = ""
    alternatives: str = ""
    revisit_at: datetime | None = None
    revisited: bool = False
    source: str = ""
