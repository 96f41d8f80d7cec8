"""Handing a page over: somebody else is paged, and until they acknowledge it stays with whoever has it.

Before anybody has acknowledged, the escalation goes on as if nothing had been handed over.
"""

from dataclasses import replace
from datetime import datetime

from bot.domain.alarm import next_reminder, silence
from bot.domain.asking import (
    DIRECT_WAIT,
    REMIND_EVERY,
    ask_id,
    called,
    ended,
    event_of,
    lasting,
    nobody_buttons,
    over,
    refresh_around,
    refresh_copies,
    sent_to,
    tellers,
    waiting,
    waiting_for,
    with_asks,
)
from bot.domain.change import Change, Timer
from bot.domain.errors import Refusal
from bot.domain.escalating import reminder
from bot.domain.incident import Incident
from bot.domain.outgoing import tell_person
from bot.domain.page import HANDED_OVER, Ask, AskState, Page, PageKind, PageState
from bot.domain.page_timers import escalation_timer, half_way_timer, unanswered_timer
from bot.domain.prose import Button, Sentence, Who
from bot.domain.telling import one_line
from bot.domain.timeline import EventKind


def hand_over(incident: Incident, page: Page, to: Who, by: Who, now: datetime) -> Change:
    """Page `to` in place of `by`. Raises Refusal if there is nothing to hand over, or they are being paged already."""
    if not page.live and page.state is not PageState.ACKNOWLEDGED:
        raise over(incident, page)
    if to.same_as(by):
        raise Refusal("A page is handed over to somebody else. Nobody was paged; to take it yourself, acknowledge it.")
    if to.same_as(page.acknowledged_by):
        raise Refusal(to, " has this page already. Nobody was paged.")
    if waiting_for(page, to) is not None:
        raise Refusal(to, " is being paged already. Nobody was paged twice.")
    if page.handing_to is not None and page.state is PageState.ACKNOWLEDGED:
        raise Refusal(page.handing_to, " is being paged to take it over already. Nobody else was paged; wait for them.")
    due = page.next_due if page.live and page.next_due else now + DIRECT_WAIT
    raised = replace(page, epoch=page.epoch + 1, handing_to=to, handed_by=by)
    ask = Ask(
        id=ask_id(raised, to),
        who=to,
        tier=page.tier,
        loop=page.loop,
        why=f"{by.name} {HANDED_OVER}",
        asked_at=now,
        due_at=due,
        next_name=_next_of(page),
    )
    change = sent_to(incident, raised, ask, now)
    saved, told = change.pages[0], change.incident or incident
    said: Sentence = (by, f" hands the page{called(page)} over to ", to, "; ", *_until(page))
    key = f"handing:{saved.epoch}"
    event = event_of(page, key, EventKind.HANDED_OVER, said, now, actor=by)
    rows = (
        *one_line(told, f"page:{page.id}:{key}", said),
        *refresh_copies(raised),
        *refresh_around(told),
    )
    return Change(cancel=silence(incident, page, now).cancel).then(
        change.then(Change(timeline=(event,), outgoing=rows, timers=_timers(page, saved, now)))
    )


def declined(incident: Incident, page: Page, now: datetime) -> Change:
    """Whoever was to take the page over cannot: it stays where it is, and whoever handed it over is told."""
    who = page.handing_to
    if who is None:
        return Change()
    return _stays(incident, page, AskState.DECLINED, (who, f" can't take over{called(page)}"), now)


def not_reached(incident: Incident, page: Page, ask: Ask, why: str, now: datetime) -> Change:
    """Whoever was to take the page over cannot be sent a message at all."""
    said: Sentence = (ask.who, f" could not be paged to take over{called(page)} ({why})")
    return _stays(incident, page, AskState.UNREACHABLE, said, now, trouble=why)


def unanswered(incident: Incident, page: Page, timer: Timer, now: datetime) -> Change:
    """Five minutes without an answer, from somebody paged directly or asked to take over: whoever wanted it is told."""
    if timer.fence != page.epoch:
        return Change()
    if page.state is PageState.ACKNOWLEDGED and page.handing_to is not None:
        said: Sentence = (page.handing_to, f" has not answered{called(page)} in {lasting(DIRECT_WAIT)}")
        return _stays(incident, page, AskState.MISSED, said, now)
    if not page.live or page.kind is not PageKind.PERSON:
        return Change()
    return _direct(incident, page, timer, max(timer.due_at, now))


