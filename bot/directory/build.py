"""From the file's rows to the domain's Directory: defaults are filled in, names of things are made."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import TypeVar
from zoneinfo import ZoneInfo

from bot.directory import schema, values
from bot.directory.schedule_rows import OverrideRow, RotationRow, ScheduleRow
from bot.domain.directory import DEFAULT_SEVERITY, Directory, Workspace
from bot.domain.escalation import Policy, Tier
from bot.domain.journey import Heartbeat, Journey, Maintenance, Service
from bot.domain.routing import Rule
from bot.domain.schedule import Override, Rotation, Schedule
from bot.domain.severity import BUILT_IN, InternalPace, Severity
from bot.domain.statuspage import StatuspageConnection
from bot.domain.team import AddedRole, DistributionList, Person, Team

_T = TypeVar("_T")


def build(file: schema.FileRow) -> Directory:
    """The directory that the rows describe. Every reference in them must have been checked."""
    return Directory(
        workspace=_workspace(file.workspace),
        people={key: _person(key, row) for key, row in file.people.items()},
        teams={key: _team(key, row) for key, row in file.teams.items()},
        schedules={key: _schedule(key, row, file.workspace.timezone) for key, row in file.schedules.items()},
        policies={key: _policy(key, row) for key, row in file.escalation_policies.items()},
        services={
            key: Service(id=key, name=row.name or key, team=row.team, depends_on=row.depends_on)
            for key, row in file.services.items()
        },
        journeys={key: _journey(key, row) for key, row in file.journeys.items()},
        rules=tuple(_rule(number, row) for number, row in enumerate(file.rules, start=1)),
        severities=_severities(file.severities, file.workspace.summary_every),
        lists={
            key: DistributionList(id=key, people=row.people, by=row.by) for key, row in file.distribution_lists.items()
        },
        roles=tuple(
            AddedRole(id=key, name=row.name or _spoken(key), guide=row.guide or "") for key, row in file.roles.items()
        ),
        maintenance=tuple(_maintenance(row, file.workspace.timezone) for row in file.maintenance),
        heartbeats={key: _heartbeat(key, row) for key, row in file.heartbeats.items()},
    )


def _spoken(key: str) -> str:
    """A key as people read it where no name is given: `on-call_lead` is `On call lead`."""
    words = " ".join(key.replace("-", " ").replace("_", " ").split())
    return words[:1].upper() + words[1:]


def _workspace(row: schema.WorkspaceRow) -> Workspace:
    return Workspace(
        zone=row.timezone,
        channel_prefix=row.channel_prefix,
        announce=row.announce,
        triage=row.triage,
        bridge=row.bridge,
        secondary_chat=row.secondary_chat,
        phone_tree=row.phone_tree,
        status_page=row.status_page,
        status_site=row.status_site,
        status_name=row.status_name or "",
        statuspage=_statuspage(row.statuspage),
        working_hours=row.working_hours,
        catch_all=row.catch_all,
        archive_after=row.archive_after,
        managers=row.managers,
        plain_words=row.plain_words,
        templates=row.templates or "",
    )


def _statuspage(row: schema.StatuspageRow | None) -> StatuspageConnection | None:
    return None if row is None else StatuspageConnection(page=row.page, notify=row.notify)


def _person(key: str, row: schema.PersonRow) -> Person:
    return Person(id=key, name=row.name or _spoken(key), email=row.email, phone=row.phone)


def _team(key: str, row: schema.TeamRow) -> Team:
    return Team(
        id=key,
        name=row.name or _spoken(key),
        members=tuple(dict.fromkeys(row.members)),
        schedule=row.schedule,
        manager=row.manager,
        director=row.director,
        policy=row.policy,
        channel=row.channel,
    )


def _schedule(key: str, row: ScheduleRow, default: ZoneInfo) -> Schedule:
    zone = row.timezone or default
    rotations = row.__pydantic_extra__
    return Schedule(
        id=key, zone=zone, rotations={name: _rotation(name, one, row, zone) for name, one in rotations.items()}
    )


def _rotation(name: str, row: RotationRow, schedule: ScheduleRow, zone: ZoneInfo) -> Rotation:
    weekday, at = row.handoff
    start = row.start
    if weekday is not None:
        start = values.on_or_before(start, weekday)
    return Rotation(
        name=name,
        members=row.members,
        zone=zone,
        start=start,
        every=row.rotate,
        handoff=at,
        overrides=tuple(_override(one, zone) for one in schedule.overrides if one.rotation == name),
    )


def _override(row: OverrideRow, zone: ZoneInfo) -> Override:
    def moment(given: datetime) -> datetime:
        return values.in_zone(given, zone)

    return Override(person=row.person, starts=moment(row.starts), ends=moment(row.ends))


def _maintenance(row: schema.MaintenanceRow, default: ZoneInfo) -> Maintenance:
    zone = row.timezone or default
    return Maintenance(
        title=row.title,
        journeys=row.journeys,
        starts=values.in_zone(row.starts, zone),
        ends=values.in_zone(row.ends, zone),
        customers_see=row.customers_see,
    )


def _heartbeat(key: str, row: schema.HeartbeatRow) -> Heartbeat:
    return Heartbeat(name=key, journey=row.journey, every=row.every, grace=row.grace, severity=row.severity)


def _policy(key: str, row: schema.PolicyRow) -> Policy:
    tiers = tuple(Tier(page=tier.page, wait=tier.wait) for tier in row.tiers)
    return Policy(id=key, tiers=tiers, repeat=row.repeat)


def _journey(key: str, row: schema.JourneyRow) -> Journey:
    return Journey(
        id=key,
        name=row.name or _spoken(key),
        pain=row.pain,
        customers_see=row.customers_see or row.pain,
        owner=row.owner,
        severity=row.severity or DEFAULT_SEVERITY,
        backup=row.backup,
        then=row.then,
        policy=row.policy,
        services=row.services,
        first_action=row.first_action,
        can=row.can,
        runbook=row.runbook,
        reviewed=row.reviewed,
        private=row.private,
        statuspage_component=row.statuspage_component,
    )


def _rule(number: int, row: schema.RuleRow) -> Rule:
    return Rule(number=number, matchers=row.match, journey=row.journey, service=row.service, severity=row.severity)


def _severities(rows: Mapping[str, schema.SeverityRow], summary_every: timedelta | None) -> tuple[Severity, ...]:
    usual = (replace(row, summary_every=summary_every) for row in BUILT_IN)
    return tuple(_severity(row, rows[row.name]) if row.name in rows else row for row in usual)


def _severity(usual: Severity, row: schema.SeverityRow) -> Severity:
    """The built-in row with the cells that the file gives; `none` given for a duration takes the promise away."""
    given = row.model_fields_set

    def cell(field: str, mine: _T, built_in: _T) -> _T:
        return mine if field in given else built_in

    paces = tuple(InternalPace(until_age=pace.until, every=pace.every) for pace in row.internal_after)
    return Severity(
        name=usual.name,
        rank=usual.rank,
        means=row.means or usual.means,
        customers_hear=row.customers_hear or usual.customers_hear,
        first_public=cell("first_public", row.first_public, usual.first_public),
        public_every=cell("public_every", row.public_every, usual.public_every),
        public_offers=cell("public_offers", row.public_offers, usual.public_offers),
        internal_first=cell("internal_first", row.internal_first, usual.internal_first),
        internal_every=cell("internal_every", row.internal_every, usual.internal_every),
        internal_after=cell("internal_after", paces, usual.internal_after),
        pages=row.pages or usual.pages,
        rooms=usual.rooms if row.rooms is None else row.rooms,
        clock=usual.clock if row.clock is None else row.clock,
        downtime=usual.downtime if row.downtime is None else row.downtime,
        notify=cell("notify", row.notify, usual.notify),
        aware=row.aware,
        summary_every=cell("summary_every", row.summary_every, usual.summary_every),
    )
