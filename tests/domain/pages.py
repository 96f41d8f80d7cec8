"""A page's life without a store: what a change saves is kept in dictionaries; time moves when a test says so."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from bot.domain import alarm, escalating, handing_over, paging, undelivered
from bot.domain.change import Change, Timer, TimerKind
from bot.domain.effects import Outgoing, SendPage, TellPerson, TellRoom
from bot.domain.incident import Incident, RoomKind
from bot.domain.page import AskState, Page, PageKind, PageTier
from bot.domain.paging import Call
from bot.domain.prose import Who
from bot.domain.timeline import Event
from tests.domain.lives import DANA, LEON, MAYA, NOW, SAM, an_incident, said

MINUTES_5 = timedelta(minutes=5)
RULES = {
    TimerKind.ESCALATE: escalating.fired,
    TimerKind.HALF_WAY: escalating.half_way,
    TimerKind.NOBODY_AGAIN: alarm.remind,
    TimerKind.UNANSWERED: handing_over.unanswered,
    TimerKind.UNDELIVERED: undelivered.undelivered,
}


def tier(who: Who | None, *, wait: timedelta = MINUTES_5, skipped: str | None = None) -> PageTier:
    why = f"{who.name}'s turn" if who else ""
    return PageTier(rule=who.name if who else "secondary", who=who, why=why, wait=wait, skipped=skipped)


def a_call(*tiers: PageTier, repeat: int = 2, kind: PageKind = PageKind.IMPACT, by: Who | None = None) -> Call:
    given = tiers or (tier(MAYA), tier(LEON))
    target = given[0].who.name if given[0].who else "somebody"
    return Call(page=1, kind=kind, target=target, tiers=given, repeat=repeat, by=by)


def a_direct_call(who: Who = LEON, by: Who = SAM) -> Call:
    return a_call(tier(who), repeat=0, kind=PageKind.PERSON, by=by)


def waiting_names(page: Page) -> list[str]:
    """Whose answers a page waits for."""
    return [ask.who.name for ask in page.asks if ask.state is AskState.WAITING]


def named(ids: tuple[str, ...], known: str) -> bool:
    return any(known.startswith(each[:-1]) if each.endswith("*") else known == each for each in ids)


@dataclass
class Life:
    """One incident with one page, saved as the store would save it."""

    incident: Incident = field(default_factory=an_incident)
    page: Page | None = None
    now: datetime = NOW
    timers: dict[str, Timer] = field(default_factory=dict)
    rows: dict[str, Outgoing] = field(default_factory=dict)
    unsent: set[str] = field(default_factory=set)
    record: dict[str, Event] = field(default_factory=dict)

    @property
    def waits(self) -> set[TimerKind]:
        """What the page waits for, beside Slack's word that it has taken each copy."""
        return {timer.kind for timer in self.timers.values()} - {TimerKind.UNDELIVERED}

    @property
    def the_page(self) -> Page:
        assert self.page is not None
        return self.page

    def save(self, change: Change) -> Change:
        if change.incident is not None:
            self.incident = replace(change.incident, version=change.incident.version + 1)
        for page in change.pages:
            self.page = replace(page, version=page.version + 1)
        for event in change.timeline:
            self.record.setdefault(event.key, event)
        for timer in [each for each in self.timers if named(change.cancel, each)]:
            del self.timers[timer]
        # How long somebody leads is no matter of the page.
        self.timers |= {timer.id: timer for timer in change.timers if timer.kind is not TimerKind.WATCH}
        self.unsent -= {row for row in self.unsent if named(change.withdraw, row)}
        for row in change.outgoing:
            if row.id not in self.rows:
                self.rows[row.id] = row
                self.unsent.add(row.id)
        return change

    def start(self, call: Call | None = None) -> Change:
        return self.save(paging.start(self.incident, call or a_call(), self.now))

    def wait(self, duration: timedelta) -> None:
        """Let time pass, with every timer at its time."""
        until = self.now + duration
        while due := min((each for each in self.timers.values() if each.due_at <= until), key=_order, default=None):
            self.now = max(self.now, due.due_at)
            self.fire(due)
        self.now = until

    def sleep(self, duration: timedelta) -> None:
        """Let time pass with nobody watching; what was due then fires late."""
        self.now += duration
        for due in sorted((each for each in self.timers.values() if each.due_at <= self.now), key=_order):
            if due.id in self.timers:
                self.fire(due)

    def fire(self, timer: Timer) -> None:
        del self.timers[timer.id]
        self.save(RULES[timer.kind](self.incident, self.the_page, timer, self.now))

    def asked(self) -> list[str]:
        """Whom pages were sent to, in order."""
        ids = {ask.id: ask.who.name for ask in self.the_page.asks}
        return [ids[row.effect.ask] for row in self.rows.values() if isinstance(row.effect, SendPage)]

    def room(self, room: RoomKind = RoomKind.WAR_ROOM) -> list[str]:
        """What the war room, or another, was told."""
        told = [row.effect for row in self.rows.values() if isinstance(row.effect, TellRoom)]
        return [said(effect.said) for effect in told if effect.room is room]

    def told(self, who: Who) -> list[str]:
        """What one person was told by direct message, pages apart."""
        effects = [row.effect for row in self.rows.values() if isinstance(row.effect, TellPerson)]
        return [said(effect.said) for effect in effects if effect.who.same_as(who)]

    def on_record(self) -> list[str]:
        return [said(event.said) for event in self.record.values()]

    def do(self, rule: Callable[..., Change], *given: object, **more: object) -> Change:
        """Apply a rule of the domain to what is now."""
        return self.save(rule(self.incident, self.the_page, *given, self.now, **more))


def _order(timer: Timer) -> tuple[datetime, str]:
    return timer.due_at, timer.id


__all__ = [
    "DANA",
    "LEON",
    "MAYA",
    "MINUTES_5",
    "NOW",
    "SAM",
    "Life",
    "a_call",
    "a_direct_call",
    "tier",
    "waiting_names",
]
