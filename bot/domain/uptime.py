"""Uptime: how much of a time was not downtime. Times that overlap count once."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

MINUTE = timedelta(minutes=1)
WHOLE = 10_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """A time of an incident, as far as the public was told; `until` is empty while it lasts."""

    since: datetime
    until: datetime | None


def merged(spans: Iterable[Span], first: datetime, now: datetime) -> tuple[tuple[datetime, datetime], ...]:
    """The times from `first` to `now` that at least one of the spans covers, in order, none touching another."""
    found: list[tuple[datetime, datetime]] = []
    clipped = ((max(each.since, first), min(each.until or now, now)) for each in spans)
    for since, until in sorted(each for each in clipped if each[0] < each[1]):
        if found and since <= found[-1][1]:
            found[-1] = (found[-1][0], max(found[-1][1], until))
        else:
            found.append((since, until))
    return tuple(found)


def uptime(down: Iterable[tuple[datetime, datetime]], first: datetime, now: datetime) -> int:
    """Uptime from `first` to `now` in hundredths of a percent, rounded down: with any downtime it is never whole."""
    lost = sum((until - since for since, until in down), timedelta())
    whole = max(now - first, lost)
    return WHOLE * (whole - lost) // whole if lost else WHOLE


def minutes_by_day(down: Iterable[tuple[datetime, datetime]], zone: ZoneInfo) -> dict[date, int]:
    """Minutes of downtime by the day of a zone, begun minutes counting whole."""
    found: dict[date, timedelta] = {}
    for since, until in down:
        start = since
        while start < until:
            day = start.astimezone(zone).date()
            end = min(until, datetime.combine(day + timedelta(days=1), time(), zone).astimezone(UTC))
            found[day] = found.get(day, timedelta()) + (end - start)
            start = end
    return {day: -(-lost // MINUTE) for day, lost in found.items()}
