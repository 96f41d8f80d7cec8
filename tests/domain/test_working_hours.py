"""When a page that may wait until morning is allowed to ring."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.working_hours import DEFAULT_HOURS, WorkingHours, next_opening, within

BERLIN = ZoneInfo("Europe/Berlin")
NIGHTS = WorkingHours(days=frozenset(range(5)), opens=time(22), closes=time(6))


def there(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=BERLIN)


@pytest.mark.parametrize(
    ("at", "opens"),
    [
        ("2026-11-18 02:17", "2026-11-18 09:00"),
        ("2026-11-18 09:00", "2026-11-18 09:00"),
        ("2026-11-18 17:59", "2026-11-18 17:59"),
        ("2026-11-18 18:00", "2026-11-19 09:00"),
        ("2026-11-20 18:00", "2026-11-23 09:00"),
        ("2026-03-28 12:00", "2026-03-30 09:00"),
    ],
)
def test_a_held_page_goes_at_the_next_opening(at: str, opens: str) -> None:
    assert next_opening(DEFAULT_HOURS, BERLIN, there(at)) == there(opens)


def test_hours_may_run_into_the_next_morning() -> None:
    assert within(NIGHTS, BERLIN, there("2026-11-21 05:59"))
    assert not within(NIGHTS, BERLIN, there("2026-11-21 06:00"))
    assert not within(NIGHTS, BERLIN, there("2026-11-23 05:59"))


def test_without_a_working_day_nothing_is_held_for_ever() -> None:
    never = WorkingHours(days=frozenset(), opens=time(9), closes=time(18))
    at = there("2026-11-18 02:17")
    assert next_opening(never, BERLIN, at) == at


@given(
    hours=st.sampled_from([DEFAULT_HOURS, NIGHTS]),
    at=st.datetimes(datetime(2026, 1, 1), datetime(2027, 1, 1), timezones=st.just(UTC)),  # noqa: DTZ001 - UTC is put on
)
def test_the_next_opening_is_within_hours_and_not_further_than_a_long_weekend(
    hours: WorkingHours, at: datetime
) -> None:
    opens = next_opening(hours, BERLIN, at)
    assert within(hours, BERLIN, opens)
    assert at <= opens <= at + timedelta(days=4)
