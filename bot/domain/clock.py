"""The comms clock: when each audience was promised its next word, and what happens as that time comes and goes.

Each promise is a round. Its timers carry the round as their fence, so that a promise that was kept, snoozed or
replaced never reminds anybody. Reminders go five minutes ahead to whoever keeps the clock, to the war room at the time,
and to the commander five minutes after; the promise after a broken one falls due one interval later.
"""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final

from bot.domain import promises
from bot.domain.change import Change, Timer, TimerKind
from bot.domain.incident import Incident
from bot.domain.severity import Severity
from bot.domain.update import Audience, Clock, StatusUpdate

NOTICE: Final = timedelta(minutes=5)
GRACE: Final = timedelta(minutes=5)
SNOOZE: Final = timedelta(minutes=10)
USUAL: Final = timedelta(hours=1)
"""The interval after a broken promise where the severity, changed since, promises nothing any more."""


def began(incident: Incident) -> datetime:
    """When the clocks began: at the declaration, or when the incident was last reopened."""
    return incident.times.reopened or incident.times.declared


def last_word(incident: Incident, audience: Audience) -> StatusUpdate | None:
    """The last update that an audience was told since the clocks began; what came before a reopening is history."""
    told = incident.last_update(audience)
    return told if told and told.published_at and told.published_at >= began(incident) else None


def first_due(severity: Severity, audience: Audience, at: datetime) -> datetime | None:
    """When the first word is due for an audience, counted from `at`; None where the severity promises none."""
    promised = severity.first_public if audience is Audience.PUBLIC else severity.internal_first
    return at + promised if promised is not None and severity.clock else None


def interval(severity: Severity, audience: Audience, age: timedelta) -> timedelta | None:
    """How long after a word the next is due, in an incident that began `age` ago; None where none is promised."""
    if not severity.clock:
        return None
    return severity.public_every if audience is Audience.PUBLIC else severity.internal_interval(age)


def next_due(incident: Incident, severity: Severity, audience: Audience, now: datetime) -> datetime | None:
    """When the next word would be due if one were published now."""
    every = interval(severity, audience, now - began(incident))
    return now + every if every is not None else None


def start(
    incident: Incident, severity: Severity, at: datetime, audiences: tuple[Audience, ...] | None = None
) -> Change:
    """Start the clocks that a severity promises.

    A private incident's public clock waits for the commander to start it.
    """
    wanted = audiences or ((Audience.INTERNAL,) if incident.private else (Audience.PUBLIC, Audience.INTERNAL))
    change = Change(incident=incident)
    for audience in wanted:
        due = first_due(severity, audience, at)
        if due is not None:
            change = change.then(promise(change.incident or incident, audience, due, at))
    return change


def promise(
    incident: Incident, audience: Audience, due: datetime | None, now: datetime, *, kept: bool = False
) -> Change:
    """Replace the promise to an audience by one due at `due` (None: nothing more is promised)."""
    old = incident.clock(audience)
    in_time = kept and old is not None and old.running and not (old.breached or old.owing)
    clock = Clock(
        audience=audience,
        round=old.round + 1 if old else 1,
        due_at=due,
        running=due is not None,
        kept=(old.kept if old else 0) + (1 if in_time else 0),
        breaches=old.breaches if old else 0,
    )
    saved = promises.told(incident, audience, now) if kept else incident
    return _put(promises.made(saved, audience, due, now) if due else saved, clock, old, now)


def kept(incident: Incident, audience: Audience, next_at: datetime | None, now: datetime) -> Change:
    """Note that an audience was told; the next word is due at `next_at`."""
    return promise(incident, audience, next_at, now, kept=True)


def snooze(incident: Incident, clock: Clock, now: datetime) -> Change:
    """Move a promise by ten minutes from its time, or from now if that has passed. The caller allows it once."""
    due = max(clock.due_at or now, now) + SNOOZE
    later = replace(clock, round=clock.round + 1, due_at=due, snoozed=True, reminded=False)
    return _put(promises.moved(incident, clock.audience, due, snoozed=True), later, clock, now)


def moved(incident: Incident, before: Severity, after: Severity, now: datetime) -> Change:
    """Move the clocks with the severity: raised, the earlier time holds; lowered, promises already made are kept."""
    change = Change(incident=incident)
    if after.is_worse_than(before):
        for audience in Audience:
            change = change.then(_tightened(change.incident or incident, audience, after, now))
    return change


def stop(incident: Incident, now: datetime) -> Change:
    """Stop both clocks: nothing more is due."""
    clocks = tuple(replace(clock, running=False, due_at=None, round=clock.round + 1) for clock in incident.clocks)
    saved = replace(promises.ended(incident, now), clocks=clocks)
    return Change(incident=saved, cancel=(f"clock:{incident.number}:*",))


