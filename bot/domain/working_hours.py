"""Working hours: when a page that may wait is allowed to ring, and when it will."""

from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

_WEEK_AND_A_DAY: Final = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkingHours:
    """Wall-clock hours on some days of the week (0 is Monday).

    Hours that close at or before they open run into the next morning: `mon-fri 22:00-06:00` ends on Saturday at 06:00.
    """

    days: frozenset[int]
    opens: time
    closes: time


DEFAULT_HOURS: Final = WorkingHours(days=frozenset(range(5)), opens=time(9), closes=time(18))


def within(hours: WorkingHours, zone: ZoneInfo, at: datetime) -> bool:
    """Whether `at` (aware) falls in working hours in `zone`; the opening belongs to them, the closing does not."""
    day = at.astimezone(zone).date()
    for back in (0, 1):
        opened_on = day - timedelta(days=back)
        if opened_on.weekday() not in hours.days:
            continue
        overnight = timedelta(days=1 if hours.closes <= hours.opens else 0)
        opens = datetime.combine(opened_on, hours.opens, zone).astimezone(UTC)
        closes = datetime.combine(opened_on + overnight, hours.closes, zone).astimezone(UTC)
        if opens <= at < closes:
            return True
    return False


def next_opening(hours: WorkingHours, zone: ZoneInfo, at: datetime) -> datetime:
    """The moment (UTC) at which a held page may go: `at` itself within working hours, else the next opening.

    Without any working day nothing would ever open, so `at` is returned: holding a page for ever is worse than ringing.
    """
    if within(hours, zone, at):
        return at.astimezone(UTC)
    day = at.astimezone(zone).date()
    for ahead in range(_WEEK_AND_A_DAY):
        opens_on = day + timedelta(days=ahead)
        opens = datetime.combine(opens_on, hours.opens, zone).astimezone(UTC)
        if opens_on.weekday() in hours.days and opens > at:
            return opens
    return at.astimezone(UTC)
