"""Who is told by a message of their own: each once, nobody of what is private, and nobody who has had enough."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.domain import notices
from bot.domain.change import Change, TimerKind
from bot.domain.effects import ShowCard, TellPerson
from bot.domain.errors import Refusal
from bot.domain.heard import Heard, merged
from bot.domain.incident import Incident
from bot.domain.mail import SendMail
from bot.domain.notices import News
from bot.domain.prose import Who
from tests.domain.lives import NOW, an_incident

VIC = Who(name="Vic Moreau", user="U7", person="vic", phone="+1 555 0103")
DANA = Who(name="Dana Cole", user="U8", person="dana")
LATER = NOW + timedelta(minutes=5)
NEWS = News(key="severity:2", said=("Raised.",), subject="Raised", text="Raised.")


def heard(who: Who, *, dm: bool = True, email: str = "", aware: bool = False, lists: tuple[str, ...] = ()) -> Heard:
    return Heard(who=who, told_at=NOW, dm=dm, email=email, aware=aware, lists=lists)


def saved(change: Change) -> Incident:
    assert change.incident is not None
    return change.incident


def test_somebody_of_two_lists_who_must_be_aware_has_one_card_and_one_mail() -> None:
    people = (
        heard(VIC, lists=("executives",)),
        heard(Who(name="Vic", person="vic"), dm=False, email="vic@acme.test", lists=("press",)),
        heard(VIC, aware=True),
    )
    change = notices.tell(an_incident(), people, NOW)
    assert [type(row.effect) for row in change.outgoing] == [ShowCard, SendMail]
    assert [timer.kind for timer in change.timers] == [TimerKind.AWARE_AGAIN]
    (vic,) = saved(change).heard
    assert (vic.lists, vic.aware, vic.email) == (("executives", "press"), True, "vic@acme.test")


def test_nobody_is_told_twice_and_only_being_aware_is_news_to_whom_was_told() -> None:
    first = saved(notices.tell(an_incident(), (heard(VIC), heard(DANA)), NOW))
    assert notices.tell(first, (heard(VIC), heard(DANA)), LATER).outgoing == ()
    change = notices.tell(first, (heard(VIC, aware=True), heard(DANA)), LATER)
    (row,) = change.outgoing
    assert isinstance(row.effect, ShowCard)
    assert row.effect.to == VIC
    spread = notices.spread(saved(change), NEWS, LATER)
    assert [row.effect.who for row in spread.outgoing if isinstance(row.effect, TellPerson)] == [DANA]


def test_whoever_began_to_follow_since_is_told_of_the_end_beside_those_who_were_told_before() -> None:
    incident = saved(notices.tell(an_incident(), (heard(VIC),), NOW))
    follower = replace(heard(DANA), told_at=LATER, follows=True)
    told = notices.spread(incident, NEWS, LATER, (follower,))
    assert [row.effect.who for row in told.outgoing if isinstance(row.effect, TellPerson)] == [VIC, DANA]


def test_the_declarer_and_responders_have_no_message_for_a_list_and_the_muted_none_at_all() -> None:
    incident = replace(an_incident(), responders=(DANA,), muted=(VIC,))
    people = (heard(incident.declared_by, aware=True), heard(DANA), heard(VIC, aware=True))
    assert notices.tell(incident, people, NOW).outgoing == ()
    assert [row.effect for row in notices.tell(incident, (heard(DANA, aware=True),), NOW).outgoing] != []


def test_nothing_of_a_private_incident_is_told_one_by_one() -> None:
    private = replace(an_incident(), private=True, heard=(heard(VIC, email="vic@acme.test"),))
    for change in (
        notices.tell(private, (heard(DANA, aware=True),), NOW),
        notices.spread(private, NEWS, LATER, (heard(DANA),)),
        notices.published(private, (heard(DANA),), private.updates, NOW),
    ):
        assert (change.outgoing, change.timers, change.timeline) == ((), (), ())


def test_seen_is_for_whom_it_was_asked_and_stopping_is_seeing_it_too() -> None:
    incident = saved(notices.tell(an_incident(), (heard(VIC, aware=True), heard(DANA)), NOW))
    with pytest.raises(Refusal, match="Nobody waits for you"):
        notices.seen(incident, DANA, LATER)
    once = notices.seen(incident, VIC, LATER)
    assert [event.key.partition(":")[0] for event in once.timeline] == ["seen"]
    assert notices.seen(saved(once), VIC, LATER).timeline == ()
    stopped = notices.stop(incident, VIC, LATER)
    assert [event.key.partition(":")[0] for event in stopped.timeline] == ["seen", "muted"]
    (timer,) = notices.tell(an_incident(), (heard(VIC, aware=True),), NOW).timers
    assert notices.ask_again(saved(stopped), timer, LATER).outgoing == ()
    assert notices.ask_again(replace(incident, muted=(VIC,)), timer, LATER).outgoing == ()


def test_merging_keeps_the_slack_id_whichever_comes_first() -> None:
    (one,) = merged((heard(Who(name="Vic", person="vic")), heard(VIC)))
    assert one.who == VIC
