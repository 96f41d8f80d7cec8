"""Slack's clock against ours: how far back to look for what may have been sent."""

from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

from bot.slack.slacks_clock import EARLIER, SET_BACK, SlacksClock
from tests.fakes.clock import FakeClock

NOON = datetime(2026, 11, 18, 12, tzinfo=UTC)


def test_clocks_that_agree_need_a_few_seconds_of_looking_back() -> None:
    clock = FakeClock(NOON)
    slacks = SlacksClock(clock)
    slacks.read(format_datetime(NOON, usegmt=True))
    assert slacks.sent_at_the_earliest(NOON) == NOON - EARLIER


def test_the_most_that_we_have_ever_been_ahead_counts_and_being_behind_does_not() -> None:
    clock = FakeClock(NOON)
    slacks = SlacksClock(clock)
    for theirs in (NOON - timedelta(seconds=91), NOON, NOON + timedelta(hours=1)):
        slacks.read(format_datetime(theirs, usegmt=True))
    assert slacks.sent_at_the_earliest(NOON) == NOON - EARLIER - timedelta(seconds=90)


def test_after_our_clock_was_set_back_nobody_knows_when_it_was_sent_and_a_day_is_looked_through() -> None:
    clock = FakeClock(NOON)
    slacks = SlacksClock(clock)
    clock.advance(timedelta(hours=-2))
    assert slacks.sent_at_the_earliest(NOON) == clock() - SET_BACK


def test_an_answer_without_a_readable_date_says_nothing() -> None:
    slacks = SlacksClock(FakeClock(NOON))
    for date in ("", "yesterday", "None"):
        slacks.read(date)
    assert slacks.sent_at_the_earliest(NOON) == NOON - EARLIER
