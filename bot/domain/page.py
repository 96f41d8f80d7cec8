"""Pages: one running call for help each, along a policy that was copied when it started."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from bot.domain.prose import Who

HANDED_OVER = "hands this over to you"
"""How the reason of an ask ends whose person was handed the page, instead of being the policy's next."""


class PageState(StrEnum):
    """RUNNING waits for an answer.

    EXHAUSTED has asked everyone and reminds until somebody answers; HELD waits for morning.
    """

    HELD = "held"
    RUNNING = "running"
    EXHAUSTED = "exhausted"
    ACKNOWLEDGED = "acknowledged"
    STOPPED = "stopped"


class PageKind(StrEnum):
    """Whom a page is for: the journey's impact owner, a team that was pulled in, or one person."""

    IMPACT = "impact"
    TEAM = "team"
    PERSON = "person"


class AskState(StrEnum):
    """What became of one person's copy."""

    WAITING = "waiting"
    MISSED = "missed"
    UNREACHABLE = "unreachable"
    ACKNOWLEDGED = "acknowledged"
    DECLINED = "declined"
    STOPPED = "stopped"


@dataclass(frozen=True, slots=True, kw_only=True)
class PageTier:
    """One step of a page's own policy. `who` is empty and `skipped` says why when the step reaches nobody."""

    rule: str
    who: Who | None
    why: str
    wait: timedelta
    skipped: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Ask:
    """One person asked, by one direct message.

    Its id is the outbox id of that message: `page:{page}:{epoch}:{loop}:{tier}:{user}`. `bundle` is the outbox id of
    the message that asks instead, where this went together with others.
    """

    id: str
    who: Who
    tier: int
    loop: int
    why: str
    asked_at: datetime
    due_at: datetime | None
    state: AskState = AskState.WAITING
    sent_at: datetime | None = None
    ended_at: datetime | None = None
    next_name: Who | None = None
    muted: bool = False
    trouble: str = ""
    bundle: str = ""

    @property
    def row(self) -> str:
        """The outbox id of the message that asks."""
        return self.bundle or self.id


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """A page.

    `epoch` is the fence: it rises at start, acknowledgement, hand-over and stop, and old timers and buttons carry
    an older one. `alarms` are the outbox ids of the lines that said that nobody had answered.
    """

    id: int
    version: int = 0
    incident: int
    kind: PageKind
    target: str
    epoch: int
    state: PageState
    tiers: tuple[PageTier, ...]
    repeat: int = 2
    tier: int = 0
    loop: int = 0
    asks: tuple[Ask, ...] = ()
    paged_by: Who | None = None
    why: str = ""
    started_at: datetime
    next_due: datetime | None = None
    acknowledged_by: Who | None = None
    acknowledged_at: datetime | None = None
    acknowledged_by_means: str = ""
    handing_to: Who | None = None
    handed_by: Who | None = None
    alarms: tuple[str, ...] = ()

    def asked(self, ask: str) -> Ask | None:
        """Find an ask by its id."""
        return next((each for each in self.asks if each.id == ask), None)

    @property
    def live(self) -> bool:
        """Tell whether somebody still has to answer."""
        return self.state in {PageState.RUNNING, PageState.EXHAUSTED}
