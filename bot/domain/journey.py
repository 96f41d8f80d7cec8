"""Journeys, which are what customers try to do, and the services that they need."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta


@dataclass(frozen=True, slots=True, kw_only=True)
class Journey:
    """Something a customer tries to do, and who lowers the pain when it fails.

    `owner` is the key of a person or of a team (no key is both); None leaves the pain without an owner. `backup` and
    `then` are the small team's policy: people or teams who are next, in order. `severity` is a severity's name,
    `statuspage_component` the id of what customers know the journey by on Statuspage.
    """

    id: str
    name: str
    pain: str
    customers_see: str
    owner: str | None
    severity: str
    backup: str | None = None
    then: tuple[str, ...] = ()
    policy: str | None = None
    services: tuple[str, ...] = ()
    first_action: str | None = None
    can: tuple[str, ...] = ()
    runbook: str | None = None
    reviewed: date | None = None
    private: bool = False
    statuspage_component: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Service:
    """An owned component. `team` is the repair owner's team; `depends_on` names other services."""

    id: str
    name: str
    team: str
    depends_on: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Maintenance:
    """Planned work on journeys (by id), from `starts` until `ends` (aware UTC), and what customers see meanwhile."""

    title: str
    journeys: tuple[str, ...]
    starts: datetime
    ends: datetime
    customers_see: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Heartbeat:
    """Something outside that says `every` so often that it lives, and whose silence for `grace` more hurts a journey.

    `journey` is a journey's id, `severity` a severity's name; without one, rules and the journey decide.
    """

    name: str
    journey: str
    every: timedelta
    grace: timedelta
    severity: str | None = None
