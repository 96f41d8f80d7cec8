"""The comms clock: what is promised when, and what must hold whatever people do and however time passes."""

from dataclasses import replace
from datetime import timedelta
from itertools import pairwise

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from bot.domain import clock, clock_keeping, promises
from bot.domain.change import Change, Timer, TimerKind
from bot.domain.effects import Outgoing, TellPerson, TellRoom
from bot.domain.incident import Incident
from bot.domain.prose import Who
from bot.domain.role import COMMANDER, COMMS
from bot.domain.roles import assign
from bot.domain.severity import BUILT_IN, BUILT_IN_BY_NAME, Severity
from bot.domain.timeline import Event
from bot.domain.update import Audience, Clock
from tests.domain.lives import LEON, MAYA, NOW, SAM, an_incident
from tests.size import examples

MINUTE = timedelta(minutes=1)
SEV1, SEV2, SEV3, SEV4 = BUILT_IN
PUBLIC, INTERNAL = Audience.PUBLIC, Audience.INTERNAL


def saved(change: Change) -> Incident:
    assert change.incident is not None
    return change.incident


def promised(incident: Incident, audience: Audience) -> Clock:
    found = incident.clock(audience)
    assert found is not None
    return found


def due(incident: Incident, audience: Audience) -> float | None:
    """How many minutes after the declaration an audience is promised its next word."""
    found = incident.clock(audience)
    return (found.due_at - NOW) / MINUTE if found and found.due_at else None


def started(severity: Severity, *, private: bool = False) -> Incident:
    return saved(clock.start(an_incident(severity=severity.name, private=private), severity, NOW))


@pytest.mark.parametrize(
    ("severity", "public", "internal"), [(SEV1, 15, 15), (SEV2, 30, 30), (SEV3, None, 60), (SEV4, None, None)]
)
def test_the_first_words_are_due_as_the_severity_says(
    severity: Severity, public: float | None, internal: float | None
) -> None:
    incident = started(severity)
    assert (due(incident, PUBLIC), due(incident, INTERNAL)) == (public, internal)


@pytest.mark.parametrize(
    ("severity", "age", "public", "internal"),
    [(SEV1, 10, 30, 15), (SEV1, 60, 30, 30), (SEV2, 10, 60, 30), (SEV3, 10, None, 240), (SEV4, 10, None, None)],
)
def test_then_the_intervals_are_the_severitys(
    severity: Severity, age: int, public: float | None, internal: float | None
) -> None:
    now = NOW + age * MINUTE
    due_at = [clock.next_due(an_incident(), severity, audience, now) for audience in (PUBLIC, INTERNAL)]
    assert [(each - now) / MINUTE if each else None for each in due_at] == [public, internal]


def test_a_reopened_incident_is_young_again() -> None:
    incident = an_incident()
    now = NOW + timedelta(days=2)
    again = replace(incident, times=replace(incident.times, reopened=now))
    assert clock.next_due(again, SEV1, INTERNAL, now) == now + 15 * MINUTE
    assert clock.next_due(incident, SEV1, INTERNAL, now) == now + 30 * MINUTE


def test_a_private_incidents_public_clock_waits_for_the_commander() -> None:
    incident = started(SEV1, private=True)
    assert incident.clock(PUBLIC) is None
    assert due(saved(clock.start(incident, SEV1, NOW + MINUTE, (PUBLIC,))), PUBLIC) == 16


def test_a_severity_without_a_clock_promises_nothing_whatever_its_other_cells_say() -> None:
    quiet = replace(SEV1, clock=False)
    assert clock.first_due(quiet, PUBLIC, NOW) is None
    assert clock.next_due(an_incident(), quiet, INTERNAL, NOW) is None


def test_raised_early_the_words_are_due_as_if_it_had_been_so_from_the_declaration() -> None:
    incident = saved(clock.moved(started(SEV3), SEV3, SEV1, NOW + 5 * MINUTE))
    assert (due(incident, PUBLIC), due(incident, INTERNAL)) == (15, 15)


def test_raised_late_a_new_promise_counts_from_now_and_an_old_one_leaves_five_minutes() -> None:
    incident = saved(clock.moved(started(SEV3), SEV3, SEV1, NOW + 40 * MINUTE))
    assert (due(incident, PUBLIC), due(incident, INTERNAL)) == (55, 45)


