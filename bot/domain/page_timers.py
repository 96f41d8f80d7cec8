"""The timers of a page: what it waits for after somebody was asked, by ids that carry its epoch."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Final

from bot.domain.change import Timer, TimerKind
from bot.domain.page import Ask, Page
from bot.domain.prose import Who

LEAST_WAIT_WITH_REMINDER: Final = timedelta(minutes=2)
UNDELIVERED_AFTER: Final = timedelta(seconds=30)
"""How long Slack may take for a page before it is sent another way, too: three calls that each get no answer."""


def key_of(who: Who) -> str:
    """What tells one person from another in ids."""
    return who.user or who.person or who.name


def escalation_id(page: Page) -> str:
    """The id of the timer that a running page's present tier waits for."""
    return f"esc:{page.id}:{page.epoch}:{page.loop}:{page.tier}"


def paging_timers(page: Page) -> tuple[str, ...]:
    """Every timer that a page may have set, for cancelling."""
    kinds = ("esc", "half", "nobody", "unanswered", "undelivered")
    return (*(f"{kind}:{page.id}:*" for kind in kinds), f"release:{page.id}")


def half_way_timer(page: Page, ask: Ask, due: datetime) -> Iterator[Timer]:
    """The reminder of an ask whose wait is long enough for one."""
    wait = due - ask.asked_at
    if wait >= LEAST_WAIT_WITH_REMINDER:
        yield Timer(
            id=f"half:{page.id}:{page.epoch}:{ask.loop}:{ask.tier}:{key_of(ask.who)}",
            kind=TimerKind.HALF_WAY,
            due_at=ask.asked_at + wait / 2,
            incident=page.incident,
            page=page.id,
            fence=page.epoch,
            about=ask.id,
        )


def unanswered_timer(page: Page, due: datetime, number: int = 0) -> Timer:
    """The timer after which whoever paged (or handed over to) a person is told; `number` counts the tellings."""
    suffix = f":{number}" if number else ""
    return Timer(
        id=f"unanswered:{page.id}:{page.epoch}{suffix}",
        kind=TimerKind.UNANSWERED,
        due_at=due,
        incident=page.incident,
        page=page.id,
        fence=page.epoch,
        about=str(number),
    )


def escalation_timer(page: Page, due: datetime) -> Timer:
    """The timer that takes a page to its next tier."""
    return Timer(
        id=escalation_id(page),
        kind=TimerKind.ESCALATE,
        due_at=due,
        incident=page.incident,
        page=page.id,
        fence=page.epoch,
    )


def undelivered_timer(page: Page, ask: Ask) -> Timer:
    """The timer that looks whether a copy has left; its receipt cancels it."""
    return Timer(
        id=f"undelivered:{page.id}:{page.epoch}:{ask.loop}:{ask.tier}:{key_of(ask.who)}",
        kind=TimerKind.UNDELIVERED,
        due_at=ask.asked_at + UNDELIVERED_AFTER,
        incident=page.incident,
        page=page.id,
        fence=page.epoch,
        about=ask.id,
    )
