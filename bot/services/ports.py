"""The interfaces that services need and adapters provide; each says what it promises."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol, TypeVar

from bot.domain.alert import Alert, AlertKey, AlertTally
from bot.domain.change import Change
from bot.domain.delivery import Carrier
from bot.domain.directory import Directory
from bot.domain.effects import Effect, Outgoing, Priority, Receipt, Sent
from bot.domain.incident import Incident
from bot.domain.page import Page
from bot.domain.people import Contact
from bot.domain.timeline import Event
from bot.services.bundles import BundlesTx
from bot.services.figures import FiguresTx
from bot.services.follows import FollowsTx
from bot.services.replicas import ReplicasTx
from bot.services.site import Site, SiteTx
from bot.services.standing import StandingTx
from bot.services.timing import TimersTx
from bot.services.trips import TripsTx

T = TypeVar("T")

SEVERAL = "several incidents"  # what a write holds that is about more than one, so that no two wait in a circle
Checkpoint = Callable[[str], None]


def carry_on(_point: str) -> None:
    """Be a checkpoint at which nothing happens; tests give one that kills the process."""


class Unavailable(Exception):
    """The database could not be used: nothing was saved. Its text is a sentence to show to whoever asked."""


class RetryLater(Exception):
    """Slack, or the mail server, did nothing and asks to come back later: the row is given back."""

    def __init__(self, seconds: float, why: str) -> None:
        """Keep how long to wait, in seconds, and why."""
        super().__init__(f"{why}; again in {seconds:g} s")
        self.seconds = seconds
        self.why = why


class Unknown(Exception):
    """The answer was lost: what was asked for may have been done. Its text says how.

    `seconds` is how long not to try or look again, if whoever was asked is better left alone for a while.
    """

    def __init__(self, why: str, seconds: float = 0) -> None:
        """Keep why, and how long to wait."""
        super().__init__(why)
        self.seconds = seconds


class NotFindable(Exception):
    """No look-up can ever tell whether an attempt succeeded (a scope is missing, say). Its text says why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Remote:
    """Where a sent message stands in Slack."""

    channel: str
    ts: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Claimed:
    """An outbox row leased to this process; `fence` must match on completion.

    `unknown` means that the outcome of an earlier attempt is not known, `withdrawn` that it is not wanted any more and
    is only looked up; `sent` is where it stands already, to be verified. `attempts` counts claims, `failures` the times
    that it broke us; `saved_at` is when it was saved.
    """

    outgoing: Outgoing
    fence: int
    attempts: int
    unknown: bool
    first_sent_at: datetime | None
    lease_until: datetime
    failures: int = 0
    withdrawn: bool = False
    sent: Remote | None = None
    saved_at: datetime | None = None