def test_raising_just_before_a_word_is_due_does_not_put_it_off() -> None:
    incident = saved(clock.moved(started(SEV2), SEV2, SEV1, NOW + 27 * MINUTE))
    assert (due(incident, PUBLIC), due(incident, INTERNAL)) == (30, 30)


def test_lowering_keeps_what_was_promised() -> None:
    before = started(SEV1)
    assert saved(clock.moved(before, SEV1, SEV3, NOW + MINUTE)) == before


def test_raising_never_starts_a_private_incidents_public_clock() -> None:
    incident = saved(clock.moved(started(SEV3, private=True), SEV3, SEV1, NOW + MINUTE))
    assert incident.clock(PUBLIC) is None


def test_a_promise_made_with_five_minutes_left_still_reminds() -> None:
    change = clock.promise(an_incident(), INTERNAL, NOW + 5 * MINUTE, NOW)
    assert [timer.kind for timer in change.timers] == [TimerKind.CLOCK_SOON, TimerKind.CLOCK_DUE, TimerKind.CLOCK_LATE]
    change = clock.promise(an_incident(), INTERNAL, NOW + 4 * MINUTE, NOW)
    assert [timer.kind for timer in change.timers] == [TimerKind.CLOCK_DUE, TimerKind.CLOCK_LATE]


def test_a_word_in_time_counts_as_kept_and_a_late_one_does_not() -> None:
    incident = started(SEV1)
    in_time = saved(clock.kept(incident, PUBLIC, NOW + 44 * MINUTE, NOW + 14 * MINUTE))
    assert promised(in_time, PUBLIC).kept == 1
    missed = clock.breached(incident, promised(incident, PUBLIC))
    assert promised(saved(clock.kept(missed, PUBLIC, None, NOW + 16 * MINUTE)), PUBLIC).kept == 0
    owing = saved(clock.after_breach(missed, promised(missed, PUBLIC), SEV1, NOW + 20 * MINUTE))
    late = saved(clock.kept(owing, PUBLIC, NOW + 51 * MINUTE, NOW + 21 * MINUTE))
    assert (promised(late, PUBLIC).kept, promised(late, PUBLIC).breaches) == (0, 1)
    assert promised(saved(clock.kept(late, PUBLIC, None, NOW + 50 * MINUTE)), PUBLIC).kept == 1


def test_a_snooze_after_the_time_has_passed_counts_from_now_and_is_no_second_breach() -> None:
    incident = started(SEV1)
    missed = clock.breached(incident, promised(incident, PUBLIC))
    later = saved(clock.snooze(missed, promised(missed, PUBLIC), NOW + 18 * MINUTE))
    assert due(later, PUBLIC) == 28
    assert promised(clock.breached(later, promised(later, PUBLIC)), PUBLIC).breaches == 1


def test_after_a_long_sleep_the_next_promise_lies_ahead() -> None:
    incident = started(SEV1)
    for minutes, expected in ((20, 45), (45, 75), (1000, 1005)):
        now = NOW + minutes * MINUTE
        assert due(saved(clock.after_breach(incident, promised(incident, PUBLIC), SEV1, now)), PUBLIC) == expected


def test_a_severity_that_the_directory_dropped_does_not_end_the_reminders() -> None:
    incident = started(SEV1)
    assert due(saved(clock.after_breach(incident, promised(incident, PUBLIC), None, NOW + 20 * MINUTE)), PUBLIC) == 75


def test_the_record_says_of_each_promise_what_became_of_it() -> None:
    incident = started(SEV1)
    missed = clock.breached(incident, promised(incident, PUBLIC))
    owing = saved(clock.after_breach(missed, promised(missed, PUBLIC), SEV1, NOW + 20 * MINUTE))
    again = clock.breached(owing, promised(owing, PUBLIC))
    late = saved(clock.kept(again, PUBLIC, NOW + 80 * MINUTE, NOW + 50 * MINUTE))
    ended = saved(clock.stop(late, NOW + 60 * MINUTE))
    of_public = [each for each in ended.promises if each.audience is PUBLIC]
    assert [each.late_by(NOW) for each in of_public] == [35 * MINUTE, 5 * MINUTE, None]
    assert [(each.made_at, each.due_at) for each in of_public] == [
        (NOW, NOW + 15 * MINUTE),
        (NOW + 15 * MINUTE, NOW + 45 * MINUTE),
        (NOW + 50 * MINUTE, NOW + 80 * MINUTE),
    ]
    assert [each.kept for each in of_public] == [False] * 3
    assert not any(each.open for each in ended.promises)
    assert {each.severity for each in ended.promises} == {"SEV1"}


