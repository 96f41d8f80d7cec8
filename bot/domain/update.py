"""Status updates: words frozen for an audience, and the clock that says when the next are due."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from bot.domain.prose import Who


class Audience(StrEnum):
    """Who reads an update. The stakeholder channel is the internal status page."""

    PUBLIC = "public"
    INTERNAL = "internal"


class BoundFor(StrEnum):
    """Where public text goes once somebody publishes it; the words are read after *Publish puts it on*."""

    BY_HAND = ""
    SITE = "the status site"
    STATUSPAGE = "Statuspage"


class OnStatuspage(StrEnum):
    """What has become of public text that was sent to Statuspage."""

    SENT = "sent"
    ACCEPTED = "accepted"
    REFUSED = "refused"


class Stage(StrEnum):
    """Which template words an update."""

    INVESTIGATING = "investigating"
    IDENTIFIED = "identified"
    MONITORING = "monitoring"
    RESOLVED = "resolved"
    NOTHING_NEW = "nothing_new"


@dataclass(frozen=True, slots=True, kw_only=True)
class UpdateForm:
    """What the update form holds; the next form starts from it."""

    status: str
    customers_see: str
    affected: str = ""
    since: datetime | None = None
    cause: str = ""
    confirmed: bool = False
    doing: str = ""
    estimate: str = ""
    next_at: datetime | None = None
    postmortem_days: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class StatusUpdate:
    """Words published (or drafted) for one audience.

    `published_at` is when the clock stopped: for public text that is when Statuspage accepted it, or the press on *I
    posted it* where it is posted `by_hand`; `handed_out_at` is when it left for there, its words frozen. `on_site_at`
    is when the status site showed it, where that came first. `refusal` is why Statuspage did not take it. `severity` is
    the incident's when public text was published, `bound_for` where a draft of it goes at one press.
    """

    number: int
    audience: Audience
    stage: Stage
    text: str
    form: UpdateForm
    by: Who | None
    drafted_at: datetime
    handed_out_at: datetime | None = None
    published_at: datetime | None = None
    next_at: datetime | None = None
    severity: str = ""
    on_site_at: datetime | None = None
    statuspage: OnStatuspage | None = None
    refusal: str = ""
    by_hand: bool = False
    downtime: bool | None = None
    bound_for: BoundFor = BoundFor.BY_HAND

    @property
    def told_at(self) -> datetime | None:
        """Give when the audience could first read it."""
        return self.on_site_at or self.published_at


@dataclass(frozen=True, slots=True, kw_only=True)
class Clock:
    """The promise to one audience: when the next word is due, and what became of earlier ones.

    `round` counts promises (the fence of its timers). `snoozed` is true once the one snooze before the next word is
    used, `breached` once this promise was missed, `owing` while the word of an earlier, missed one has not come.
    """

    audience: Audience
    round: int
    due_at: datetime | None
    running: bool = True
    reminded: bool = False
    snoozed: bool = False
    breached: bool = False
    owing: bool = False
    kept: int = 0
    breaches: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Promise:
    """One promise to one audience, for good: what was said when, and what became of it.

    `severity` is the incident's when it was made, `due_at` is as last moved. `missed` is true once that time passed
    without a word; `told_at` is when the word came, in time or late; `ended_at` is when the incident was resolved
    before it came.
    """

    audience: Audience
    severity: str
    made_at: datetime
    due_at: datetime
    snoozed: bool = False
    missed: bool = False
    told_at: datetime | None = None
    ended_at: datetime | None = None

    @property
    def open(self) -> bool:
        """Tell whether its word is still to come."""
        return self.told_at is None and self.ended_at is None

    @property
    def kept(self) -> bool:
        """Tell whether its word came in time."""
        return self.told_at is not None and not self.missed

    def late_by(self, now: datetime) -> timedelta | None:
        """How late the word of a missed promise came, or is by now; None for one that was not missed."""
        return (self.told_at or self.ended_at or now) - self.due_at if self.missed else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Summary:
    """A summary in the stakeholder channel.

    Words frozen when posted; `by` is empty when the bot wrote it from the record.
    """

    number: int
    text: str
    at: datetime
    by: Who | None = None
