"""Declaring incidents, joining them, and changing severity, status and since when."""

from dataclasses import dataclass, replace
from datetime import datetime

from bot.domain import authority, declaring, responding, status_change
from bot.domain.authority import Act
from bot.domain.change import NO_INCIDENT, Change
from bot.domain.declaring import Declare
from bot.domain.directory import Directory
from bot.domain.effects import RefreshCard
from bot.domain.errors import Refusal
from bot.domain.incident import Incident, Status
from bot.domain.naming import clean_line
from bot.domain.nearest import nearest
from bot.domain.page import Page
from bot.domain.prose import Who, Words
from bot.services import notices
from bot.services.loading import loaded, loaded_for, severity_of
from bot.services.page_starting import begin
from bot.services.people import listed
from bot.services.ports import Desk, Render, Tx
from bot.services.promising import promise_words
from bot.services.resolving import answer_review, open_items, reopen, resolve
from bot.services.severities import raise_from_triage, set_severity

__all__ = [
    "Declare",
    "Declared",
    "answer_review",
    "declare",
    "declare_in",
    "join",
    "joined_room",
    "left_room",
    "open_items",
    "raise_from_triage",
    "reopen",
    "resolve",
    "set_severity",
    "set_since",
    "set_status",
    "status_named",
]

REMEMBERED = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class Declared:
    """What a declaration came to.

    `page` is the first page if there is one, `first` who was asked first (nobody while it is held until morning);
    `same_journey` are other open incidents on the journey that the declarer may see; `again` tells a repeated request.
    """

    incident: Incident
    page: Page | None
    first: Who | None
    same_journey: tuple[Incident, ...]
    again: bool = False


async def declare(desk: Desk, asked: Declare, *, delivery: str) -> Declared:
    """Declare an incident: page, rooms, clocks and record in one transaction. Raises Refusal naming the field."""
    now, directory = desk.clock(), desk.directory()

    def write(tx: Tx) -> Declared:
        if not tx.first_time(delivery, now):
            return _declared_before(tx, directory, asked, delivery)
        earlier = _typed_before(tx, directory, asked, now)
        if earlier is not None:
            return _declared_already(tx, directory, asked, earlier)
        return declare_in(tx, directory, desk.render, asked, now, delivery)

    return await desk.store.write(write)


def declare_in(
    tx: Tx, directory: Directory, render: Render, asked: Declare, now: datetime, delivery: str = ""
) -> Declared:
    """Declare within a transaction that is about more, as an alert's is."""
    journey = directory.journey(asked.journey) if asked.journey else None
    same = _visible(tx.open_on(journey.id), directory, asked.by) if journey else ()
    incident = declaring.new_incident(tx.next_incident_number(), asked, directory, now, delivery)
    severity = severity_of(directory, incident)
    change = declaring.begin(incident, asked, listed=listed(tx, directory, severity))
    change = change.and_then(lambda each: begin(tx, directory, each, severity, now, by=asked.by))
    change = change.and_then(lambda each: promise_words(render, directory, each, severity, now))
    change = change.and_then(lambda each: notices.begun(tx, directory, each, severity, now))
    tx.save(_without_edits(change))
    return _answer(tx, incident.number, same)


async def join(desk: Desk, number: int, by: Who, *, delivery: str) -> Incident:
    """Count somebody among the responders because they said *I'm helping*; they are invited to the war room."""
    now, directory = desk.clock(), desk.directory()

    def write(tx: Tx) -> Incident:
        incident = loaded_for(tx, directory, number, by)
        if tx.first_time(delivery, now):
            tx.save(responding.joined(incident, by, now, in_room=False))
        return loaded(tx, number)

    return await desk.store.write(write)


async def joined_room(desk: Desk, channel: str, by: Who, *, delivery: str) -> Incident | None:
    """Count somebody among the responders because they walked into a war room; None for any other channel."""
    now = desk.clock()

    def write(tx: Tx) -> Incident | None:
        incident = tx.incident_in(channel)
        if incident is None or incident.war_room.channel != channel or not tx.first_time(delivery, now):
            return None
        tx.save(responding.joined(incident, by, now, in_room=True))
        return loaded(tx, incident.number)

    return await desk.store.write(write)


