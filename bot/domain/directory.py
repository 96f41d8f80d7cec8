"""The directory as one value: who owns which pain and how people are reached, with pure look-ups.

Built whole by the adapter that reads the file; a reload makes a new one. Every key that one part refers to is known to
exist in another, because the adapter refuses a file in which it does not.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final, TypeVar
from zoneinfo import ZoneInfo

from bot.domain.escalation import FrozenPolicy, Policy
from bot.domain.journey import Heartbeat, Journey, Maintenance, Service
from bot.domain.nearest import nearest
from bot.domain.plan import Planner
from bot.domain.routing import Routed, Rule, Unrouted, route
from bot.domain.schedule import Schedule, Shift, on_call
from bot.domain.severity import BUILT_IN, Severity
from bot.domain.statuspage import StatuspageConnection
from bot.domain.team import AddedRole, DistributionList, Person, Team
from bot.domain.working_hours import DEFAULT_HOURS, WorkingHours

DEFAULT_SEVERITY: Final = "SEV2"


@dataclass(frozen=True, slots=True, kw_only=True)
class Workspace:
    """What holds for the whole installation. Channels are `#name` or an id; `catch_all` is a person or a team.

    `plain_words` gives, for words that customers should not read, those that they should. `templates` is the folder of
    the team's own templates, from the directory file's place; empty for none. `status_site` is whether this
    process serves the public status site, `status_name` whose it is; `statuspage` the page at Atlassian's that public
    text goes to. `secondary_chat` says where people meet while Slack is down, `phone_tree` which list is mailed whom to
    call.
    """

    zone: ZoneInfo = field(default_factory=lambda: ZoneInfo("UTC"))
    channel_prefix: str = "inc"
    announce: str | None = None
    triage: str | None = None
    bridge: str | None = None
    secondary_chat: str | None = None
    phone_tree: str | None = None
    status_page: str | None = None
    status_site: bool = False
    status_name: str = ""
    statuspage: StatuspageConnection | None = None
    working_hours: WorkingHours = DEFAULT_HOURS
    catch_all: str | None = None
    archive_after: timedelta | None = None
    managers: tuple[str, ...] = ()
    plain_words: Mapping[str, str] = field(default_factory=dict)
    templates: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class MayNeed:
    """A team that owns services a journey needs, and was not paged."""

    team: str
    name: str
    services: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class OnCall:
    """One rotation of a team at a moment: who has it now and who is next; None where nobody is in it."""

    rotation: str
    now: Shift | None
    following: Shift | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Directory:
    """Everything the file says, by key, in the order of the file."""

    workspace: Workspace = field(default_factory=Workspace)
    people: Mapping[str, Person] = field(default_factory=dict)
    teams: Mapping[str, Team] = field(default_factory=dict)
    schedules: Mapping[str, Schedule] = field(default_factory=dict)
    policies: Mapping[str, Policy] = field(default_factory=dict)
    services: Mapping[str, Service] = field(default_factory=dict)
    journeys: Mapping[str, Journey] = field(default_factory=dict)
    rules: tuple[Rule, ...] = ()
    severities: tuple[Severity, ...] = BUILT_IN
    lists: Mapping[str, DistributionList] = field(default_factory=dict)
    roles: tuple[AddedRole, ...] = ()
    maintenance: tuple[Maintenance, ...] = ()
    heartbeats: Mapping[str, Heartbeat] = field(default_factory=dict)

    def person(self, key: str) -> Person | None:
        """The person with this key or name, in any case."""
        return self.people.get(key) or _by_words(key, self.people)

    def person_by_email(self, email: str) -> Person | None:
        """The person with this address, in any case."""
        wanted = email.strip().casefold()
        return next((person for person in self.people.values() if person.email.casefold() == wanted), None)

    def team(self, words: str) -> Team | None:
        """The team with this key or name, in any case."""
        return self.teams.get(words) or _by_words(words, self.teams)

    def journey(self, words: str) -> Journey | None:
        """The journey with this id or name, in any case."""
        return self.journeys.get(words) or _by_words(words, self.journeys)

    def service(self, words: str) -> Service | None:
        """The service with this key or name, in any case."""
        return self.services.get(words) or _by_words(words, self.services)

    def severity(self, words: str) -> Severity | None:
        """The row with this name, in any case."""
        return next((row for row in self.severities if row.name.casefold() == words.strip().casefold()), None)

    def journey_at_start(self, words: str) -> tuple[Journey | None, str]:
        """The journey whose id or name `words` begin with, the longest one, and the words that are left."""
        spoken = words.strip()
        best: Journey | None = None
        length = 0
        for journey in self.journeys.values():
            for name in (journey.id, journey.name):
                if len(name) > length and _begins_with(spoken, name):
                    best, length = journey, len(name)
        return best, spoken[length:].lstrip()

    def nearest_journey(self, words: str) -> str | None:
        """The id or name of a journey that `words` was probably meant to be."""
        return nearest(words, _names(self.journeys))

    def nearest_target(self, words: str) -> str | None:
        """The person, team or journey that `words` was probably meant to be."""
        return nearest(words, [*_names(self.people), *_names(self.teams), *_names(self.journeys)])

    def owner_name(self, journey: Journey) -> str | None:
        """The owner's name as people say it; None where nobody owns the pain."""
        owner = journey.owner
        if owner is None:
            return None
        return self.teams[owner].name if owner in self.teams else self.people[owner].name

    def members(self, team_id: str) -> tuple[str, ...]:
        """The people of a team in order: its members, then whoever is in its schedule."""
        team = self.teams[team_id]
        schedule = self.schedule_of(team)
        scheduled = () if schedule is None else schedule.members()
        return tuple(dict.fromkeys([*team.members, *scheduled]))

    def schedule_of(self, team: Team) -> Schedule | None:
        """The schedule a team is on call by, if it has one."""
        return None if team.schedule is None else self.schedules[team.schedule]

    def teams_of(self, person_id: str) -> tuple[Team, ...]:
        """Every team that the person is a member of or on call for."""
        return tuple(team for team in self.teams.values() if person_id in self.members(team.id))

    def repair_owner(self, service_id: str) -> Team | None:
        """The team that owns the fault when this service is broken."""
        service = self.services.get(service_id)
        return None if service is None else self.teams[service.team]

    def may_need(self, journey_id: str) -> tuple[MayNeed, ...]:
        """The other teams whose services the journey needs, directly or one step down, in order of appearance."""
        journey = self.journeys[journey_id]
        named = [self.services[key] for key in journey.services]
        below = [self.services[key] for service in named for key in service.depends_on]
        by_team: dict[str, list[str]] = {}
        for service in dict.fromkeys([*named, *below]):
            if service.team != journey.owner:
                by_team.setdefault(service.team, []).append(service.name)
        return tuple(
            MayNeed(team=key, name=self.teams[key].name, services=tuple(names)) for key, names in by_team.items()
        )

    def is_manager(self, person_id: str) -> bool:
        """Whether the person may do what is otherwise for responders."""
        return person_id in self.workspace.managers

    def on_call(self, team_id: str, at: datetime) -> tuple[OnCall, ...]:
        """Who is on call for a team now and next, rotation by rotation; nothing for a team without a schedule."""
        schedule = self.schedule_of(self.teams[team_id])
        rotations = () if schedule is None else tuple(schedule.rotations.values())
        shifts = ((rotation, on_call(rotation, at)) for rotation in rotations)
        return tuple(
            OnCall(
                rotation=rotation.name, now=shift, following=None if shift is None else on_call(rotation, shift.until)
            )
            for rotation, shift in shifts
        )

    def route(self, labels: Mapping[str, str]) -> Routed | Unrouted:
        """Which journey an alert with these labels hurts."""
        return route(self.rules, labels, self.journeys)

    def plan_for(self, journey_id: str | None, at: datetime) -> FrozenPolicy:
        """Whom a page for this journey, starting at `at`, reaches tier by tier; None is *Something else*."""
        journey = None if journey_id is None else self.journeys[journey_id]
        if journey is None or journey.owner is None:
            return self._planner().for_catch_all(at)
        return self._planner().for_journey(journey, at)

    def plan_for_team(self, team_id: str, at: datetime) -> FrozenPolicy:
        """Whom a page for this team reaches tier by tier."""
        return self._planner().for_team(self.teams[team_id], at)

    def plan_for_person(self, person_id: str) -> FrozenPolicy:
        """One person paged directly: no further tiers and no repeat; after the wait, whoever paged them is told."""
        return self._planner().for_person(self.people[person_id])

    def _planner(self) -> Planner:
        return Planner(
            people=self.people,
            teams=self.teams,
            schedules=self.schedules,
            policies=self.policies,
            journeys=self.journeys,
            catch_all=self.workspace.catch_all,
        )


_Named = TypeVar("_Named", Person, Team, Journey, Service)


def _by_words(words: str, known: Mapping[str, _Named]) -> _Named | None:
    wanted = " ".join(words.split()).casefold()
    by_key = (value for key, value in known.items() if key.casefold() == wanted)
    by_name = (value for value in known.values() if value.name.casefold() == wanted)
    return next(by_key, None) or next(by_name, None)


def _names(known: Mapping[str, _Named]) -> list[str]:
    return [*known, *(value.name for value in known.values())]


def _begins_with(words: str, name: str) -> bool:
    start, rest = words[: len(name)], words[len(name) :]
    return start.casefold() == name.casefold() and not rest[:1].isalnum()
