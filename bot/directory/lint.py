"""Warnings: a file that works, and in which something will disappoint somebody at night."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Final

from bot.directory.findings import Finding
from bot.directory.source import Source
from bot.domain.directory import Directory
from bot.domain.escalation import PAGED_BEFORE, FrozenPolicy

_REVIEWED_WITHIN: Final = timedelta(days=365)
_SHOWN_FOR: Final = timedelta(days=90)


def warnings(directory: Directory, source: Source, now: datetime) -> Iterator[Finding]:
    """Everything worth a warning at the moment `now` (aware)."""
    yield from _unowned(directory, source)
    yield from _reviewed_long_ago(directory, source, now)
    yield from _nobody_reached(directory, source, now)
    yield from _empty_rotations(directory, source)
    yield from _shadowed(directory, source)
    yield from _component_of_no_page(directory, source)
    yield from _maintenance_nobody_reads(directory, source, now)


def _unowned(directory: Directory, source: Source) -> Iterator[Finding]:
    if not directory.journeys:
        says = "there are no journeys, so that every page goes to catch_all; name what customers try to do"
        yield source.finding(("journeys",), says, is_warning=True)
    reached = "workspace.catch_all is paged" if directory.workspace.catch_all else "the first owned journey's is paged"
    if not directory.workspace.catch_all and not any(journey.owner for journey in directory.journeys.values()):
        reached = "and no workspace.catch_all, so that nobody is paged"
    for key, journey in directory.journeys.items():
        if journey.owner is None:
            says = f"no owner: {reached}; name who can reduce the pain fastest"
            yield source.finding(("journeys", key, "owner"), says, is_warning=True)


def _reviewed_long_ago(directory: Directory, source: Source, now: datetime) -> Iterator[Finding]:
    today = now.astimezone(directory.workspace.zone).date()
    for key, journey in directory.journeys.items():
        if journey.reviewed is not None and today - journey.reviewed > _REVIEWED_WITHIN:
            says = f"last reviewed on {journey.reviewed}, over a year ago; look it through and set the date"
            yield source.finding(("journeys", key, "reviewed"), says, is_warning=True)


def _nobody_reached(directory: Directory, source: Source, now: datetime) -> Iterator[Finding]:
    """Tiers that reach nobody, for each owner whose pages would follow them."""
    for journey in directory.journeys.values():
        yield from _skipped(directory, source, directory.plan_for(journey.id, now))
    for team in directory.teams:
        yield from _skipped(directory, source, directory.plan_for_team(team, now))


def _skipped(directory: Directory, source: Source, plan: FrozenPolicy) -> Iterator[Finding]:
    policy = directory.policies.get(plan.policy)
    if policy is None:
        return
    whole = ("escalation_policies", policy.id, "tiers")
    for index, tier in enumerate(policy.tiers):
        planned = [step for step in plan.tiers if step.rule == tier.page]
        reasons = dict.fromkeys(step.skipped for step in planned if step.skipped and PAGED_BEFORE not in step.skipped)
        if not reasons or any(step.person is not None for step in planned):
            continue
        place = whole if whole in source.lines else whole[:2]
        says = f"reaches nobody and is skipped: {'; '.join(reasons)}"
        yield source.finding((*place, index, "page"), says, is_warning=True)


def _empty_rotations(directory: Directory, source: Source) -> Iterator[Finding]:
    for key, schedule in directory.schedules.items():
        if not schedule.rotations:
            yield source.finding(("schedules", key), "no rotations; add primary: {members: [maya]}", is_warning=True)
        for name, rotation in schedule.rotations.items():
            if not rotation.members:
                says = "nobody is in this rotation, so that paging it is skipped; name its members"
                yield source.finding(("schedules", key, name, "members"), says, is_warning=True)


def _shadowed(directory: Directory, source: Source) -> Iterator[Finding]:
    """A rule that asks for all that an earlier one asks for, and perhaps for more, never gets a turn."""
    for later in directory.rules:
        for earlier in directory.rules[: later.number - 1]:
            if set(earlier.matchers) <= set(later.matchers):
                above = source.line_of(("rules", earlier.number - 1))
                says = f"can never match: rule {earlier.number} on line {above} takes it first; move or remove one"
                yield source.finding(("rules", later.number - 1), says, is_warning=True)
                break


def _component_of_no_page(directory: Directory, source: Source) -> Iterator[Finding]:
    if directory.workspace.statuspage is not None:
        return
    for key, journey in directory.journeys.items():
        if journey.statuspage_component is not None:
            says = "does nothing, because no page is connected; add workspace.statuspage: {page: …}"
            yield source.finding(("journeys", key, "statuspage_component"), says, is_warning=True)


def _maintenance_nobody_reads(directory: Directory, source: Source, now: datetime) -> Iterator[Finding]:
    if directory.maintenance and not directory.workspace.status_site:
        says = "nobody reads it without workspace.status_site: true"
        yield source.finding(("maintenance",), says, is_warning=True)
    for index, each in enumerate(directory.maintenance):
        if now - each.ends > _SHOWN_FOR:
            says = f"over since {each.ends:%Y-%m-%d} and shown no longer; remove it"
            yield source.finding(("maintenance", index, "until"), says, is_warning=True)
