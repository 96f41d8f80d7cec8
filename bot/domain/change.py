"""A change: all that one decision saves, in one transaction."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final

from bot.domain.alert import Alert
from bot.domain.effects import Outgoing
from bot.domain.incident import Incident
from bot.domain.page import Page
from bot.domain.timeline import Event

NO_INCIDENT: Final = 0
"""The number of a timer's incident where it belongs to none; incidents are counted from 1."""


class TimerKind(StrEnum):
    """What a timer does when it is due."""

    ESCALATE = "escalate"
    HALF_WAY = "half_way"
    NOBODY_AGAIN = "nobody_again"
    UNANSWERED = "unanswered"
    UNDELIVERED = "undelivered"
    RELEASE_PAGE = "release_page"
    CLOCK_SOON = "clock_soon"
    CLOCK_DUE = "clock_due"
    CLOCK_LATE = "clock_late"
    SUMMARY_SOON = "summary_soon"
    SUMMARY = "summary"
    REVISIT = "revisit"
    WATCH = "watch"
    POSTMORTEM = "postmortem"
    ARCHIVE = "archive"
    AWARE_AGAIN = "aware_again"
    AWARE_UNSEEN = "aware_unseen"
    SYNTHETIC = "synthetic"


@dataclass(frozen=True, slots=True, kw_only=True)
class Timer:
    """Something that must happen at `due_at` (aware UTC).

    `incident` is NO_INCIDENT where it belongs to none. `fence` is compared with the page's epoch or the clock's round
    when it fires.
    """

    id: str
    kind: TimerKind
    due_at: datetime
    incident: int
    page: int | None = None
    fence: int = 0
    about: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """What to save. Ids in `withdraw` (outbox rows not yet sent) and `cancel` (timers) that end in `*` are prefixes."""

    incident: Incident | None = None
    pages: tuple[Page, ...] = ()
    alerts: tuple[Alert, ...] = ()
    timeline: tuple[Event, ...] = ()
    outgoing: tuple[Outgoing, ...] = ()
    withdraw: tuple[str, ...] = ()
    timers: tuple[Timer, ...] = ()
    cancel: tuple[str, ...] = ()

    def then(self, later: "Change") -> "Change":
        """Join two changes; the later one's incident and pages win."""
        pages = {page.id: page for page in (*self.pages, *later.pages)}
        return Change(
            incident=later.incident or self.incident,
            pages=tuple(pages.values()),
            alerts=self.alerts + later.alerts,
            timeline=self.timeline + later.timeline,
            outgoing=self.outgoing + later.outgoing,
            withdraw=self.withdraw + later.withdraw,
            timers=self.timers + later.timers,
            cancel=self.cancel + later.cancel,
        )

    def and_then(self, rule: Callable[[Incident], "Change"]) -> "Change":
        """Join what a rule makes of the incident as it is after this change; without an incident, nothing."""
        return self.then(rule(self.incident)) if self.incident is not None else self
