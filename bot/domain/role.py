"""Roles of an incident, who holds them, and who held them before."""

from dataclasses import dataclass
from datetime import datetime

from bot.domain.prose import Who

COMMANDER = "commander"
COMMS = "comms"
SCRIBE = "scribe"


@dataclass(frozen=True, slots=True, kw_only=True)
class Role:
    """A role that a person can hold: id, the name people read, other words for it, and the guide a new holder gets."""

    id: str
    name: str
    also: tuple[str, ...] = ()
    guide: tuple[str, ...] = ()

    @property
    def spoken(self) -> str:
        """The name inside a sentence: Tocsin's own roles in small letters, a company's as it writes them."""
        return self.name.lower() if any(each.id == self.id for each in ROLES) else self.name


ROLES: tuple[Role, ...] = (
    Role(
        id=COMMANDER,
        name="Commander",
        also=("ic", "incident-commander", "lead"),
        guide=(
            "You lead: decide, delegate, keep everyone to one plan. You need not fix anything yourself.",
            "These five lines tick themselves from the record.",
        ),
    ),
    Role(
        id=COMMS,
        name="Comms lead",
        also=("communications", "comms-lead"),
        guide=(
            "You speak for the incident: publish updates before the clock runs out, answer questions, keep promises.",
            "Nothing new to say is also an update: press No change.",
        ),
    ),
    Role(
        id=SCRIBE,
        name="Scribe",
        also=("notes",),
        guide=(
            "You keep the record: log what happens, record decisions with who and why.",
            "Use the message shortcut Add to timeline, or /incident log.",
        ),
    ),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Term:
    """One person's time in a role; `until` is empty while they hold it.

    `asked` is the outbox id of the question whether they hand over, while it waits for an answer.
    """

    role: str
    who: Who
    since: datetime
    by: Who | None = None
    until: datetime | None = None
    asked: str = ""
