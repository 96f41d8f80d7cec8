"""A link opens for whom it was given, until its time is over, and nobody can make or prolong one."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.signed_link import LASTS, Expired, NotALink, read, sign, signing_key
from tests.domain.lives import NOW

KEY = signing_key("xoxb-local-token")
SECOND = timedelta(seconds=1)


def test_it_says_whom_it_was_given_to_and_until_when() -> None:
    holder = read(KEY, sign(KEY, "UMAYA", NOW), NOW)
    assert (holder.user, holder.until) == ("UMAYA", NOW + LASTS)


def test_after_twelve_hours_it_says_that_it_has_expired() -> None:
    link = sign(KEY, "UMAYA", NOW)
    assert read(KEY, link, NOW + LASTS - SECOND).user == "UMAYA"
    with pytest.raises(Expired, match="twelve hours"):
        read(KEY, link, NOW + LASTS)


def test_another_secret_signs_other_links() -> None:
    with pytest.raises(NotALink):
        read(signing_key("xoxb-local-other"), sign(KEY, "UMAYA", NOW), NOW)


@given(at=st.integers(0, 200), put=st.characters(), cut=st.booleans())
def test_whatever_is_changed_in_it_opens_nothing(at: int, put: str, *, cut: bool) -> None:
    link = sign(KEY, "UMAYA", NOW)
    place = at % len(link)
    changed = link[:place] + ("" if cut else put) + link[place + 1 :]
    if changed != link:
        with pytest.raises(NotALink):
            read(KEY, changed, NOW)


@given(st.text())
def test_nothing_made_up_opens_it(made_up: str) -> None:
    with pytest.raises(NotALink):
        read(KEY, made_up, NOW)