def reminded(incident: Incident, clock: Clock) -> Incident:
    """Note that the keeper of the clock was reminded."""
    return with_clock(incident, replace(clock, reminded=True))


def breached(incident: Incident, clock: Clock) -> Incident:
    """Note that a promised time passed without a word; once for each promise, also when it was snoozed afterwards."""
    more = 0 if clock.breached else 1
    if more and clock.due_at:
        incident = promises.missed(incident, clock.audience, clock.due_at)
    return with_clock(incident, replace(clock, breached=True, breaches=clock.breaches + more))


def after_breach(incident: Incident, clock: Clock, severity: Severity | None, now: datetime) -> Change:
    """Promise the next word whole intervals after the time that was missed, so that a breach never ends the reminders.

    A word stays owing: the one that comes next is late, and was snoozed as often as it may be.
    """
    age = now - began(incident)
    every = (interval(severity, clock.audience, age) if severity else None) or USUAL
    missed = clock.due_at or now
    due = missed + every * max((now - missed) // every + 1, 1)
    owed = replace(clock, round=clock.round + 1, due_at=due, reminded=False, breached=False, owing=True)
    return _put(incident, owed, clock, now)


def fired_for(incident: Incident, timer: Timer) -> Clock | None:
    """The clock whose promise a timer is about, if that promise still stands."""
    clock = incident.clock(Audience(timer.about))
    standing = clock is not None and clock.running and clock.round == timer.fence and incident.open
    return clock if standing else None


def together(incident: Incident, clock: Clock) -> tuple[Clock, ...]:
    """The running promises that fall due at the same moment as this one, the public one first."""
    found = (incident.clock(audience) for audience in Audience)
    return tuple(each for each in found if each and each.running and each.due_at == clock.due_at)


def timer_id(incident: Incident, clock: Clock, name: str) -> str:
    """Name a promise's timer: `soon`, `due` or `late`."""
    return f"clock:{incident.number}:{clock.audience.value}:{clock.round}:{name}"


def with_clock(incident: Incident, clock: Clock) -> Incident:
    """The incident with one audience's clock replaced."""
    others = tuple(each for each in incident.clocks if each.audience is not clock.audience)
    return replace(incident, clocks=(*others, clock))


def _tightened(incident: Incident, audience: Audience, severity: Severity, now: datetime) -> Change:
    """One audience's promise at a worse severity.

    What it would have promised from the beginning holds where that is earlier and still to be kept with notice. A
    promise that was not there before and would be overdue already is counted from now.
    """
    clock = incident.clock(audience)
    expected = _expected(incident, severity, audience)
    if clock is None or not clock.running or clock.due_at is None:
        if incident.private and audience is Audience.PUBLIC:
            return Change(incident=incident)
        ahead = expected is not None and expected >= now + NOTICE
        due = expected if ahead else first_due(severity, audience, now)
        return promise(incident, audience, due, now) if due is not None else Change(incident=incident)
    due = max(expected, now + NOTICE) if expected is not None else clock.due_at
    if due >= clock.due_at:
        return Change(incident=incident)
    earlier = replace(clock, round=clock.round + 1, due_at=due, reminded=False)
    return _put(promises.moved(incident, audience, due), earlier, clock, now)


def _expected(incident: Incident, severity: Severity, audience: Audience) -> datetime | None:
    """When a severity would have the next word due, had it held from the beginning."""
    told = last_word(incident, audience)
    if told is None or told.published_at is None:
        return first_due(severity, audience, began(incident))
    return next_due(incident, severity, audience, told.published_at)


def _put(incident: Incident, clock: Clock, old: Clock | None, now: datetime) -> Change:
    cancel = (f"clock:{incident.number}:{clock.audience.value}:{old.round}:*",) if old else ()
    timers = _timers(incident, clock, now) if clock.running else ()
    return Change(incident=with_clock(incident, clock), timers=timers, cancel=cancel)


def _timers(incident: Incident, clock: Clock, now: datetime) -> tuple[Timer, ...]:
    if clock.due_at is None:
        return ()
    at = (
        ("soon", TimerKind.CLOCK_SOON, clock.due_at - NOTICE),
        ("due", TimerKind.CLOCK_DUE, clock.due_at),
        ("late", TimerKind.CLOCK_LATE, clock.due_at + GRACE),
    )
    return tuple(
        Timer(
            id=timer_id(incident, clock, name),
            kind=kind,
            due_at=due,
            incident=incident.number,
            fence=clock.round,
            about=clock.audience.value,
        )
        for name, kind, due in at
        if due >= now or kind is not TimerKind.CLOCK_SOON
    )
