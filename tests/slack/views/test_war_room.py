"""The war room's card: all its fields, and the states in which it changes its face."""

import pytest
from hypothesis import given, settings

from bot.domain.page import AskState, PageState
from bot.slack.views.war_room import war_room_card
from tests.size import examples
from tests.slack.views.samples import (
    a_page,
    a_resolved_incident,
    alerts_of,
    an_ask,
    an_incident,
    checked,
    hostile,
    labels_of,
)

ROW = ["Update", "Decide", "Roles", "Severity", "Page someone", "Resolve", "I'm helping"]


def test_the_card_holds_every_field() -> None:
    message = war_room_card(an_incident("Turn it off"), (a_page(),), alerts_of("Error rate 32 %"))
    said = checked(message)
    for field in ("Severity", "Status", "Since", "Now", "Changed", "Next action", "Customers last told", "Impact"):
        assert f"*{field}*: " in message.text
    for field in ("Roles", "Paged", "Next update due", "Alerts"):
        assert f"*{field}*: " in message.text
    assert "about 32 %, at least 1,240 customers" in said
    assert "impact owner: waiting for <@UMAYA>" in said
    assert "1. Turn it off · <@ULEON> · due <!date^" in said
    assert "<#CSTAKE> · <https://runbooks.acme.test/checkout|Runbook>" in said
    assert labels_of(message) == ROW
    assert len(message.blocks) <= 10


def test_what_is_not_known_is_said() -> None:
    said = checked(war_room_card(an_incident("", impact=(), terms=(), updates=(), actions=(), decisions=()), ()))
    assert "*Impact*: not reported yet; revenue not estimated" in said
    assert "*Changed*: not known yet" in said
    assert "*Customers last told*: nothing yet" in said
    assert "Commander nobody yet · Comms lead nobody yet" in said


def test_when_nobody_has_answered_the_card_says_so_with_phones() -> None:
    message = war_room_card(an_incident(), (a_page(PageState.EXHAUSTED, an_ask(AskState.MISSED)),))
    assert message.text.startswith("*NOBODY HAS ANSWERED* · asked: <@UMAYA>: +1 555 0100")
    checked(message)
    assert labels_of(message)[:3] == ["I have it", "Page again", "Page someone"]


def test_a_held_page_can_be_sent_now() -> None:
    message = war_room_card(an_incident(), (a_page(PageState.HELD),))
    checked(message)
    assert labels_of(message) == ["Page now", *ROW]


def test_a_resolved_card_says_when_how_long_and_what() -> None:
    message = war_room_card(a_resolved_incident("Rolled back"), (a_page(PageState.STOPPED),))
    said = checked(message)
    assert "*RESOLVED* · <!date^" in said
    assert "after 1 h 35 min\nRolled back" in said
    assert labels_of(message) == ["Reopen"]


@pytest.mark.parametrize("state", PageState)
@settings(deadline=None, max_examples=examples(40))
@given(text=hostile)
def test_whatever_was_typed_slack_takes_it(state: PageState, text: str) -> None:
    pages = (a_page(state, an_ask(AskState.MISSED, text)), a_page(PageState.ACKNOWLEDGED, id=8, target=text))
    checked(war_room_card(an_incident(text), pages, alerts_of(text)))
    checked(war_room_card(a_resolved_incident(text), pages))
