"""The interfaces that services need and adapters provide; each says what it promises."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol, TypeVar

from bot.domain.alert import Alert
from bot.domain.change import Change, Timer
from bot.domain.directory import Directory
from bot.domain.effects import Outgoing
from bot.domain.incident import Incident
from bot.domain.page import Page
from bot.domain.people import Contact
from bot.domain.timeline import Event

T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class Remote:
    """Where a sent message stands in Slack."""

    channel: str
    ts: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Claimed:
    """An outbox row leased to this process; `fence` must match on completion.

    `unknown` means that the outcome of an earlier attempt is not known.
    """

    outgoing: Outgoing
    fence: int
    attempts: int
    unknown: bool
    first_sent_at: datetime | None
    lease_until: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class EngineFigures:
    """What the metrics and the readiness check read of the engine's tables."""

    ready_by_priority: tuple[tuple[int, int], ...]
    oldest_ready: datetime | None
    oldest_ready_page: datetime | None
    unknown: int
    oldest_unknown: datetime | None
    dead: int
    timers_pending: int
    timers_overdue: int
    earliest_timer: datetime | None
    pages_without_timer: int
    sent_without_ts: int


class Tx(Protocol):
    """One transaction. Everything in it is saved together or not at all; nothing can be awaited inside."""

    def save(self, change: Change) -> None:
        """Save all of a change; known ids are not inserted again. Raises Stale when a version moved on."""

    def first_time(self, key: str, now: datetime) -> bool:
        """Note a delivery's key; False if it was noted before (the caller then does nothing again)."""

    def next_incident_number(self) -> int:
        """Take the next incident number."""

    def next_page_id(self) -> int:
        """Take the next page id."""

    def incident(self, number: int) -> Incident | None:
        """Load an incident."""

    def incident_in(self, channel: str) -> Incident | None:
        """Load the incident whose war room or stakeholder channel this is, by channel id."""

    def open_incidents(self) -> tuple[Incident, ...]:
        """Load every incident that is not resolved, newest first."""

    def open_on(self, journey: str) -> tuple[Incident, ...]:
        """Load the open incidents on a journey, newest first."""

    def recent_incidents(self, limit: int) -> tuple[Incident, ...]:
        """Load the newest incidents, open or not."""

    def page(self, page: int) -> Page | None:
        """Load a page."""

    def pages_of(self, incident: int) -> tuple[Page, ...]:
        """Load an incident's pages in the order they started."""

    def live_pages(self) -> tuple[Page, ...]:
        """Load every page that waits for an answer."""

    def timeline(self, incident: int) -> tuple[Event, ...]:
        """Load an incident's record, oldest first."""

    def alert(self, source: str, fingerprint: str, starts_at: datetime) -> Alert | None:
        """Load an alert by its key."""

    def alerts_of(self, incident: int) -> tuple[Alert, ...]:
        """Load an incident's alerts, oldest first."""

    def contact(self, user: str) -> Contact | None:
        """Find a workspace member seen before, by Slack id."""

    def contact_of(self, person: str) -> Contact | None:
        """Find the workspace member who is this person of the directory."""

    def save_contact(self, contact: Contact) -> None:
        """Note a workspace member."""

    def due_timers(self, now: datetime, limit: int) -> tuple[Timer, ...]:
        """Load pending timers that are due, earliest first."""

    def fire(self, timer: str, now: datetime) -> bool:
        """Mark a pending timer fired; False if it was fired or cancelled meanwhile."""

    def earliest_timer(self) -> datetime | None:
        """Tell when the next pending timer is due."""

    def claim(self, now: datetime, limit: int, lease: timedelta) -> tuple[Claimed, ...]:
        """Lease outbox rows that may go now, most urgent first: their stream's head, with all they wait for ended."""

    def release(self, claimed: Claimed, not_before: datetime, error: str) -> bool:
        """Give a row back untouched, to be claimed again at `not_before`. False if fenced out."""

    def mark_unknown(self, claimed: Claimed, look_at: datetime, error: str) -> bool:
        """Note that an outcome is not known.

        The row is claimed again, as unknown, at `look_at`. False if fenced out.
        """

    def mark_sent(self, claimed: Claimed, remote: Remote | None, now: datetime) -> bool:
        """Complete a row. False if fenced out (the caller then removes its own copy)."""

    def mark_failed(self, claimed: Claimed, error: str, *, dead: bool) -> bool:
        """End a row that cannot succeed; `dead`: it broke us, not Slack refused it. False if fenced out."""

    def sent(self, outgoing: str) -> Remote | None:
        """Find where the message of an outbox row stands, if it was sent."""

    def next_claimable(self, now: datetime) -> datetime | None:
        """Tell when the next waiting row may go, if that lies ahead."""

    def figures(self, now: datetime) -> EngineFigures:
        """Count what the metrics show."""


class Store(Protocol):
    """Transactions off the event loop. Operations are plain functions and may run again after Stale (up to 5 times)."""

    async def write(self, operation: Callable[[Tx], T]) -> T:
        """Run in one transaction; returns after the commit. Raises what the operation raised, with nothing saved."""

    async def read(self, operation: Callable[[Tx], T]) -> T:
        """Run against a consistent snapshot; saving is an error."""


class Render(Protocol):
    """Templates to text."""

    def __call__(self, template: str, context: dict[str, object]) -> str:
        """Render a template by its path below templates/. A missing field is an error that names it."""


class Members(Protocol):
    """The workspace's members, over the network; only outside transactions."""

    async def by_email(self, email: str) -> Contact | None:
        """Find a member by e-mail; None if there is none."""

    async def by_id(self, user: str) -> Contact | None:
        """Find a member by Slack id; None if there is none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """What every service works with: the store, the time (aware UTC), the directory as it is now, and the templates."""

    store: Store
    clock: Callable[[], datetime]
    directory: Callable[[], Directory]
    render: Render


def people_named(directory: Directory, tx: Tx, keys: Sequence[str]) -> tuple[Contact, ...]:
    """Match keys of the directory to workspace members; a key nobody was found for is left out."""
    return tuple(contact for key in keys if directory.person(key) and (contact := tx.contact_of(key)))
