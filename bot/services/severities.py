"""Changing the severity, and raising what stands in the triage channel: what is new is paged, invited and promised."""

from dataclasses import dataclass, replace
from datetime import datetime

from bot.domain import authority, clock, clock_keeping, declaring, responding, status_change, summary
from bot.domain.authority import Act
from bot.domain.change import Change
from bot.domain.directory import Directory
from bot.domain.effects import Card
from bot.domain.errors import Refusal
from bot.domain.incident import Incident, RoomKind
from bot.domain.notices import is_muted
from bot.domain.outgoing import refresh_card, show_card
from bot.domain.page import PageKind, PageState
from bot.domain.prose import Who
from bot.domain.severity import Severity
from bot.services import notices
from bot.services.loading import loaded, loaded_for, severity_of
from bot.services.page_starting import begin
from bot.services.people import listed
from bot.services.ports import Desk, Render, Tx
from bot.services.promising import promise_words


@dataclass(frozen=True, slots=True, kw_only=True)
class _Asked:
    by: Who
    why: str
    reason: str = ""


async def set_severity(
    desk: Desk, number: int, severity: str, why: str, by: Who, *, delivery: str, reason: str = ""
) -> Incident:
    """Change the severity: raised, what is new is paged, invited and promised; lowered, promises made are kept."""
    now, directory = desk.clock(), desk.directory()

    def write(tx: Tx) -> Incident:
        incident = loaded_for(tx, directory, number, by)
        row = declaring.severity_named(directory, severity)
        if tx.first_time(delivery, now) and row.name != incident.severity:
            _move(tx, desk.render, directory, incident, row, _Asked(why=why, by=by, reason=reason), now)
        return loaded(tx, number)

    return await desk.store.write(write)


async def raise_from_triage(
    desk: Desk, number: int, by: Who, *, delivery: str, severity: str | None = None, why: str = ""
) -> Incident:
    """Raise an incident that stands in the triage channel, to `severity` or to the mildest one that has rooms.

    Raising twice changes nothing.
    """
    now, directory = desk.clock(), desk.directory()

    def write(tx: Tx) -> Incident:
        incident = loaded_for(tx, directory, number, by)
        if tx.first_time(delivery, now) and not incident.rooms_wanted:
            named = declaring.severity_named(directory, severity) if severity else None
            row = named or _mildest_with_rooms(directory)
            _move(tx, desk.render, directory, incident, row, _Asked(why=why or "raised from triage", by=by), now)
        return loaded(tx, number)

    return await desk.store.write(write)


def _move(
    tx: Tx, render: Render, directory: Directory, incident: Incident, row: Severity, asked: _Asked, now: datetime
) -> None:
    before = severity_of(directory, incident)
    worse = row.is_worse_than(before)
    act = Act.RAISE_SEVERITY if worse else Act.LOWER_SEVERITY
    managers = directory.workspace.managers
    override = authority.check(act, asked.by, incident, managers=managers, now=now, reason=asked.reason)
    change = status_change.change_severity(incident, row.name, asked.why, asked.by, now)
    if incident.open and row.rooms and not incident.rooms_wanted:
        change = change.and_then(lambda each: _with_rooms(tx, render, directory, each, row, now))
    elif incident.open:
        change = change.and_then(lambda each: clock.moved(each, before, row, now)).and_then(clock_keeping.settled)
        change = change.and_then(lambda each: summary.moved(each, row.summary_every, now))
    if incident.open and worse:
        change = change.and_then(lambda each: _invited(tx, directory, each, row))
        change = change.and_then(lambda each: _paged(tx, directory, each, row, asked, now))
    if incident.open:
        change = change.and_then(lambda each: notices.moved(tx, directory, each, before, row, asked.why, asked.by, now))
    tx.save(authority.with_override(change, override))


def _with_rooms(
    tx: Tx, render: Render, directory: Directory, incident: Incident, row: Severity, now: datetime
) -> Change:
    """What a declaration at this severity would have opened, for an incident that had no rooms until now."""
    wanted = replace(incident, rooms_wanted=True)
    change = declaring.opened(wanted, listed=listed(tx, directory, row))
    change = change.and_then(lambda each: promise_words(render, directory, each, row, now))
    saved = change.incident or wanted
    if saved.private:
        return change
    return change.then(Change(outgoing=(show_card(saved, Card.ANNOUNCE), refresh_card(saved, Card.TRIAGE))))


def _invited(tx: Tx, directory: Directory, incident: Incident, row: Severity) -> Change:
    if incident.private:
        return Change(incident=incident)
    people = (each for each in listed(tx, directory, row) if not is_muted(incident, each))
    return responding.invite(incident, RoomKind.STAKEHOLDERS, tuple(people))


def _paged(tx: Tx, directory: Directory, incident: Incident, row: Severity, asked: _Asked, now: datetime) -> Change:
    """Page the impact owner if nobody was asked yet, or if the page was held until morning and may ring now."""
    pages = [page for page in tx.pages_of(incident.number) if page.kind is PageKind.IMPACT]
    if pages and not any(page.state is PageState.HELD for page in pages):
        return Change(incident=incident)
    return begin(tx, directory, incident, row, now, by=asked.by)


def _mildest_with_rooms(directory: Directory) -> Severity:
    rows = [row for row in directory.severities if row.rooms]
    if not rows:
        raise Refusal("No severity of the directory file has rooms. Nothing was changed; set rooms for one of them.")
    return max(rows, key=lambda row: row.rank)
