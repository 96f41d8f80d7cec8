"""How single values of the file read: durations, hours, handoffs, zones. Each raises ValueError with a remedy."""

import re
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from pathlib import PurePosixPath
from typing import Final
from zoneinfo import ZoneInfo, available_timezones

from bot.domain.nearest import nearest
from bot.domain.working_hours import WorkingHours

DAYS: Final = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_SHORT: Final = 3
_DURATION: Final = re.compile(
    r"(?:(?P<weeks>\d{1,3})w)?(?:(?P<days>\d{1,4})d)?(?:(?P<hours>\d{1,5})h)?(?:(?P<minutes>\d{1,6})m)?(?:(?P<seconds>\d{1,7})s)?"
)
_TIME: Final = re.compile(r"(?P<hour>[01]?\d|2[0-3]):(?P<minute>[0-5]\d)")
_EVERY: Final = re.compile(r"every\s+(?P<count>\d{1,3})\s+(?P<unit>hour|day|week)s?")
_KEY: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,59}")
_EMAIL: Final = re.compile(r"[^@\s<>,;]+@[^@\s<>,;]+")
_CHANNEL: Final = re.compile(r"#[^\s#A-Z!-,./:-@\[-^`{-~]{1,80}|[CG][A-Z0-9]{6,}")
_STATUSPAGE_ID: Final = re.compile(r"[A-Za-z0-9]{1,40}")
_PREFIX: Final = re.compile(r"[a-z0-9][a-z0-9_-]{0,20}")


def duration(text: str) -> timedelta:
    """`30s`, `5m`, `1h30m`, `7d`, `2w`; more than nothing."""
    parts = _DURATION.fullmatch(text.strip())
    length = (
        timedelta()
        if parts is None
        else timedelta(**{unit: int(count or 0) for unit, count in parts.groupdict().items()})
    )
    if not length:
        raise ValueError(f'"{text}" is not a duration; write 30s, 5m, 1h30m or 7d')
    return length


def at_most_a_year(text: str) -> timedelta:
    """A duration up to a year."""
    length = duration(text)
    if length > timedelta(days=366):
        raise ValueError(f'"{text}" is over a year; write at most 366d')
    return length


def duration_or_none(text: str | None) -> timedelta | None:
    """A duration, or `none`: no such promise."""
    return None if text is None or text.strip().casefold() in ("none", "never") else duration(text)


def zone(text: str) -> ZoneInfo:
    """A time zone by its name in the tz database."""
    known = _zones()
    if text in known:
        return ZoneInfo(text)
    close = nearest(text, known)
    meant = f'did you mean "{close}"?' if close else "write one such as Europe/Berlin or America/New_York"
    raise ValueError(f'no time zone "{text}"; {meant}')


@cache  # finding them walks through the whole tz database on disk
def _zones() -> frozenset[str]:
    return frozenset(available_timezones())


def clock_time(text: str) -> time:
    """`09:00`, from 00:00 to 23:59."""
    parts = _TIME.fullmatch(text.strip())
    if parts is None:
        raise ValueError(f'"{text}" is not a time of day; write 09:00')
    return time(int(parts["hour"]), int(parts["minute"]))


def weekday(text: str) -> int:
    """A day by its English name or its first three letters; 0 is Monday."""
    word = text.strip().casefold()
    for number, day in enumerate(DAYS):
        if word in (day, day[:_SHORT]):
            return number
    raise ValueError(f'"{text}" is not a day; write monday or mon')


def handoff(text: str) -> tuple[int | None, time]:
    """`monday 09:00` or `09:00`: the day of the week, if given, and the wall time."""
    *day, at = text.split() or [""]
    if len(day) > 1:
        raise ValueError(f'"{text}" is not a handoff; write monday 09:00, or 09:00 for one that is not weekly')
    return (weekday(day[0]) if day else None), clock_time(at)


def rotate(text: str) -> timedelta:
    """`daily`, `weekly`, `every 12 hours`, `every 3 days`, `every 2 weeks`."""
    word = " ".join(text.casefold().split())
    if word in ("daily", "weekly"):
        return timedelta(days=1) if word == "daily" else timedelta(weeks=1)
    every = _EVERY.fullmatch(word)
    if every is None or not int(every["count"]):
        raise ValueError(f'"{text}" is not a rotation; write daily, weekly, every 3 days or every 12 hours')
    return timedelta(**{f"{every['unit']}s": int(every["count"])})


