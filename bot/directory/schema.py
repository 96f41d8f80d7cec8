"""The fields of the directory file: one model for each kind of row, nothing unknown allowed.

A row says which fields there are and how each value reads; whether a name refers to something is for references.py, and
what it all means for build.py. docs/directory.md documents every field here, and a test holds the two together.
"""

from datetime import timedelta
from typing import Annotated, Final, Self
from zoneinfo import ZoneInfo

from pydantic import BeforeValidator, Field, model_validator

from bot.directory import values
from bot.directory.fields import (
    Address,
    Channel,
    Day,
    Duration,
    Folder,
    Hours,
    Key,
    Line,
    Match,
    Moment,
    Name,
    OneOrMore,
    Promise,
    StatuspageId,
    Words,
    YesNo,
    Zone,
    text,
)
from bot.directory.row import Row, WrongField, in_order
from bot.directory.schedule_rows import OverrideRow, RotationRow, ScheduleRow
from bot.domain.escalation import DEFAULT_REPEAT, DEFAULT_WAIT
from bot.domain.severity import Pages
from bot.domain.team import ToldBy
from bot.domain.working_hours import DEFAULT_HOURS

DEFAULT_GRACE: Final = timedelta(minutes=5)
"""How late a heartbeat may be."""


class StatuspageRow(Row):
    """`workspace.statuspage`."""

    page: StatuspageId
    notify: YesNo = True


class WorkspaceRow(Row):
    """`workspace`."""

    timezone: Zone = ZoneInfo("UTC")
    channel_prefix: Annotated[str, text(values.channel_prefix)] = "inc"
    announce: Channel = None
    triage: Channel = None
    bridge: Address | None = None
    secondary_chat: Line | None = None
    phone_tree: Name | None = None
    status_page: Address | None = None
    status_site: YesNo = False
    status_name: Name | None = None
    statuspage: StatuspageRow | None = None
    working_hours: Hours = DEFAULT_HOURS
    catch_all: Name | None = None
    archive_after: Promise = timedelta(days=7)
    summary_every: Promise = timedelta(hours=1)
    managers: OneOrMore = ()
    plain_words: dict[Name, Name] = Field(default_factory=dict)
    templates: Folder | None = None


class PersonRow(Row):
    """`people.<key>`."""

    email: Annotated[str, text(values.email)]
    name: Name | None = None
    phone: Name | None = None


class TeamRow(Row):
    """`teams.<key>`."""

    name: Name | None = None
    members: OneOrMore = ()
    schedule: Name | None = None
    manager: Name | None = None
    director: Name | None = None
    policy: Name | None = None
    channel: Channel = None


class TierRow(Row):
    """`escalation_policies.<key>[n]`."""

    page: Name
    wait: Duration = DEFAULT_WAIT


class PolicyRow(Row):
    """`escalation_policies.<key>`, where it is not simply a list of tiers."""

    tiers: Annotated[tuple[TierRow, ...], Field(min_length=1)]
    repeat: Annotated[int, text(values.count)] = DEFAULT_REPEAT


class ServiceRow(Row):
    """`services.<key>`."""

    team: Name
    name: Name | None = None
    depends_on: OneOrMore = ()


class JourneyRow(Row):
    """`journeys.<key>`."""

    pain: Line
    name: Name | None = None
    customers_see: Words | None = None
    owner: Name | None = None
    backup: Name | None = None
    then: OneOrMore = ()
    policy: Name | None = None
    services: OneOrMore = ()
    severity: Name | None = None
    first_action: Words | None = None
    can: OneOrMore = ()
    runbook: Address | None = None
    reviewed: Day | None = None
    private: YesNo = False
    statuspage_component: StatuspageId | None = None

    @model_validator(mode="after")
    def _one_way_to_say_who_is_next(self) -> Self:
        if self.policy is not None and (self.backup is not None or self.then):
            raise WrongField("policy", "the journey names backup or then as well; keep those, or the policy")
        if self.owner is None and (self.backup is not None or self.then):
            raise WrongField("owner", "missing although the journey names backup or then; write who comes first")
        return self


class RuleRow(Row):
    """`rules[n]`."""

    match: Annotated[tuple[Match, ...], BeforeValidator(values.as_list), Field(min_length=1)]
    journey: Name
    service: Name | None = None
    severity: Name | None = None


