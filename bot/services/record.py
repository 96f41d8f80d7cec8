"""What people put on record: the log, decisions, action items, impact by hand. Each is one transaction."""

from collections.abc import Callable
from datetime import datetime
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from bot.domain import authority, recording
from bot.domain.authority import Act
from bot.domain.change import Change
from bot.domain.directory import Directory
from bot.domain.incident import Incident
from bot.domain.prose import Who
from bot.domain.reading import ImpactForm, parse_action, parse_impact
from bot.domain.recording import DecisionForm
from bot.services.loading import loaded, loaded_for
from bot.services.people import find_person
from bot.services.ports import Desk, Tx

__all__ = [
    "DecisionForm",
    "ImpactForm",
    "add_action",
    "add_action_line",
    "decide",
    "finish_action",
    "log",
    "parse_action",
    "parse_impact",
    "report_impact",
]

Rule = Callable[[Tx, Directory, Incident, datetime], Change]


async def log(
    desk: Desk,
    number: int,
    text: str,
    by: Who,
    *,
    delivery: str,
    at: datetime | None = None,
    source_link: str = "",
) -> Incident:
    """Add a line to the timeline, as of `at` (aware) where given; `changed …` sets what changed before it broke."""

    def rule(_tx: Tx, _directory: Directory, incident: Incident, now: datetime) -> Change:
        return recording.log(incident, text, by, now, at=at, link=source_link)

    return await _record(desk, number, Act.LOG, rule, by, delivery)


async def decide(desk: Desk, number: int, form: DecisionForm, by: Who, *, delivery: str, reason: str = "") -> Incident:
    """Record the next decision; it is the last of the incident's decisions. Raises Refusal, ReasonNeeded."""

    def rule(_tx: Tx, _directory: Directory, incident: Incident, now: datetime) -> Change:
        return recording.decide(incident, form, by, now)

    return await _record(desk, number, Act.DECIDE, rule, by, delivery, reason)


async def add_action(
    desk: Desk,
    number: int,
    text: str,
    by: Who,
    *,
    delivery: str,
    owner: Who | None = None,
    due: datetime | None = None,
    reason: str = "",
) -> Incident:
    """Add an action item. Raises Refusal, ReasonNeeded."""

    def rule(_tx: Tx, _directory: Directory, incident: Incident, now: datetime) -> Change:
        return recording.add_action(incident, text, by, now, owner=owner, due=due)

    return await _record(desk, number, Act.ACTION, rule, by, delivery, reason)


async def add_action_line(desk: Desk, number: int, line: str, by: Who, *, delivery: str, reason: str = "") -> Incident:
    """Add an action item as typed: `Roll back @owner by 03:10`, the time in the zone of whoever types it."""

    def rule(tx: Tx, directory: Directory, incident: Incident, now: datetime) -> Change:
        text, owner, due = parse_action(line, now, zone_of(tx, directory, by))
        who = find_person(tx, directory, owner) if owner else None
        return recording.add_action(incident, text, by, now, owner=who, due=due)

    return await _record(desk, number, Act.ACTION, rule, by, delivery, reason)


async def finish_action(desk: Desk, number: int, action: int, by: Who, *, delivery: str, reason: str = "") -> Incident:
    """Tick an action item off, by its number. Raises Refusal, ReasonNeeded."""

    def rule(_tx: Tx, _directory: Directory, incident: Incident, now: datetime) -> Change:
        return recording.finish_action(incident, action, by, now)

    return await _record(desk, number, Act.ACTION, rule, by, delivery, reason)


async def report_impact(
    desk: Desk, number: int, form: ImpactForm, by: Who, *, delivery: str, reason: str = ""
) -> Incident:
    """Put on record what it costs customers. Raises Refusal naming the field, ReasonNeeded."""

    def rule(_tx: Tx, _directory: Directory, incident: Incident, now: datetime) -> Change:
        return recording.report_impact(incident, form, by, now)

    return await _record(desk, number, Act.IMPACT, rule, by, delivery, reason)


def zone_of(tx: Tx, directory: Directory, who: Who) -> ZoneInfo:
    """The zone a person sets in Slack, or else the workspace's."""
    contact = tx.contact(who.user) if who.user else None
    try:
        return ZoneInfo(contact.timezone) if contact and contact.timezone else directory.workspace.zone
    except (ZoneInfoNotFoundError, ValueError):
        return directory.workspace.zone


async def _record(desk: Desk, number: int, act: Act, rule: Rule, by: Who, delivery: str, reason: str = "") -> Incident:
    now, directory = desk.clock(), desk.directory()

    def write(tx: Tx) -> Incident:
        incident = loaded_for(tx, directory, number, by)
        if tx.first_time(delivery, now):
            managers = directory.workspace.managers
            override = authority.check(act, by, incident, managers=managers, now=now, reason=reason)
            tx.save(authority.with_override(rule(tx, directory, incident, now), override))
        return loaded(tx, number)

    return await desk.store.write(write)
