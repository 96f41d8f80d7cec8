"""Answers to a page: acknowledging it, which one person does first, and saying that one cannot.

One answer ends a page: whoever comes second is told who was first.
"""

from dataclasses import replace
from datetime import datetime

from bot.domain import handing_over
from bot.domain.alarm import over_now, silence
from bot.domain.asking import (
    asked_people,
    called,
    ended,
    event_of,
    lasting,
    over,
    refresh_around,
    refresh_copies,
    refresh_homes,
    tellers,
    waiting,
    waiting_for,
    with_asks,
)
from bot.domain.change import Change
from bot.domain.effects import Outgoing
from bot.domain.errors import Refusal
from bot.domain.escalating import Cause, advance
from bot.domain.incident import Incident, RoomKind
from bot.domain.outgoing import tell_person, tell_room
from bot.domain.page import Ask, AskState, Page, PageKind, PageState
from bot.domain.prose import At, Button, Fragment, Sentence, Who
from bot.domain.responding import welcome
from bot.domain.role import COMMANDER
from bot.domain.roles import take_command
from bot.domain.telling import one_line
from bot.domain.timeline import EventKind


def acknowledge(
    incident: Incident, page: Page, by: Who, means: str, now: datetime, *, epoch: int | None = None
) -> Change:
    """Take a page: the first to answer has it, and is commander if nobody is.

    An empty change means that they had it already. Raises Refusal, saying who and when, for whoever comes second.
    While nobody has answered, an old copy's button (an older `epoch`) is an answer too; it takes nothing over.
    """
    taking_over = takes_over(page, by, epoch)
    if page.state is PageState.ACKNOWLEDGED and not taking_over:
        if by.same_as(page.acknowledged_by):
            return Change()
        raise over(incident, page)
    if page.state is PageState.STOPPED:
        raise over(incident, page)
    before = page.acknowledged_by
    saved = _answered(page, by, means, now)
    times = incident.times
    if times.first_acknowledgement is None:
        incident = replace(incident, times=replace(times, first_acknowledgement=now))
    change = welcome(replace(incident, held_until=None), by)
    change = change.then(take_command(change.incident or incident, by, now))
    told = change.incident or incident
    commands = incident.holder(COMMANDER) is None
    line = _taken(page, by, before, now, commands=commands)
    kind = EventKind.HANDED_OVER if before else EventKind.ACKNOWLEDGED
    event = event_of(page, f"acknowledged:{saved.epoch}", kind, line, now, actor=by)
    rows = (
        *one_line(told, f"page:{page.id}:acknowledged:{saved.epoch}", line),
        *_relief(told, page, by, before),
        *over_now(told, page, _after_all(incident, page, by, now)),
        *refresh_copies(saved),
        *refresh_around(told),
        *refresh_homes(saved, by, *asked_people(saved)),
    )
    return silence(incident, page, now, by).then(change).then(Change(pages=(saved,), timeline=(event,), outgoing=rows))


def takes_over(page: Page, by: Who, epoch: int | None) -> bool:
    """Tell whether this answer is to a hand-over; a button of an earlier epoch was pressed for something else."""
    return page.handing_to is not None and page.handing_to.same_as(by) and epoch in {None, page.epoch}


def decline(incident: Incident, page: Page, by: Who, now: datetime, *, epoch: int | None = None) -> Change:
    """Say that one cannot: the next tier is paged at once. Raises Refusal where this person is not waited for."""
    if takes_over(page, by, epoch):
        return handing_over.declined(incident, page, now)
    if not page.live:
        if by.same_as(page.acknowledged_by):
            raise Refusal("You acknowledged this, so it stays with you. Nobody was paged; Hand over pages somebody.")
        raise over(incident, page)
    if waiting_for(page, by) is None:
        last = next((ask for ask in reversed(page.asks) if ask.who.same_as(by)), None)
        passed: Sentence = (": ", last.next_name, " was paged instead") if last and last.next_name else ()
        raise Refusal("Nobody waits for your answer here any more", *passed, ". Nothing was changed.")
    if page.kind is PageKind.PERSON:
        return _alone(incident, page, by, now)
    cause = Cause(
        said=(by, f" can't{called(page)}"), kind=EventKind.ESCALATED, state=AskState.DECLINED, who=by, actor=by
    )
    return advance(incident, page, cause, now)


