"""Pages: how one starts, waits for morning, is begun again, and is stopped.

Everything here takes the state as it is and gives the change to save. What moves a page along is in `escalating`, what
people answer in `answering`, handing it over in `handing_over`, what Slack says of a message in `page_receipts`.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from bot.domain import alarm
from bot.domain.alarm import silence
from bot.domain.asking import (
    REMIND_EVERY,
    ask_tier,
    asked_people,
    called,
    ended,
    event_of,
    over,
    refresh_around,
    refresh_copies,
    refresh_homes,
    seek,
    skipped_words,
    skips,
    waiting,
    with_asks,
)
from bot.domain.change import Change, Timer, TimerKind
from bot.domain.errors import Refusal
from bot.domain.incident import Incident
from bot.domain.page import AskState, Page, PageKind, PageState, PageTier
from bot.domain.prose import At, Button, Sentence, Who, Words
from bot.domain.telling import one_line
from bot.domain.timeline import EventKind


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """What a page is: its id, whom it is for, the tiers it will follow, how often again, and who wanted it, why."""

    page: int
    kind: PageKind
    target: str
    tiers: tuple[PageTier, ...]
    repeat: int
    by: Who | None = None
    why: str = ""


def start(incident: Incident, call: Call, now: datetime) -> Change:
    """Page the first tier that reaches somebody. Where none does, the alarm goes at once."""
    page = _new(incident, call, PageState.RUNNING, now)
    return _run(incident, page, now, said=_pulled_in(page))


def hold(incident: Incident, call: Call, until: datetime, now: datetime) -> Change:
    """Keep a page until working hours begin, at `until` (UTC), with *Page now* for whoever cannot wait."""
    page = replace(_new(incident, call, PageState.HELD, now), next_due=until)
    timer = Timer(
        id=f"release:{page.id}",
        kind=TimerKind.RELEASE_PAGE,
        due_at=until,
        incident=incident.number,
        page=page.id,
        fence=page.epoch,
    )
    said: Sentence = (
        f"{incident.severity} does not wake anybody at this hour. Held until ",
        At(until, dated=True),
        "; then ",
        *_first(page),
        " is paged",
    )
    button = Button(action="page_now", label="Page now", value=f"{page.id}:{page.epoch}", style="primary")
    event = event_of(page, "held", EventKind.PAGED, said, now, actor=page.paged_by)
    return Change(
        incident=replace(incident, held_until=until),
        pages=(page,),
        timers=(timer,),
        timeline=(event,),
        outgoing=one_line(incident, f"page:{page.id}:held", said, buttons=(button,)),
    )


def release(
    incident: Incident, page: Page, tiers: tuple[PageTier, ...], now: datetime, *, by: Who | None = None
) -> Change:
    """Send a page that was held, to whoever is on call now; `by` is who would not wait. Nothing if it was sent."""
    if page.state is not PageState.HELD:
        return Change()
    page = replace(page, epoch=page.epoch + 1, state=PageState.RUNNING, tiers=tiers, started_at=now)
    said: Sentence = (by, " did not wait for working hours") if by else ("Working hours have begun",)
    change = _run(replace(incident, held_until=None), page, now, said=said)
    return Change(cancel=(f"release:{page.id}",)).then(change)


def again(incident: Incident, page: Page, by: Who, now: datetime, *, epoch: int | None = None) -> Change:
    """Page everybody again, from the first tier. Raises Refusal if it was answered, stopped, or begun again already."""
    if not page.live:
        raise over(incident, page)
    if epoch is not None and epoch != page.epoch:
        asks = waiting(page)
        asked: Sentence = (" ", asks[-1].who, " was paged at ", At(asks[-1].asked_at)) if asks else ()
        raise Refusal("This was begun again already, so nobody was paged twice.", *asked)
    stopped = (ended(ask, AskState.MISSED, now) for ask in waiting(page))
    fresh = replace(
        with_asks(page, *stopped),
        epoch=page.epoch + 1,
        state=PageState.RUNNING,
        tier=0,
        loop=0,
        alarms=(),
        handing_to=None,
        handed_by=None,
    )
    change = _run(incident, fresh, now, said=(by, f" pages everybody{called(page)} again"))
    since: Sentence = (
        f"{incident.label}{called(page)}: nobody had answered. ",
        by,
        " pages everybody again since ",
        At(now),
    )
    return silence(incident, page, now).then(change).then(Change(outgoing=alarm.over_now(incident, page, since)))


def stop_all(incident: Incident, pages: Iterable[Page], now: datetime, why: str) -> Change:
    """Stop every page that waits, and let those who answered keep what they answered; no timer goes on."""
    change = Change(incident=incident)
    for page in pages:
        change = change.then(stop(incident, page, now, why))
    return change


def stop(incident: Incident, page: Page, now: datetime, why: str) -> Change:
    """Stop one page; an answered one only ends its hand-over. `why` finishes "Nobody need answer:"."""
    if page.state is PageState.STOPPED:
        return Change()
    was_waiting = page.live or page.state is PageState.HELD
    asks = (ended(ask, AskState.STOPPED, now) for ask in waiting(page))
    saved = replace(
        with_asks(page, *asks),
        epoch=page.epoch + 1,
        state=PageState.STOPPED if was_waiting else page.state,
        next_due=None,
        handing_to=None,
    )
    said: Sentence = (f"The page{called(page)} stopped unanswered: ", Words(why))
    event = event_of(page, f"stopped:{saved.epoch}", EventKind.PAGED, said, now)
    ends: Sentence = (f"{incident.label}{called(page)}: nobody had answered when the page stopped, ", Words(why), ".")
    rows = (
        *(alarm.over_now(incident, page, ends) if page.live else ()),
        *refresh_copies(saved),
        *refresh_homes(saved, *asked_people(saved)),
    )
    return silence(incident, page, now).then(
        Change(pages=(saved,), timeline=(event,) if was_waiting else (), outgoing=rows)
    )


def _new(incident: Incident, call: Call, state: PageState, now: datetime) -> Page:
    return Page(
        id=call.page,
        incident=incident.number,
        kind=call.kind,
        target=call.target,
        epoch=1,
        state=state,
        tiers=call.tiers,
        repeat=call.repeat,
        paged_by=call.by,
        why=call.why,
        started_at=now,
    )


def _run(incident: Incident, page: Page, now: datetime, *, said: Sentence = ()) -> Change:
    """Ask the first tier that reaches somebody, in a line that begins with `said` where there is anything to say."""
    found = seek(page, 0, -1)
    skipped = skips(page, found, now)
    key = f"page:{page.id}:run:{page.epoch}"
    if found.index is None:
        return _nobody_to_ask(incident, page, now).then(Change(timeline=skipped))
    change = ask_tier(incident, page, found, now)
    told = change.incident or incident
    who = page.tiers[found.index].who or ""
    paging: Sentence = (*said, ": paging " if said else "Paging ", who, *skipped_words(found))
    line = one_line(told, key, paging) if said or found.skipped else ()
    # Copies of an earlier run are edited; the new one is sent as it is.
    rows = (*line, *refresh_copies(page), *refresh_around(told))
    return Change(timeline=skipped).then(change).then(Change(outgoing=rows))


def _nobody_to_ask(incident: Incident, page: Page, now: datetime) -> Change:
    """A list without anybody on it that can be reached: the alarm, then reminders until somebody takes it."""
    due = now + REMIND_EVERY
    saved = replace(page, state=PageState.EXHAUSTED, next_due=due)
    said = alarm.nobody_has_answered(incident, saved)
    event = event_of(page, f"nobody:{page.epoch}", EventKind.NOBODY, said, now)
    alarms = alarm.notice(incident, saved, "first:0", ring=False)
    saved = alarm.sounded(saved, alarms)
    rows = (*alarms, *refresh_copies(saved), *refresh_around(incident))
    return Change(
        incident=incident,
        pages=(saved,),
        timers=(alarm.next_reminder(saved, due, 1),),
        timeline=(event,),
        outgoing=rows,
    )


def _pulled_in(page: Page) -> Sentence:
    if page.kind is PageKind.IMPACT:
        return ()
    why: Sentence = (" (", Words(page.why), ")") if page.why else ()
    return (page.paged_by or "Tocsin", f" pulls in {page.target}", *why)


def _first(page: Page) -> Sentence:
    found = seek(page, 0, -1)
    who = None if found.index is None else page.tiers[found.index].who
    return ("whoever is on call (", who, " as it stands)") if who else ("whoever is on call",)