class PaceRow(Row):
    """`severities.<name>.internal_after[n]`."""

    until: Duration
    every: Duration


class SeverityRow(Row):
    """`severities.<name>`: only the cells that differ."""

    means: Line | None = None
    customers_hear: Line | None = None
    first_public: Promise = None
    public_every: Promise = None
    public_offers: Annotated[tuple[Duration, ...], BeforeValidator(values.as_list)] = ()
    internal_first: Promise = None
    internal_every: Promise = None
    internal_after: tuple[PaceRow, ...] = ()
    pages: Pages | None = None
    rooms: YesNo | None = None
    clock: YesNo | None = None
    downtime: YesNo | None = None
    notify: OneOrMore = ()
    aware: OneOrMore = ()
    summary_every: Promise = None


class ListRow(Row):
    """`distribution_lists.<key>`."""

    people: OneOrMore
    by: Annotated[tuple[ToldBy, ...], BeforeValidator(values.as_list)] = (ToldBy.INVITE,)


class RoleRow(Row):
    """`roles.<key>`."""

    name: Name | None = None
    guide: Words | None = None


class MaintenanceRow(Row):
    """`maintenance[n]`."""

    title: Line
    journeys: Annotated[OneOrMore, Field(min_length=1)]
    starts: Moment = Field(alias="from")
    ends: Moment = Field(alias="until")
    timezone: Zone | None = None
    customers_see: Words

    @model_validator(mode="after")
    def _ends_after_it_starts(self) -> Self:
        in_order(self.starts, self.ends, "until", "the maintenance")
        return self


class HeartbeatRow(Row):
    """`heartbeats.<key>`."""

    journey: Name
    every: Annotated[timedelta, text(values.at_most_a_year)]
    grace: Annotated[timedelta, text(values.at_most_a_year)] = DEFAULT_GRACE
    severity: Name | None = None


class FileRow(Row):
    """The file as a whole."""

    workspace: WorkspaceRow = WorkspaceRow()
    people: Annotated[dict[Key, PersonRow], Field(min_length=1)]
    teams: dict[Key, TeamRow] = Field(default_factory=dict)
    schedules: dict[Key, ScheduleRow] = Field(default_factory=dict)
    escalation_policies: dict[Key, Annotated[PolicyRow, BeforeValidator(values.as_policy)]] = Field(
        default_factory=dict
    )
    services: dict[Key, ServiceRow] = Field(default_factory=dict)
    journeys: dict[Key, JourneyRow] = Field(default_factory=dict)
    rules: tuple[RuleRow, ...] = ()
    severities: dict[str, SeverityRow] = Field(default_factory=dict)
    distribution_lists: dict[Key, ListRow] = Field(default_factory=dict)
    roles: dict[Key, RoleRow] = Field(default_factory=dict)
    maintenance: tuple[MaintenanceRow, ...] = ()
    heartbeats: dict[Key, HeartbeatRow] = Field(default_factory=dict)


ROWS: Final[tuple[tuple[tuple[str, ...], type[Row]], ...]] = (
    ((), FileRow),
    (("workspace",), WorkspaceRow),
    (("workspace", "statuspage"), StatuspageRow),
    (("people", "*"), PersonRow),
    (("teams", "*"), TeamRow),
    (("schedules", "*"), ScheduleRow),
    (("schedules", "*", "overrides", "*"), OverrideRow),
    (("schedules", "*", "*"), RotationRow),
    (("escalation_policies", "*"), PolicyRow),
    (("escalation_policies", "*", "tiers", "*"), TierRow),
    (("services", "*"), ServiceRow),
    (("journeys", "*"), JourneyRow),
    (("rules", "*"), RuleRow),
    (("severities", "*"), SeverityRow),
    (("severities", "*", "internal_after", "*"), PaceRow),
    (("distribution_lists", "*"), ListRow),
    (("roles", "*"), RoleRow),
    (("maintenance", "*"), MaintenanceRow),
    (("heartbeats", "*"), HeartbeatRow),
)
"""Where each row stands in the file; `*` is any key or any place in a list."""


def fields_of(row: type[Row]) -> tuple[str, ...]:
    """The names of a row's fields as the file writes them."""
    return tuple(info.alias or name for name, info in row.model_fields.items())
