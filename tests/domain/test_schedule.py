"""Who is on call at any moment: one person, handed over on the wall clock, whatever the clocks do."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from bot.domain.schedule import Override, Rotation, Shift, on_call, relieved_at, upcoming

NEW_YORK = ZoneInfo("America/New_York")
MEMBERS = ("maya", "leon", "dana")
MONDAY = date(2026, 1, 5)


def weekly(*members: str) -> Rotation:
    return Rotation(name="primary", members=members, zone=NEW_YORK, start=MONDAY)


def there(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=NEW_YORK)


def shift_at(rotation: Rotation, at: datetime) -> Shift:
    shift = on_call(rotation, at)
    assert shift is not None
    return shift


def person_at(rotation: Rotation, at: datetime) -> str:
    return shift_at(rotation, at).person


zones = st.sampled_from(["America/New_York", "Europe/Berlin", "Australia/Lord_Howe", "Asia/Kolkata", "UTC"]).map(
    ZoneInfo
)
steps = st.one_of(
    st.integers(1, 4).map(lambda count: timedelta(weeks=count)),
    st.integers(1, 9).map(lambda count: timedelta(days=count)),
    st.integers(1, 60).map(lambda count: timedelta(hours=count)),
)
rotations = st.builds(
    Rotation,
    name=st.just("primary"),
    members=st.integers(1, 3).map(lambda count: MEMBERS[:count]),
    zone=zones,
    start=st.dates(date(2025, 1, 1), date(2027, 1, 1)),
    every=steps,
    handoff=st.times().map(lambda at: at.replace(second=0, microsecond=0)),
)
moments = st.datetimes(datetime(2024, 6, 1), datetime(2028, 6, 1), timezones=st.just(UTC))  # noqa: DTZ001 - UTC is put on


@given(rotation=rotations, at=moments)
def test_at_any_moment_exactly_one_member_is_on_call(rotation: Rotation, at: datetime) -> None:
    shift = shift_at(rotation, at)
    assert shift.person in rotation.members
    assert shift.since <= at < shift.until


@given(rotation=rotations, at=moments, share=st.floats(0, 1, exclude_max=True))
def test_nobody_changes_except_at_a_handoff(rotation: Rotation, at: datetime, share: float) -> None:
    shift = shift_at(rotation, at)
    within = shift.since + (shift.until - shift.since) * share
    assert shift_at(rotation, min(within, shift.until - timedelta(microseconds=1))) == shift


@given(rotation=rotations, at=moments)
def test_each_shift_begins_where_the_one_before_ends(rotation: Rotation, at: datetime) -> None:
    shift = shift_at(rotation, at)
    assert shift_at(rotation, shift.until).since == shift.until
    assert shift_at(rotation, shift.since - timedelta(microseconds=1)).until == shift.since


@given(rotation=rotations.filter(lambda one: one.every % timedelta(days=1) == timedelta()), at=moments)
def test_members_follow_each_other_in_order(rotation: Rotation, at: datetime) -> None:
    now = shift_at(rotation, at)
    following = shift_at(rotation, now.until)
    expected = (rotation.members.index(now.person) + 1) % len(rotation.members)
    assert following.person == rotation.members[expected]


@given(rotation=rotations.filter(lambda one: one.every % timedelta(days=1) == timedelta()), at=moments)
def test_a_handoff_in_days_is_wall_time_unless_the_clocks_skip_it(rotation: Rotation, at: datetime) -> None:
    until = shift_at(rotation, at).until
    wall = until.astimezone(rotation.zone)
    asked_for = datetime.combine(wall.date(), rotation.handoff, rotation.zone)
    skipped = asked_for.astimezone(UTC).astimezone(rotation.zone).time() != rotation.handoff
    assert wall.time() == rotation.handoff or skipped


@given(
    rotation=rotations,
    at=moments,
    ahead=st.integers(-100, 100),
    length=st.integers(1, 200),
    look=st.integers(-300, 300),
)
def test_an_override_holds_exactly_as_long_as_it_says(
    rotation: Rotation, at: datetime, ahead: int, length: int, look: int
) -> None:
    starts = at + timedelta(hours=ahead)
    override = Override(person="vic", starts=starts, ends=starts + timedelta(hours=length))
    covered = Rotation(
        name=rotation.name,
        members=rotation.members,
        zone=rotation.zone,
        start=rotation.start,
        every=rotation.every,
        handoff=rotation.handoff,
        overrides=(override,),
    )
    moment = at + timedelta(hours=look)
    inside = override.starts <= moment < override.ends
    assert person_at(covered, moment) == ("vic" if inside else person_at(rotation, moment))
    assert shift_at(covered, moment).since <= moment < shift_at(covered, moment).until


def test_a_weekly_handoff_stays_at_nine_in_both_weeks_of_the_clock_change() -> None:
    rotation = weekly("maya", "leon")
    spring, autumn = shift_at(rotation, there("2026-03-05 12:00")), shift_at(rotation, there("2026-10-28 12:00"))
    assert spring.until == there("2026-03-09 09:00")
    assert autumn.until == there("2026-11-02 09:00")
    assert spring.until - spring.since == timedelta(days=7, hours=-1)
    assert autumn.until - autumn.since == timedelta(days=7, hours=1)


def test_the_first_member_begins_at_the_first_handoff_and_the_order_runs_backwards_before_it() -> None:
    rotation = weekly("maya", "leon")
    assert person_at(rotation, there("2026-01-05 09:00")) == "maya"
    assert person_at(rotation, there("2026-01-05 08:59")) == "leon"
    assert person_at(rotation, there("2026-01-12 09:00")) == "leon"


def test_a_rotation_of_twelve_hours_changes_at_nine_and_nine_all_year() -> None:
    rotation = Rotation(
        name="primary", members=("maya", "leon"), zone=NEW_YORK, start=MONDAY, every=timedelta(hours=12)
    )
    for day in ("2026-02-01", "2026-07-01"):
        assert shift_at(rotation, there(f"{day} 10:00")).until == there(f"{day} 21:00")


def test_a_daily_handoff_in_the_hour_that_the_clocks_skip_happens_when_the_clocks_have_changed() -> None:
    rotation = Rotation(
        name="primary",
        members=("maya", "leon"),
        zone=NEW_YORK,
        start=MONDAY,
        every=timedelta(days=1),
        handoff=time(2, 30),
    )
    assert shift_at(rotation, there("2026-03-07 12:00")).until == there("2026-03-08 03:30")


def test_where_overrides_overlap_the_last_one_given_wins() -> None:
    starts = there("2026-01-06 00:00").astimezone(UTC)
    day = timedelta(days=1)
    rotation = Rotation(
        name="primary",
        members=("maya",),
        zone=NEW_YORK,
        start=MONDAY,
        overrides=(
            Override(person="leon", starts=starts, ends=starts + 2 * day),
            Override(person="dana", starts=starts + day, ends=starts + 3 * day),
        ),
    )
    seen = [(shift.person, shift.until - shift.since) for shift in upcoming(rotation, starts, starts + 3 * day)]
    assert seen == [("leon", day), ("dana", day), ("dana", day)]
    assert relieved_at(rotation, starts + day) == starts + 3 * day


def test_a_rotation_without_members_has_nobody_except_during_an_override() -> None:
    starts = there("2026-01-06 00:00").astimezone(UTC)
    override = Override(person="vic", starts=starts, ends=starts + timedelta(hours=1))
    rotation = Rotation(name="primary", members=(), zone=NEW_YORK, start=MONDAY, overrides=(override,))
    assert on_call(rotation, starts - timedelta(hours=1)) is None
    assert person_at(rotation, starts) == "vic"
    assert [shift.person for shift in upcoming(rotation, starts - timedelta(days=9), starts + timedelta(days=9))] == [
        "vic"
    ]


def test_somebody_alone_in_a_rotation_is_never_relieved() -> None:
    assert relieved_at(weekly("maya"), there("2026-01-06 00:00")) is None
    assert relieved_at(weekly("maya", "leon"), there("2026-01-06 00:00")) == there("2026-01-12 09:00")
