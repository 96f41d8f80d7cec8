"""Declaring: from what somebody saw to an incident that pages, opens its rooms and keeps its promises."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

from bot.domain.change import Change
from bot.domain.directory import DEFAULT_SEVERITY, Directory
from bot.domain.effects import Card, Outgoing
from bot.domain.errors import Refusal
from bot.domain.incident import Brief, Incident, Room, RoomKind, Status, Times
from bot.domain.journey import Journey
from bot.domain.naming import clean_line, split_words, stakeholders_name, war_room_name
from bot.domain.outgoing import open_room_id, show_card
from bot.domain.prose import Fragment, Link, Sentence, Who, Words
from bot.domain.responding import invite, welcome
from bot.domain.rooms import BOTH, set_up
from bot.domain.severity import Severity
from bot.domain.timeline import Event, EventKind

SOMETHING_ELSE: Final = "Something else"
UNKNOWN_PAIN: Final = "Something is wrong"
UNKNOWN_TO_CUSTOMERS: Final = "Some customers may be having problems"
PAIN_LENGTH: Final = 150
TYPED_AGAIN: Final = timedelta(minutes=5)
"""For so long the same words of the same person are the same incident."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Declare:
    """What a person or an alert asks for. Names are as given: journey and service by id or name, severity by name.

    Without a journey it is *Something else*; `since` and `detected` default to the declaration's own time (aware UTC);
    `link` leads to the message or the source that it came from; `route` says why an alert came to this journey.
    """

    by: Who
    journey: str | None = None
    words: str = ""
    severity: str | None = None
    since: datetime | None = None
    service: str | None = None
    private: bool = False
    origin_channel: str | None = None
    link: str = ""
    detected: datetime | None = None
    route: str = ""


def new_incident(number: int, asked: Declare, directory: Directory, now: datetime, delivery: str = "") -> Incident:
    """The incident as it begins. Raises Refusal naming the field for what the directory does not know."""
    journey = _journey(directory, asked.journey)
    severity = starting_severity(directory, journey, asked.severity)
    if asked.since is not None and asked.since > now:
        raise Refusal(
            "Since lies in the future, so nothing was declared. Give the time when customers began to hurt.",
            field="since",
        )
    words, _ = split_words(asked.words)
    brief = _brief(directory, journey, asked, words)
    private = asked.private or (journey is not None and journey.private)
    war_room, stakeholders = _rooms(directory.workspace.channel_prefix, number, words, brief.pain, private=private)
    return Incident(
        number=number,
        brief=brief,
        words=words,
        severity=severity.name,
        status=Status.INVESTIGATING,
        private=private,
        declared_by=asked.by,
        origin_channel=asked.origin_channel,
        times=Times(since=asked.since or now, detected=asked.detected or now, declared=now),
        war_room=war_room,
        stakeholders=stakeholders,
        rooms_wanted=severity.rooms,
        delivery=delivery,
    )


def typed_again(asked: Incident, before: Incident, now: datetime) -> bool:
    """Tell whether what is asked for is an open incident that the same person declared just before, in the same words.

    Whoever was not answered in time types it again, and the first may be saved all the same, or a moment later.
    """
    return (
        before.open
        and before.declared_by.same_as(asked.declared_by)
        and (before.brief.journey, before.brief.repair) == (asked.brief.journey, asked.brief.repair)
        and _as_read(before.words) == _as_read(asked.words)
        and (before.severity, before.private) == (asked.severity, asked.private)
        and now - before.times.declared < TYPED_AGAIN
    )


def _as_read(words: str) -> list[str]:
    """Words, whatever their capitals and the space between them."""
    return words.casefold().split()


def starting_severity(directory: Directory, journey: Journey | None, asked: str | None) -> Severity:
    """The severity asked for, else the journey's, else the usual one. Raises Refusal naming what there is."""
    wanted = (asked or "").strip() or (journey.severity if journey else DEFAULT_SEVERITY)
    return severity_named(directory, wanted, "declared")


def severity_named(directory: Directory, words: str, done: str = "changed") -> Severity:
    """The row of this name, in any case. Raises Refusal with the names there are."""
    row = directory.severity(words)
    if row is None:
        known = ", ".join(each.name for each in directory.severities)
        raise Refusal(
            "There is no severity ",
            Words(clean_line(words)),
            f", so nothing was {done}. Use one of {known}.",
            field="severity",
        )
    return row


