"""Whom to page, in what order, and how long to wait: policies, and the frozen plan that one page follows.

A policy speaks in words (`primary`, `manager`, a person's key). When a page starts, the words are resolved to people
at that moment and copied onto the page, so that editing the directory never changes a page that is running.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from bot.domain.schedule import Rotation, Schedule, on_call, relieved_at
from bot.domain.team import Person, Team

DEFAULT_WAIT: Final = timedelta(minutes=5)
DEFAULT_REPEAT: Final = 2
PRIMARY: Final = "primary"
SECONDARY: Final = "secondary"
MANAGER: Final = "manager"
DIRECTOR: Final = "director"
PAGED_BEFORE: Final = "was paged in the tier before"
_A_WEEK: Final = timedelta(days=7)


@dataclass(frozen=True, slots=True, kw_only=True)
class Tier:
    """Page whom `page` means, then wait before the next tier."""

    page: str
    wait: timedelta = DEFAULT_WAIT


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """Tiers in order. When the last has waited, all of them are gone through `repeat` more times."""

    id: str
    tiers: tuple[Tier, ...]
    repeat: int = DEFAULT_REPEAT


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedTier:
    """One step of a running page. `person` is None exactly where `skipped` says why nobody is paged here.

    `rule` is the policy's own word; `why` follows "you can reduce this fastest:" in the page. Who is on call by a
    rotation is so as their `duty` says, `until` somebody else has it (UTC).
    """

    rule: str
    person: str | None
    why: str
    wait: timedelta
    skipped: str | None = None
    duty: str = ""
    until: datetime | None = None

    @property
    def as_what(self) -> str:
        """As what the person is called, said to anybody and for as long as it is so."""
        return self.duty or self.why


@dataclass(frozen=True, slots=True, kw_only=True)
class FrozenPolicy:
    """What one page follows from beginning to end, whatever becomes of the directory."""

    policy: str
    tiers: tuple[PlannedTier, ...]
    repeat: int = DEFAULT_REPEAT

    def first(self) -> int | None:
        """The index of the first tier that reaches somebody; None if none does."""
        return self.following(-1)

    def following(self, index: int) -> int | None:
        """The index of the next tier after `index` that reaches somebody; None when the list runs out."""
        ahead = range(index + 1, len(self.tiers))
        return next((number for number in ahead if self.tiers[number].person is not None), None)

    def people(self) -> tuple[str, ...]:
        """Everyone this plan may page, once, in order."""
        return tuple(dict.fromkeys(tier.person for tier in self.tiers if tier.person is not None))


@dataclass(frozen=True, slots=True, kw_only=True)
class Owner:
    """In whose name the words of a policy are understood: a team (with its schedule, if any) or one person.

    `name` is what the reasons call it; `backup` is whom `secondary` means where the owner is a person.
    """

    name: str
    team: Team | None = None
    schedule: Schedule | None = None
    person: str | None = None
    backup: str | None = None


def freeze(policy: Policy, owner: Owner, people: Mapping[str, Person], at: datetime) -> FrozenPolicy:
    """The plan for a page that starts at `at` (aware): every word of the policy resolved to a person, or skipped.

    A team without a schedule is paged one member at a time where the policy first names a rotation.
    """
    tiers: list[PlannedTier] = []
    members_paged = False
    for tier in policy.tiers:
        tiers.extend(_resolve(tier, owner, people, at, members_paged=members_paged))
        members_paged = members_paged or _is_rotation_word(tier.page, people)
    return FrozenPolicy(policy=policy.id, tiers=without_repeats(tiers, people), repeat=policy.repeat)


def without_repeats(tiers: Iterable[PlannedTier], people: Mapping[str, Person]) -> tuple[PlannedTier, ...]:
    """The same tiers, those skipped that would page the person who did not answer the tier before."""
    kept: list[PlannedTier] = []
    before: str | None = None
    for tier in tiers:
        if tier.person is not None and tier.person == before:
            reason = f"{people[tier.person].name} {PAGED_BEFORE}"
            kept.append(replace(tier, person=None, why="", skipped=reason))
        else:
            kept.append(tier)
        before = tier.person or before
    return tuple(kept)


def skip(rule: str, wait: timedelta, reason: str) -> PlannedTier:
    """A tier that reaches nobody, with the reason that goes on record."""
    return PlannedTier(rule=rule, person=None, why="", wait=wait, skipped=reason)


def one_at_a_time(team: Team, rule: str, wait: timedelta) -> tuple[PlannedTier, ...]:
    """A team without a schedule: each member a tier of their own, in order."""
    if not team.members:
        return (skip(rule, wait, f"{team.name} has no schedule and no members"),)
    count = len(team.members)
    return tuple(
        PlannedTier(
            rule=rule,
            person=member,
            why=f"{team.name}'s only member" if count == 1 else f"{team.name}, member {number} of {count}",
            wait=wait,
        )
        for number, member in enumerate(team.members, start=1)
    )


def _is_rotation_word(word: str, people: Mapping[str, Person]) -> bool:
    return word not in (MANAGER, DIRECTOR) and word not in people


def _resolve(
    tier: Tier, owner: Owner, people: Mapping[str, Person], at: datetime, *, members_paged: bool
) -> tuple[PlannedTier, ...]:
    rotation = owner.schedule.rotation(tier.page) if owner.schedule is not None else None
    if rotation is not None:
        return (_from_rotation(tier, rotation, owner, at),)
    if tier.page in (MANAGER, DIRECTOR):
        return (_from_team(tier, owner),)
    if tier.page in people:
        return (PlannedTier(rule=tier.page, person=tier.page, why="named in the escalation policy", wait=tier.wait),)
    return _without_rotation(tier, owner, members_paged=members_paged)


def _without_rotation(tier: Tier, owner: Owner, *, members_paged: bool) -> tuple[PlannedTier, ...]:
    """What a rotation's name means for an owner who has no such rotation."""
    if owner.team is None:
        return (_from_person(tier, owner),)
    if owner.schedule is not None:
        return (skip(tier.page, tier.wait, f"{owner.name}'s schedule has no rotation {tier.page}"),)
    if members_paged:
        return (
            skip(tier.page, tier.wait, f"{owner.name} has no schedule: its members are paged one at a time already"),
        )
    return one_at_a_time(owner.team, tier.page, tier.wait)


