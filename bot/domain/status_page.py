"""The public status page as a value: names of journeys that are not private, and what the public knows of incidents."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from types import MappingProxyType
from typing import Final
from zoneinfo import ZoneInfo

from bot.domain.directory import Directory
from bot.domain.indicator import Indicator, worst_of
from bot.domain.maintenance import MaintenanceStatus, PublicMaintenance, public_maintenance
from bot.domain.public_incident import PublicIncident, component_id, readable
from bot.domain.uptime import merged, minutes_by_day, uptime

DAYS: Final = 90
UNNAMED: Final = "Status"
NOTHING_NOTED: Final[Mapping[str, datetime]] = MappingProxyType({})


@dataclass(frozen=True, slots=True, kw_only=True)
class Day:
    """A day in the workspace's zone, the worst that the public was told of it, and its minutes of downtime."""

    date: date
    worst: Indicator
    down: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Component:
    """A journey that customers know by name: how it is now, and day by day, oldest first.

    `maintained` while planned work on it goes on; `uptime` over those days in hundredths of a percent, rounded down.
    """

    id: str
    name: str
    indicator: Indicator
    maintained: bool
    uptime: int
    days: tuple[Day, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class StatusPage:
    """All that the public may see: the days from `since` on, and what was told of them, newest first.

    `past` are the incidents of those days that are over; `older` ones have an address and no more. `maintenance` is
    planned or goes on, the next first; `maintained` is over within those days.
    """

    name: str
    zone: ZoneInfo
    since: datetime
    changed_at: datetime
    components: tuple[Component, ...]
    current: tuple[PublicIncident, ...]
    past: tuple[PublicIncident, ...]
    older: tuple[PublicIncident, ...]
    maintenance: tuple[PublicMaintenance, ...]
    maintained: tuple[PublicMaintenance, ...]

    @property
    def indicator(self) -> Indicator:
        """The worst that holds now."""
        return worst_of(each.indicator for each in self.current)

    @property
    def under_maintenance(self) -> bool:
        """Tell whether planned work goes on."""
        return any(each.status is MaintenanceStatus.IN_PROGRESS for each in self.maintenance)

    def incident(self, known_as: str) -> PublicIncident | None:
        """The incident with this public id."""
        return next((each for each in (*self.current, *self.past, *self.older) if each.id == known_as), None)

    def component(self, known_as: str | None) -> Component | None:
        """The component with this id, while the directory has it."""
        return next((each for each in self.components if each.id == known_as), None)


def status_page(
    told: Iterable[PublicIncident],
    directory: Directory,
    now: datetime,
    noted: Mapping[str, datetime] = NOTHING_NOTED,
) -> StatusPage:
    """Arrange what the public knows, as of `now`. `noted` says by id when each planned maintenance was first seen."""
    zone = directory.workspace.zone
    today = now.astimezone(zone).date()
    first = _midnight(today - timedelta(days=DAYS - 1), zone)
    newest = sorted(told, key=lambda each: (each.started_at, each.id), reverse=True)
    current = tuple(each for each in newest if each.over_at is None)
    over = [each for each in newest if each.over_at is not None]
    past = tuple(each for each in over if each.changed_at >= first)
    planned = [each for each in public_maintenance(directory, now, noted) if each.ends >= first]
    going_on = tuple(each for each in planned if each.status is not MaintenanceStatus.COMPLETED)
    changes = [*(each.changed_at for each in newest), *(each.changed_at for each in planned)]
    return StatusPage(
        name=readable(directory.workspace.status_name) or UNNAMED,
        zone=zone,
        since=first,
        changed_at=max([*changes, _midnight(today, zone)]),
        components=_components(directory, (*current, *past), going_on, zone, now),
        current=current,
        past=past,
        older=tuple(each for each in over if each.changed_at < first),
        maintenance=going_on,
        maintained=tuple(each for each in reversed(planned) if each not in going_on),
    )


def _components(
    directory: Directory,
    told: tuple[PublicIncident, ...],
    planned: tuple[PublicMaintenance, ...],
    zone: ZoneInfo,
    now: datetime,
) -> tuple[Component, ...]:
    public = [(component_id(each.id), each.name) for each in directory.journeys.values() if not each.private]
    hurt: dict[str, list[PublicIncident]] = {known_as: [] for known_as, _ in public}
    for each in told:
        if each.component in hurt:
            hurt[each.component].append(each)
    maintained = {
        known_as for each in planned if each.status is MaintenanceStatus.IN_PROGRESS for known_as in each.components
    }
    first = _midnight(now.astimezone(zone).date() - timedelta(days=DAYS - 1), zone)
    down = {
        known_as: merged((span for each in mine for span in each.down), first, now) for known_as, mine in hurt.items()
    }
    return tuple(
        Component(
            id=known_as,
            name=readable(name),
            indicator=worst_of(each.indicator for each in hurt[known_as]),
            maintained=known_as in maintained,
            uptime=uptime(down[known_as], first, now),
            days=_days(hurt[known_as], minutes_by_day(down[known_as], zone), zone, now),
        )
        for known_as, name in public
    )


def _days(told: list[PublicIncident], down: Mapping[date, int], zone: ZoneInfo, now: datetime) -> tuple[Day, ...]:
    today = now.astimezone(zone).date()
    first = today - timedelta(days=DAYS - 1)
    worst = dict.fromkeys((first + timedelta(days=each) for each in range(DAYS)), Indicator.NONE)
    for incident in told:
        for span in incident.spans:
            day = max(span.since.astimezone(zone).date(), first)
            last = min((span.until or now).astimezone(zone).date(), today)
            while day <= last:
                worst[day] = worst_of((worst[day], incident.worst))
                day += timedelta(days=1)
    return tuple(Day(date=day, worst=each, down=down.get(day, 0)) for day, each in worst.items())


def _midnight(day: date, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, time(), zone).astimezone(UTC)
