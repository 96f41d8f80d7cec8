"""The phone tree: whom to call for each journey, in order, while Slack or Tocsin is down; and when it is due anew."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from bot.domain.directory import Directory
from bot.domain.escalation import FrozenPolicy
from bot.domain.journey import Journey

ANYTHING_ELSE: Final = "Anything else"
SENT_EVERY: Final = timedelta(days=7)
AT_MOST_EVERY: Final = timedelta(minutes=10)
"""Whoever edits the directory saves it more than once."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """Somebody to call: as what, `until` when that is so (UTC; None where no end is known), and how long to wait."""

    name: str
    phone: str | None
    as_what: str
    until: datetime | None
    wait: timedelta


@dataclass(frozen=True, slots=True, kw_only=True)
class Branch:
    """One journey, and whom to call for it. `calls` is empty only where `nobody` says why."""

    name: str
    pain: str | None
    first_action: str | None
    runbook: str | None
    calls: tuple[Call, ...]
    nobody: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class PhoneTree:
    """The whole sheet. `changes_at` is when the first of its calls goes to somebody else (UTC), if any does."""

    of: str
    zone: ZoneInfo
    bridge: str | None
    secondary_chat: str | None
    status_page: str | None
    branches: tuple[Branch, ...]
    changes_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Dispatch:
    """The phone tree as it was last sent: the digest of what it said, and when (aware UTC)."""

    digest: str
    at: datetime


def phone_tree(directory: Directory, at: datetime) -> PhoneTree:
    """Whom to call at the moment `at` (aware): each journey in the order of the file, then what is none of them."""
    workspace = directory.workspace
    branches = (*(_branch(directory, journey, at) for journey in directory.journeys.values()), _rest(directory, at))
    ends = [call.until for branch in branches for call in branch.calls if call.until is not None]
    return PhoneTree(
        of=workspace.status_name,
        zone=workspace.zone,
        bridge=workspace.bridge,
        secondary_chat=workspace.secondary_chat,
        status_page=workspace.status_page,
        branches=branches,
        changes_at=min(ends, default=None),
    )


def receivers(directory: Directory) -> tuple[str, ...]:
    """The mail addresses of the list that gets the phone tree; none where the directory names no list."""
    key = directory.workspace.phone_tree
    people = () if key is None else directory.lists[key].people
    return tuple(dict.fromkeys(directory.people[person].email for person in people))


def without_number(tree: PhoneTree) -> tuple[str, ...]:
    """Everybody on the tree whom nobody could call, once, in order."""
    return tuple(dict.fromkeys(call.name for branch in tree.branches for call in branch.calls if call.phone is None))


def is_due(last: Dispatch | None, digest: str, now: datetime) -> bool:
    """Whether it is to be sent: never sent yet, a week old, or not what it was; edits in a row are sent as one."""
    if last is None:
        return True
    age = now - last.at
    return age >= SENT_EVERY or (digest != last.digest and age >= AT_MOST_EVERY)


def _branch(directory: Directory, journey: Journey, at: datetime) -> Branch:
    plan = directory.plan_for(journey.id, at)
    return Branch(
        name=journey.name,
        pain=journey.pain,
        first_action=journey.first_action,
        runbook=journey.runbook,
        calls=_calls(directory, plan),
        nobody=_reasons(plan),
    )


def _rest(directory: Directory, at: datetime) -> Branch:
    plan = directory.plan_for(None, at)
    calls, reasons = _calls(directory, plan), _reasons(plan)
    return Branch(name=ANYTHING_ELSE, pain=None, first_action=None, runbook=None, calls=calls, nobody=reasons)


def _calls(directory: Directory, plan: FrozenPolicy) -> tuple[Call, ...]:
    called = ((tier, directory.people[tier.person]) for tier in plan.tiers if tier.person is not None)
    return tuple(
        Call(name=person.name, phone=person.phone, as_what=tier.as_what, until=tier.until, wait=tier.wait)
        for tier, person in called
    )


def _reasons(plan: FrozenPolicy) -> tuple[str, ...]:
    """Why nobody is called; nothing where somebody is."""
    if plan.first() is not None:
        return ()
    skipped = dict.fromkeys(tier.skipped for tier in plan.tiers if tier.skipped is not None)
    return tuple(skipped) or ("name an owner, or workspace.catch_all, in the directory file",)
