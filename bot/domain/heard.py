"""Who has a message of their own about an incident: people of lists, those who must be aware, those who follow."""

from dataclasses import dataclass
from datetime import datetime

from bot.domain.prose import Who


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """One person who is told, by a direct message, by mail, or both.

    `lists` are the distribution lists that they are told for; `aware` that they are to press *Seen*, `follows` that
    they asked for it themselves; `told_at` and `seen_at` are aware UTC.
    """

    who: Who
    told_at: datetime
    dm: bool = False
    email: str = ""
    lists: tuple[str, ...] = ()
    aware: bool = False
    follows: bool = False
    seen_at: datetime | None = None

    @property
    def key(self) -> str:
        """Tell people apart: the Slack id where there is one."""
        return self.who.user or self.who.person or self.who.name

    @property
    def unseen(self) -> bool:
        """Whether they were to press *Seen* and have not."""
        return self.aware and self.seen_at is None


def merged(people: tuple[Heard, ...]) -> tuple[Heard, ...]:
    """Each person once, told by every means and for every reason that any of their entries has."""
    found: list[Heard] = []
    for each in people:
        place = next((at for at, other in enumerate(found) if other.who.same_as(each.who)), None)
        if place is None:
            found.append(each)
        else:
            found[place] = _joined(found[place], each)
    return tuple(found)


def _joined(one: Heard, other: Heard) -> Heard:
    return Heard(
        who=one.who if one.who.user else other.who,
        told_at=min(one.told_at, other.told_at),
        dm=one.dm or other.dm,
        email=one.email or other.email,
        lists=tuple(dict.fromkeys((*one.lists, *other.lists))),
        aware=one.aware or other.aware,
        follows=one.follows or other.follows,
        seen_at=one.seen_at or other.seen_at,
    )