def begin(incident: Incident, asked: Declare, *, listed: tuple[Who, ...] = ()) -> Change:
    """What a declaration sets going beside the page and the clocks.

    The record, the rooms with whoever belongs in them, and the cards; `listed` are the people whom the severity's
    distribution lists invite.
    """
    now = incident.times.declared
    change = Change(incident=incident, timeline=_declared(incident, asked))
    rows: list[Outgoing] = []
    if incident.rooms_wanted:
        change = change.then(opened(incident, listed=listed))
        if not incident.private:
            rows.append(show_card(incident, Card.ANNOUNCE))
    elif not incident.private:
        rows.append(show_card(incident, Card.TRIAGE))
    if not incident.brief.owned:
        change = change.then(Change(timeline=(_unowned(incident, now),)))
    if asked.by.user:
        rows.append(confirmation(incident))
    return change.then(Change(outgoing=tuple(rows)))


def opened(incident: Incident, *, listed: tuple[Who, ...] = ()) -> Change:
    """Both rooms, what stands in them, and whoever is in them from the first moment."""
    change = Change(incident=incident, outgoing=set_up(incident))
    change = change.then(welcome(incident, incident.declared_by, *incident.responders))
    outsiders = () if incident.private else listed
    return change.then(invite(change.incident or incident, RoomKind.STAKEHOLDERS, (incident.declared_by, *outsiders)))


def confirmation(incident: Incident) -> Outgoing:
    """The declarer's one message: sent when both rooms are there, or are known not to be."""
    row = show_card(incident, Card.DECLARED, to=incident.declared_by)
    rooms = tuple(open_room_id(incident.number, kind) for kind in BOTH) if incident.rooms_wanted else ()
    return replace(row, after=rooms)


def _declared(incident: Incident, asked: Declare) -> tuple[Event, ...]:
    number, now, by = incident.number, incident.times.declared, incident.declared_by
    said: list[Fragment] = [by, f" declared {incident.label}, {incident.severity}: ", Words(incident.brief.pain)]
    if incident.words:
        said += [". ", Words(incident.words)]
    if asked.link:
        said += [" (", Link(asked.link, "source"), ")"]
    first = Event(incident=number, key="declared", at=now, kind=EventKind.DECLARED, said=tuple(said), actor=by)
    _, rest = split_words(asked.words)
    if not rest:
        return (first,)
    more: Sentence = ("The declaration went on: ", Words(rest))
    return (first, Event(incident=number, key="declared:rest", at=now, kind=EventKind.LOG, said=more, actor=by))


def _unowned(incident: Incident, now: datetime) -> Event:
    said = ("No owner for this pain: the catch-all is paged, and it counts as unowned in reports",)
    return Event(incident=incident.number, key="unowned", at=now, kind=EventKind.TROUBLE, said=said)


def _journey(directory: Directory, words: str | None) -> Journey | None:
    if words is None or not words.strip():
        return None
    journey = directory.journey(words)
    if journey is not None:
        return journey
    close = directory.nearest_journey(words)
    hint = f" Did you mean {close}?" if close else " Choose one of the list, or Something else."
    raise Refusal("There is no journey ", Words(clean_line(words)), f"; nothing was declared.{hint}", field="journey")


def _brief(directory: Directory, journey: Journey | None, asked: Declare, words: str) -> Brief:
    workspace = directory.workspace
    repair = _repair(directory, asked.service)
    bridge, status_page = workspace.bridge or "", workspace.status_page or ""
    if journey is None:
        pain = clean_line(words)[:PAIN_LENGTH] or UNKNOWN_PAIN
        return Brief(
            journey=None,
            name=SOMETHING_ELSE,
            pain=pain,
            customers_see=UNKNOWN_TO_CUSTOMERS,
            bridge=bridge,
            status_page=status_page,
            repair=repair,
            owned=False,
            route=asked.route,
        )
    return Brief(
        journey=journey.id,
        name=journey.name,
        pain=journey.pain,
        customers_see=journey.customers_see or journey.pain,
        first_action=journey.first_action or "",
        runbook=journey.runbook or "",
        bridge=bridge,
        status_page=status_page,
        may_need=tuple(f"{team.name} ({', '.join(team.services)})" for team in directory.may_need(journey.id)),
        repair=repair,
        owned=journey.owner is not None,
        route=asked.route,
    )


def _repair(directory: Directory, words: str | None) -> str | None:
    """The name of the team that owns the fault, with the service that was named."""
    if words is None or not words.strip():
        return None
    service = directory.service(words)
    if service is None:
        raise Refusal(
            "There is no service ",
            Words(clean_line(words)),
            "; nothing was declared. Leave it empty if unsure.",
            field="service",
        )
    team = directory.repair_owner(service.id)
    return f"{team.name} ({service.name})" if team else None


def _rooms(prefix: str, number: int, words: str, pain: str, *, private: bool) -> tuple[Room, Room]:
    named = war_room_name(prefix, number, words, pain, private=private)
    return (
        Room(kind=RoomKind.WAR_ROOM, name=named),
        Room(kind=RoomKind.STAKEHOLDERS, name=stakeholders_name(prefix, number)),
    )
