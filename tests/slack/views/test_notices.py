"""A message of their own: why somebody has it, what they can do about it, and what they follow."""

from dataclasses import replace
from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from bot.domain.following import Follow, incident_target
from bot.domain.heard import Heard
from bot.domain.notices import card_key
from bot.domain.team import ToldBy
from bot.services.following import Followed
from bot.slack.views.notices import follows, notice
from tests.slack.views.samples import LEON, SAM, T0, a_resolved_incident, an_incident, checked, labels_of

SAMS = Heard(who=SAM, told_at=T0, dm=True, lists=("executives",), aware=True)


def test_a_notice_says_why_asks_for_seen_and_says_what_came_of_it() -> None:
    incident = replace(an_incident(), heard=(SAMS,))
    asked = notice(incident, card_key(SAMS))
    assert asked is not None
    assert "you are to be aware of every SEV1 · you are on the list executives" in checked(asked)
    assert labels_of(asked) == ["Seen", "Follow", "Stop these messages"]
    seen = notice(replace(incident, heard=(replace(SAMS, seen_at=T0 + timedelta(minutes=3)),)), card_key(SAMS))
    stopped = notice(replace(incident, muted=(SAM,)), card_key(SAMS))
    over = notice(replace(a_resolved_incident(), heard=(SAMS,)), card_key(SAMS))
    assert seen is not None
    assert stopped is not None
    assert over is not None
    assert "You have seen it" in str(seen.payload())
    assert labels_of(seen) == ["Follow", "Stop these messages"]
    assert (labels_of(stopped), labels_of(over)) == ([], [])
    assert notice(incident, LEON.user or "") is None


@given(name=st.text(max_size=300), email=st.emails())
def test_what_somebody_follows_is_shown_whatever_it_is_called(name: str, email: str) -> None:
    follow = Follow(user="U1", target=incident_target(7), by=ToldBy.EMAIL, email=email, at=T0)
    many = follows("/incident", [Followed(follow=follow, name=name, gone=True)] * 60)
    checked(many)
    assert labels_of(many) == ["Stop"] * 40
    assert "You follow nothing." in checked(follows("/incident", ()))
