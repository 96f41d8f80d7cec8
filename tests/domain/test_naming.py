"""Channel names and the cleaning of typed words."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.naming import clean, slug, split_words, stakeholders_name, war_room_name


@pytest.mark.parametrize(
    ("words", "pain", "name"),
    [
        ("Cards are declined", "Customers cannot place orders", "inc-42-cards-are-declined"),
        ("", "Customers cannot place orders", "inc-42-customers-cannot-place-orders"),
        ("  ", "Customers cannot place orders", "inc-42-customers-cannot-place-orders"),
        ("Zahlung schlägt fehl: Größe", "x", "inc-42-zahlung-schlagt-fehl-groe"),
        ("🔥🔥🔥", "pain", "inc-42"),
        ("עגלת הקניות", "pain", "inc-42"),
        ("Updates!", "pain", "inc-42"),
        ("<@U123|maya> says it's <!channel> down", "pain", "inc-42-maya-says-its-down"),
        ("see <https://evil.test/x|the graph>", "pain", "inc-42-see-the-graph"),
    ],
)
def test_a_war_room_is_named_after_the_words_or_else_the_pain(words: str, pain: str, name: str) -> None:
    assert war_room_name("inc", 42, words, pain, private=False) == name


def test_a_private_war_room_tells_nothing_by_its_name() -> None:
    assert war_room_name("inc", 42, "Payroll was stolen", "Staff cannot be paid", private=True) == "inc-42"


def test_a_long_name_is_cut_between_words() -> None:
    name = war_room_name("inc", 42, "customers in europe cannot pay " * 10, "pain", private=False)
    assert len(name) <= 80
    assert name.rpartition("-")[2] in {"customers", "in", "europe", "cannot", "pay"}


@given(words=st.text(max_size=200), pain=st.text(max_size=50), number=st.integers(1, 10**6), private=st.booleans())
def test_every_name_is_one_that_slack_takes(words: str, pain: str, number: int, *, private: bool) -> None:
    name = war_room_name("inc", number, words, pain, private=private)
    assert re.fullmatch(r"[a-z0-9-]{1,80}", name)
    assert not name.endswith("-")
    assert name != stakeholders_name("inc", number)


@given(st.text())
def test_cleaned_words_hold_nothing_that_hides_or_turns_text(text: str) -> None:
    cleaned = clean(text)
    assert not re.search("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]", cleaned)
    assert clean(cleaned) == cleaned


def test_cleaning_keeps_lines_and_joined_emoji() -> None:
    assert clean("one\r\ntwo\x07 \u202ethree") == "one\ntwo three"
    assert clean("👨\u200d👩\u200d👧") == "👨\u200d👩\u200d👧"


def test_words_beyond_the_limit_are_kept_aside() -> None:
    head, rest = split_words("a" * 3412)
    assert (len(head), len(rest)) == (3000, 412)


def test_a_slug_of_nothing_is_nothing() -> None:
    assert slug("—") == ""
