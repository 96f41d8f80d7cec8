"""Several pages in one message: each with its own state and buttons, whatever people typed, and however many."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain.bundling import MOST_TOGETHER
from bot.domain.copies import Copy
from bot.domain.page import AskState, PageState
from bot.slack.meta import PageRef, read_page_ref
from bot.slack.views.bundle import bundle
from tests.size import examples
from tests.slack.views.samples import a_page, an_ask, an_incident, checked, hostile, labels_of, objects_in


def copy(number: int, state: AskState = AskState.WAITING, text: str = "Cards are declined", **more: object) -> Copy:
    ended = {AskState.ACKNOWLEDGED: PageState.ACKNOWLEDGED, AskState.STOPPED: PageState.STOPPED}
    page = a_page(ended.get(state, PageState.RUNNING), an_ask(state), id=number)
    return Copy(page=page, ask=page.asks[0], incident=an_incident(text, number=number, **more))


def test_each_page_has_its_own_buttons() -> None:
    message = bundle([copy(1), copy(2)])
    checked(message)
    assert message.text.startswith("*2 pages wait for you here*. They came faster than Slack takes messages")
    assert (
        "*SEV1 · Customers cannot place orders* · INC-1 · Cards are declined · Next: <@ULEON> in 5 min" in message.text
    )
    pressed = [each for each in objects_in(message.payload()) if each.get("action_id") == "acknowledge"]
    assert [read_page_ref(each["value"]) for each in pressed] == [PageRef(page=n, epoch=3, tier=0) for n in (1, 2)]
    assert [each["accessibility_label"] for each in pressed] == ["Acknowledge INC-1", "Acknowledge INC-2"]


def test_what_became_of_each_stands_with_it() -> None:
    message = bundle([copy(1), copy(2, AskState.ACKNOWLEDGED), copy(3, AskState.MISSED), copy(4, AskState.STOPPED)])
    said = checked(message)
    assert "*1 page waits for you here*" in message.text
    assert "INC-2 · Cards are declined · Acknowledged by <@UMAYA>" in said
    assert "INC-3 · Cards are declined · no answer in 5 min" in said
    assert labels_of(message).count("I can't: page Leon now") == 1


def test_what_was_missed_may_still_be_taken() -> None:
    message = bundle([copy(1, AskState.MISSED), copy(2, AskState.ACKNOWLEDGED)])
    assert checked(message).startswith("*Others are asked by now, and some of these pages are not answered yet*")
    assert labels_of(message) == ["Acknowledge", "Pull in…", "Hand over…"]


def test_when_all_are_answered_it_says_so() -> None:
    message = bundle([copy(1, AskState.ACKNOWLEDGED), copy(2, AskState.STOPPED)])
    assert checked(message).startswith("*Every page of this message is answered or over*")


def test_a_private_incident_is_no_more_than_its_number_on_a_lock_screen() -> None:
    message = bundle([copy(1), copy(2, text="Salaries leaked", private=True)])
    checked(message)
    assert message.text.endswith("\nPrivate incident INC-2")
    assert "Salaries" not in message.text


@pytest.mark.parametrize("state", AskState)
def test_as_many_as_go_together_fit_with_every_line_on_the_lock_screen(state: AskState) -> None:
    message = bundle([copy(1), *(copy(number, state) for number in range(2, MOST_TOGETHER + 1))])
    checked(message)
    assert all(f"INC-{number}" in message.text for number in range(1, MOST_TOGETHER + 1))


@given(st.lists(st.tuples(st.sampled_from(AskState), hostile), min_size=1, max_size=MOST_TOGETHER))
@settings(max_examples=examples(20))
def test_nothing_that_people_type_breaks_it(typed: list[tuple[AskState, str]]) -> None:
    copies = [copy(number, state, text) for number, (state, text) in enumerate(typed, 1)]
    checked(bundle([replace(each, ask=replace(each.ask, why=typed[0][1])) for each in copies]))
