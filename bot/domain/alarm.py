"""When a page's list has run out: everyone is told that nobody has answered, and again until somebody does."""

from dataclasses import replace
from datetime import datetime
from typing import Final

from bot.domain.asking import (
    REMIND_EVERY,
    asked_people,
    called,
    nobody_buttons,
    not_sent,
    reachable,
    reminder_ids,
    tellers,
    unsent,
)
from bot.domain.change import Change, Timer, TimerKind
from bot.domain.effects import Outgoing, Priority
from bot.domain.incident import Incident, RoomKind
from bot.domain.outgoing import rewrite_line, tell_person, tell_room
from bot.domain.page import Page, PageState
from bot.domain.page_timers import key_of, paging_timers
from bot.domain.prose import Fragment, Sentence, Strong, Who, Words
from bot.domain.telling import one_line

NOBODY: Final = "NOBODY HAS ANSWERED"


def notice(incident: Incident, page: Page, key: str, *, ring: bool) -> tuple[Outgoing, ...]:
    """New messages that nobody has answered: war room, announce channel (unless private), and whoever paged.

    With `ring`, everybody who was asked hears it too: the reminder. Cards are the caller's; edits wake nobody.
    """
    said = nobody_has_answered(incident, page)
    buttons = nobody_buttons(incident, page)
    stem = f"nobody:{page.id}:{page.epoch}:{key}"
    rows = [*one_line(incident, stem, said, buttons=buttons, priority=Priority.URGENT)]
    if not incident.private and incident.rooms_wanted:
        rows.append(
            tell_room(incident, RoomKind.ANNOUNCE, stem, said, buttons=buttons, priority=Priority.URGENT),
        )
    asked = [who for who in asked_people(page) if reachable(who)] if ring else []
    people = _once([*tellers(incident, page), *asked])
    rows += [tell_person(incident, who, stem, said, buttons=buttons) for who in people]
    return tuple(rows)


def sounded(page: Page, rows: tuple[Outgoing, ...]) -> Page:
    """The page with these notices remembered, so that they can say later what came of it."""
    return replace(page, alarms=(*page.alarms, *(row.id for row in rows)))


def over_now(incident: Incident, page: Page, said: Sentence) -> tuple[Outgoing, ...]:
    """Have every line that said that nobody has answered say what came of it, without its buttons."""
    return tuple(rewrite_line(incident, row, said) for row in page.alarms)


def nobody_has_answered(incident: Incident, page: Page) -> Sentence:
    """The sentence, with everybody who was asked and the numbers to call."""
    pain: Sentence = () if incident.private else (f" · {incident.severity} · ", Words(incident.brief.pain))
    return (Strong(NOBODY), f"{called(page)}: {incident.label}", *pain, ". ", *_asked(page))


def withdrawn(incident: Incident, page: Page) -> tuple[str, ...]:
    """The rows of notices not yet sent, which are untrue once somebody answers."""
    rooms = (RoomKind.WAR_ROOM, RoomKind.ANNOUNCE, RoomKind.TRIAGE)
    told = [f"inc:{incident.number}:tell:{room.value}:nobody:{page.id}:*" for room in rooms]
    people = _once([*tellers(incident, page), *asked_people(page)])
    return (*told, *(f"inc:{incident.number}:dm:{key_of(who)}:nobody:{page.id}:*" for who in people))


def next_reminder(page: Page, due: datetime, number: int) -> Timer:
    """The timer of the next reminder; the first is number 1."""
    return Timer(
        id=f"nobody:{page.id}:{page.epoch}:{number}",
        kind=TimerKind.NOBODY_AGAIN,
        due_at=due,
        incident=page.incident,
        page=page.id,
        fence=page.epoch,
        about=str(number),
    )


def remind(incident: Incident, page: Page, timer: Timer, now: datetime) -> Change:
    """Tell everybody again that nobody has answered, and again ten minutes later.

    What Slack has not taken of the last time is not said any more: this says the same.
    """
    if page.state is not PageState.EXHAUSTED or timer.fence != page.epoch:
        return Change()
    number = int(timer.about or 1)
    due = max(timer.due_at, now) + REMIND_EVERY
    rows = notice(incident, page, f"again:{number}", ring=True)
    return Change(
        pages=(sounded(replace(page, next_due=due), rows),),
        withdraw=withdrawn(incident, page),
        outgoing=rows,
        timers=(next_reminder(page, due, number + 1),),
    )


def silence(incident: Incident, page: Page, now: datetime, by: Who | None = None) -> Change:
    """Cancel a page's timers and withdraw what it has not sent yet: copies on record, save those of who answers."""
    stale = (f"page:{page.id}:*", *reminder_ids(incident, page), *withdrawn(incident, page))
    copies = tuple(ask for ask in unsent(page) if by is None or not ask.who.same_as(by))
    record = not_sent(page, copies, "; it is not sent any more", now)
    return Change(cancel=paging_timers(page), withdraw=stale, timeline=record)


def _asked(page: Page) -> Sentence:
    people = asked_people(page)
    if not people:
        return ("Nobody could be asked: nobody on its list can be reached",)
    said: list[Fragment] = ["Asked: "]
    for number, who in enumerate(people):
        said += [", " if number else "", who, *_phone(who)]
    return tuple(said)


def _phone(who: Who) -> Sentence:
    return (" ", Words(who.phone)) if who.phone else (" (no phone number known)",)


def _once(people: list[Who]) -> list[Who]:
    known: list[Who] = []
    for who in people:
        if not any(who.same_as(each) for each in known):
            known.append(who)
    return known
