"""What the comms clock says: to whom, with which buttons, once for what is due at one moment."""

from dataclasses import replace
from datetime import timedelta

from bot.domain import clock, clock_keeping
from bot.domain.change import Change, Timer, TimerKind
from bot.domain.effects import Priority, TellPerson, TellRoom
from bot.domain.incident import Incident, RoomKind
from bot.domain.prose import Button, Who
from bot.domain.publishing import Publication, posted, publish
from bot.domain.role import COMMANDER, COMMS
from bot.domain.roles import assign
from bot.domain.severity import BUILT_IN_BY_NAME
from bot.domain.timeline import EventKind
from bot.domain.update import Audience, Stage, UpdateForm
from bot.domain.wording import draft, with_update
from tests.domain.lives import LEON, MAYA, NOW, SAM, an_incident, said

MINUTE = timedelta(minutes=1)
SEV1 = BUILT_IN_BY_NAME["SEV1"]
PUBLIC, INTERNAL = Audience.PUBLIC, Audience.INTERNAL
FORM = UpdateForm(status="investigating", customers_see="Cards are declined")


def saved(change: Change) -> Incident:
    assert change.incident is not None
    return change.incident


def running(*, comms: Who | None = None, commander: Who | None = None, declared_by: Who = SAM) -> Incident:
    """A SEV1 with both clocks at their first promise: due at 15 minutes."""
    incident = an_incident(severity="SEV1", declared_by=declared_by)
    for role, who in ((COMMS, comms), (COMMANDER, commander)):
        incident = assign(incident, role, who, who, NOW) if who else incident
    return saved(clock.start(incident, SEV1, NOW))


def timer(incident: Incident, audience: Audience, kind: TimerKind) -> Timer:
    standing = incident.clock(audience)
    assert standing is not None
    return Timer(id="t", kind=kind, due_at=NOW, incident=42, fence=standing.round, about=audience.value)


def soon(incident: Incident, audience: Audience = PUBLIC, minutes: float = 10) -> Change:
    return clock_keeping.soon(incident, timer(incident, audience, TimerKind.CLOCK_SOON), NOW + minutes * MINUTE)


def due(incident: Incident, audience: Audience = PUBLIC, minutes: float = 15) -> Change:
    return clock_keeping.due(incident, timer(incident, audience, TimerKind.CLOCK_DUE), NOW + minutes * MINUTE)


def late(incident: Incident, audience: Audience = PUBLIC, minutes: float = 20) -> Change:
    return clock_keeping.late(incident, timer(incident, audience, TimerKind.CLOCK_LATE), SEV1, NOW + minutes * MINUTE)


def people(change: Change) -> list[Who]:
    return [row.effect.who for row in change.outgoing if isinstance(row.effect, TellPerson)]


def rooms(change: Change) -> list[RoomKind]:
    return [row.effect.room for row in change.outgoing if isinstance(row.effect, TellRoom)]


def words(change: Change) -> str:
    return next(said(row.effect.said) for row in change.outgoing if isinstance(row.effect, TellPerson | TellRoom))


def offered(change: Change) -> list[str]:
    return [button.label for button in buttons(change)]


def buttons(change: Change) -> tuple[Button, ...]:
    return next(row.effect.buttons for row in change.outgoing if isinstance(row.effect, TellPerson | TellRoom))


def told(incident: Incident, *audiences: Audience, at: timedelta = MINUTE) -> Incident:
    """Both audiences told; public text handed out and posted."""
    given = Publication(by=MAYA, now=NOW + at)
    drafts = []
    for audience in audiences:
        made = draft(incident, audience, Stage.INVESTIGATING, "Words", FORM, NOW)
        made = replace(made, next_at=NOW + 15 * MINUTE)
        incident = with_update(incident, made)
        drafts.append(made)
    incident = saved(publish(incident, drafts, given))
    for each in drafts:
        if each.audience is PUBLIC:
            incident = saved(posted(incident, each.number, given))
    return incident


def test_the_clock_goes_to_the_comms_lead_then_to_the_commander() -> None:
    assert people(soon(running(comms=LEON, commander=MAYA))) == [LEON]
    assert people(soon(running(commander=MAYA))) == [MAYA]
    assert rooms(soon(running(commander=MAYA))) == []


def test_without_either_the_declarer_and_the_war_room_are_reminded() -> None:
    change = soon(running())
    assert people(change) == [SAM]
    assert rooms(change) == [RoomKind.WAR_ROOM]
    assert {"Take comms", "Publish the draft…"} <= set(offered(change))


def test_an_incident_that_an_alert_declared_reminds_the_war_room_alone() -> None:
    incident = running(declared_by=Who(name="Alertmanager"))
    for change in (soon(incident), late(incident)):
        assert people(change) == []
        assert rooms(change) == [RoomKind.WAR_ROOM]


def test_a_commander_whom_nobody_can_write_to_is_no_keeper() -> None:
    assert people(soon(running(commander=Who(name="Somebody")))) == [SAM]


def test_what_is_due_at_one_moment_is_one_message() -> None:
    incident = running(commander=MAYA)
    for change, rest in ((soon(incident), "soon"), (due(incident), "due")):
        assert len(people(change)) + len(rooms(change)) == 1
        assert "public and internal updates" in words(change)
        assert change.cancel == (f"clock:42:internal:1:{rest}",)
    breaches = [event for event in due(incident, INTERNAL).timeline if event.kind is EventKind.BREACH]
    assert [said(event.said) for event in breaches] == [
        "The public update missed its time, …",
        "The internal update missed its time, …",
    ]
    overdue = late(incident)
    assert people(overdue) == [MAYA]
    assert {"clock:42:public:1:*", "clock:42:internal:1:*"} == set(overdue.cancel)


