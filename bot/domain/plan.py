"""The plan of a page: from a journey, a team or a person to the tiers that it will follow.

The small team's `owner`, `backup`, `then` and the larger company's escalation policies both end here, as a frozen
policy that names persons.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from bot.domain.escalation import (
    DEFAULT_WAIT,
    PRIMARY,
    FrozenPolicy,
    Owner,
    PlannedTier,
    Policy,
    Tier,
    freeze,
    without_repeats,
)
from bot.domain.journey import Journey
from bot.domain.schedule import Schedule
from bot.domain.team import Person, Team

OWNER: Final = "owner"
BACKUP: Final = "backup"
THEN: Final = "then"
CATCH_ALL: Final = "catch_all"
DIRECT: Final = "paged directly"


@dataclass(frozen=True, slots=True, kw_only=True)
class Planner:
    """The parts of the directory that decide whom a page reaches."""

    people: Mapping[str, Person]
    teams: Mapping[str, Team]
    schedules: Mapping[str, Schedule]
    policies: Mapping[str, Policy]
    journeys: Mapping[str, Journey]
    catch_all: str | None

    def for_journey(self, journey: Journey, at: datetime) -> FrozenPolicy:
        """The plan of an owned journey; with `backup` or `then` and no policy, those are the tiers."""
        team = None if journey.owner is None else self.teams.get(journey.owner)
        steps = journey.backup is not None or bool(journey.then)
        if journey.policy is None and (team is None or steps):
            return self._by_steps(journey, at)
        if team is not None:
            return self.for_team(team, at, policy=journey.policy)
        return self._person_by_policy(journey, self.policies[str(journey.policy)], at)

    def for_team(self, team: Team, at: datetime, *, policy: str | None = None) -> FrozenPolicy:
        """The plan of a team: by `policy`, else the team's own, else the file's first, else its rotations in order."""
        schedule = None if team.schedule is None else self.schedules[team.schedule]
        owner = Owner(name=team.name, team=team, schedule=schedule)
        return freeze(self._policy_of(team, schedule, policy), owner, self.people, at)

    def for_person(self, person: Person) -> FrozenPolicy:
        """One tier without a repeat: whoever paged the person is told when nothing has come back."""
        tier = PlannedTier(rule=DIRECT, person=person.id, why=DIRECT, wait=DEFAULT_WAIT)
        return FrozenPolicy(policy=DIRECT, tiers=(tier,), repeat=0)

    def for_catch_all(self, at: datetime) -> FrozenPolicy:
        """The plan where nobody owns the pain: `catch_all`, and where the file names none, the first owned journey's.

        Only a directory in which nobody owns anything gives a plan without tiers.
        """
        if self.catch_all is not None:
            tiers = self._whoever(self.catch_all, CATCH_ALL, "catch-all", at)
            return self._because("nobody owns this pain", FrozenPolicy(policy=CATCH_ALL, tiers=tiers))
        for journey in self.journeys.values():
            if journey.owner is not None:
                return self._because("nobody owns this pain, no catch_all is set", self.for_journey(journey, at))
        return FrozenPolicy(policy=CATCH_ALL, tiers=())

    def _policy_of(self, team: Team, schedule: Schedule | None, named: str | None) -> Policy:
        chosen = named or team.policy or next(iter(self.policies), None)
        if chosen is not None:
            return self.policies[chosen]
        rotations = (PRIMARY,) if schedule is None else tuple(schedule.rotations)
        return Policy(id=", then ".join(rotations), tiers=tuple(Tier(page=name) for name in rotations))

    def _by_steps(self, journey: Journey, at: datetime) -> FrozenPolicy:
        given = [(OWNER, journey.owner), (BACKUP, journey.backup), *((THEN, key) for key in journey.then)]
        said = {OWNER: f"{journey.name}'s owner", BACKUP: f"{journey.name}'s backup", THEN: f"{journey.name}'s next"}
        steps = [(rule, key) for rule, key in given if key is not None]
        tiers = [tier for rule, key in steps for tier in self._whoever(key, rule, said[rule], at)]
        return FrozenPolicy(policy=", ".join(rule for rule, _ in steps), tiers=without_repeats(tiers, self.people))

    def _person_by_policy(self, journey: Journey, policy: Policy, at: datetime) -> FrozenPolicy:
        """A person's journey with a policy: the owner comes first where the policy's own words leave them out."""
        owner = Owner(name=journey.name, person=journey.owner, backup=journey.backup)
        plan = freeze(policy, owner, self.people, at)
        if journey.owner in plan.people():
            return plan
        first = PlannedTier(rule=OWNER, person=journey.owner, why=f"{journey.name}'s owner", wait=DEFAULT_WAIT)
        return replace(plan, tiers=(first, *plan.tiers))

    def _whoever(self, key: str, rule: str, why: str, at: datetime) -> tuple[PlannedTier, ...]:
        """A person as one tier; a team as its first rotation's person, or its members one at a time."""
        if key in self.people:
            return (PlannedTier(rule=rule, person=key, why=why, wait=DEFAULT_WAIT),)
        team = self.teams[key]
        schedule = None if team.schedule is None else self.schedules[team.schedule]
        rotation = PRIMARY if schedule is None else next(iter(schedule.rotations), PRIMARY)
        policy = Policy(id=rule, tiers=(Tier(page=rotation),))
        found = freeze(policy, Owner(name=team.name, team=team, schedule=schedule), self.people, at).tiers
        return tuple(replace(tier, rule=rule) for tier in found)

    def _because(self, reason: str, plan: FrozenPolicy) -> FrozenPolicy:
        return replace(plan, tiers=tuple(_prefixed(reason, plan.tiers)))


def _prefixed(reason: str, tiers: Iterable[PlannedTier]) -> Iterable[PlannedTier]:
    for tier in tiers:
        why = f"{reason}; you are {tier.why}"
        yield tier if tier.person is None else replace(tier, why=why, duty=tier.as_what)
