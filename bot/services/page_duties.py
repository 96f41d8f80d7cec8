"""What the timers of pages do when they are due; the sweep runs each in one transaction with the timer's end."""

from collections.abc import Callable, Mapping
from datetime import datetime
from types import MappingProxyType
from typing import Final

from bot.domain import alarm, escalating, handing_over
from bot.domain import undelivered as not_sent
from bot.domain.change import Change, Timer, TimerKind
from bot.domain.directory import Directory
from bot.domain.incident import Incident
from bot.domain.page import Page
from bot.services.page_starting import release
from bot.services.ports import Render, Tx

Rule = Callable[[Incident, Page, Timer, datetime], Change]
Duty = Callable[[Tx, Timer, Directory, datetime, Render], Change]


def escalate(tx: Tx, timer: Timer, _directory: Directory, now: datetime, _render: Render) -> Change:
    """A tier's time is up."""
    return _by(escalating.fired, tx, timer, now)


def half_way(tx: Tx, timer: Timer, _directory: Directory, now: datetime, _render: Render) -> Change:
    """Half of somebody's time is up."""
    return _by(escalating.half_way, tx, timer, now)


def nobody_again(tx: Tx, timer: Timer, _directory: Directory, now: datetime, _render: Render) -> Change:
    """Nobody has answered for another ten minutes."""
    return _by(alarm.remind, tx, timer, now)


def unanswered(tx: Tx, timer: Timer, _directory: Directory, now: datetime, _render: Render) -> Change:
    """A person paged directly, or asked to take over, has not answered."""
    return _by(handing_over.unanswered, tx, timer, now)


def undelivered(tx: Tx, timer: Timer, _directory: Directory, now: datetime, _render: Render) -> Change:
    """Slack has had its time to take a page."""
    return _by(not_sent.undelivered, tx, timer, now)


def release_page(tx: Tx, timer: Timer, directory: Directory, now: datetime, _render: Render) -> Change:
    """Working hours have begun: the page goes to whoever is on call now."""
    page = None if timer.page is None else tx.page(timer.page)
    incident = tx.incident(timer.incident)
    if page is None or incident is None or not incident.open or timer.fence != page.epoch:
        return Change()
    return release(tx, directory, incident, page, now)


PAGE_DUTIES: Final[Mapping[TimerKind, Duty]] = MappingProxyType(
    {
        TimerKind.ESCALATE: escalate,
        TimerKind.HALF_WAY: half_way,
        TimerKind.NOBODY_AGAIN: nobody_again,
        TimerKind.UNANSWERED: unanswered,
        TimerKind.UNDELIVERED: undelivered,
        TimerKind.RELEASE_PAGE: release_page,
    }
)


def _by(rule: Rule, tx: Tx, timer: Timer, now: datetime) -> Change:
    page = None if timer.page is None else tx.page(timer.page)
    incident = tx.incident(timer.incident)
    return rule(incident, page, timer, now) if page is not None and incident is not None else Change()