def test_what_is_due_at_different_moments_is_said_apart() -> None:
    incident = saved(clock.promise(running(commander=MAYA), INTERNAL, NOW + 16 * MINUTE, NOW))
    change = soon(incident)
    assert "the next public update is due" in words(change)
    assert change.cancel == ()


def test_a_reminder_of_an_earlier_round_says_nothing() -> None:
    incident = running(commander=MAYA)
    old = timer(incident, PUBLIC, TimerKind.CLOCK_DUE)
    kept = saved(clock.kept(incident, PUBLIC, NOW + 45 * MINUTE, NOW))
    assert clock_keeping.due(kept, old, NOW + 15 * MINUTE) == Change()
    assert clock_keeping.late(kept, old, SEV1, NOW + 20 * MINUTE) == Change()
    assert clock_keeping.soon(kept, old, NOW + 10 * MINUTE) == Change()


def test_a_reminder_that_would_come_after_the_time_is_left_to_the_war_room() -> None:
    assert soon(running(commander=MAYA), minutes=15) == Change()


def test_a_resolved_incident_is_owed_nothing() -> None:
    incident = running(commander=MAYA)
    assert due(replace(incident, status=type(incident.status).RESOLVED)) == Change()


def test_at_the_time_the_war_room_is_told_whose_it_is_before_housekeeping() -> None:
    change = due(running(comms=LEON, commander=MAYA))
    assert "leon, it is yours" in words(change)
    assert change.outgoing[0].priority is Priority.URGENT
    assert people(change) == []
    assert "Nobody has comms" in words(due(running()))


def test_five_minutes_after_the_commander_is_told_and_whom_to_ask() -> None:
    change = late(running(comms=LEON, commander=MAYA))
    assert people(change) == [MAYA]
    assert words(change).endswith("Publish now, or ask leon.")
    assert words(late(running(commander=MAYA))).endswith("give somebody comms.")


def test_a_directory_that_dropped_the_severity_ends_no_reminders() -> None:
    incident = running(commander=MAYA)
    change = clock_keeping.late(incident, timer(incident, PUBLIC, TimerKind.CLOCK_LATE), None, NOW + 20 * MINUTE)
    assert change.timers


def test_the_first_word_offers_its_draft_and_later_ones_no_change() -> None:
    first = soon(running(comms=LEON))
    assert offered(first) == ["Update", "Publish the draft…", "Snooze 10 min"]
    assert "first words are drafted" in words(first)
    later = soon(told(running(comms=LEON), PUBLIC, INTERNAL))
    assert offered(later) == ["Update", "No change", "Snooze 10 min"]
    assert "Press No change" in words(later)
    assert "42:public+internal" in [button.value for button in buttons(later)]


def test_no_change_is_not_offered_for_what_was_said_before_a_reopening() -> None:
    incident = told(running(comms=LEON), PUBLIC, INTERNAL)
    again = replace(incident, times=replace(incident.times, reopened=NOW + 5 * MINUTE))
    assert "No change" not in offered(soon(again))


def test_public_text_that_nobody_has_posted_is_what_the_reminder_asks_for() -> None:
    incident = running(comms=LEON)
    made = draft(incident, PUBLIC, Stage.INVESTIGATING, "Words", FORM, NOW)
    ready = saved(publish(with_update(incident, made), (made,), Publication(by=LEON, now=NOW + MINUTE)))
    change = soon(ready)
    assert "The public text is ready: post it, then press I posted it." in words(change)
    assert [button.value for button in buttons(change) if button.label == "I posted it"] == ["42:1"]


def test_a_promise_that_was_snoozed_offers_no_other_snooze() -> None:
    incident = running(comms=LEON)
    promises = clock.together(incident, incident.clocks[0])
    snoozed = saved(clock_keeping.snoozed(incident, promises, LEON, NOW + 11 * MINUTE))
    assert "Snooze 10 min" not in offered(soon(snoozed, minutes=20))
    assert [each.due_at for each in snoozed.clocks] == [NOW + 25 * MINUTE] * 2


def test_a_snooze_is_on_record_for_each_audience() -> None:
    incident = running(comms=LEON)
    change = clock_keeping.snoozed(incident, clock.together(incident, incident.clocks[0]), LEON, NOW + 11 * MINUTE)
    assert [said(event.said) for event in change.timeline] == [
        "leon snoozed the public update once, to …",
        "leon snoozed the internal update once, to …",
    ]
    assert all(event.actor == LEON for event in change.timeline)


def test_a_promise_snoozed_after_it_was_missed_is_no_second_breach_on_record() -> None:
    missed = saved(due(running(comms=LEON)))
    promises = clock.together(missed, missed.clocks[0])
    snoozed = saved(clock_keeping.snoozed(missed, promises, LEON, NOW + 17 * MINUTE))
    again = due(snoozed, minutes=27)
    assert rooms(again) == [RoomKind.WAR_ROOM]
    assert again.timeline == ()
    assert [each.breaches for each in saved(again).clocks] == [1, 1]
