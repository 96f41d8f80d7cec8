"""Reading one line: what it costs customers, and what somebody will do by when."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.errors import Refusal
from bot.domain.reading import ImpactForm, parse_action, parse_impact
from tests.domain.lives import NEW_YORK, NOW

# NOW is Wednesday 18 November 2026, 02:17 in New York.


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("32% 1240 customers EU", ImpactForm(percent=32, customers=1240, scope="EU")),
        ("about 32 % of orders, at least 1,240 customers", ImpactForm(percent=32, customers=1240, scope="orders")),
        ("1.2k users", ImpactForm(customers=1200)),
        ("12 340 accounts in Germany", ImpactForm(customers=12340, scope="in Germany")),
        ("0.5% checkout $12k/h", ImpactForm(percent=0.5, scope="checkout", revenue="$12k/h")),
        ("all of the EU", ImpactForm(scope="all of the EU")),
        ("region 2", ImpactForm(scope="region 2")),
        ("100%", ImpactForm(percent=100)),
        ("EUR 4,000 per hour", ImpactForm(revenue="EUR 4,000 per hour")),
        ("", ImpactForm()),
    ],
)
def test_impact_is_read_from_a_line(typed: str, read: ImpactForm) -> None:
    assert parse_impact(typed) == read


@pytest.mark.parametrize("typed", ["101%", "-3%", "320 % of orders"])
def test_a_share_that_is_no_share_is_refused(typed: str) -> None:
    with pytest.raises(Refusal, match="between 0 and 100") as refused:
        parse_impact(typed)
    assert refused.value.field == "percent"


@given(st.text(alphabet="0123456789.,%kmKM$€ custoermEU-", max_size=40))
def test_any_line_gives_an_impact_or_a_sentence(typed: str) -> None:
    try:
        form = parse_impact(typed)
    except Refusal:
        return
    assert form.percent is None or 0 <= form.percent <= 100
    assert form.customers is None or form.customers >= 0


@pytest.mark.parametrize(
    ("typed", "text", "owner", "due"),
    [
        ("Roll back @leon by 03:10", "Roll back", "@leon", datetime(2026, 11, 18, 8, 10, tzinfo=UTC)),
        ("Roll back by 03:10 @leon", "Roll back", "@leon", datetime(2026, 11, 18, 8, 10, tzinfo=UTC)),
        ("Roll back <@ULEON|leon> by 02:00", "Roll back", "<@ULEON|leon>", datetime(2026, 11, 19, 7, 0, tzinfo=UTC)),
        ("Roll back", "Roll back", None, None),
        ("Roll back by hand", "Roll back by hand", None, None),
        ("Ask <@UDANA|dana> what broke <@ULEON>", "Ask <@UDANA|dana> what broke", "<@ULEON>", None),
        ("Write it up by 2026-11-25", "Write it up", None, datetime(2026, 11, 26, 4, 59, tzinfo=UTC)),
        ("Write it up by 2026-11-25T09:30", "Write it up", None, datetime(2026, 11, 25, 14, 30, tzinfo=UTC)),
        ("Write it up by tomorrow 9:30", "Write it up", None, datetime(2026, 11, 19, 14, 30, tzinfo=UTC)),
        ("Write it up by Friday", "Write it up", None, datetime(2026, 11, 21, 4, 59, tzinfo=UTC)),
        ("Write it up by wednesday", "Write it up", None, datetime(2026, 11, 26, 4, 59, tzinfo=UTC)),
    ],
)
def test_an_action_is_read_from_a_line(typed: str, text: str, owner: str | None, due: datetime | None) -> None:
    assert parse_action(typed, NOW, NEW_YORK) == (text, owner, due)


@pytest.mark.parametrize("typed", ["x by 25:00", "x by 2026-02-30", "x by 12:99"])
def test_a_time_that_does_not_exist_is_refused(typed: str) -> None:
    with pytest.raises(Refusal, match="no date or time"):
        parse_action(typed, NOW, NEW_YORK)


@pytest.mark.parametrize("typed", ["x by 2026-11-17", "x by today 01:00"])
def test_a_time_that_has_passed_is_refused(typed: str) -> None:
    with pytest.raises(Refusal, match="has passed"):
        parse_action(typed, NOW, NEW_YORK)


@pytest.mark.parametrize("typed", ["", "  ", "@leon by 03:10"])
def test_an_action_needs_words(typed: str) -> None:
    with pytest.raises(Refusal, match="What is to be done"):
        parse_action(typed, NOW, NEW_YORK)


@given(st.text(max_size=60))
def test_any_line_gives_an_action_ahead_or_a_sentence(typed: str) -> None:
    try:
        text, _, due = parse_action(typed, NOW, NEW_YORK)
    except Refusal:
        return
    assert text
    assert due is None or due > NOW
