"""An incident as the public knows it: the only way from an incident to what strangers read.

Every word in it was published to the public on purpose. Whatever an incident holds besides is left behind here, so that
no surface can show it; a private incident is not there at all.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Final

from bot.domain.incident import Incident
from bot.domain.indicator import Indicator, indicator_at, indicator_of, worst_of
from bot.domain.severity import BUILT_IN_BY_NAME
from bot.domain.update import Audience, Stage, StatusUpdate
from bot.domain.uptime import Span

HURTS: Final = frozenset({Stage.INVESTIGATING, Stage.IDENTIFIED})
"""Where customers still see it; while what was mended is watched, they do not."""
TITLE_LENGTH: Final = 150
UNTITLED: Final = "Service disruption"
ID_LENGTH: Final = 16
_NOT_CARRIED: Final = re.compile("[^\\t\\n\\x20-\\ud7ff\\ue000-\\ufffd\\U00010000-\\U0010ffff]")


@dataclass(frozen=True, slots=True, kw_only=True)
class PublicUpdate:
    """Words that were published, where things stood by them, and when they went out (aware UTC)."""

    id: str
    status: Stage
    text: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class PublicIncident:
    """An incident as the public knows it, from its first published update on. `updates` are newest first.

    `component` is the id of the component that it hurts; `worst` the worst that was told, `indicator` what holds now.
    `spans` are the times in which customers were hurt, `down` those of them that count as downtime.
    """

    id: str
    title: str
    component: str | None
    worst: Indicator
    indicator: Indicator
    status: Stage
    updates: tuple[PublicUpdate, ...]
    spans: tuple[Span, ...]
    down: tuple[Span, ...]

    @property
    def started_at(self) -> datetime:
        """When the public was first told."""
        return self.updates[-1].at

    @property
    def over_at(self) -> datetime | None:
        """When it was over; empty while it lasts."""
        return self.spans[-1].until if self.spans else self.started_at

    @property
    def changed_at(self) -> datetime:
        """When what is told of it last changed."""
        return max(self.updates[0].at, self.over_at or self.updates[0].at)


def public_incident(incident: Incident) -> PublicIncident | None:
    """What the public knows of an incident; None for a private one, and while no public update was published."""
    told = _told(incident)
    if incident.private or not told:
        return None
    updates = _public_updates(incident, told)
    spans = _spans(incident, updates)
    over = not spans or spans[-1].until is not None
    status = Stage.RESOLVED if over else updates[-1].status
    worst = worst_of(_impact(incident, each) for each in told)
    return PublicIncident(
        id=key_of(incident, "incident"),
        title=title_of(told),
        component=component_id(incident.brief.journey) if incident.brief.journey else None,
        worst=worst,
        indicator=indicator_at(status, _impact(incident, told[-1])),
        status=status,
        updates=updates[::-1],
        spans=spans,
        down=_down(incident, told, updates),
    )


def readable(text: str) -> str:
    """Text as it was published, but for what XML 1.0 cannot carry (https://www.w3.org/TR/xml/#charsets)."""
    return _NOT_CARRIED.sub("", text.replace("\r\n", "\n").replace("\r", "\n")).strip()


def component_id(journey: str) -> str:
    """The public id of a journey: not the key that the directory knows it by."""
    return opaque("component", journey)


def opaque(*parts: str) -> str:
    """A public id made of parts that it does not tell."""
    return sha256("\x1f".join(parts).encode()).hexdigest()[:ID_LENGTH]


def title_of(told: Sequence[StatusUpdate]) -> str:
    """What customers see, as last published: the words of a form count only where a published text has them."""
    for each in reversed(told):
        words = " ".join(readable(each.form.customers_see).split()).rstrip(".")
        if words and words.casefold() in " ".join(readable(each.text).split()).casefold():
            short = words if len(words) <= TITLE_LENGTH else words[: TITLE_LENGTH - 1].rstrip() + "…"
            return short[:1].upper() + short[1:]
    return UNTITLED


def key_of(incident: Incident, what: str, *part: str) -> str:
    """A key of an incident, or of a part of it, that tells strangers nothing: not even how many incidents there are."""
    return opaque(what, *_identity(incident), *part)


def _told(incident: Incident) -> tuple[StatusUpdate, ...]:
    """The public updates that were published, oldest first."""
    public = (each for each in incident.updates if each.audience is Audience.PUBLIC and each.told_at)
    return tuple(sorted(public, key=lambda each: (each.told_at or each.drafted_at, each.number)))


def _public_updates(incident: Incident, told: tuple[StatusUpdate, ...]) -> tuple[PublicUpdate, ...]:
    updates: list[PublicUpdate] = []
    status = Stage.INVESTIGATING
    for each in told:
        # Nothing new: it stands where it stood.
        status = status if each.stage is Stage.NOTHING_NEW else each.stage
        known_as = key_of(incident, "update", str(each.number))
        at = each.told_at or each.drafted_at
        updates.append(PublicUpdate(id=known_as, status=status, text=readable(each.text), at=at))
    return tuple(updates)


def _spans(incident: Incident, updates: tuple[PublicUpdate, ...]) -> tuple[Span, ...]:
    """From a word that it hurts to the word that it is over, and again where it returned."""
    spans: list[Span] = []
    began: datetime | None = None
    for each in updates:
        if each.status is Stage.RESOLVED:
            spans += [Span(since=began, until=each.at)] if began else []
            began = None
        elif began is None:
            began = each.at
    if began is not None:
        spans.append(Span(since=began, until=_ended(incident, updates[-1].at)))
    return tuple(spans)


def _down(incident: Incident, told: tuple[StatusUpdate, ...], updates: tuple[PublicUpdate, ...]) -> tuple[Span, ...]:
    """From a word that counts as downtime to one that does not: that it is watched or over, or milder."""
    spans: list[Span] = []
    began: datetime | None = None
    for published, each in zip(told, updates, strict=True):
        if each.status in HURTS and _counts(incident, published):
            began = began or each.at
        elif began is not None:
            spans.append(Span(since=began, until=each.at))
            began = None
    if began is not None:
        spans.append(Span(since=began, until=_ended(incident, updates[-1].at)))
    return tuple(spans)


def _counts(incident: Incident, told: StatusUpdate) -> bool:
    """Whether a word counts as downtime: as was settled when it was published, else by the built-in table."""
    if told.downtime is not None:
        return told.downtime
    row = BUILT_IN_BY_NAME.get(told.severity or incident.severity)
    return row.downtime if row else False


def _ended(incident: Incident, last: datetime) -> datetime | None:
    """When an incident ended though nobody said so in public; to show it as lasting would be false."""
    return None if incident.open else max(incident.times.resolved or last, last)


def _impact(incident: Incident, told: StatusUpdate) -> Indicator:
    """What an update's severity looks like from outside; what changed since it was published is not told."""
    return indicator_of(told.severity or incident.severity)


def _identity(incident: Incident) -> tuple[str, ...]:
    """What an incident's address is made of: by the number alone, strangers could count those they are not shown."""
    return (str(incident.number), incident.times.declared.isoformat(), incident.delivery)
