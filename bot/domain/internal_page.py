"""The internal status page as a value: every open incident that one person may see, in plain words."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from zoneinfo import ZoneInfo

from bot.domain.authority import may_see
from bot.domain.incident import Incident, Room
from bot.domain.page import AskState, Page, PageKind
from bot.domain.prose import Who
from bot.domain.role import COMMANDER, COMMS
from bot.domain.severity import BUILT_IN_BY_NAME
from bot.domain.update import Audience
from bot.domain.wording import impact_line

NOBODY: Final = "nobody yet"
IN_SLACK: Final = "https://slack.com/app_redirect?channel="
"""Opens a channel by id, in whichever workspace its reader is signed in to."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Due:
    """When an audience hears next, by the clock that was promised to it."""

    audience: str
    at: datetime
    late: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """The war room: its name, where it opens in Slack, or what stood in the way of having it."""

    name: str
    url: str
    trouble: str


@dataclass(frozen=True, slots=True, kw_only=True)
class InternalIncident:
    """An open incident as colleagues read it. `told` is the last public text, `told_at` when it went out."""

    label: str
    severity: str
    rank: int
    pain: str
    words: str
    status: str
    private: bool
    since: datetime
    owner: str
    commander: str
    comms: str
    war_room: Place
    impact: str
    due: tuple[Due, ...]
    told: str
    told_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Unreached:
    """A subscriber who is told nothing more, and why."""

    address: str
    trouble: str


@dataclass(frozen=True, slots=True, kw_only=True)
class InternalPage:
    """What one person's link shows: as of when, in their own zone, and until when the link opens it.

    `subscribers` are told what the public page shows; whom of them nothing reaches is there for managers alone.
    """

    reader: str
    zone: ZoneInfo
    at: datetime
    until: datetime
    incidents: tuple[InternalIncident, ...]
    subscribers: int = 0
    unreached: tuple[Unreached, ...] = ()


def visible(incidents: Iterable[Incident], reader: Who, managers: tuple[str, ...]) -> tuple[Incident, ...]:
    """The open incidents that this person may see, the gravest first, and of those the oldest."""
    seen = [each for each in incidents if each.open and may_see(reader, each, managers)]
    return tuple(sorted(seen, key=lambda each: (_rank(each), each.times.since, each.number)))


def internal_incident(incident: Incident, pages: Sequence[Page], now: datetime) -> InternalIncident:
    """One incident's entry, as of `now`."""
    told = incident.last_update(Audience.PUBLIC)
    commander, comms = incident.holder(COMMANDER), incident.holder(COMMS)
    return InternalIncident(
        label=incident.label,
        severity=incident.severity,
        rank=_rank(incident),
        pain=incident.brief.pain or incident.words or "Something is wrong",
        words=incident.words,
        status=incident.status.value,
        private=incident.private,
        since=incident.times.since,
        owner=_owner(pages),
        commander=commander.name if commander else NOBODY,
        comms=comms.name if comms else NOBODY,
        war_room=_place(incident.war_room),
        impact=impact_line(incident.impact[-1] if incident.impact else None),
        due=_due(incident, now),
        told=told.text if told else "",
        told_at=told.published_at if told else None,
    )


def _rank(incident: Incident) -> int:
    row = BUILT_IN_BY_NAME.get(incident.severity)
    return row.rank if row else len(BUILT_IN_BY_NAME)


def _owner(pages: Sequence[Page]) -> str:
    """Who answered the impact owner's page, else who is being asked."""
    page = next((each for each in pages if each.kind is PageKind.IMPACT), None)
    if page is None:
        return "nobody was paged"
    if page.acknowledged_by:
        return page.acknowledged_by.name
    waiting = dict.fromkeys(each.who.name for each in page.asks if each.state is AskState.WAITING)
    return f"{', '.join(waiting)}, paged and not acknowledged yet" if waiting else NOBODY


def _place(room: Room) -> Place:
    url = f"{IN_SLACK}{room.channel}" if room.channel else ""
    return Place(name=f"#{room.name}", url=url, trouble=room.trouble or "")


def _due(incident: Incident, now: datetime) -> tuple[Due, ...]:
    running = [(each.audience.value, each.due_at) for each in incident.clocks if each.running and each.due_at]
    return tuple(Due(audience=audience, at=at, late=at < now) for audience, at in sorted(running))
