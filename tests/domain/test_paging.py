"""A page from its start to its answer: tiers, rounds, reminders, and what is said when nobody answers."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.domain import answering, escalating, paging
from bot.domain.change import TimerKind
from bot.domain.errors import Refusal
from bot.domain.incident import RoomKind
from bot.domain.page import AskState, PageKind, PageState
from bot.domain.role import COMMANDER
from tests.domain.lives import EVE, an_incident, said
from tests.domain.pages import DANA, LEON, MAYA, MINUTES_5, NOW, SAM, Life, a_call, tier

MINUTE = timedelta(minutes=1)


def test_one_person_is_paged_first_and_told_nobody_else() -> None:
    life = Life()
    life.start(a_call(tier(MAYA), tier(LEON), tier(DANA)))
    assert life.asked() == ["maya"]
    assert life.room() == []
    assert life.incident.times.first_page == NOW
    assert any(MAYA.same_as(who) for who in life.incident.responders)
    assert life.the_page.asks[0].next_name == LEON
    assert life.the_page.asks[0].due_at == NOW + MINUTES_5


def test_a_missed_tier_moves_on_and_the_room_is_told_once() -> None:
    life = Life()
    life.start()
    life.wait(MINUTES_5)
    assert life.asked() == ["maya", "leon"]
    assert life.room() == ["Not acknowledged by maya in 5 min; paging leon"]
    first = life.the_page.asks[0]
    assert (first.state, first.next_name, first.ended_at) == (AskState.MISSED, LEON, NOW + MINUTES_5)
    assert life.the_page.asks[1].due_at == NOW + 2 * MINUTES_5


def test_half_way_a_new_message_reminds() -> None:
    life = Life()
    life.start()
    life.wait(timedelta(minutes=2, seconds=30))
    assert life.told(MAYA) == ["INC-42: still yours; leon in 2 min"]
    reminder = next(row for row in life.rows.values() if row.id.startswith("inc:42:dm:UMAYA:half"))
    assert reminder.after == (life.the_page.asks[0].id,)


def test_a_wait_under_two_minutes_has_no_reminder() -> None:
    life = Life()
    life.start(a_call(tier(MAYA, wait=timedelta(seconds=119)), tier(LEON, wait=2 * MINUTE)))
    assert life.waits == {TimerKind.ESCALATE}
    life.wait(timedelta(seconds=119))
    assert life.waits == {TimerKind.ESCALATE, TimerKind.HALF_WAY}


def test_a_tier_that_reaches_nobody_is_skipped_at_once_on_record() -> None:
    life = Life()
    life.start(a_call(tier(None, skipped="nobody is in Checkout's rotation primary"), tier(LEON)))
    assert life.asked() == ["leon"]
    assert life.room() == ["Paging leon; skipped: nobody is in Checkout's rotation primary"]
    assert "Tier 1 (secondary) skipped: nobody is in Checkout's rotation primary" in life.on_record()


def test_when_the_list_runs_out_everyone_hears_it_and_the_policy_repeats() -> None:
    life = Life()
    life.start()
    life.wait(2 * MINUTES_5)
    assert life.the_page.state is PageState.EXHAUSTED
    alarm = (
        "NOBODY HAS ANSWERED: INC-42 · SEV1 · Customers cannot place orders. "
        "Asked: maya +1 555 0100, leon (no phone number known)"
    )
    assert life.room()[-1] == alarm
    assert life.room(RoomKind.ANNOUNCE) == [alarm]
    assert life.told(SAM) == [alarm]
    assert life.asked() == ["maya", "leon", "maya"]
    notice = next(row.effect for row in life.rows.values() if "nobody" in row.id and ":announce:" in row.id)
    assert [button.label for button in notice.buttons] == [  # type: ignore[union-attr]
        "I have it",
        "Page again",
        "Page someone",
    ]


def test_after_three_rounds_a_reminder_comes_every_ten_minutes() -> None:
    life = Life()
    life.start()
    life.wait(6 * MINUTES_5)
    assert life.asked() == ["maya", "leon"] * 3
    assert life.room()[-1].endswith("; the list has run out, and everyone is reminded every 10 min")
    assert len(life.told(SAM)) == 1
    life.wait(timedelta(minutes=20))
    assert len(life.told(SAM)) == 3
    assert len(life.room(RoomKind.ANNOUNCE)) == 3
    assert "NOBODY HAS ANSWERED" in life.told(MAYA)[-1]
    assert life.asked() == ["maya", "leon"] * 3


def test_a_private_incident_raises_its_alarm_without_the_announce_channel_or_its_pain() -> None:
    life = Life(incident=an_incident(private=True))
    life.start(a_call(tier(MAYA)))
    life.wait(MINUTES_5)
    assert life.room(RoomKind.ANNOUNCE) == []
    assert life.told(SAM) == ["NOBODY HAS ANSWERED: INC-42. Asked: maya +1 555 0100"]


def test_a_list_that_reaches_nobody_at_all_is_an_alarm_at_once() -> None:
    life = Life()
    life.start(a_call(tier(None, skipped="nobody is in the rotation")))
    assert life.the_page.state is PageState.EXHAUSTED
    assert "Nobody could be asked" in life.told(SAM)[0]
    assert [timer.kind for timer in life.timers.values()] == [TimerKind.NOBODY_AGAIN]


def test_the_first_to_acknowledge_has_it_and_leads() -> None:
    life = Life()
    life.start()
    life.now += timedelta(seconds=70)
    life.do(answering.acknowledge, MAYA, "button")
    page = life.the_page
    assert (page.state, page.acknowledged_by, page.acknowledged_by_means) == (PageState.ACKNOWLEDGED, MAYA, "button")
    assert life.room() == ["maya acknowledged after 1 min 10 s and is commander now"]
    assert life.incident.holder(COMMANDER) == MAYA
    assert life.incident.times.first_acknowledgement == life.now
    assert not life.timers
    assert page.epoch == 2


def test_a_second_press_answers_who_has_it() -> None:
    life = Life()
    life.start()
    life.do(answering.acknowledge, MAYA, "button")
    with pytest.raises(Refusal) as second:
        life.do(answering.acknowledge, LEON, "button")
    assert said(second.value.said).startswith("maya has it: acknowledged at ")
    assert life.do(answering.acknowledge, MAYA, "button").pages == ()


def test_whoever_was_missed_can_still_answer() -> None:
    life = Life()
    life.start()
    life.wait(MINUTES_5 + MINUTE)
    life.do(answering.acknowledge, MAYA, "button", epoch=1)
    assert [ask.state for ask in life.the_page.asks] == [AskState.ACKNOWLEDGED, AskState.STOPPED]
    life.wait(timedelta(hours=2))
    assert life.asked() == ["maya", "leon"]


def test_an_answer_withdraws_what_was_not_sent_yet_and_edits_what_was() -> None:
    life = Life()
    life.start()
    life.unsent.clear()
    life.wait(2 * MINUTES_5)
    life.do(answering.acknowledge, DANA, "command")
    third = life.the_page.asks[2]
    assert third.id not in life.unsent
    assert not [row for row in life.unsent if "nobody" in row and not row.startswith("rewritten:")]
    assert {f"{ask.id}:refresh:{life.the_page.version}" for ask in life.the_page.asks} <= life.unsent


def test_after_an_alarm_the_announce_channel_and_the_declarer_hear_who_has_it() -> None:
    life = Life()
    life.start()
    life.wait(2 * MINUTES_5)
    life.do(answering.acknowledge, DANA, "command")
    assert life.room(RoomKind.ANNOUNCE)[-1] == "dana has acknowledged INC-42"
    assert life.told(SAM)[-1] == "dana has acknowledged INC-42"


def test_who_cannot_come_is_passed_over_at_once() -> None:
    life = Life()
    life.start(a_call(tier(MAYA), tier(LEON), tier(DANA)))
    life.now += MINUTE
    life.do(answering.decline, MAYA)
    assert life.room() == ["maya can't; paging leon"]
    assert life.the_page.asks[0].state is AskState.DECLINED
    assert life.the_page.asks[1].due_at == NOW + MINUTE + MINUTES_5
    with pytest.raises(Refusal, match="Nobody waits for your answer"):
        life.do(answering.decline, MAYA)
    assert life.asked() == ["maya", "leon"]


def test_anybody_can_escalate_and_the_old_timer_does_nothing() -> None:
    life = Life()
    life.start(a_call(tier(MAYA), tier(LEON), tier(DANA)))
    old = next(timer for timer in life.timers.values() if timer.kind is TimerKind.ESCALATE)
    life.now += MINUTE
    life.do(escalating.escalate, SAM, "she is on a plane")
    assert life.room() == ["sam escalated: she is on a plane; paging leon"]
    assert old.id not in life.timers
    assert escalating.fired(life.incident, life.the_page, old, old.due_at).pages == ()


def test_what_was_slept_through_is_recorded_and_there_is_no_burst() -> None:
    life = Life()
    life.start(a_call(tier(MAYA), tier(LEON), tier(DANA)))
    life.sleep(timedelta(minutes=17))
    assert life.asked() == ["maya", "leon"]
    slept = "12 min late: Tocsin was not running; nobody was paged meanwhile, not even leon, dana"
    assert life.room() == [f"Not acknowledged by maya in 5 min ({slept}); paging leon"]
    assert life.the_page.asks[-1].due_at == life.now + MINUTES_5


def test_page_again_starts_over_once() -> None:
    life = Life()
    life.start()
    life.wait(6 * MINUTES_5)
    epoch = life.the_page.epoch
    life.do(paging.again, EVE, epoch=epoch)
    assert life.asked()[-1] == "maya"
    assert life.room()[-1] == "eve pages everybody again: paging maya"
    with pytest.raises(Refusal, match="begun again already"):
        life.do(paging.again, SAM, epoch=epoch)
    life.wait(2 * MINUTES_5)
    assert len(life.room(RoomKind.ANNOUNCE)) == 2


def test_a_page_held_until_morning_goes_to_whoever_is_on_call_then() -> None:
    life = Life()
    morning = NOW + timedelta(hours=7)
    life.save(paging.hold(life.incident, a_call(), morning, NOW))
    assert life.asked() == []
    assert life.the_page.next_due == morning
    held = life.incident.held_until
    assert held == morning
    assert [(timer.kind, timer.due_at) for timer in life.timers.values()] == [(TimerKind.RELEASE_PAGE, morning)]
    life.now = morning
    life.save(paging.release(life.incident, life.the_page, (tier(DANA),), morning))
    assert life.asked() == ["dana"]
    assert life.room()[-1] == "Working hours have begun: paging dana"
    assert life.incident.held_until is None
    assert paging.release(life.incident, life.the_page, (tier(DANA),), morning).outgoing == ()


def test_a_held_page_can_be_taken_before_anybody_was_woken() -> None:
    life = Life()
    life.save(paging.hold(life.incident, a_call(), NOW + timedelta(hours=7), NOW))
    life.do(answering.acknowledge, EVE, "command")
    assert life.room()[-1] == "eve acknowledged before anybody was paged and is commander now"
    assert not life.timers


def test_resolving_stops_the_page_and_nobody_is_asked_after_it() -> None:
    life = Life()
    life.start()
    life.save(paging.stop_all(life.incident, [life.the_page], NOW + MINUTE, "resolved"))
    assert life.the_page.state is PageState.STOPPED
    assert "The page stopped unanswered: resolved" in life.on_record()
    life.wait(timedelta(hours=1))
    assert life.asked() == ["maya"]
    with pytest.raises(Refusal, match="stopped"):
        life.do(answering.acknowledge, MAYA, "button")


def test_a_teams_page_names_the_team_wherever_it_is_spoken_of() -> None:
    life = Life()
    life.start(replace(a_call(kind=PageKind.TEAM, by=SAM), target="Auth", why="sessions fail"))
    assert life.room() == ["sam pulls in Auth (sessions fail): paging maya"]
    life.wait(MINUTES_5)
    assert life.room()[-1] == "Not acknowledged for Auth by maya in 5 min; paging leon"
    life.do(answering.acknowledge, LEON, "button")
    assert life.room()[-1] == "leon acknowledged for Auth after 5 min and is commander now"
