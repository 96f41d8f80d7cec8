"""Planned maintenance: what the directory declares ahead, and what of it the public reads."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from bot.domain.directory import Directory
from bot.domain.journey import Maintenance
from bot.domain.public_incident import component_id, opaque, readable


class MaintenanceStatus(StrEnum):
    """Where planned work stands by its own times; the words are those of Statuspage."""

    SCHEDULED = "scheduled"
    IN_PROGRESS = "in_progress"
    COMPLETED = "completed"


@dataclass(frozen=True, slots=True, kw_only=True)
class PublicMaintenance:
    """Planned work as the public reads it. `components` are ids; `noted_at` is when it was first seen declared."""

    id: str
    title: str
    text: str
    components: tuple[str, ...]
    starts: datetime
    ends: datetime
    status: MaintenanceStatus
    noted_at: datetime

    @property
    def changed_at(self) -> datetime:
        """When what is told of it last changed."""
        moments = {MaintenanceStatus.IN_PROGRESS: self.starts, MaintenanceStatus.COMPLETED: self.ends}
        return max(self.noted_at, moments.get(self.status, self.noted_at))


def public_maintenance(
    directory: Directory, now: datetime, noted: Mapping[str, datetime]
) -> tuple[PublicMaintenance, ...]:
    """All that is declared, in order of its start. What is of private journeys alone is not there.

    `noted` says by id when each was first seen; what has not been noted yet is seen now.
    """
    public = {key for key, journey in directory.journeys.items() if not journey.private}
    shown = {
        maintenance_id(each): _public(each, [component_id(key) for key in each.journeys if key in public], now, noted)
        for each in directory.maintenance
        if public & set(each.journeys)
    }
    return tuple(sorted(shown.values(), key=lambda each: (each.starts, each.id)))


def maintenance_id(declared: Maintenance) -> str:
    """The public id: it stays while title and start do."""
    return opaque("maintenance", declared.title, declared.starts.isoformat())


def _public(
    declared: Maintenance, components: list[str], now: datetime, noted: Mapping[str, datetime]
) -> PublicMaintenance:
    known_as = maintenance_id(declared)
    return PublicMaintenance(
        id=known_as,
        title=readable(declared.title),
        text=readable(declared.customers_see),
        components=tuple(dict.fromkeys(components)),
        starts=declared.starts,
        ends=declared.ends,
        status=_status(declared, now),
        noted_at=noted.get(known_as, now),
    )


def _status(declared: Maintenance, now: datetime) -> MaintenanceStatus:
    if now < declared.starts:
        return MaintenanceStatus.SCHEDULED
    return MaintenanceStatus.IN_PROGRESS if now < declared.ends else MaintenanceStatus.COMPLETED
