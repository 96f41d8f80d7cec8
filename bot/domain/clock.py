"""The comms clock: when each audience was promised its next word, and what happens as that time comes and goes.

Each promise is a round. Its timers carry the round as their fence, so that a promise that was kept, snoozed or
replaced never reminds anybody. Reminders go five minutes ahead to whoever keeps the clock, to the war room at the time,
and to the commander five minutes after; the promise after a broken one falls due one interval later.
"""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final

from bot.domain.change import Change, Timer, TimerKind
from bot.domain.incident import Incident
from bot.domain.severity import Severity
from bot.domain.update import Audience, Clock

NOTICE: Final = timedelta(minutes=5)
GRACE: Final = timedelta(minutes=5)
SNOOZE: Final = timedelta(minutes=10)


def first_due(severity: Severity, audience: Audience, at: datetime) -> datetime | None:
    """When the first word is due for an audience, counted from `at`; None where the severity promises none."""
    promised = severity.first_public if audience is Audience.PUBLIC else severity.internal_first
    return at + promised if promised is not None and severity.clock else None


def interval(severity: Severity, audience: Audience, age: timedelta) -> timedelta | None:
    """How long after a word the next is due, in an incident declared `age` ago."""
    return severity.public_every if audience is Audience.PUBLIC else severity.internal_interval(age)


def next_due(incident: Incident, severity: Severity, audience: Audience, now: datetime) -> datetime | None:
    """When the next word would be due if one were published now."""
    every = interval(severity, audience, now - incident.times.declared)
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
    clock = Clock(
        audience=audience,
        round=old.round + 1 if old else 1,
        due_at=due,
        running=due is not None,
        kept=(old.kept if old else 0) + (1 if kept and old and not old.breached else 0),
        breaches=old.breaches if old else 0,
    )
    return _put(incident, clock, old, now)


def kept(incident: Incident, audience: Audience, next_at: datetime | None, now: datetime) -> Change:
    """Note that an audience was told; the next word is due at `next_at`."""
    return promise(incident, audience, next_at, now, kept=True)


def snooze(incident: Incident, clock: Clock, now: datetime) -> Change:
    """Move a promise by ten minutes from its time, or from now if that has passed. The caller allows it once."""
    due = max(clock.due_at or now, now) + SNOOZE
    return _put(incident, replace(clock, round=clock.round + 1, due_at=due, snoozed=True, reminded=False), clock, now)


def moved(incident: Incident, before: Severity, after: Severity, now: datetime) -> Change:
    """Move the clocks with the severity: raised, the earlier time holds; lowered, promises already made are kept."""
    change = Change(incident=incident)
    if not after.is_worse_than(before):
        return change
    for audience in Audience:
        current = change.incident or incident
        clock = current.clock(audience)
        if clock is None or clock.due_at is None or not clock.running:
            if not (incident.private and audience is Audience.PUBLIC):
                change = change.then(start(current, after, now, (audience,)))
            continue
        told = incident.last_update(audience)
        due = next_due(current, after, audience, told.published_at) if told and told.published_at else None
        due = due or first_due(after, audience, incident.times.declared)
        if due is not None and due < clock.due_at:
            earlier = replace(clock, round=clock.round + 1, due_at=max(due, now + NOTICE), reminded=False)
            change = change.then(_put(current, earlier, clock, now))
    return change


def stop(incident: Incident) -> Change:
    """Stop both clocks: nothing more is due."""
    clocks = tuple(replace(clock, running=False, due_at=None, round=clock.round + 1) for clock in incident.clocks)
    return Change(incident=replace(incident, clocks=clocks), cancel=(f"clock:{incident.number}:*",))


def reminded(incident: Incident, clock: Clock) -> Incident:
    """Note that the keeper of the clock was reminded."""
    return with_clock(incident, replace(clock, reminded=True))


def breached(incident: Incident, clock: Clock) -> Incident:
    """Note that a promised time passed without a word."""
    return with_clock(incident, replace(clock, breached=True, breaches=clock.breaches + 1))


def after_breach(incident: Incident, clock: Clock, severity: Severity, now: datetime) -> Change:
    """Promise the next word one interval after the time that was missed, so that a breach never ends the reminders."""
    every = interval(severity, clock.audience, now - incident.times.declared) or timedelta(hours=1)
    due = clock.due_at or now
    while due <= now:
        due += every
    return _put(incident, replace(clock, round=clock.round + 1, due_at=due, reminded=False, snoozed=False), clock, now)


def fired_for(incident: Incident, timer: Timer) -> Clock | None:
    """The clock whose promise a timer is about, if that promise still stands."""
    clock = incident.clock(Audience(timer.about))
    standing = clock is not None and clock.running and clock.round == timer.fence and incident.open
    return clock if standing else None


def with_clock(incident: Incident, clock: Clock) -> Incident:
    """The incident with one audience's clock replaced."""
    others = tuple(each for each in incident.clocks if each.audience is not clock.audience)
    return replace(incident, clocks=(*others, clock))


def _put(incident: Incident, clock: Clock, old: Clock | None, now: datetime) -> Change:
    cancel = (f"clock:{incident.number}:{clock.audience.value}:{old.round}:*",) if old else ()
    timers = _timers(incident.number, clock, now) if clock.running else ()
    return Change(incident=with_clock(incident, clock), timers=timers, cancel=cancel)


def _timers(number: int, clock: Clock, now: datetime) -> tuple[Timer, ...]:
    if clock.due_at is None:
        return ()
    stem = f"clock:{number}:{clock.audience.value}:{clock.round}"
    at = (
        ("soon", TimerKind.CLOCK_SOON, clock.due_at - NOTICE),
        ("due", TimerKind.CLOCK_DUE, clock.due_at),
        ("late", TimerKind.CLOCK_LATE, clock.due_at + GRACE),
    )
    return tuple(
        Timer(
            id=f"{stem}:{name}", kind=kind, due_at=due, incident=number, fence=clock.round, about=clock.audience.value
        )
        for name, kind, due in at
        if due > now or kind is not TimerKind.CLOCK_SOON
    )