class AnyHistory(RuleBasedStateMachine):
    """Publishing, snoozing, raising, lowering, roles and time in any order; timers fire as a store would fire them."""

    def __init__(self) -> None:
        super().__init__()
        self.now = NOW
        self.incident = an_incident()
        self.timers: dict[str, Timer] = {}
        self.ended: set[tuple[str, int]] = set()
        self.breaches: list[Event] = []
        self.snoozes: dict[Audience, int] = dict.fromkeys(Audience, 0)
        self.missed: dict[Audience, int] = dict.fromkeys(Audience, 0)

    @initialize(severity=st.sampled_from(["SEV1", "SEV2", "SEV3"]), private=st.booleans())
    def declared(self, severity: str, *, private: bool) -> None:
        self.incident = an_incident(severity=severity, private=private)
        self.save(clock.start(self.incident, BUILT_IN_BY_NAME[severity], self.now))

    @rule(minutes=st.integers(1, 200))
    def time_passes(self, minutes: int) -> None:
        end = self.now + minutes * MINUTE
        while timer := self.next_timer():
            if timer.due_at > end:
                break
            self.now = max(timer.due_at, self.now)
            self.fire(timer)
        self.now = end

    @rule(minutes=st.integers(6, 300))
    def the_bot_sleeps(self, minutes: int) -> None:
        self.now += minutes * MINUTE
        while (timer := self.next_timer()) and timer.due_at <= self.now:
            self.fire(timer)

    @rule(audience=st.sampled_from(Audience), minutes=st.none() | st.integers(2, 120))
    def published(self, audience: Audience, minutes: int | None) -> None:
        if self.incident.clock(audience) is None:
            return
        row = BUILT_IN_BY_NAME[self.incident.severity]
        usual = clock.next_due(self.incident, row, audience, self.now)
        self.end_round(audience)
        due_at = self.now + minutes * MINUTE if minutes else usual
        self.save(clock.kept(self.incident, audience, due_at, self.now))
        self.snoozes[audience] = 0

    @rule(audience=st.sampled_from(Audience))
    def snoozed(self, audience: Audience) -> None:
        promise = self.incident.clock(audience)
        if promise is None or not promise.running or promise.snoozed:
            return
        self.end_round(audience)
        self.save(clock_keeping.snoozed(self.incident, (promise,), SAM, self.now))
        self.snoozes[audience] += 1

    @rule(severity=st.sampled_from(sorted(BUILT_IN_BY_NAME)))
    def severity_changes(self, severity: str) -> None:
        before = {each.audience: each for each in self.incident.clocks}
        old, new = BUILT_IN_BY_NAME[self.incident.severity], BUILT_IN_BY_NAME[severity]
        self.incident = replace(self.incident, severity=severity)
        self.save(clock.moved(self.incident, old, new, self.now))
        for audience, was in before.items():
            if not was.running or was.due_at is None:
                continue
            now_due = promised(self.incident, audience).due_at
            assert now_due is not None, "a promise made is kept"
            assert now_due <= was.due_at, "raising never moves a due time later"
            assert new.is_worse_than(old) or now_due == was.due_at, "lowering moves nothing"

    @rule(role=st.sampled_from([COMMS, COMMANDER]), who=st.sampled_from([MAYA, LEON, None]))
    def roles_change(self, role: str, who: Who | None) -> None:
        if who:
            self.incident = assign(self.incident, role, who, SAM, self.now)
        else:
            terms = (replace(each, until=self.now) if each.role == role else each for each in self.incident.terms)
            self.incident = replace(self.incident, terms=tuple(terms))

    @precondition(lambda self: self.incident.private)
    @rule()
    def the_commander_starts_the_public_clock(self) -> None:
        if self.incident.clock(PUBLIC) is None:
            row = BUILT_IN_BY_NAME[self.incident.severity]
            self.save(clock.start(self.incident, row, self.now, (PUBLIC,)))

    @rule()
    def stopped_and_started_again(self) -> None:
        for audience in Audience:
            self.end_round(audience)
        self.save(clock.stop(self.incident, self.now))
        assert not self.timers
        again = replace(self.incident.times, reopened=self.now)
        self.incident = replace(self.incident, times=again)
        self.save(clock.start(self.incident, BUILT_IN_BY_NAME[self.incident.severity], self.now))
        self.snoozes = dict.fromkeys(Audience, 0)

    @invariant()
    def an_audience_has_one_promise_and_its_timers_are_of_its_round(self) -> None:
        assert len({each.audience for each in self.incident.clocks}) == len(self.incident.clocks)
        for timer in self.timers.values():
            standing = promised(self.incident, Audience(timer.about))
            assert standing.running
            assert timer.fence == standing.round
        for each in self.incident.clocks:
            kinds = [timer.kind for timer in self.timers.values() if timer.about == each.audience]
            assert len(kinds) == len(set(kinds)), "never two running promises"
            assert not each.running or TimerKind.CLOCK_LATE in kinds, "a promise is never forgotten"

    @invariant()
    def each_breach_is_counted_once_and_on_record_once(self) -> None:
        keys = [event.key for event in self.breaches]
        assert len(keys) == len(set(keys))
        for each in self.incident.clocks:
            assert each.breaches == self.missed[each.audience]
        assert len(keys) == sum(self.missed.values())

    @invariant()
    def the_record_of_promises_agrees_with_the_clocks(self) -> None:
        for each in self.incident.clocks:
            mine = [promise for promise in self.incident.promises if promise.audience is each.audience]
            assert sum(promise.kept for promise in mine) == each.kept
            assert sum(promise.missed for promise in mine) == each.breaches
            standing = [promise.due_at for promise in mine if promise.open and not promise.missed]
            due_in_order = each.running and not each.breached and not each.owing
            assert standing == ([each.due_at] if due_in_order else [])
            owing = each.running and (each.breached or each.owing)
            assert bool(promises.owed_since(self.incident, each.audience)) == owing

    @invariant()
    def a_word_is_put_off_once_at_most(self) -> None:
        assert all(count <= 1 for count in self.snoozes.values())

    def fire(self, timer: Timer) -> None:
        del self.timers[timer.id]
        assert (timer.about, timer.fence) not in self.ended, "a kept or snoozed promise never reminds"
        before = self.incident
        match timer.kind:
            case TimerKind.CLOCK_SOON:
                change = clock_keeping.soon(before, timer, self.now)
            case TimerKind.CLOCK_DUE:
                change = clock_keeping.due(before, timer, self.now)
            case _:
                row = BUILT_IN_BY_NAME[before.severity]
                change = clock_keeping.late(before, timer, row, self.now)
        self.check_told(timer, change.outgoing)
        self.save(change)

    def check_told(self, timer: Timer, rows: tuple[Outgoing, ...]) -> None:
        told = [row.effect.who for row in rows if isinstance(row.effect, TellPerson)]
        in_room = [row for row in rows if isinstance(row.effect, TellRoom)]
        assert len(told) <= 1, "promises of one moment are one message"
        assert len(in_room) <= 1
        if timer.kind is TimerKind.CLOCK_DUE:
            assert in_room
        for who in told:
            holders = (self.incident.holder(COMMS), self.incident.holder(COMMANDER))
            assert who in holders or (in_room and who == SAM), "never to an empty role"

    def save(self, change: Change) -> None:
        """Cancel, then set timers, as the store does; note each promise that was missed for the first time."""
        if change.incident is not None:
            self.incident = change.incident
        for gone in change.cancel:
            exact = {gone} if not gone.endswith("*") else {each for each in self.timers if each.startswith(gone[:-1])}
            for each in exact:
                self.timers.pop(each, None)
        self.timers |= {timer.id: timer for timer in change.timers}
        for event in change.timeline:
            if event.key.endswith(":due"):
                self.breaches.append(event)
                self.missed[Audience(event.key.split(":")[1])] += 1

    def next_timer(self) -> Timer | None:
        return min(self.timers.values(), key=lambda each: (each.due_at, each.id), default=None)

    def end_round(self, audience: Audience) -> None:
        standing = self.incident.clock(audience)
        if standing:
            self.ended.add((audience.value, standing.round))


AnyHistory.TestCase.settings = settings(max_examples=examples(60), stateful_step_count=25, deadline=None)
TestAnyHistory = AnyHistory.TestCase


def test_breaches_that_go_on_come_an_interval_apart() -> None:
    history = AnyHistory()
    history.declared("SEV1", private=False)
    history.time_passes(180)
    public = [event.at for event in history.breaches if ":public:" in event.key]
    assert {later - earlier for earlier, later in pairwise(public)} == {30 * MINUTE}
