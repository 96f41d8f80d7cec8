"""The breaker: opened by a Slack that answers nothing, never by one bad method; closed by any answer."""

import logging

import pytest

from bot.services.gate import EVERYTHING
from bot.slack.breaker import PAGE_EVERY, PROBE, PUT_OFF, TRYING_FOR, Breaker

POST, CREATE = "chat.postMessage", "conversations.create"


class Watched:
    """A breaker with seconds that the test moves, and what was heard of it."""

    def __init__(self) -> None:
        self.now = 1000.0
        self.turns: list[bool] = []
        self.breaker = Breaker(lambda: self.now, self._turned)

    def _turned(self) -> None:
        self.turns.append(self.breaker.is_open)

    def fail(self, *methods: str) -> bool:
        """Leave calls of these methods unanswered, one after the other; tells whether it is open then."""
        for method in methods:
            self.breaker.unanswered(method, self.now)
        return self.breaker.is_open


@pytest.fixture
def watched() -> Watched:
    return Watched()


def test_three_calls_without_an_answer_open_it_and_one_answer_closes_it(
    watched: Watched, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, logger="bot.slack.breaker")
    assert not watched.fail(POST, PROBE)
    assert watched.fail(POST)
    watched.now += 12
    watched.fail(CREATE, PROBE)
    assert "answered nothing for 12 s" in watched.breaker.trouble()
    watched.breaker.answered()
    watched.breaker.answered()
    assert watched.turns == [True, False]
    assert watched.breaker.trouble() == ""
    said = [record.getMessage() for record in caplog.records]
    assert [line.partition(":")[0] for line in said] == [
        "Slack has not answered 3 calls in a row, chat.postMessage the last",
        "Slack answers again after 12 s",
    ]


def test_one_bad_method_opens_nothing_however_often_it_fails(watched: Watched) -> None:
    assert not watched.fail(*[CREATE] * 50)
    assert not watched.fail(*[POST] * 50), "not two of them, either: nobody has asked whether Slack is there"
    watched.breaker.answered()
    assert not watched.fail(*[PROBE] * 50), "the question itself may be what is broken"


def test_an_answer_to_anything_begins_the_count_anew(watched: Watched) -> None:
    for _ in range(20):
        assert not watched.fail(POST, PROBE)
        watched.breaker.answered()
    assert watched.turns == []


def test_the_first_failure_has_slack_asked_and_not_each_after_it(watched: Watched) -> None:
    watched.fail(POST)
    assert watched.breaker.doubted.is_set()
    watched.breaker.doubted.clear()
    watched.fail(POST, PROBE)
    assert not watched.breaker.doubted.is_set()


def test_half_a_minute_of_trying_is_enough_for_two_slow_calls(watched: Watched) -> None:
    begun = watched.now
    watched.breaker.unanswered(POST, begun)
    watched.now += TRYING_FOR
    watched.breaker.unanswered(PROBE, watched.now - 10)
    assert watched.breaker.is_open


def test_while_it_is_open_slack_is_asked_whether_it_is_back_and_now_and_then_given_a_page(watched: Watched) -> None:
    breaker = watched.breaker
    assert (breaker.rows_at_once(), breaker.pause(POST)) == (EVERYTHING, 0)
    watched.fail(POST, PROBE, POST)
    assert (breaker.rows_at_once(), breaker.pause(POST), breaker.pause(PROBE)) == (0, PUT_OFF, 0)
    watched.now += PAGE_EVERY
    assert (breaker.rows_at_once(), breaker.rows_at_once()) == (1, 1)
    assert (breaker.pause(POST), breaker.pause(POST), breaker.rows_at_once()) == (0, PUT_OFF, 0)
    breaker.answered()
    assert (breaker.rows_at_once(), breaker.pause(POST)) == (EVERYTHING, 0)
