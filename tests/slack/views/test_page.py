"""The page, as its reader sees it at 3 a.m., in every state."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain.page import HANDED_OVER, AskState, PageKind, PageState
from bot.slack.meta import PageRef, read_page_ref
from bot.slack.views.page import page_copy
from tests.slack.views.samples import (
    LEON,
    MAYA,
    SAM,
    T0,
    a_page,
    a_resolved_incident,
    an_ask,
    an_incident,
    checked,
    hostile,
    labels_of,
    minutes,
    objects_in,
)


def test_a_waiting_page_says_why_what_first_and_who_is_next() -> None:
    message = page_copy(a_page(), an_ask(), an_incident("Turn it off"))
    checked(message)
    assert message.text.startswith("*SEV1 · Customers cannot place orders* · INC-42\nTurn it off · since <!date^")
    assert "*Why you*: you can reduce this fastest: Checkout's primary until Mon 09:00.\n" in message.text
    assert "*First action*: Turn it off · <https://runbooks.acme.test/checkout|Runbook>\n" in message.text
    assert "*May need*: Auth (auth-api), not paged\n" in message.text
    assert "Next: <@ULEON> in 5 min (<!date^" in message.text
    assert labels_of(message) == ["Acknowledge", "I can't: page Leon now", "Pull in…", "Hand over…"]


def test_whoever_is_asked_later_reads_that_they_are_next_in_line_and_not_that_they_are_fastest() -> None:
    later = an_ask(tier=1, who=LEON, why="Checkout's manager")
    message = page_copy(a_page(PageState.RUNNING, an_ask(AskState.MISSED), later), later, an_incident())
    assert "*Why you*: you are next in line: Checkout's manager.\n" in checked(message)


def test_its_buttons_carry_page_epoch_and_tier() -> None:
    payload = page_copy(a_page(), an_ask(tier=2), an_incident()).payload()
    values = {read_page_ref(each["value"]) for each in objects_in(payload) if each.get("type") == "button"}
    assert values == {PageRef(page=7, epoch=3, tier=2)}


def test_a_missed_copy_says_how_long_and_who_was_paged_then() -> None:
    ask = an_ask(AskState.MISSED)
    message = page_copy(a_page(PageState.RUNNING, ask), ask, an_incident())
    assert f"no answer in 5 min; <@ULEON> paged <!date^{int((T0 + minutes(5)).timestamp())}^" in checked(message)
    assert labels_of(message) == ["Acknowledge"]


def test_an_acknowledged_page_says_by_whom_when_and_how_fast() -> None:
    page = a_page(PageState.ACKNOWLEDGED)
    message = page_copy(page, an_ask(AskState.ACKNOWLEDGED), an_incident())
    assert "Acknowledged by <@UMAYA> at <!date^" in message.text
    assert "|02:18 UTC> (1 min 10 s)" in message.text
    assert labels_of(message) == ["Pull in…", "Hand over…"]
    other = page_copy(page, an_ask(AskState.MISSED, who=LEON), an_incident())
    assert "Acknowledged by <@UMAYA>" in checked(other)
    assert labels_of(other) == []


def test_while_it_is_handed_over_it_stays_with_the_first() -> None:
    page = a_page(PageState.ACKNOWLEDGED, handing_to=LEON, handed_by=MAYA)
    said = checked(page_copy(page, an_ask(AskState.ACKNOWLEDGED), an_incident()))
    assert "Handing over to <@ULEON>: it stays with <@UMAYA> until they acknowledge" in said


def test_whoever_is_handed_a_page_reads_by_whom_and_whoever_hands_it_over_that_it_is_still_theirs() -> None:
    theirs = an_ask(who=LEON, why=f"maya {HANDED_OVER}")
    page = a_page(PageState.RUNNING, an_ask(), theirs, handing_to=LEON, handed_by=MAYA)
    assert "*Why you*: maya hands this over to you.\n" in checked(page_copy(page, theirs, an_incident()))
    mine = checked(page_copy(page, an_ask(), an_incident()))
    assert "Handing over to <@ULEON>: it stays with you until they acknowledge" in mine
    assert "Handing over" not in checked(page_copy(page, theirs, an_incident()))


def test_a_declined_copy_says_so_and_can_still_be_taken() -> None:
    ask = an_ask(AskState.DECLINED)
    message = page_copy(a_page(PageState.RUNNING, ask), ask, an_incident())
    assert "You said that you can't at <!date^" in checked(message)
    assert labels_of(message) == ["Acknowledge"]


def test_when_the_list_has_run_out_it_says_whom_to_call() -> None:
    message = page_copy(a_page(PageState.EXHAUSTED), an_ask(AskState.MISSED), an_incident())
    assert "*NOBODY HAS ANSWERED* · asked: <@UMAYA>: +1 555 0100" in checked(message)
    assert labels_of(message) == ["I have it", "Page again", "Page someone"]


def test_whoever_is_paged_in_a_later_round_has_a_whole_page() -> None:
    message = page_copy(a_page(PageState.EXHAUSTED), an_ask(), an_incident())
    assert "*NOBODY HAS ANSWERED*" in checked(message)
    assert "Next: <@ULEON> in 5 min" in message.text
    assert labels_of(message) == ["Acknowledge", "I can't: page Leon now", "Pull in…", "Hand over…"]


def test_a_stopped_page_says_why_and_has_no_buttons() -> None:
    message = page_copy(a_page(PageState.STOPPED), an_ask(AskState.STOPPED), a_resolved_incident())
    assert "Stopped: INC-42 is resolved since <!date^" in checked(message)
    assert labels_of(message) == []


def test_a_person_pulled_in_reads_by_whom_and_that_they_will_be_told() -> None:
    ask = an_ask(text="paged directly", next_name=None)
    page = a_page(PageState.RUNNING, ask, kind=PageKind.PERSON, paged_by=SAM, why="Need the flag owner")
    said = checked(page_copy(page, ask, an_incident()))
    assert "*Why you*: <@USAM> pulled you in: paged directly: Need the flag owner" in said
    assert "Next: <@USAM> is told that you did not answer in 5 min" in said


def test_a_private_page_shows_the_lock_screen_only_its_number() -> None:
    message = page_copy(a_page(), an_ask(), an_incident("Breach", private=True))
    checked(message)
    assert message.text == "Private incident INC-42"


@pytest.mark.parametrize("state", PageState)
@pytest.mark.parametrize("ask_state", AskState)
@settings(deadline=None, max_examples=8)
@given(text=hostile, kind=st.sampled_from(PageKind), private=st.booleans())
def test_whatever_was_typed_slack_takes_it(
    state: PageState, ask_state: AskState, text: str, kind: PageKind, *, private: bool
) -> None:
    ask = an_ask(ask_state, text)
    page = a_page(state, ask, kind=kind, paged_by=SAM, why=text)
    checked(page_copy(page, ask, an_incident(text, private=private)))
