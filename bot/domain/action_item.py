"""Action items: what somebody will do by when."""

from dataclasses import dataclass
from datetime import datetime

from bot.domain.prose import Who


@dataclass(frozen=True, slots=True, kw_only=True)
class ActionItem:
    """Action item `number` of an incident (from 1)."""

    number: int
    text: str
    by: Who
    at: datetime
    owner: Who | None = None
    due: datetime | None = None
    done_at: datetime | None = None