def _alone(incident: Incident, page: Page, by: Who, now: datetime) -> Change:
    """A person paged directly cannot: nobody comes after them, so the page ends, and whoever paged them is told."""
    asks = (ended(ask, AskState.DECLINED, now) for ask in waiting(page))
    saved = replace(with_asks(page, *asks), epoch=page.epoch + 1, state=PageState.STOPPED, next_due=None)
    said: Sentence = (by, f" can't come to {incident.label}; nobody else was paged")
    button = Button(action="page_someone", label="Page someone", value=str(incident.number), style="primary")
    key = f"page:{page.id}:declined:{saved.epoch}"
    event = event_of(page, f"declined:{saved.epoch}", EventKind.ESCALATED, said, now, actor=by)
    told = [tell_person(incident, who, key, said, buttons=(button,)) for who in tellers(incident, page)]
    line = one_line(incident, key, said, buttons=(button,))
    rows = (*line, *told, *refresh_copies(saved), *refresh_around(incident), *refresh_homes(saved, by))
    change = Change(incident=incident, pages=(saved,), timeline=(event,), outgoing=rows)
    return silence(incident, page, now, by).then(change)


def _answered(page: Page, by: Who, means: str, now: datetime) -> Page:
    asks = [
        ended(ask, AskState.ACKNOWLEDGED if ask.who.same_as(by) else AskState.STOPPED, now) for ask in waiting(page)
    ]
    return replace(
        with_asks(page, *_theirs(page, by, asks, now)),
        epoch=page.epoch + 1,
        state=PageState.ACKNOWLEDGED,
        next_due=None,
        acknowledged_by=by,
        acknowledged_at=now,
        acknowledged_by_means=means,
        alarms=(),
        handing_to=None,
    )


def _theirs(page: Page, by: Who, asks: list[Ask], now: datetime) -> list[Ask]:
    """Those asks, and the newest of somebody who answers after they were missed."""
    if any(ask.who.same_as(by) for ask in asks):
        return asks
    missed = next((ask for ask in reversed(page.asks) if ask.who.same_as(by)), None)
    return [*asks, replace(missed, state=AskState.ACKNOWLEDGED, ended_at=now)] if missed else asks


def _taken(page: Page, by: Who, before: Who | None, now: datetime, *, commands: bool) -> Sentence:
    leads = " and is commander now" if commands else ""
    if before is not None:
        return (by, f" acknowledged and took over{called(page)} from ", before, leads)
    if page.state is PageState.HELD:
        return (by, f" acknowledged{called(page)} before anybody was paged", leads)
    return (by, f" acknowledged{called(page)} after {lasting(now - page.started_at)}", leads)


def _after_all(incident: Incident, page: Page, by: Who, now: datetime) -> Sentence:
    return (by, f" acknowledged {incident.label}{called(page)} at ", At(now), "; until then nobody had answered.")


def _relief(incident: Incident, page: Page, by: Who, before: Who | None) -> tuple[Outgoing, ...]:
    """New messages to those who wait to hear: whoever handed over, and everyone who heard the alarm."""
    key = f"answered:{page.id}:{page.epoch}"
    said: list[Fragment] = [by, f" has acknowledged {incident.label}{called(page)}"]
    if before is not None:
        holds = incident.holder(COMMANDER)
        still = " You are still commander; Roles hands that over." if before.same_as(holds) else ""
        return (tell_person(incident, before, key, (*said, f": you are off the hook.{still}")),)
    if page.state is not PageState.EXHAUSTED:
        return ()
    rows = [tell_person(incident, who, key, tuple(said)) for who in tellers(incident, page) if not who.same_as(by)]
    if not incident.private and incident.rooms_wanted:
        rows.append(tell_room(incident, RoomKind.ANNOUNCE, key, tuple(said)))
    return tuple(rows)
