"""Escalation: a page moves to the next tier when its time is up, when the person cannot, or when somebody says so.

Whoever was missed can still answer; their copy, the war room and the record say what became of it. When the list has
run out, everyone is told and the list is gone through again.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

from bot.domain import alarm
from bot.domain.asking import (
    REMIND_EVERY,
    Found,
    ask_tier,
    called,
    ended,
    event_of,
    lasting,
    over,
    reachable,
    refresh_around,
    refresh_copies,
    reminder_ids,
    seek,
    skipped_words,
    skips,
    waiting,
    with_asks,
)
from bot.domain.change import Change, Timer
from bot.domain.effects import Outgoing
from bot.domain.errors import Refusal
from bot.domain.incident import Incident
from bot.domain.outgoing import tell_person
from bot.domain.page import Ask, AskState, Page, PageKind, PageState
from bot.domain.page_timers import escalation_id
from bot.domain.prose import Fragment, Sentence, Who, Words
from bot.domain.telling import one_line
from bot.domain.timeline import EventKind

SLEPT: Final = timedelta(minutes=1)
"""A timer this late was slept through: Tocsin was not running."""
TOO_LATE_TO_REMIND: Final = timedelta(seconds=20)


@dataclass(frozen=True, slots=True, kw_only=True)
class Cause:
    """Why a page moves on.

    `said` begins the line. Asks that wait get `state`; where `who` is named, only theirs, and the others are missed.
    """

    said: Sentence
    kind: EventKind
    state: AskState
    who: Who | None = None
    actor: Who | None = None

    def becomes(self, ask: Ask) -> AskState:
        """What becomes of one ask."""
        return self.state if self.who is None or ask.who.same_as(self.who) else AskState.MISSED


def fired(incident: Incident, page: Page, timer: Timer, now: datetime) -> Change:
    """A tier's time is up. A timer of another epoch, round or tier does nothing."""
    if not page.live or timer.fence != page.epoch or timer.id != escalation_id(page):
        return Change()
    asks = waiting(page)
    said: list[Fragment] = ["Not acknowledged", called(page), " by ", *_named(asks)]
    if asks:
        said.append(f" in {lasting(timer.due_at - min(ask.asked_at for ask in asks))}")
    said += _slept(page, timer, now)
    cause = Cause(said=tuple(said), kind=EventKind.MISSED, state=AskState.MISSED)
    return advance(incident, page, cause, max(timer.due_at, now))


def escalate(incident: Incident, page: Page, by: Who, why: str, now: datetime) -> Change:
    """Page the next tier now, because somebody says so. Raises Refusal where there is no tier to go to."""
    if not page.live:
        raise over(incident, page)
    if page.kind is PageKind.PERSON:
        raise Refusal(
            f"{page.target} was paged directly, and nobody comes after them. Nobody else was paged; "
            "page someone with `page @person`."
        )
    if not waiting(page):
        raise Refusal(
            f"Everybody on the list{called(page)} was asked already, so nobody new was paged. "
            "Page again starts over; Page someone asks somebody else."
        )
    reason: Sentence = (": ", Words(why)) if why else ()
    cause = Cause(
        said=(by, f" escalated{called(page)}", *reason), kind=EventKind.ESCALATED, state=AskState.MISSED, actor=by
    )
    return advance(incident, page, cause, now)


def advance(incident: Incident, page: Page, cause: Cause, now: datetime) -> Change:
    """Take a live page to its next tier, to its next round, or to the reminders that end only with an answer."""
    moved = with_asks(page, *(ended(ask, cause.becomes(ask), now) for ask in waiting(page)))
    here = seek(moved, page.loop, page.tier)
    ran_out = here.index is None
    again = _next_round(moved, here) if ran_out else here
    following = None if again.index is None else page.tiers[again.index].who
    moved = with_asks(page, *(ended(ask, cause.becomes(ask), now, following=following) for ask in waiting(page)))
    first_alarm = ran_out and page.state is not PageState.EXHAUSTED
    state = PageState.EXHAUSTED if ran_out else page.state
    moved = replace(moved, state=state, next_due=None, handing_to=None, handed_by=None)
    change = _asked_or_reminded(incident, moved, again, now)
    saved, told = change.pages[0], change.incident or incident
    line = (*cause.said, *_what_next(saved, again, ran_out=ran_out, following=following), *skipped_words(again))
    key = f"moved:{page.epoch}:{page.loop}:{page.tier}"
    record = (event_of(page, key, cause.kind, line, now, actor=cause.actor), *skips(page, again, now))
    rows: tuple[Outgoing, ...] = (*refresh_copies(moved), *refresh_around(told))
    if first_alarm:
        alarms = alarm.notice(told, saved, f"first:{page.loop}", ring=False)
        change = change.then(Change(pages=(alarm.sounded(saved, alarms),)))
        rows = (*alarms, *rows)
        said = alarm.nobody_has_answered(told, saved)
        record = (*record, event_of(page, f"nobody:{page.epoch}", EventKind.NOBODY, said, now))
    else:
        rows = (*one_line(told, f"page:{page.id}:{key}", line), *rows)
    over = (f"esc:{page.id}:*", f"half:{page.id}:*")
    return Change(timeline=record, cancel=over, withdraw=reminder_ids(incident, page)).then(
        change.then(Change(outgoing=rows))
    )


