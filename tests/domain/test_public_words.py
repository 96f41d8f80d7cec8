"""The check of public words, on a hundred sentences as people write them, and on whatever else is typed."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from ruamel.yaml import YAML

from bot.domain.public_phrases import Fault
from bot.domain.public_words import Vocabulary, remarks

OURS = Vocabulary(
    people=("maya", "Maya Ito", "leon", "Leon Brandt", "will", "Will Hart"),
    teams=("Auth", "auth", "Payments", "payments", "Checkout", "checkout"),
    services=("auth-api", "checkout-api", "ledger", "payments"),
    known=("Checkout", "checkout", "Sign-in", "signin"),
    avoid=(("checkout.refresh", "a part of the checkout page"),),
)
SENTENCES = YAML(typ="safe", pure=True).load(Path(__file__).parent / "public_sentences.yml")
GOOD: list[str] = SENTENCES["good"]
BAD: list[tuple[str, str]] = [(kind, sentence) for kind, all_of in SENTENCES["bad"].items() for sentence in all_of]


def test_there_are_fifty_of_each() -> None:
    assert (len(set(GOOD)), len(set(BAD))) == (50, 50)
    of_an_incident = {Fault.CUSTOMERS.value}
    assert {kind for kind, _ in BAD} == {fault.value for fault in Fault} - of_an_incident


@pytest.mark.parametrize("sentence", GOOD)
def test_a_good_sentence_gets_no_warning(sentence: str) -> None:
    assert remarks(sentence, OURS, confirmed=False) == ()


@pytest.mark.parametrize(("kind", "sentence"), BAD)
def test_a_bad_sentence_gets_its_warning_and_better_words(kind: str, sentence: str) -> None:
    found = {remark.fault.value: remark for remark in remarks(sentence, OURS, confirmed=False)}
    assert kind in found, found
    assert found[kind].found in sentence
    assert found[kind].better


def test_good_sentences_together_and_bad_ones_among_them() -> None:
    assert remarks(" ".join(GOOD), OURS, confirmed=False) == ()
    for kind, sentence in BAD:
        among = f"{GOOD[0]} {sentence} {GOOD[1]}"
        assert kind in {remark.fault.value for remark in remarks(among, OURS, confirmed=False)}, sentence


@pytest.mark.parametrize("sentence", ["Auth's servers answer slowly.", "We are waiting for Auth\u2019s servers."])
def test_what_is_a_teams_own_names_the_team(sentence: str) -> None:
    assert [remark.fault for remark in remarks(sentence, OURS, confirmed=False)][:1] == [Fault.TEAMS]
    assert remarks("Checkout's last step is slow.", OURS, confirmed=False) == (), "customers call a journey by its name"


def test_a_confirmed_cause_may_be_named() -> None:
    said = "The failure was caused by an expired certificate."
    assert [remark.fault for remark in remarks(said, OURS, confirmed=False)] == [Fault.CAUSE]
    assert remarks(said, OURS, confirmed=True) == ()


def test_a_word_that_the_company_added_has_the_better_words_it_gave() -> None:
    remark = remarks("We switched checkout.refresh off.", OURS, confirmed=True)[0]
    assert (remark.found, remark.better) == ("checkout.refresh", "a part of the checkout page")


@pytest.mark.parametrize(
    ("said", "better"),
    [
        ("We are rolling back now.", "We are undoing a recent change now."),
        ("We are reverting now.", "We are undoing a recent change now."),
        ("We rolled back at noon.", "We undid a recent change at noon."),
        ("A change has been rolled back.", "A change has been undone."),
        ("We will roll back.", "We will undo a recent change."),
        ("The rollback is complete.", "The return to the earlier version is complete."),
        ("We are deploying a fix.", "We are putting in place a fix."),
        ("We deployed a fix.", "We put in place a fix."),
        ("This began with the deploy.", "This began with the recent change."),
        ("Some pages are timing out.", "Some pages are taking too long."),
        ("Some pages timed out.", "Some pages took too long."),
        ("We failed over at noon.", "We switched to a backup at noon."),
        ("We are failing over.", "We are switching to a backup."),
        ("A hotfix is in place.", "A fix is in place."),
        ("We are mitigating it.", "We are easing it."),
        ("We mitigated it.", "We eased it."),
        ("On-call is at work.", "Our team is at work."),
    ],
)
def test_better_words_stand_where_the_others_stood(said: str, better: str) -> None:
    for remark in reversed(remarks(said, OURS, confirmed=True)):
        said = said[: remark.at] + remark.better + said[remark.at + len(remark.found) :]
    assert said[0].upper() + said[1:] == better


def test_the_same_phrase_is_told_once_and_in_the_order_of_the_text() -> None:
    found = remarks("Latency is up. Maya knows. Latency stays up.", OURS, confirmed=True)
    assert [remark.found for remark in found] == ["Latency", "Maya"]


def test_the_better_words_are_themselves_good() -> None:
    for kind, sentence in BAD:
        for remark in remarks(sentence, OURS, confirmed=False):
            assert remarks(remark.better, OURS, confirmed=False) == (), (kind, remark)


@given(st.text(max_size=400))
def test_any_text_is_read_and_what_is_found_is_in_it(text: str) -> None:
    for remark in remarks(text, OURS, confirmed=False):
        assert text[remark.at :].startswith(remark.found)


@given(
    st.lists(st.text(min_size=1, max_size=20), max_size=6),
    st.lists(st.text(min_size=1, max_size=20), max_size=6),
    st.text(max_size=200),
)
def test_any_names_a_company_may_have_do_no_harm(names: list[str], others: list[str], text: str) -> None:
    ours = Vocabulary(people=tuple(names), teams=tuple(others), services=tuple(names), known=tuple(others))
    found = remarks(f"{text} {' '.join(names)}", ours, confirmed=True)
    assert len(found) == len({(remark.fault, remark.found.casefold()) for remark in found})
