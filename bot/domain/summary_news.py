"""What changed since the last summary, for people who need to know: from the record, a line each, newest last.

Only what stakeholders would ask about: who leads, severity and status, decisions, impact, what people were told.
Alerts, notes and the paging of people are the war room's.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Final
from zoneinfo import ZoneInfo

from bot.domain import clock
from bot.domain.incident import Incident
from bot.domain.postmortem import Manner, written
from bot.domain.timeline import Event, EventKind
from bot.domain.update import Audience, Stage

TOLD: Final = frozenset(
    {
        EventKind.ACKNOWLEDGED,
        EventKind.ROLE,
        EventKind.DECISION,
        EventKind.IMPACT,
        EventKind.SEVERITY,
        EventKind.STATUS,
        EventKind.REOPENED,
    }
)
NAMED: Final = {Audience.PUBLIC: "A public update", Audience.INTERNAL: "An internal update"}
SHOWN: Final = 6
LONGEST: Final = 200


def since(incident: Incident) -> datetime:
    """Since when there is anything to tell: the last summary, or the beginning."""
    return max([clock.began(incident), *(each.at for each in incident.summaries)])


def news(incident: Incident, timeline: Sequence[Event], zone: ZoneInfo) -> tuple[str, ...]:
    """The lines, each with its time in `zone`; the newest where there are many, and how many more there are."""
    after = since(incident)
    manner = Manner(zone=zone, escape=str)
    found = [(each.at, written(each.said, manner)) for each in timeline if each.kind in TOLD and each.at > after]
    found += [
        (each.published_at, f"{NAMED[each.audience]} was published ({each.stage.value.replace('_', ' ')})")
        for each in incident.updates
        if each.published_at and each.published_at > after and each.stage is not Stage.NOTHING_NEW
    ]
    lines = [f"{at.astimezone(zone):%H:%M} {_short(said)}" for at, said in sorted(found, key=lambda each: each[0])]
    more = len(lines) - SHOWN
    return (f"{more} earlier", *lines[-SHOWN:]) if more > 0 else tuple(lines)


def _short(said: str) -> str:
    line = " ".join(said.split())
    return line if len(line) <= LONGEST else f"{line[: LONGEST - 1].rstrip()}…"
