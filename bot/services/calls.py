"""From the directory's plan to the call that a page carries out: each tier with the Slack member it means."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from bot.domain.asking import DIRECT, DIRECT_WAIT
from bot.domain.directory import Directory
from bot.domain.errors import Refusal
from bot.domain.escalation import FrozenPolicy, PlannedTier
from bot.domain.incident import Incident
from bot.domain.page import Page, PageKind, PageTier
from bot.domain.paging import Call
from bot.domain.prose import Who, Words
from bot.domain.target import JourneyTarget, PageTarget, PersonTarget, TeamTarget, UserTarget
from bot.services.ports import Tx

IMPACT: Final = "impact owner"


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """Who wants somebody paged, and why; nobody where a declaration pages the impact owner by itself."""

    by: Who | None = None
    why: str = ""


def impact_call(tx: Tx, directory: Directory, incident: Incident, page: int, at: datetime, wish: Wish) -> Call:
    """The call for the journey's impact owner, or for the catch-all where the directory no longer has the journey."""
    journey = incident.brief.journey if incident.brief.journey in directory.journeys else None
    plan = directory.plan_for(journey, at)
    return _call(tx, directory, plan, page, PageKind.IMPACT, IMPACT, wish)


def target_call(tx: Tx, directory: Directory, target: PageTarget, page: int, at: datetime, wish: Wish) -> Call:
    """The call for whoever was named. Raises Refusal for somebody who is deactivated in Slack."""
    match target:
        case TeamTarget(team=key):
            plan = directory.plan_for_team(key, at)
            return _call(tx, directory, plan, page, PageKind.TEAM, directory.teams[key].name, wish)
        case JourneyTarget(journey=key):
            plan = directory.plan_for(key, at)
            return _call(tx, directory, plan, page, PageKind.TEAM, directory.journeys[key].name, wish)
        case PersonTarget(person=key):
            return _direct(page, _reachable(tx, known(tx, directory, key)), wish)
        case UserTarget(who=who):
            return _direct(page, _reachable(tx, member(tx, directory, who)), wish)


def tiers_again(tx: Tx, directory: Directory, incident: Incident, page: Page, at: datetime) -> tuple[PageTier, ...]:
    """The tiers of a page that was held, planned anew: whoever is on call has changed while it waited."""
    if page.kind is not PageKind.IMPACT:
        return page.tiers
    return impact_call(tx, directory, incident, page.id, at, Wish()).tiers


def known(tx: Tx, directory: Directory, key: str) -> Who:
    """A person of the directory; without a Slack id where none was found yet (it is looked up when sending)."""
    person, contact = directory.people[key], tx.contact_of(key)
    if contact is None:
        return Who(name=person.name, person=key, phone=person.phone)
    return replace(contact.who(), person=key, phone=person.phone or contact.phone)


def member(tx: Tx, directory: Directory, who: Who) -> Who:
    """A member of the workspace with all that is known of them: their name, their number if there is one."""
    contact = tx.contact(who.user) if who.user else None
    if contact is None:
        return who
    person = directory.people.get(contact.person) if contact.person else None
    return replace(contact.who(), phone=(person.phone if person else None) or contact.phone)


def _call(tx: Tx, directory: Directory, plan: FrozenPolicy, page: int, kind: PageKind, target: str, wish: Wish) -> Call:
    tiers = tuple(_tier(tx, directory, tier) for tier in plan.tiers)
    return Call(page=page, kind=kind, target=target, tiers=tiers, repeat=plan.repeat, by=wish.by, why=wish.why)


def _tier(tx: Tx, directory: Directory, planned: PlannedTier) -> PageTier:
    tier = PageTier(
        rule=planned.rule, who=None, why=planned.why, wait=planned.wait, skipped=planned.skipped or "it names nobody"
    )
    if planned.person is None or planned.person not in directory.people:
        return tier
    who = known(tx, directory, planned.person)
    gone = _gone(tx, who)
    return replace(tier, skipped=gone) if gone else replace(tier, who=who, skipped=None)


def _direct(page: int, who: Who, wish: Wish) -> Call:
    tier = PageTier(rule=DIRECT, who=who, why=DIRECT, wait=DIRECT_WAIT)
    return Call(page=page, kind=PageKind.PERSON, target=who.name, tiers=(tier,), repeat=0, by=wish.by, why=wish.why)


def _gone(tx: Tx, who: Who) -> str | None:
    contact = tx.contact(who.user) if who.user else None
    return f"{who.name} is deactivated in Slack" if contact is not None and contact.deleted else None


def _reachable(tx: Tx, who: Who) -> Who:
    if _gone(tx, who):
        raise Refusal(
            Words(who.name),
            " is deactivated in Slack, so nobody was paged. Page somebody else, or correct the directory file.",
            field="target",
        )
    return who
