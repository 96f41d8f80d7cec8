"""What people put on record, and where it shows."""

from datetime import timedelta

import pytest

from bot.domain.change import Change, TimerKind
from bot.domain.effects import TellPerson, TellRoom
from bot.domain.errors import Refusal
from bot.domain.incident import Incident
from bot.domain.reading import ImpactForm
from bot.domain.recording import DecisionForm, add_action, decide, finish_action, log, report_impact, revisit
from bot.domain.roles import assign
from bot.domain.timeline import EventKind
from tests.domain.lives import LEON, MAYA, NOW, SAM, an_incident, said


def saved(change: Change) -> Incident:
    assert change.incident is not None
    return change.incident


def lines(change: Change) -> list[str]:
    """What is newly posted in the war room itself, threads aside."""
    effects = [row.effect for row in change.outgoing]
    return [said(effect.said) for effect in effects if isinstance(effect, TellRoom) and effect.thread_of is None]


def messages(change: Change) -> list[tuple[str, str]]:
    effects = [row.effect for row in change.outgoing]
    return [(effect.who.name, said(effect.said)) for effect in effects if isinstance(effect, TellPerson)]


def test_a_line_of_the_log_stands_on_record_and_in_the_thread_only() -> None:
    change = log(an_incident(), "Restarted the workers", MAYA, NOW)
    assert [(event.kind, said(event.said)) for event in change.timeline] == [(EventKind.LOG, "Restarted the workers")]
    assert lines(change) == []
    threads = [row.effect for row in change.outgoing if isinstance(row.effect, TellRoom)]
    assert [said(each.said) for each in threads] == ["maya: Restarted the workers"]


def test_two_equal_lines_are_both_on_record() -> None:
    first = log(an_incident(), "Still slow", MAYA, NOW)
    second = log(saved(first), "Still slow", MAYA, NOW)
    assert first.timeline[0].key != second.timeline[0].key


@pytest.mark.parametrize("typed", ["changed Deployed 4.2 at 02:00", "Changed: Deployed 4.2 at 02:00"])
def test_what_changed_before_it_broke_stands_on_the_card(typed: str) -> None:
    change = log(an_incident(), typed, MAYA, NOW)
    assert saved(change).changed == "Deployed 4.2 at 02:00"
    assert change.timeline[0].kind is EventKind.CHANGE


def test_a_line_may_be_about_an_earlier_time_but_not_a_later() -> None:
    earlier = NOW - timedelta(minutes=9)
    assert log(an_incident(), "It began", MAYA, NOW, at=earlier).timeline[0].at == earlier
    with pytest.raises(Refusal, match="future"):
        log(an_incident(), "It will begin", MAYA, NOW, at=NOW + timedelta(minutes=9))


def test_an_empty_line_is_refused_with_an_example() -> None:
    with pytest.raises(Refusal, match="Write it like"):
        log(an_incident(), " \u202e ", MAYA, NOW)


def test_decisions_are_numbered_and_told_in_one_line() -> None:
    change = decide(an_incident(), DecisionForm(text="Roll back 4.2", why="It began then"), MAYA, NOW)
    change = change.then(decide(saved(change), DecisionForm(text="Keep the flag off"), MAYA, NOW))
    assert [each.number for each in saved(change).decisions] == [1, 2]
    assert lines(change) == [
        "Decision 1: Roll back 4.2 · maya. Why: It began then",
        "Decision 2: Keep the flag off · maya",
    ]


def test_a_due_revisit_reminds_the_commander_once() -> None:
    at = NOW + timedelta(hours=1)
    change = decide(an_incident(), DecisionForm(text="Wait", revisit_at=at), SAM, NOW)
    assert [(timer.kind, timer.due_at) for timer in change.timers] == [(TimerKind.REVISIT, at)]
    led = assign(saved(change), "commander", MAYA, MAYA, NOW)
    reminded = revisit(led, 1, at)
    assert messages(reminded) == [("maya", "INC-42: decision 1 is to be revisited now: Wait")]
    assert revisit(saved(reminded), 1, at) == Change()


def test_a_revisit_that_has_passed_is_refused() -> None:
    with pytest.raises(Refusal) as refused:
        decide(an_incident(), DecisionForm(text="Wait", revisit_at=NOW), SAM, NOW)
    assert refused.value.field == "revisit"


def test_the_owner_of_an_action_is_told_in_person() -> None:
    change = add_action(an_incident(), "Roll back", MAYA, NOW, owner=LEON, due=NOW + timedelta(minutes=40))
    assert [name for name, _ in messages(change)] == ["leon"]
    assert lines(change) == ["Action 1: Roll back · leon · by …"]
    assert messages(add_action(an_incident(), "Roll back", MAYA, NOW, owner=MAYA)) == []


def test_an_action_is_finished_once() -> None:
    incident = saved(add_action(an_incident(), "Roll back", MAYA, NOW, owner=LEON))
    done = finish_action(incident, 1, LEON, NOW)
    assert saved(done).actions[0].done_at == NOW
    assert finish_action(saved(done), 1, MAYA, NOW).timeline == ()
    with pytest.raises(Refusal, match="no action 2"):
        finish_action(incident, 2, LEON, NOW)


def test_what_is_not_said_of_the_impact_keeps_its_last_value() -> None:
    first = saved(report_impact(an_incident(), ImpactForm(percent=32, scope="EU"), MAYA, NOW))
    second = report_impact(first, ImpactForm(customers=1240, revenue="$12k/h"), MAYA, NOW)
    last = saved(second).impact[-1]
    assert (last.percent, last.customers, last.scope, last.revenue) == (32, 1240, "EU", "$12k/h")
    assert lines(second) == ["maya reports impact: about 32 %, at least 1,240 customers, EU, revenue $12k/h"]
    assert len(saved(second).impact) == 2


@pytest.mark.parametrize("form", [ImpactForm(), ImpactForm(percent=101), ImpactForm(customers=-1)])
def test_an_impact_that_says_nothing_or_the_impossible_is_refused(form: ImpactForm) -> None:
    with pytest.raises(Refusal, match="Nothing was recorded"):
        report_impact(an_incident(), form, MAYA, NOW)
