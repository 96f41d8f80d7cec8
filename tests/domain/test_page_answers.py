"""People paged directly, pages handed over, and what Slack says of a page's messages."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.domain import answering, escalating, handing_over
from bot.domain.change import TimerKind
from bot.domain.effects import CheckMuted, Receipt, Refused, Sent
from bot.domain.errors import Refusal
from bot.domain.page import AskState, PageState
from bot.domain.page_receipts import mute_known, page_sent
from bot.domain.prose import Who
from bot.domain.role import COMMANDER
from tests.domain.lives import EVE
from tests.domain.pages import DANA, LEON, MAYA, MINUTES_5, NOW, SAM, Life, a_call, a_direct_call, tier

MINUTE = timedelta(minutes=1)
GONE = Refused(error="user_not_found", remedy="maya is not in this workspace; correct the directory file")


def received(life: Life, receipt: Receipt, number: int = -1) -> None:
    page = life.the_page
    life.save(page_sent(page, life.incident, page.asks[number], receipt, life.now))


def test_a_person_paged_directly_has_no_tiers_and_whoever_paged_them_is_told() -> None:
    life = Life()
    life.start(a_direct_call())
    assert life.room() == ["sam pulls in leon: paging leon"]
    life.wait(MINUTES_5)
    assert life.told(SAM) == ["leon has not answered INC-42 in 5 min. No phone number is known"]
    assert life.asked() == ["leon"]
    assert life.the_page.live
    assert life.told(LEON) == ["INC-42: still yours; sam is told in 2 min"]
    life.wait(timedelta(minutes=10))
    assert len(life.told(SAM)) == 2
    assert life.told(LEON)[-1] == "INC-42: your answer is still waited for"
    assert len(life.room()) == 2
    life.do(answering.acknowledge, LEON, "button")
    assert not life.timers


def test_a_person_paged_directly_who_cannot_ends_the_page() -> None:
    life = Life()
    life.start(a_direct_call())
    life.do(answering.decline, LEON)
    assert life.the_page.state is PageState.STOPPED
    assert life.told(SAM) == ["leon can't come to INC-42; nobody else was paged"]
    assert not life.timers


def test_a_person_paged_directly_cannot_be_escalated() -> None:
    life = Life()
    life.start(a_direct_call())
    with pytest.raises(Refusal, match="nobody comes after them"):
        life.do(escalating.escalate, SAM, "")


def test_whoever_hands_over_stays_on_the_hook_until_the_other_acknowledges() -> None:
    life = Life()
    life.start()
    life.do(answering.acknowledge, MAYA, "button")
    life.do(handing_over.hand_over, DANA, MAYA)
    assert life.the_page.acknowledged_by == MAYA
    assert life.asked()[-1] == "dana"
    life.wait(MINUTE)
    life.do(answering.acknowledge, DANA, "button", epoch=life.the_page.epoch)
    assert life.the_page.acknowledged_by == DANA
    assert life.room()[-1] == "dana acknowledged and took over from maya"
    assert life.told(MAYA)[-1].startswith("dana has acknowledged INC-42: you are off the hook.")
    assert life.incident.holder(COMMANDER) == MAYA
    assert not life.timers


def test_an_old_button_takes_nothing_over() -> None:
    life = Life()
    life.start()
    life.wait(MINUTES_5)
    old = life.the_page.epoch
    life.do(answering.acknowledge, MAYA, "button")
    life.do(handing_over.hand_over, LEON, MAYA)
    with pytest.raises(Refusal):
        life.do(answering.acknowledge, LEON, "button", epoch=old)
    assert life.the_page.acknowledged_by == MAYA


def test_a_hand_over_nobody_takes_stays_where_it_was() -> None:
    life = Life()
    life.start()
    life.do(answering.acknowledge, MAYA, "button")
    life.do(handing_over.hand_over, DANA, MAYA)
    life.wait(MINUTES_5)
    assert life.told(MAYA)[-1] == "dana has not answered in 5 min; it stays with maya"
    assert life.the_page.handing_to is None
    life.do(handing_over.hand_over, LEON, MAYA)
    life.do(answering.decline, LEON, epoch=life.the_page.epoch)
    assert life.told(MAYA)[-1] == "leon can't take over; it stays with maya"
    assert not life.timers


def test_handing_over_before_an_acknowledgement_does_not_stop_the_timer() -> None:
    life = Life()
    life.start()
    life.wait(timedelta(minutes=3))
    life.do(handing_over.hand_over, DANA, MAYA)
    escalation = [timer for timer in life.timers.values() if timer.kind is TimerKind.ESCALATE]
    assert [timer.due_at for timer in escalation] == [NOW + MINUTES_5]
    life.wait(timedelta(minutes=2))
    assert life.asked() == ["maya", "dana", "leon"]
    assert life.room()[-1] == "Not acknowledged by maya or dana in 5 min; paging leon"


def test_handing_over_in_the_reminders_keeps_them_going() -> None:
    life = Life()
    life.start(a_call(tier(MAYA), repeat=0))
    life.wait(MINUTES_5 + MINUTE)
    life.do(handing_over.hand_over, DANA, SAM)
    assert life.waits - {TimerKind.HALF_WAY} == {TimerKind.NOBODY_AGAIN}
    life.do(answering.acknowledge, DANA, "button", epoch=life.the_page.epoch)
    assert life.the_page.acknowledged_by == DANA


def test_a_page_is_not_handed_over_twice_or_to_whoever_has_it() -> None:
    life = Life()
    life.start()
    life.do(answering.acknowledge, MAYA, "button")
    with pytest.raises(Refusal, match="has this page already"):
        life.do(handing_over.hand_over, MAYA, SAM)
    with pytest.raises(Refusal, match="somebody else"):
        life.do(handing_over.hand_over, MAYA, MAYA)
    life.do(handing_over.hand_over, DANA, MAYA)
    for to in (DANA, EVE):
        with pytest.raises(Refusal, match="paged"):
            life.do(handing_over.hand_over, to, MAYA)


def test_a_refused_page_goes_to_the_next_tier_at_once() -> None:
    life = Life()
    life.start()
    received(life, GONE)
    assert life.asked() == ["maya", "leon"]
    assert life.room() == [
        "maya could not be paged (maya is not in this workspace; correct the directory file); paging leon"
    ]
    assert life.the_page.asks[0].state is AskState.UNREACHABLE


def test_when_nobody_can_be_reached_the_rounds_do_not_run_hot() -> None:
    life = Life()
    life.start()
    received(life, GONE)
    received(life, GONE)
    assert life.asked() == ["maya", "leon"]
    assert life.the_page.state is PageState.EXHAUSTED
    assert [timer.kind for timer in life.timers.values()] == [TimerKind.NOBODY_AGAIN]


def test_a_refusal_that_comes_after_the_answer_changes_only_the_record() -> None:
    life = Life()
    life.start()
    life.do(answering.acknowledge, LEON, "command")
    received(life, GONE)
    assert life.the_page.state is PageState.ACKNOWLEDGED
    assert life.asked() == ["maya"]


def test_somebody_paged_directly_who_cannot_be_reached_is_told_of_at_once() -> None:
    life = Life()
    life.start(a_direct_call())
    received(life, GONE)
    assert life.the_page.state is PageState.STOPPED
    assert life.told(SAM)[0].startswith("leon could not be paged (")


def test_a_hand_over_that_cannot_be_delivered_comes_back() -> None:
    life = Life()
    life.start()
    life.do(answering.acknowledge, MAYA, "button")
    life.do(handing_over.hand_over, DANA, MAYA)
    received(life, GONE)
    assert life.told(MAYA)[-1].endswith("; it stays with maya")
    assert not life.timers


def test_after_sending_slack_is_asked_whether_they_can_hear_it() -> None:
    life = Life()
    life.start(a_call(tier(Who(name="Maya", person="maya"))))
    received(life, Sent(channel="D1", ts="1.1", facts=(("user", "UMAYA"),)))
    ask = life.the_page.asks[0]
    assert (ask.sent_at, ask.who.user) == (NOW, "UMAYA")
    check = [row for row in life.rows.values() if isinstance(row.effect, CheckMuted)]
    assert len(check) == 1


def test_who_may_not_hear_it_is_said_with_a_number_and_no_tier_is_skipped() -> None:
    life = Life()
    life.start()
    received(life, Sent(channel="D1", ts="1.1"))
    muted = Sent(facts=(("muted", "yes"),))
    for _ in range(2):
        life.save(mute_known(life.the_page, life.incident, life.the_page.asks[0], muted, NOW))
    assert life.told(SAM) == ["INC-42: maya may not hear this: call +1 555 0100"]
    assert life.room() == ["maya may not hear this: call +1 555 0100"]
    assert life.asked() == ["maya"]
    assert life.the_page.asks[0].muted


def test_who_can_hear_it_is_not_spoken_of() -> None:
    life = Life()
    life.start()
    change = mute_known(life.the_page, life.incident, life.the_page.asks[0], Sent(), NOW)
    assert change.pages == ()


def test_a_second_page_that_is_acknowledged_leaves_the_commander_in_command() -> None:
    life = Life()
    life.start()
    life.do(answering.acknowledge, MAYA, "button")
    life.page = None
    life.start(replace(a_direct_call(), page=2))
    life.do(answering.acknowledge, LEON, "button")
    assert life.incident.holder(COMMANDER) == MAYA
    assert life.room()[-1] == "leon acknowledged after 0 s"