def _from_rotation(tier: Tier, rotation: Rotation, owner: Owner, at: datetime) -> PlannedTier:
    shift = on_call(rotation, at)
    if shift is None:
        return skip(tier.page, tier.wait, f"nobody is in {owner.name}'s rotation {rotation.name}")
    until = relieved_at(rotation, at)
    lasting = "" if until is None else f" until {day_and_time(until, at, rotation.zone)}"
    override = ", by override" if shift.is_override else ""
    duty = f"{owner.name}'s {rotation.name}"
    return PlannedTier(
        rule=tier.page,
        person=shift.person,
        why=f"{duty}{lasting}{override}",
        wait=tier.wait,
        duty=f"{duty}{override}",
        until=until,
    )


def _from_team(tier: Tier, owner: Owner) -> PlannedTier:
    if owner.team is None:
        return skip(tier.page, tier.wait, f"{owner.name} is owned by a person, who has no {tier.page} here")
    person = owner.team.manager if tier.page == MANAGER else owner.team.director
    if person is None:
        return skip(tier.page, tier.wait, f"{owner.name} has no {tier.page}")
    return PlannedTier(rule=tier.page, person=person, why=f"{owner.name}'s {tier.page}", wait=tier.wait)


def _from_person(tier: Tier, owner: Owner) -> PlannedTier:
    """Where a person owns the pain, `primary` is the owner and `secondary` the backup."""
    if tier.page == PRIMARY and owner.person is not None:
        return PlannedTier(rule=tier.page, person=owner.person, why=f"{owner.name}'s owner", wait=tier.wait)
    if tier.page == SECONDARY and owner.backup is not None:
        return PlannedTier(rule=tier.page, person=owner.backup, why=f"{owner.name}'s backup", wait=tier.wait)
    return skip(tier.page, tier.wait, f"{owner.name} is owned by a person, who has no rotation {tier.page}")


def day_and_time(moment: datetime, at: datetime, zone: ZoneInfo) -> str:
    """`Mon 09:00` in `zone`, as seen from `at`; with the date where the day of the week alone could mislead."""
    local = moment.astimezone(zone)
    if moment - at < _A_WEEK:
        return f"{local:%a %H:%M}"
    return f"{local:%a} {local.day} {local:%b %H:%M}"
