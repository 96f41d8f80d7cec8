"""Roles: who holds them, who did, and the commander's five lines."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.domain.effects import Card, InvitePeople, RefreshCard, ShowCard, TellRoom
from bot.domain.errors import Refusal
from bot.domain.impact import Impact
from bot.domain.incident import Incident, Status
from bot.domain.recording import DecisionForm, decide
from bot.domain.role import COMMANDER
from bot.domain.roles import all_roles, commander_checklist, find_role, given, take_command
from bot.domain.update import Summary
from tests.domain.lives import DIRECTORY, LEON, MAYA, NOW, an_incident, said

ROLES = all_roles(DIRECTORY)
COMMAND = find_role(ROLES, "commander")


def led_by_maya() -> Incident:
    incident = given(an_incident(), COMMAND, MAYA, MAYA, NOW).incident
    assert incident is not None
    return incident


@pytest.mark.parametrize(
    ("typed", "role"),
    [
        ("ic", "commander"),
        ("Incident-Commander", "commander"),
        ("comms", "comms"),
        ("Comms lead", "comms"),
        ("SCRIBE", "scribe"),
        ("customer liaison", "liaison"),
    ],
)
def test_a_role_is_known_by_all_its_words(typed: str, role: str) -> None:
    assert find_role(ROLES, typed).id == role


def test_an_unknown_role_gets_the_nearest_and_the_list() -> None:
    with pytest.raises(Refusal) as refused:
        find_role(ROLES, "comander")
    assert "did you mean Commander?" in said(refused.value.said)
    assert "Customer liaison" in said(refused.value.said)


def test_a_new_holder_is_invited_gets_the_guide_and_one_line_is_posted() -> None:
    change = given(an_incident(), COMMAND, MAYA, MAYA, NOW)
    effects = [row.effect for row in change.outgoing]
    assert [effect.to for effect in effects if isinstance(effect, ShowCard) and effect.card is Card.GUIDE] == [MAYA]
    assert {effect.room.value for effect in effects if isinstance(effect, InvitePeople)} == {"war_room", "stakeholders"}
    assert [said(effect.said) for effect in effects if isinstance(effect, TellRoom)] == ["maya is commander now"]


def test_a_hand_over_keeps_the_history() -> None:
    later = NOW + timedelta(minutes=30)
    change = given(led_by_maya(), COMMAND, LEON, MAYA, later)
    incident = change.incident
    assert incident is not None
    assert incident.holder(COMMANDER) == LEON
    assert [(term.who, term.until) for term in incident.terms] == [(MAYA, later), (LEON, None)]
    assert said(change.timeline[-1].said) == "leon is commander now, after maya, by maya"


def test_giving_a_role_to_its_holder_changes_nothing() -> None:
    incident = led_by_maya()
    change = given(incident, COMMAND, MAYA, LEON, NOW)
    assert (change.incident, change.timeline, change.outgoing) == (incident, (), ())


def test_whoever_acknowledges_leads_only_if_nobody_does_and_says_it_in_their_own_line() -> None:
    change = take_command(an_incident(), MAYA, NOW)
    assert change.incident is not None
    assert change.incident.holder(COMMANDER) == MAYA
    assert not any(isinstance(row.effect, TellRoom) for row in change.outgoing)
    assert take_command(led_by_maya(), LEON, NOW).timeline == ()


def test_the_five_lines_begin_open_and_tick_from_the_record() -> None:
    incident = led_by_maya()
    assert [done for _, done in commander_checklist(incident)] == [False] * 5
    told = replace(
        incident,
        status=Status.MITIGATING,
        impact=(Impact(at=NOW, by=MAYA, percent=32, scope="EU", revenue="$12k/h"),),
        summaries=(Summary(number=1, text="…", at=NOW + timedelta(minutes=1)),),
        logged=1,
    )
    assert [done for _, done in commander_checklist(told)] == [True] * 5


def test_figures_that_came_after_the_last_word_do_not_count_as_told() -> None:
    incident = replace(
        led_by_maya(),
        impact=(Impact(at=NOW + timedelta(minutes=5), by=MAYA, percent=32),),
        summaries=(Summary(number=1, text="…", at=NOW),),
    )
    assert dict(commander_checklist(incident))["stakeholders told with figures"] is False


def test_the_guide_is_edited_when_a_line_may_tick() -> None:
    change = decide(led_by_maya(), DecisionForm(text="Roll back"), MAYA, NOW)
    refreshed = [row.effect.card for row in change.outgoing if isinstance(row.effect, RefreshCard)]
    assert Card.GUIDE in refreshed
