"""Lines that asked for something: where they were sent, so that they can say afterwards what came of it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from bot.domain.prose import Button, Sentence
from bot.domain.update import Audience


@dataclass(frozen=True, slots=True, kw_only=True)
class RewriteLine:
    """Edit a line that was sent, with frozen words; `of` is its outbox id. Nothing happens if it was never sent."""

    incident: int
    of: str
    said: Sentence
    buttons: tuple[Button, ...] = ()
    kind: Literal["rewrite_line"] = "rewrite_line"


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What a reminder asked for: the word promised to one audience, in which round of its clock."""

    audience: Audience
    round: int
    open: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A reminder of the clock that was sent at `at`, for what was due at `due_at`; `row` is its outbox id."""

    row: str
    at: datetime
    due_at: datetime
    asked: tuple[Asked, ...]
