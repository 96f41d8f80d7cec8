"""What Slack answered to a page's messages: sent, refused for good, or sent to somebody who may not hear it."""

from dataclasses import replace
from datetime import datetime
from typing import Final

from bot.domain import handing_over
from bot.domain.alarm import silence
from bot.domain.asking import (
    called,
    ended,
    event_of,
    nobody_buttons,
    refresh_around,
    refresh_copies,
    tellers,
    waiting,
    with_asks,
)
from bot.domain.change import Change
from bot.domain.effects import CheckMuted, Outgoing, Priority, Receipt, Refused, Sent
from bot.domain.escalating import Cause, advance
from bot.domain.incident import Incident
from bot.domain.outgoing import tell_person
from bot.domain.page import Ask, AskState, Page, PageKind, PageState
from bot.domain.page_timers import key_of, undelivered_timer
from bot.domain.prose import Sentence, Who, Words
from bot.domain.telling import one_line
from bot.domain.timeline import EventKind

USER: Final = "user"
"""Receipt fact: the Slack id that the message went to, found by e-mail when the directory alone knew the person."""
MUTED: Final = "muted"
"""Receipt fact of CheckMuted: `yes` where the person has notifications paused."""
YES: Final = "yes"


def page_sent(page: Page, incident: Incident, ask: Ask, receipt: Receipt, now: datetime) -> Change:
    """Take the receipt of a copy: then see whether they can hear it, or go on at once if it cannot reach them."""
    mine = page.asked(ask.id)
    if mine is None:
        return Change()
    answered = Change(cancel=(undelivered_timer(page, mine).id,))
    if isinstance(receipt, Refused):
        return answered.then(_refused(page, incident, mine, receipt, now))
    sent = replace(mine, sent_at=now, who=_found(mine.who, receipt))
    row = f"{ask.id}:muted"
    check = Outgoing(id=row, stream=row, effect=CheckMuted(page=page.id, ask=ask.id), priority=Priority.URGENT)
    waits = mine.state is AskState.WAITING
    return answered.then(Change(pages=(with_asks(page, sent),), outgoing=(check,) if waits else ()))


def mute_known(page: Page, incident: Incident, ask: Ask, receipt: Receipt, now: datetime) -> Change:
    """Say who may not hear their page, with the number to call. No tier is skipped for it."""
    mine = page.asked(ask.id)
    muted = isinstance(receipt, Sent) and dict(receipt.facts).get(MUTED) == YES
    if mine is None or not muted or mine.muted or mine.state is not AskState.WAITING:
        return Change()
    saved = with_asks(page, replace(mine, muted=True))
    phone = mine.who.phone
    call = f"call {phone}" if phone else "no phone number is known, so find them another way"
    said: Sentence = (mine.who, f" may not hear this: {call}")
    event = event_of(page, f"muted:{ask.id}", EventKind.TROUBLE, (*said, " (notifications are paused)"), now)
    key = f"muted:{ask.id}"
    people = [who for who in tellers(incident, page) if not who.same_as(mine.who)]
    told = [tell_person(incident, who, key, (f"{incident.label}: ", *said)) for who in people]
    rows = (*told, *one_line(incident, key, said, priority=Priority.URGENT), *refresh_around(incident))
    return Change(pages=(saved,), timeline=(event,), outgoing=rows)


def _refused(page: Page, incident: Incident, ask: Ask, receipt: Refused, now: datetime) -> Change:
    why = receipt.remedy or receipt.error
    said: Sentence = (ask.who, f" could not be paged{called(page)} (", Words(why), ")")
    troubled = with_asks(page, replace(ask, trouble=why))
    if ask.state is not AskState.WAITING:
        event = event_of(page, f"refused:{ask.id}", EventKind.UNREACHABLE, said, now)
        return Change(pages=(troubled,), timeline=(event,))
    if page.handing_to is not None and page.handing_to.same_as(ask.who):
        return handing_over.not_reached(incident, troubled, ask, why, now)
    if page.kind is PageKind.PERSON:
        return _nobody_else(troubled, incident, ask, said, now)
    cause = Cause(said=said, kind=EventKind.UNREACHABLE, state=AskState.UNREACHABLE, who=ask.who)
    return advance(incident, troubled, cause, now)


def _nobody_else(page: Page, incident: Incident, ask: Ask, said: Sentence, now: datetime) -> Change:
    """A person paged directly cannot be reached: the page ends, and whoever paged them is told at once."""
    asks = (ended(each, AskState.UNREACHABLE, now) for each in waiting(page))
    saved = replace(with_asks(page, *asks), epoch=page.epoch + 1, state=PageState.STOPPED, next_due=None)
    line: Sentence = (*said, "; nobody else was paged")
    buttons = nobody_buttons(incident, page)[2:]
    key = f"page:{page.id}:unreachable:{key_of(ask.who)}"
    told = [tell_person(incident, who, key, line, buttons=buttons) for who in tellers(incident, page)]
    event = event_of(page, f"unreachable:{ask.id}", EventKind.UNREACHABLE, line, now)
    rows = (*one_line(incident, key, line, buttons=buttons), *told, *refresh_copies(saved), *refresh_around(incident))
    change = Change(incident=incident, pages=(saved,), timeline=(event,), outgoing=rows)
    return silence(incident, page, now).then(change)


def _found(who: Who, receipt: Sent) -> Who:
    user = dict(receipt.facts).get(USER)
    return replace(who, user=user) if user and not who.user else who
