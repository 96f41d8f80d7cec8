"""A page that Slack has not taken goes by the installation's fallback.

That is half a minute after it should have left, or at once while Slack is known to be down.
"""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final

from bot.domain.asking import event_of, lasting
from bot.domain.change import Change, Timer
from bot.domain.effects import Outgoing, Priority, Receipt, Refused
from bot.domain.fallback import SendByFallback
from bot.domain.incident import Incident
from bot.domain.page import Ask, AskState, Page
from bot.domain.page_timers import UNDELIVERED_AFTER
from bot.domain.prose import Sentence, Words
from bot.domain.telling import one_line
from bot.domain.timeline import EventKind

SLEPT: Final = timedelta(seconds=10)
"""A timer this late was slept through."""
FELL_BACK: Final = "fell_back"
"""Receipt fact of SendByFallback: the fallback took it. Without it there was no need to any more."""


def undelivered(_incident: Incident, page: Page, timer: Timer, now: datetime) -> Change:
    """Send a page by the fallback that Slack has not taken and that still waits for an answer.

    A timer that was slept through says that Tocsin was down, and nothing of Slack: it has its whole time again.
    """
    ask = page.asked(timer.about)
    if not page.live or timer.fence != page.epoch or ask is None or not undelivered_yet(ask):
        return Change()
    if now - timer.due_at >= SLEPT:
        return Change(timers=(replace(timer, due_at=now + UNDELIVERED_AFTER),))
    row = f"{ask.id}:fallback"
    effect = SendByFallback(page=page.id, ask=ask.id)
    return Change(outgoing=(Outgoing(id=row, stream=row, effect=effect, priority=Priority.PAGE),))


def undelivered_yet(ask: Ask) -> bool:
    """Whether somebody still waits to be asked: their copy has not left, and nothing has ended the ask."""
    return ask.sent_at is None and ask.state is AskState.WAITING


def sent_another_way(page: Page, incident: Incident, ask: Ask, receipt: Receipt, now: datetime) -> Change:
    """Put on record, and in the war room once Slack takes it, which way a page went, or that there was no other."""
    if isinstance(receipt, Refused):
        why: Sentence = (" and no other way worked (", Words(receipt.remedy or receipt.error), ")")
    elif not dict(receipt.facts).get(FELL_BACK):
        return Change()
    else:
        why = ("; it was sent by the fallback, where it cannot be acknowledged",)
    said: Sentence = ("Slack had not taken the page for ", ask.who, f" after {lasting(now - ask.asked_at)}", *why)
    event = event_of(page, f"fallback:{ask.id}", EventKind.TROUBLE, said, now)
    return Change(timeline=(event,), outgoing=one_line(incident, f"page:{page.id}:fallback:{ask.id}", said))
