"""Reading what people type in one line: what it costs customers, and what somebody will do by when."""

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from bot.domain.errors import Refusal
from bot.domain.naming import clean, clean_line

MENTION: Final = re.compile(r"<@(?P<user>[UW][A-Z0-9]+)(?:\|(?P<label>[^>]*))?>")
HUNDRED: Final = 100
END_OF_DAY: Final = time(23, 59)
WEEKDAYS: Final = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")

_PERCENT: Final = re.compile(r"(?<![\w.,])(?P<sign>-?)(?P<number>\d+(?:[.,]\d+)?)\s*(?:%|percent\b)", re.IGNORECASE)
_CUSTOMERS: Final = re.compile(
    r"(?<![\w.,])(?P<number>\d{1,3}(?:[ ,.]\d{3})+|\d+(?:\.\d+)?)\s*(?P<unit>[kKmM])?\+?\s*"
    r"(?:customers?|users?|people|accounts?)\b",
    re.IGNORECASE,
)
_REVENUE: Final = re.compile(
    r"(?<!\w)(?:[$€£¥]|(?:USD|EUR|GBP)\s?)\d[\d.,]*\s?[kKmM]?(?:\s?(?:/|per\s)\s?\w+)?"
    r"|(?<![\w.,])\d[\d.,]*\s?[kKmM]?\s?(?:[$€£¥]|USD\b|EUR\b|GBP\b)(?:\s?(?:/|per\s)\s?\w+)?",
)
_FILLERS: Final = re.compile(
    r"^(?:(?:about|at least|around|of|and)\b[\s,]*)+|(?:[\s,]*\b(?:about|at least|around|and))+$", re.IGNORECASE
)
_BY: Final = re.compile(
    r"(?:^|\s)by\s+(?:(?P<date>\d{4}-\d{2}-\d{2})|(?P<day>today|tomorrow|(?:mon|tues|wednes|thurs|fri|satur|sun)day))?"
    r"(?:(?:(?<=\d)T|\s*)(?P<hour>\d{1,2}):(?P<minute>\d{2}))?\s*$",
    re.IGNORECASE,
)
_TRAILING_OWNER: Final = re.compile(rf"(?:^|\s)(?P<owner>{MENTION.pattern}|@[\w.\-]+)\s*$")


@dataclass(frozen=True, slots=True, kw_only=True)
class ImpactForm:
    """What it costs customers as one person reports it. What is None or empty was not said."""

    percent: float | None = None
    customers: int | None = None
    scope: str = ""
    revenue: str = ""
    words: str = ""


def parse_impact(text: str) -> ImpactForm:
    """Read `32% 1240 customers EU $12k/h`; words that are none of these become the scope.

    Raises Refusal for a share that is no share. A number is a count of customers only where it says so.
    """
    rest = clean_line(text)
    percent, rest = _take(_PERCENT, rest)
    customers, rest = _take(_CUSTOMERS, rest)
    revenue, rest = _take(_REVENUE, rest)
    share = None
    if percent is not None:
        share = float(percent["number"].replace(",", "."))
        if percent["sign"] or share > HUNDRED:
            raise Refusal(
                f"A share lies between 0 and 100 %, not {percent[0].strip()}. Nothing was recorded.", field="percent"
            )
    scope = re.sub(r"\s+([,;])", r"\1", " ".join(rest.split())).strip(" ,;·")
    return ImpactForm(
        percent=share,
        customers=_count(customers["number"], customers["unit"]) if customers else None,
        scope=_FILLERS.sub("", scope).strip(" ,;·"),
        revenue=revenue[0].strip() if revenue else "",
    )


def parse_action(text: str, now: datetime, zone: ZoneInfo) -> tuple[str, str | None, datetime | None]:
    """Read `Roll back @owner by 03:10`: what is to be done, the owner as typed, and when it is due (UTC).

    `by` takes a time (the next one in the person's `zone`), an ISO date, `today`, `tomorrow` or a weekday, with or
    without a time; a day alone means its end. Owner and `by` stand last, in either order; elsewhere they are words.
    Raises Refusal for a time or date that does not exist or has passed.
    """
    rest, due, owner = clean(text), None, None
    for _ in range(2):
        found = _BY.search(rest) if due is None else None
        if found and (found["date"] or found["day"] or found["hour"]):
            due, rest = _due(found, now, zone), rest[: found.start()].rstrip()
        trailing = _TRAILING_OWNER.search(rest) if owner is None else None
        if trailing:
            owner, rest = trailing["owner"], rest[: trailing.start()].rstrip()
    if not rest:
        raise Refusal(
            "What is to be done? Nothing was recorded. Write it like: Roll back @leon by 03:10.", field="text"
        )
    return rest, owner, due


def _take(pattern: re.Pattern[str], text: str) -> tuple[re.Match[str] | None, str]:
    found = pattern.search(text)
    if found is None:
        return None, text
    return found, f"{text[: found.start()]} {text[found.end() :]}"


def _count(number: str, unit: str | None) -> int:
    grouped = re.fullmatch(r"\d{1,3}(?:[ ,.]\d{3})+", number)
    amount = float(re.sub(r"[ ,.]", "", number) if grouped else number)
    return round(amount * {"k": 1_000, "m": 1_000_000}.get((unit or "").lower(), 1))


def _due(found: re.Match[str], now: datetime, zone: ZoneInfo) -> datetime:
    said = found[0].strip()
    local = now.astimezone(zone)
    try:
        at = time(int(found["hour"]), int(found["minute"])) if found["hour"] else END_OF_DAY
        day = _day(found, local.date())
    except ValueError:
        raise Refusal(
            f"{said} is no date or time. Nothing was recorded. Write by 03:10, by tomorrow or by 2026-11-30.",
            field="due",
        ) from None
    due = datetime.combine(day or local.date(), at, zone).astimezone(UTC)
    if due <= now and day is None:
        due = datetime.combine(local.date() + timedelta(days=1), at, zone).astimezone(UTC)
    if due <= now:
        raise Refusal(f"{said} has passed. Nothing was recorded. Give a time that lies ahead.", field="due")
    return due


def _day(found: re.Match[str], today: date) -> date | None:
    """The day that was named; None where only a time was."""
    if found["date"]:
        return date.fromisoformat(found["date"])
    word = (found["day"] or "").lower()
    if word in WEEKDAYS:
        ahead = (WEEKDAYS.index(word) - today.weekday()) % len(WEEKDAYS) or len(WEEKDAYS)
        return today + timedelta(days=ahead)
    return {"today": today, "tomorrow": today + timedelta(days=1)}.get(word)