def working_hours(text: str) -> WorkingHours:
    """`mon-fri 09:00-18:00`, `mon,wed,fri 08:00-12:00`; hours may run into the next morning."""
    try:
        days, hours = text.split()
        opens, closes = hours.split("-")
        return WorkingHours(days=frozenset(_days(days)), opens=clock_time(opens), closes=clock_time(closes))
    except ValueError as error:
        raise ValueError(f'"{text}" are not working hours; write mon-fri 09:00-18:00') from error


def _days(text: str) -> set[int]:
    days: set[int] = set()
    for part in text.split(","):
        first, _, last = part.partition("-")
        start = weekday(first)
        end = weekday(last) if last else start
        days.update((start + step) % len(DAYS) for step in range((end - start) % len(DAYS) + 1))
    return days


def day(text: str) -> date:
    """`2026-01-05`."""
    try:
        return date.fromisoformat(text.strip())
    except ValueError as error:
        raise ValueError(f'"{text}" is not a date; write 2026-01-05') from error


def local_moment(text: str) -> datetime:
    """`2026-12-24 09:00`, or a date for its midnight. Without an offset it is wall time, to be put in a zone."""
    try:
        return datetime.fromisoformat(text.strip())
    except ValueError as error:
        raise ValueError(f'"{text}" is not a moment; write 2026-12-24 09:00') from error


def in_zone(moment: datetime, where: ZoneInfo) -> datetime:
    """The moment in UTC; wall time is read in the zone."""
    return (moment if moment.tzinfo is not None else moment.replace(tzinfo=where)).astimezone(UTC)


def key(text: str) -> str:
    """What may name a person, a team, a journey: it is typed in commands and stands in labels."""
    if _KEY.fullmatch(text) is None:
        raise ValueError("a key is letters, digits, - _ and . without spaces, at most 60; put the full words in name")
    return text


def email(text: str) -> str:
    """An address by which Slack knows the person."""
    if _EMAIL.fullmatch(text.strip()) is None:
        raise ValueError(f'"{text}" is not an e-mail address; write the one the person has in Slack')
    return text.strip()


def channel(text: str | None) -> str:
    """`#name`, or a channel's id."""
    if text is None:
        raise ValueError('empty, because YAML takes # for a comment; write it in quotes: "#incidents"')
    if _CHANNEL.fullmatch(text.strip()) is None:
        raise ValueError(f'"{text}" is not a channel; write "#incidents" in quotes, or an id such as C0123456789')
    return text.strip()


def channel_prefix(text: str) -> str:
    """What channels of incidents begin with."""
    if _PREFIX.fullmatch(text) is None:
        raise ValueError(f'"{text}" cannot begin a channel\'s name; write up to 21 of a-z, 0-9, - and _')
    return text


def address(text: str) -> str:
    """A web address."""
    if not re.fullmatch(r"https?://[^\s<>|]+", text.strip()):
        raise ValueError(f'"{text}" is not a web address; write one that begins with https://')
    return text.strip()


def yes_or_no(text: str) -> bool:
    """`true` or `false`."""
    words = {"true": True, "yes": True, "false": False, "no": False}
    answer = words.get(text.strip().casefold())
    if answer is None:
        raise ValueError(f'"{text}" is neither true nor false')
    return answer


def count(text: str) -> int:
    """A whole number from 0 to 20."""
    if not re.fullmatch(r"1?\d|20", text.strip()):
        raise ValueError(f'"{text}" is not a count; write a whole number from 0 to 20')
    return int(text)


def as_list(given: object) -> object:
    """One word where a list is expected is a list of one."""
    return [given] if isinstance(given, str) else given


def as_policy(given: object) -> object:
    """A policy is a list of tiers, or a map that holds them and more."""
    return {"tiers": given} if isinstance(given, list) else given


def on_or_before(start: date, weekday_number: int) -> date:
    """The last day with this number (0 is Monday) that is not after `start`: the first turn includes `start`."""
    return start - timedelta(days=(start.weekday() - weekday_number) % len(DAYS))


def folder(text: str) -> str:
    """A folder beside the file, or below that: a relative path that never leads up or elsewhere."""
    parts = PurePosixPath(text.strip()).parts
    if not parts or ".." in parts or text.strip().startswith(("/", "~")) or "\\" in text or "\0" in text:
        raise ValueError(f'"{text}" is not a folder beside this file; write its path from here, such as words')
    return PurePosixPath(*parts).as_posix()


def statuspage_id(text: str) -> str:
    """An id of Statuspage's: letters and digits."""
    if not _STATUSPAGE_ID.fullmatch(text.strip()):
        raise ValueError(f'"{text}" is not an id of Statuspage; copy it from there, such as kctbh9vrtdwd')
    return text.strip()