class Tx(SiteTx, FollowsTx, StandingTx, TimersTx, FiguresTx, ReplicasTx, TripsTx, BundlesTx, Protocol):
    """One transaction. Everything in it is saved together or not at all; nothing can be awaited inside."""

    def save(self, change: Change) -> None:
        """Save all of a change; known ids are not inserted again. Raises Stale when a version moved on."""

    def first_time(self, key: str, now: datetime) -> bool:
        """Note a delivery's key; False if it was noted before (the caller then does nothing again)."""

    def hold(self, key: str) -> None:
        """Let no other write that holds the same key run until this one ends: for decisions that no version guards."""

    def hold_for(self, effect: Effect) -> None:
        """Let nobody else write the incidents of an effect until this ends: before its row, where it changes them."""

    def prune_inbound(self, before: datetime) -> int:
        """Forget deliveries noted before a moment; returns how many."""

    def touch(self) -> None:
        """Write something harmless, so that the commit shows whether the database takes writes."""

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
        """Load the open incidents on a journey, newest first. A write thereby holds the journey."""

    def recent_incidents(self, limit: int) -> tuple[Incident, ...]:
        """Load the newest incidents, open or not."""

    def incident_versions(self) -> Mapping[int, int]:
        """Give the version of every incident there is, by number."""

    def incidents(self, numbers: Sequence[int]) -> tuple[Incident, ...]:
        """Load the incidents of these numbers that exist, in no order."""

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

    def known_alerts(self, keys: Sequence[AlertKey]) -> dict[AlertKey, Alert]:
        """Load those of these alerts that are known, by their keys."""

    def last_alert(self, source: str, fingerprint: str) -> Alert | None:
        """Load the alert of this fingerprint that started last, for sources that tell no start."""

    def alerts_of(self, incident: int) -> tuple[Alert, ...]:
        """Load an incident's alerts, oldest first."""

    def alert_tally(self, incident: int) -> AlertTally:
        """Count an incident's alerts, as its card does."""

    def contact(self, user: str) -> Contact | None:
        """Find a workspace member seen before, by Slack id."""

    def contact_of(self, person: str) -> Contact | None:
        """Find the workspace member who is this person of the directory."""

    def save_contact(self, contact: Contact) -> None:
        """Note a workspace member."""

    def claim(
        self,
        now: datetime,
        limit: int,
        lease: timedelta,
        *,
        least: Priority = Priority.LOW,
        lane: Carrier = Carrier.SLACK,
    ) -> tuple[Claimed, ...]:
        """Lease outbox rows that may go now, most urgent first: their stream's head, with all they wait for ended.

        Only rows of one carrier, at least as urgent as `least`. A row whose lease ran out is claimed as unknown.
        """

    def claim_checks(self, now: datetime, limit: int, lease: timedelta) -> tuple[Claimed, ...]:
        """Lease sent rows whose outcome was once unknown, to be verified."""

    def release(self, claimed: Claimed, not_before: datetime, error: str, *, broke: bool = False) -> bool:
        """Give a row back untouched, to be claimed again at `not_before`. False if fenced out. A withdrawn row ends."""

    def mark_unknown(self, claimed: Claimed, look_at: datetime, error: str, *, broke: bool = False) -> bool:
        """Note that an outcome is not known; the row is claimed as unknown at `look_at`. False if fenced out."""

    def mark_sent(
        self, claimed: Claimed, remote: Remote | None, now: datetime, *, verify_at: datetime | None = None
    ) -> bool:
        """Complete a row. False if fenced out (the caller then removes its own copy)."""

    def mark_failed(self, claimed: Claimed, error: str, *, dead: bool) -> bool:
        """End a row that cannot succeed; `dead`: it broke us, not Slack refused it. False if fenced out."""

    def mark_skipped(self, claimed: Claimed, why: str) -> bool:
        """End a row for which there was nothing to do. False if fenced out."""

    def mark_verified(self, claimed: Claimed, remote: Remote | None) -> bool:
        """Note that one copy stands, at `remote`. False if fenced out."""

    def verify_later(self, outgoing: str, at: datetime) -> None:
        """Have a row verified at `at`, whoever completes it."""

    def sent(self, outgoing: str) -> Remote | None:
        """Find where the message of an outbox row stands, if it was sent."""

    def is_waiting(self, outgoing: str) -> bool:
        """Tell whether an outbox row has not ended yet."""

    def next_claimable(self, now: datetime) -> datetime | None:
        """Tell when the next waiting row may go, if that lies ahead."""


class Store(Protocol):
    """Transactions off the event loop. Operations are plain functions and may run again after Stale (up to 5 times).

    Both raise Unavailable when the database cannot be used.
    """

    async def write(self, operation: Callable[[Tx], T]) -> T:
        """Run in one transaction; returns after the commit. Raises what the operation raised, with nothing saved."""

    async def read(self, operation: Callable[[Tx], T]) -> T:
        """Run against a consistent snapshot; saving is an error."""


class Performer(Protocol):
    """Carries effects out. May be called again for the same row: `claimed.outgoing.id` is the idempotency key."""

    async def perform(self, claimed: Claimed) -> Receipt:
        """Do it. Raises RetryLater if nothing was done, Unknown if it may have been; Refused is an answer.

        A Sent message has its channel and ts. A fact `skipped` says why there was nothing to do.
        """

    async def look_up(self, claimed: Claimed) -> tuple[Sent, ...]:
        """Find what earlier attempts left: every copy of the message (or the channel) with this id, oldest first.

        Raises NotFindable if that can never be told, RetryLater or Unknown if it could not be told now.
        """

    async def remove(self, claimed: Claimed, copy: Remote) -> None:
        """Delete an extra copy of what a row left; one that is gone already is no error."""


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
    """What every service works with: the store, the time (aware UTC), the directory as it is now, and the templates.

    `site` is empty where no pages are served. `remarks_on` says what is wrong with a template as it was last used.
    `mails`: whether a mail server is set, so that nobody is promised a mail that cannot be sent.
    """

    store: Store
    clock: Callable[[], datetime]
    directory: Callable[[], Directory]
    render: Render
    remarks_on: Callable[[str], tuple[str, ...]] = lambda _template: ()
    site: Site | None = None
    mails: bool = False


def people_named(directory: Directory, tx: Tx, keys: Sequence[str]) -> tuple[Contact, ...]:
    """Match keys of the directory to workspace members; a key nobody was found for is left out."""
    return tuple(contact for key in keys if directory.person(key) and (contact := tx.contact_of(key)))
