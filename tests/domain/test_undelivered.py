"""What Slack has not taken in time: older copies give way to newer ones, and nothing that is dropped lacks a word."""

from datetime import timedelta

from bot.domain import answering
from bot.domain.effects import Sent
from bot.domain.page_receipts import page_sent
from bot.domain.prose import Who
from tests.domain.pages import LEON, MAYA, MINUTES_5, SAM, Life

TEN_MINUTES = timedelta(minutes=10)


def unsent_pages(life: Life) -> list[str]:
    return sorted(row for row in life.unsent if row in {ask.id for ask in life.the_page.asks})


def unsent_to(life: Life, who: Who, about: str) -> list[str]:
    name = who.user or who.person or who.name
    return [row for row in life.unsent if f":dm:{name}:{about}" in row]


def dropped(life: Life) -> list[str]:
    return [line for line in life.on_record() if "had not confirmed" in line]


def test_whoever_is_asked_again_gets_the_newest_copy_alone_and_the_record_says_so() -> None:
    life = Life()
    life.start()
    life.wait(MINUTES_5 * 2)
    assert life.asked() == ["maya", "leon", "maya"]
    first, second, third = life.the_page.asks
    assert unsent_pages(life) == sorted([second.id, third.id])
    assert first.id not in life.unsent
    (line,) = dropped(life)
    assert line.endswith("for maya; a newer one takes its place")


def test_an_answer_puts_on_record_which_copies_are_not_sent_any_more() -> None:
    life = Life()
    life.start()
    life.wait(MINUTES_5)
    life.do(answering.acknowledge, LEON, "war room")
    (line,) = dropped(life)
    assert line.endswith("for maya; it is not sent any more"), "and none of whoever answered, who knows"
    assert not unsent_pages(life)


def test_what_slack_has_taken_is_not_said_to_be_missing() -> None:
    life = Life()
    life.start()
    for ask in life.the_page.asks:
        life.save(page_sent(life.the_page, life.incident, ask, Sent(channel="D1", ts="1.1"), life.now))
    life.do(answering.acknowledge, SAM, "war room")
    assert not dropped(life)


def test_a_reminder_that_has_not_left_is_not_sent_once_somebody_else_was_paged() -> None:
    life = Life()
    life.start()
    life.wait(MINUTES_5 * 0.9)
    assert unsent_to(life, MAYA, "half:")
    life.wait(MINUTES_5 * 0.2)
    assert not unsent_to(life, MAYA, "half:")
    assert unsent_to(life, LEON, "half:") == []


def test_of_the_reminders_that_nobody_has_answered_only_the_last_is_left_to_send() -> None:
    life = Life()
    life.start()
    life.wait(MINUTES_5 * 6)
    life.wait(TEN_MINUTES * 5 + MINUTES_5)
    assert len(unsent_to(life, MAYA, "nobody:")) == 1
    assert len(life.told(MAYA)) > 1
