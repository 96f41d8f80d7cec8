"""The incident: its state as one frozen value, and questions about it that need nothing else."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from bot.domain.action_item import ActionItem
from bot.domain.decision import Decision
from bot.domain.heard import Heard
from bot.domain.impact import Impact
from bot.domain.line import Line
from bot.domain.prose import Who
from bot.domain.question import Question
from bot.domain.role import Term
from bot.domain.statuspage import StatuspageIncident
from bot.domain.update import Audience, Clock, Promise, StatusUpdate, Summary, UpdateForm


class Status(StrEnum):
    """Where an incident stands; any step may be skipped, and it may go back."""

    INVESTIGATING = "investigating"
    MITIGATING = "mitigating"
    MONITORING = "monitoring"
    RESOLVED = "resolved"


class RoomKind(StrEnum):
    """The places an incident speaks in. ANNOUNCE and TRIAGE are the workspace's; ORIGIN is where it was declared."""

    WAR_ROOM = "war_room"
    STAKEHOLDERS = "stakeholders"
    ANNOUNCE = "announce"
    TRIAGE = "triage"
    ORIGIN = "origin"


@dataclass(frozen=True, slots=True, kw_only=True)
class Room:
    """A channel of the incident.

    Wanted by name, real once `channel` is known, `trouble` says why it could not be had.
    """

    kind: RoomKind
    name: str
    channel: str | None = None
    trouble: str | None = None
    archived: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Times:
    """Moments of an incident (aware UTC); `since` is when customers began to hurt and may be edited."""

    since: datetime
    detected: datetime
    declared: datetime
    first_page: datetime | None = None
    first_acknowledgement: datetime | None = None
    mitigated: datetime | None = None
    resolved: datetime | None = None
    reopened: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Brief:
    """What the directory said about the journey when the incident was declared; a later edit does not change it."""

    journey: str | None
    name: str
    pain: str
    customers_see: str
    first_action: str = ""
    runbook: str = ""
    bridge: str = ""
    status_page: str = ""
    may_need: tuple[str, ...] = ()
    repair: str | None = None
    owned: bool = True
    route: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Incident:
    """An incident, whole. `version` is the optimistic lock; what lies elsewhere are its pages, alerts and timeline.

    `delivery` is the request that declared it, so that a repeated one finds it again; `invited` holds `room:person`;
    `review` the answers to the route's three questions, empty where not answered; `logged` counts lines added by hand,
    `drafted` is the highest number that an update ever had; `statuspage` is what stands for it on Statuspage;
    `heard` has messages of their own about it, `muted` asked for no more of them.
    """

    number: int
    version: int = 0
    brief: Brief
    words: str
    severity: str
    status: Status
    private: bool
    declared_by: Who
    origin_channel: str | None = None
    times: Times
    war_room: Room
    stakeholders: Room
    rooms_wanted: bool = True
    terms: tuple[Term, ...] = ()
    responders: tuple[Who, ...] = ()
    invited: tuple[str, ...] = ()
    impact: tuple[Impact, ...] = ()
    changed: str = ""
    decisions: tuple[Decision, ...] = ()
    actions: tuple[ActionItem, ...] = ()
    updates: tuple[StatusUpdate, ...] = ()
    drafted: int = 0
    draft: UpdateForm | None = None
    clocks: tuple[Clock, ...] = ()
    promises: tuple[Promise, ...] = ()
    lines: tuple[Line, ...] = ()
    summaries: tuple[Summary, ...] = ()
    next_summary_at: datetime | None = None
    summary_asked: str = ""
    questions: tuple[Question, ...] = ()
    held_until: datetime | None = None
    resolution: str = ""
    postmortem_due: datetime | None = None
    postmortem: str = ""
    reopened: int = 0
    review: tuple[str, ...] = ()
    delivery: str = ""
    logged: int = 0
    statuspage: StatuspageIncident | None = None
    heard: tuple[Heard, ...] = ()
    muted: tuple[Who, ...] = ()

    @property
    def label(self) -> str:
        """Give the name people use: INC-42."""
        return f"INC-{self.number}"

    @property
    def open(self) -> bool:
        """Tell whether it is not resolved."""
        return self.status is not Status.RESOLVED

    def room(self, kind: RoomKind) -> Room:
        """Give the war room or the stakeholder channel."""
        return self.war_room if kind is RoomKind.WAR_ROOM else self.stakeholders

    def holder(self, role: str) -> Who | None:
        """Give who holds a role now, if anyone does."""
        for term in reversed(self.terms):
            if term.role == role and term.until is None:
                return term.who
        return None

    def clock(self, audience: Audience) -> Clock | None:
        """Give the clock of an audience, if this severity promises it anything."""
        return next((clock for clock in self.clocks if clock.audience is audience), None)

    def last_update(self, audience: Audience) -> StatusUpdate | None:
        """Give the last update that this audience has really been told."""
        told = [update for update in self.updates if update.audience is audience and update.published_at]
        return told[-1] if told else None

    def is_replaced(self, update: StatusUpdate) -> bool:
        """Tell whether later text for the same audience left after an update, so that this one is out of date."""
        later = (each for each in self.updates if each.number > update.number and each.audience is update.audience)
        return any(each.handed_out_at for each in later)

    def is_responder(self, who: Who) -> bool:
        """Tell whether a person is the declarer, was paged, holds a role, or joined to help."""
        return any(who.same_as(known) for known in (self.declared_by, *self.responders))