def _direct(incident: Incident, page: Page, timer: Timer, now: datetime) -> Change:
    """Nobody comes after a person paged directly: whoever paged them decides, and both are reminded until one does."""
    number = int(timer.about or 0)
    following = now + REMIND_EVERY
    asks = tuple(ended(ask, AskState.MISSED, now) for ask in waiting(page))
    saved = replace(with_asks(page, *asks), next_due=following)
    since = lasting(now - page.started_at)
    person = page.asks[-1].who
    call: Sentence = (f". Call {person.phone}",) if person.phone else (". No phone number is known",)
    said: Sentence = (person, f" has not answered {incident.label} in {since}", *call)
    key = f"page:{page.id}:unanswered:{page.epoch}:{number}"
    buttons = nobody_buttons(incident, page)[1:]
    rows = [tell_person(incident, who, key, said, buttons=buttons) for who in tellers(incident, page)]
    change = Change(incident=incident, pages=(saved,), timers=(unanswered_timer(page, following, number + 1),))
    if number:
        still: Sentence = (f"{incident.label}: your answer is still waited for",)
        return change.then(Change(outgoing=(*rows, *reminder(incident, page.asks[-1], key, still))))
    event = event_of(page, f"unanswered:{page.epoch}", EventKind.MISSED, said, now)
    line = one_line(incident, key, said, buttons=buttons)
    rows = [*line, *rows, *refresh_copies(saved), *refresh_around(incident)]
    return change.then(Change(timeline=(event,), outgoing=tuple(rows)))


def _stays(
    incident: Incident, page: Page, state: AskState, said: Sentence, now: datetime, *, trouble: str = ""
) -> Change:
    """The hand-over came to nothing; the escalation, if there is one, goes on."""
    to, by = page.handing_to, page.handed_by
    theirs = waiting_for(page, to) if to else None
    asks = (replace(ended(theirs, state, now), trouble=trouble),) if theirs else ()
    saved = replace(with_asks(page, *asks), handing_to=None, handed_by=None)
    holder = page.acknowledged_by
    rest: Sentence = ("; it stays with ", holder) if holder else ("; the escalation goes on",)
    line = (*said, *rest)
    key = f"stays:{page.epoch}"
    event = event_of(page, key, EventKind.HANDED_OVER, line, now, actor=to)
    again = Button(action="hand_over_page", label="Hand over…", value=f"{page.id}:{page.epoch}")
    told = (tell_person(incident, by, f"page:{page.id}:{key}", line, buttons=(again,)),) if by else ()
    rows = (
        *one_line(incident, f"page:{page.id}:{key}", line),
        *told,
        *refresh_copies(saved),
        *refresh_around(incident),
    )
    cancel = () if page.live else silence(incident, page, now).cancel
    return Change(incident=incident, pages=(saved,), timeline=(event,), outgoing=rows, cancel=cancel)


def _until(page: Page) -> Sentence:
    if page.acknowledged_by is not None:
        return ("it stays with ", page.acknowledged_by, " until they acknowledge")
    return ("the escalation goes on until somebody acknowledges",)


def _next_of(page: Page) -> Who | None:
    asks = waiting(page)
    return asks[-1].next_name if asks and page.live else None


def _timers(before: Page, page: Page, now: datetime) -> tuple[Timer, ...]:
    """The timers of the new epoch: those of the escalation at the times they had, else that of the hand-over."""
    asks = waiting(page)
    halves = [
        timer
        for ask in asks
        if ask.due_at is not None
        for timer in half_way_timer(page, ask, ask.due_at)
        if timer.due_at > now
    ]
    due = before.next_due or now + DIRECT_WAIT
    if not before.live:
        last = unanswered_timer(page, now + DIRECT_WAIT)
    elif before.kind is PageKind.PERSON:
        last = unanswered_timer(page, due)
    elif waiting(before):
        last = escalation_timer(page, due)
    else:
        last = next_reminder(page, due, 1)
    return (last, *halves)