def half_way(incident: Incident, page: Page, timer: Timer, now: datetime) -> Change:
    """Remind the person whose wait is half over: a new message, since an edit wakes nobody."""
    ask = next((each for each in waiting(page) if each.id == timer.about), None)
    if not page.live or timer.fence != page.epoch or ask is None or ask.due_at is None:
        return Change()
    left = ask.due_at - now
    if left <= TOO_LATE_TO_REMIND:
        return Change()
    said: Sentence = (f"{incident.label}: still yours; ", *_then(page, ask), f" in {_about(left)}")
    return Change(outgoing=reminder(incident, ask, f"half:{ask.id}", said))


def reminder(incident: Incident, ask: Ask, key: str, said: Sentence) -> tuple[Outgoing, ...]:
    """A new message to somebody whose answer is waited for, after their page itself."""
    if not reachable(ask.who):
        return ()
    row = tell_person(incident, ask.who, key, said)
    return (replace(row, after=(*row.after, ask.row)),)


def _next_round(page: Page, here: Found) -> Found:
    if page.loop >= page.repeat:
        return here
    again = seek(page, page.loop + 1, -1)
    # A tier passed over at the end of one round and the beginning of the next is said once.
    fresh = tuple(each for each in again.skipped if each not in here.skipped)
    return replace(again, skipped=(*here.skipped, *fresh))


def _asked_or_reminded(incident: Incident, page: Page, found: Found, now: datetime) -> Change:
    if found.index is not None:
        return ask_tier(incident, page, found, now)
    due = now + REMIND_EVERY
    waiting_page = replace(page, next_due=due)
    timer = alarm.next_reminder(page, due, 1)
    return Change(incident=incident, pages=(waiting_page,), timers=(timer,), outgoing=())


def _what_next(page: Page, found: Found, *, ran_out: bool, following: Who | None) -> Sentence:
    if following is None:
        return (f"; the list has run out, and everyone is reminded every {lasting(REMIND_EVERY)}",)
    if ran_out:
        return ("; the list has run out, paging ", following, f" again (round {found.loop + 1} of {page.repeat + 1})")
    return ("; paging ", following)


def _named(asks: tuple[Ask, ...]) -> Sentence:
    if not asks:
        return ("anybody",)
    said: list[Fragment] = []
    for number, ask in enumerate(asks):
        said += [" or " if number else "", ask.who]
    return tuple(said)


def _slept(page: Page, timer: Timer, now: datetime) -> Sentence:
    """Say which tiers a late timer slept through: those whose turn had come and gone meanwhile."""
    late = now - timer.due_at
    if late < SLEPT:
        return ()
    gone: list[Fragment] = []
    at, index = timer.due_at, seek(page, page.loop, page.tier).index
    while index is not None and at + page.tiers[index].wait <= now:
        who = page.tiers[index].who
        gone += [", " if gone else "; nobody was paged meanwhile, not even ", who or ""]
        at, index = at + page.tiers[index].wait, seek(page, page.loop, index).index
    return (f" ({lasting(late)} late: Tocsin was not running", *gone, ")")


def _then(page: Page, ask: Ask) -> Sentence:
    if ask.next_name is not None:
        return (ask.next_name,)
    if page.kind is PageKind.PERSON and page.paged_by is not None:
        return (page.paged_by, " is told")
    return ("everyone is told that nobody has answered",)


def _about(left: timedelta) -> str:
    """Whole minutes where there are any: what is left, never more than it."""
    minutes = int(left.total_seconds()) // 60
    return f"{minutes} min" if minutes else f"{int(left.total_seconds())} s"
