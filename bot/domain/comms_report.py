"""How promises of the next word were kept: for one incident, a month, a team, a severity. Nothing here is guessed.

A promise counts once it was kept or missed; one that still waits, or that the end of the incident made needless, does
not. It belongs to the month in which it was due, in the workspace's zone.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from bot.domain.incident import Incident
from bot.domain.update import Promise

MONTHS: Final = (
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
)
SHORTEST: Final = 3
NEVER: Final = timedelta()


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """How many promises were kept and missed, and how late the latest word came (or is by now)."""

    kept: int = 0
    missed: int = 0
    latest: timedelta | None = None

    @property
    def counted(self) -> int:
        """How many promises this is about."""
        return self.kept + self.missed

    @property
    def percent(self) -> int:
        """How many of a hundred were kept, rounded down so that only all of them are 100; 0 where there were none."""
        return 100 * self.kept // self.counted if self.counted else 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One line of a table: what it is about, and its figures."""

    name: str
    tally: Tally


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """What is asked for: a month (its first day), a team or other owner (as people read it), a severity; None: all."""

    month: date | None = None
    owner: str | None = None
    severity: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CommsReport:
    """The figures that were asked for, newest first where they have an order."""

    choice: Choice
    total: Tally
    audiences: tuple[Row, ...]
    severities: tuple[Row, ...]
    owners: tuple[Row, ...]
    months: tuple[Row, ...]
    incidents: tuple[Row, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Counted:
    """A promise with what it is grouped by."""

    promise: Promise
    incident: Incident
    owner: str
    month: date


def tally(promises: Iterable[Promise], now: datetime) -> Tally:
    """Count promises that were kept or missed by `now`."""
    known = [each for each in promises if each.kept or each.missed]
    late = [each.late_by(now) or NEVER for each in known if each.missed]
    kept = sum(each.kept for each in known)
    return Tally(kept=kept, missed=len(known) - kept, latest=max(late, default=None))


def report(
    incidents: Sequence[Incident], owner_of: Callable[[Incident], str], choice: Choice, zone: ZoneInfo, now: datetime
) -> CommsReport:
    """The figures of the incidents given, as far as they are asked for."""
    every = [
        Counted(promise=promise, incident=each, owner=owner_of(each), month=month_of(promise.due_at, zone))
        for each in incidents
        for promise in each.promises
        if promise.kept or promise.missed
    ]
    found = [each for each in every if _asked_for(each, choice)]

    return CommsReport(
        choice=choice,
        total=tally((each.promise for each in found), now),
        audiences=_rows(found, lambda each: each.promise.audience.value, now),
        severities=_rows(
            sorted(found, key=lambda each: each.promise.severity), lambda each: each.promise.severity, now
        ),
        owners=_rows(sorted(found, key=lambda each: each.owner.casefold()), lambda each: each.owner, now),
        months=_rows(
            sorted(found, key=lambda each: each.month, reverse=True), lambda each: month_name(each.month), now
        ),
        incidents=_rows(
            sorted(found, key=lambda each: each.incident.number, reverse=True), lambda each: each.incident.label, now
        ),
    )


def month_of(at: datetime, zone: ZoneInfo) -> date:
    """The first day of the month in which a moment falls."""
    return at.astimezone(zone).date().replace(day=1)


def month_before(month: date) -> date:
    """The first day of the month before."""
    return (month - timedelta(days=1)).replace(day=1)


def month_name(month: date) -> str:
    """A month as people read it: `October 2026`."""
    return f"{MONTHS[month.month - 1].capitalize()} {month.year}"


def read_month(words: str, today: date) -> date | None:
    """The month that words name: `october`, `oct 2025`, `2026-10`, `this month`, `last month`; None if they name none.

    A month without a year is the last one of that name that has begun.
    """
    match words.casefold().split():
        case [("this" | "last" | "previous") as which, "month"]:
            this = today.replace(day=1)
            return this if which == "this" else month_before(this)
        case [name] if (numbered := _by_number(name)) is not None:
            return numbered
        case [name, year] if year.isascii() and year.isdigit() and len(year) == 4 and int(year):  # noqa: PLR2004 - a year
            number = _by_name(name)
            return date(int(year), number, 1) if number else None
        case [name]:
            number = _by_name(name)
            return date(today.year - (number > today.month), number, 1) if number else None
        case _:
            return None


def _asked_for(each: Counted, choice: Choice) -> bool:
    return (
        choice.month in {None, each.month}
        and choice.owner in {None, each.owner}
        and choice.severity in {None, each.promise.severity}
    )


def _rows(found: Sequence[Counted], name: Callable[[Counted], str], now: datetime) -> tuple[Row, ...]:
    groups: dict[str, list[Counted]] = {}
    for each in found:
        groups.setdefault(name(each), []).append(each)
    return tuple(
        Row(name=each, tally=tally((counted.promise for counted in group), now)) for each, group in groups.items()
    )


def _by_name(word: str) -> int | None:
    if len(word) < SHORTEST:
        return None
    return next((number for number, name in enumerate(MONTHS, start=1) if name.startswith(word)), None)


def _by_number(word: str) -> date | None:
    try:
        return date.fromisoformat(f"{word}-01") if len(word) == len("2026-10") else None
    except ValueError:
        return None
