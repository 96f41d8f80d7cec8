"""Paging: answering a page, pulling people in, and beginning the page of an incident.

`begin` is for whoever declares, raises or reopens within a transaction of their own; the rest are requests from people,
each with the unique key of its delivery, so that one that comes twice is done once.
"""

from dataclasses import dataclass
from datetime import datetime

from bot.domain import answering, authority, escalating, handing_over, paging
from bot.domain.asking import waiting, waiting_for
from bot.domain.authority import Act
from bot.domain.errors import Refusal
from bot.domain.incident import Incident
from bot.domain.page import Page, PageState
from bot.domain.prose import Who
from bot.domain.target import PageTarget, UserTarget, parse_target
from bot.services.calls import Wish, member, target_call
from bot.services.loading import loaded, loaded_for
from bot.services.page_finding import (
    after_the_answer,
    may_escalate,
    page_for,
    still_open,
    the_same,
    to_acknowledge,
    to_escalate,
)
from bot.services.page_starting import begin, release
from bot.services.ports import Desk, Tx

__all__ = [
    "Acknowledged",
    "Paged",
    "acknowledge",
    "acknowledge_incident",
    "begin",
    "decline",
    "escalate",
    "hand_over",
    "page",
    "page_again",
    "page_now",
    "parse_target",
    "release",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Acknowledged:
    """Who has a page: `mine` where it is the person who asked; else somebody was first."""

    page: Page
    incident: Incident
    mine: bool
    by: Who
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Paged:
    """A page as it is now; `first` is who was asked last and has not answered yet, if anybody."""

    page: Page
    incident: Incident
    first: Who | None
    again: bool = False


async def acknowledge(desk: Desk, page: int, epoch: int | None, by: Who, means: str, *, delivery: str) -> Acknowledged:
    """Take a page. The second to press is told who was first: `mine` is False. Raises Refusal for a stopped page.

    `epoch` is the button's (None for a command): an old one answers a page, but takes nothing over.
    """
    now, directory = desk.clock(), desk.directory()

    def write(tx: Tx) -> Acknowledged:
        incident, found = page_for(tx, directory, page, by)
        answer = _Answer(by=by, means=means, epoch=epoch)
        return _acknowledged(tx, incident, found, answer, now, first=tx.first_time(delivery, now))

    return await desk.store.write(write)


async def acknowledge_incident(desk: Desk, number: int, by: Who, means: str, *, delivery: str) -> Acknowledged:
    """Take the page that waits for this person, else the incident's live one. Raises Refusal where there is none."""
    now, directory = desk.clock(), desk.directory()

    def write(tx: Tx) -> Acknowledged:
        incident = loaded_for(tx, directory, number, by)
        found = to_acknowledge(incident, tx.pages_of(number), by)
        answer = _Answer(by=by, means=means)
        return _acknowledged(tx, incident, found, answer, now, first=tx.first_time(delivery, now))

    return await desk.store.write(write)


async def decline(desk: Desk, page: int, epoch: int | None, by: Who, *, delivery: str) -> Paged:
    """Say that one cannot come: the next tier is paged now. Raises Refusal where nobody waits for this person."""
    now, directory = desk.clock(), desk.directory()

    def write(tx: Tx) -> Paged:
        incident, found = page_for(tx, directory, page, by)
        if tx.first_time(delivery, now):
            tx.save(answering.decline(incident, found, by, now, epoch=epoch))
        return _paged(tx, page)

    return await desk.store.write(write)


async def escalate(desk: Desk, number: int, by: Who, why: str = "", *, delivery: str, reason: str = "") -> Paged:
    """Page the next tier now; a held page goes out. Once somebody has answered, the tier after theirs is pulled in.

    Raises Refusal where there is nobody to go to; ReasonNeeded from outsiders once it was answered.
    """
    now, directory = desk.clock(), desk.directory()

    def write(tx: Tx) -> Paged:
        incident = still_open(loaded_for(tx, directory, number, by))
        found = to_escalate(incident, tx.pages_of(number))
        managers = directory.workspace.managers
        answered = found.state is PageState.ACKNOWLEDGED
        act = Act.PAGE if answered else Act.ESCALATE
        override = authority.check(act, by, incident, managers=managers, now=now, reason=reason)
        if not tx.first_time(delivery, now):
            return _paged(tx, found.id)
        if found.state is PageState.HELD:
            change, page_id = release(tx, directory, incident, found, now, by=by), found.id
        elif answered:
            page_id = tx.next_page_id()
            target = UserTarget(who=after_the_answer(found, by, now))
            call = target_call(tx, directory, target, page_id, now, Wish(by=by, why=why))
            same = the_same(tx.pages_of(number), call)
            if same is not None and same.live:
                return _paged(tx, same.id, again=True)
            change = paging.start(incident, call, now)
        else:
            change, page_id = escalating.escalate(incident, found, by, why, now), found.id
        tx.save(authority.with_override(change, override))
        return _paged(tx, page_id)

    return await desk.store.write(write)


async def page(
    desk: Desk, number: int, target: PageTarget, by: Who, why: str = "", *, delivery: str, reason: str = ""
) -> Paged:
    """Pull somebody in with a page of their own. Whoever is being paged for this already is not paged twice.

    Raises Refusal for a resolved incident or somebody who cannot be paged, ReasonNeeded from outsiders.
    """
    now, directory = desk.clock(), desk.directory()

    def write(tx: Tx) -> Paged:
        incident = still_open(loaded_for(tx, directory, number, by))
        managers = directory.workspace.managers
        override = authority.check(Act.PAGE, by, incident, managers=managers, now=now, reason=reason)
        call = target_call(tx, directory, target, tx.next_page_id(), now, Wish(by=by, why=why))
        same = the_same(tx.pages_of(number), call)
        first = tx.first_time(delivery, now)
        if same is not None and (same.live or not first):
            return _paged(tx, same.id, again=True)
        tx.save(authority.with_override(paging.start(incident, call, now), override))
        return _paged(tx, call.page)

    return await desk.store.write(write)


async def hand_over(desk: Desk, page: int, to: Who, by: Who, *, delivery: str, reason: str = "") -> Paged:
    """Page somebody in place of whoever has the page, who keeps it until they acknowledge."""
    now, directory = desk.clock(), desk.directory()

    def write(tx: Tx) -> Paged:
        incident, found = page_for(tx, directory, page, by)
        mine = by.same_as(found.acknowledged_by) or waiting_for(found, by) is not None
        override = None
        if not mine:
            managers = directory.workspace.managers
            override = authority.check(Act.HAND_OVER_PAGE, by, incident, managers=managers, now=now, reason=reason)
        if tx.first_time(delivery, now):
            change = handing_over.hand_over(incident, found, member(tx, directory, to), by, now)
            tx.save(authority.with_override(change, override))
        return _paged(tx, page)

    return await desk.store.write(write)


async def page_now(desk: Desk, page: int, by: Who, *, delivery: str, reason: str = "") -> Paged:
    """Send a page that was held until working hours. Sending it twice sends it once."""
    now, directory = desk.clock(), desk.directory()

    def write(tx: Tx) -> Paged:
        incident, found = page_for(tx, directory, page, by)
        managers = directory.workspace.managers
        override = authority.check(Act.PAGE_NOW, by, incident, managers=managers, now=now, reason=reason)
        held = found.state is PageState.HELD
        if tx.first_time(delivery, now) and held:
            tx.save(authority.with_override(release(tx, directory, incident, found, now, by=by), override))
        return _paged(tx, page, again=not held)

    return await desk.store.write(write)


async def page_again(desk: Desk, page: int, epoch: int | None, by: Who, *, delivery: str) -> Paged:
    """Page everybody again from the first tier, which anybody may ask for while nobody has answered.

    Raises Refusal if it was answered, or begun again by somebody else.
    """
    now, directory = desk.clock(), desk.directory()

    def write(tx: Tx) -> Paged:
        incident, found = page_for(tx, directory, page, by)
        may_escalate(directory, incident, by, now)
        if tx.first_time(delivery, now):
            tx.save(paging.again(incident, found, by, now, epoch=epoch))
        return _paged(tx, page)

    return await desk.store.write(write)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Answer:
    by: Who
    means: str
    epoch: int | None = None


def _acknowledged(
    tx: Tx, incident: Incident, found: Page, given: _Answer, now: datetime, *, first: bool
) -> Acknowledged:
    by, epoch = given.by, given.epoch
    if first and (found.state is not PageState.ACKNOWLEDGED or answering.takes_over(found, by, epoch)):
        tx.save(answering.acknowledge(incident, found, by, given.means, now, epoch=epoch))
    answer = _paged(tx, found.id)
    who, at = answer.page.acknowledged_by, answer.page.acknowledged_at
    if who is None or at is None:
        raise Refusal(f"This page of {incident.label} was stopped. Nothing was changed; nobody need answer it.")
    return Acknowledged(page=answer.page, incident=answer.incident, mine=by.same_as(who), by=who, at=at)


def _paged(tx: Tx, page: int, *, again: bool = False) -> Paged:
    found = tx.page(page)
    if found is None:
        raise Refusal("There is no such page any more. Nothing was changed.")
    asks = waiting(found)
    first = asks[-1].who if asks else None
    return Paged(page=found, incident=loaded(tx, found.incident), first=first, again=again)