async def left_room(desk: Desk, channel: str, by: Who, *, delivery: str) -> None:
    """Note that somebody walked out of a stakeholder channel; any other channel is nothing to us."""
    now = desk.clock()

    def write(tx: Tx) -> None:
        incident = tx.incident_in(channel)
        if incident is None or incident.stakeholders.channel != channel or not tx.first_time(delivery, now):
            return
        noted = responding.left(incident, by)
        if noted != incident:
            tx.save(Change(incident=noted))

    await desk.store.write(write)


async def set_status(
    desk: Desk, number: int, status: str, why: str, by: Who, *, delivery: str, reason: str = ""
) -> Incident:
    """Change the status to any step but resolved, in the status's own word. Raises Refusal, ReasonNeeded."""
    now, directory = desk.clock(), desk.directory()

    def write(tx: Tx) -> Incident:
        incident = loaded_for(tx, directory, number, by)
        wanted = status_named(status)
        if tx.first_time(delivery, now):
            managers = directory.workspace.managers
            override = authority.check(Act.STATUS, by, incident, managers=managers, now=now, reason=reason)
            change = status_change.change_status(incident, wanted, why, by, now)
            tx.save(authority.with_override(change, override))
        return loaded(tx, number)

    return await desk.store.write(write)


async def set_since(desk: Desk, number: int, since: datetime, by: Who, *, delivery: str, reason: str = "") -> Incident:
    """Correct when customers began to hurt (aware). Raises Refusal, ReasonNeeded."""
    now, directory = desk.clock(), desk.directory()

    def write(tx: Tx) -> Incident:
        incident = loaded_for(tx, directory, number, by)
        if tx.first_time(delivery, now):
            managers = directory.workspace.managers
            override = authority.check(Act.SINCE, by, incident, managers=managers, now=now, reason=reason)
            tx.save(authority.with_override(status_change.change_since(incident, since, by, now), override))
        return loaded(tx, number)

    return await desk.store.write(write)


def status_named(words: str) -> Status:
    """The status of this name, in any case. Raises Refusal with the names there are."""
    wanted = clean_line(words).casefold()
    known = [each.value for each in Status]
    if wanted in known:
        return Status(wanted)
    close = nearest(wanted, known) if wanted else None
    hint = f"; did you mean {close}?" if close else "."
    raise Refusal(
        "There is no status ",
        Words(clean_line(words) or "without a name"),
        f"{hint} Nothing was changed. They are {', '.join(known[:-1])}; resolved has a form of its own.",
        field="status",
    )


def _declared_before(tx: Tx, directory: Directory, asked: Declare, delivery: str) -> Declared:
    found = next((each for each in tx.recent_incidents(REMEMBERED) if each.delivery == delivery), None)
    if found is None:
        raise Refusal("This declaration was taken before. Nothing was declared again; see the list of open incidents.")
    return _declared_already(tx, directory, asked, found)


def _typed_before(tx: Tx, directory: Directory, asked: Declare, now: datetime) -> Incident | None:
    typed = declaring.new_incident(NO_INCIDENT, asked, directory, now)
    among = tx.open_on(typed.brief.journey) if typed.brief.journey else tx.open_incidents()
    return next((each for each in among if declaring.typed_again(typed, each, now)), None)


def _declared_already(tx: Tx, directory: Directory, asked: Declare, found: Incident) -> Declared:
    same = _visible(tx.open_on(found.brief.journey), directory, asked.by) if found.brief.journey else ()
    others = tuple(each for each in same if each.number != found.number)
    return replace(_answer(tx, found.number, others), again=True)


def _answer(tx: Tx, number: int, same: tuple[Incident, ...]) -> Declared:
    pages = tx.pages_of(number)
    page = pages[0] if pages else None
    first = page.asks[0].who if page and page.asks else None
    return Declared(incident=loaded(tx, number), page=page, first=first, same_journey=same)


def _visible(incidents: tuple[Incident, ...], directory: Directory, who: Who) -> tuple[Incident, ...]:
    managers = directory.workspace.managers
    return tuple(each for each in incidents if authority.may_see(who, each, managers))


def _without_edits(change: Change) -> Change:
    """The change without edits of cards that it posts itself: each is rendered from the state when it is sent."""
    posted = {row.id for row in change.outgoing}
    kept = tuple(
        row for row in change.outgoing if not (isinstance(row.effect, RefreshCard) and row.effect.of in posted)
    )
    return replace(change, outgoing=kept)
