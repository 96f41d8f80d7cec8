"""The severity table says what was agreed, and a question about an age gets the row's answer."""

from datetime import timedelta

from bot.domain.severity import BUILT_IN, BUILT_IN_BY_NAME, Pages

MINUTE = timedelta(minutes=1)


def test_the_four_rows_stand_from_the_worst_to_the_mildest() -> None:
    assert [row.name for row in BUILT_IN] == ["SEV1", "SEV2", "SEV3", "SEV4"]
    assert [row.rank for row in BUILT_IN] == [1, 2, 3, 4]
    assert BUILT_IN[0].is_worse_than(BUILT_IN[1])
    assert not BUILT_IN[1].is_worse_than(BUILT_IN[1])


def test_the_first_public_word_is_due_in_15_and_30_minutes_and_never_for_the_mild_ones() -> None:
    assert [row.first_public for row in BUILT_IN] == [15 * MINUTE, 30 * MINUTE, None, None]
    assert [row.public_every for row in BUILT_IN] == [30 * MINUTE, 60 * MINUTE, None, None]


def test_the_worst_offers_fifteen_minutes_in_the_first_hour_only() -> None:
    sev1 = BUILT_IN_BY_NAME["SEV1"]
    assert sev1.public_choices(59 * MINUTE) == (15 * MINUTE, 30 * MINUTE)
    assert sev1.public_choices(60 * MINUTE) == (30 * MINUTE,)
    assert BUILT_IN_BY_NAME["SEV3"].public_choices(MINUTE) == ()


def test_the_stakeholder_channel_hears_every_15_minutes_in_the_first_hour_of_the_worst() -> None:
    sev1 = BUILT_IN_BY_NAME["SEV1"]
    assert sev1.internal_interval(59 * MINUTE) == 15 * MINUTE
    assert sev1.internal_interval(60 * MINUTE) == 30 * MINUTE
    assert BUILT_IN_BY_NAME["SEV2"].internal_interval(MINUTE) == 30 * MINUTE


def test_the_third_is_first_told_within_the_hour_and_then_every_four() -> None:
    sev3 = BUILT_IN_BY_NAME["SEV3"]
    assert (sev3.internal_first, sev3.internal_interval(90 * MINUTE)) == (60 * MINUTE, 240 * MINUTE)


def test_the_third_waits_for_morning_and_the_fourth_wakes_nobody_and_opens_nothing() -> None:
    assert [row.pages for row in BUILT_IN] == [Pages.AT_ONCE, Pages.AT_ONCE, Pages.WORKING_HOURS, Pages.NEVER]
    assert [row.rooms for row in BUILT_IN] == [True, True, True, False]
    assert [row.clock for row in BUILT_IN] == [True, True, True, False]
