"""Where the bot's own pages are reached, for whoever writes a link to one, and what the store keeps for them."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from bot.domain.subscriber import Means, Standing, Subscriber


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """The bot's own pages: `base` begins every link, `key` signs those that are for one person.

    `reachable` tells that somebody set the address in front; otherwise links open on this machine only. `local` is
    whether everything around is a stand-in on this machine.
    """

    base: Callable[[], str]
    key: bytes
    reachable: bool
    local: bool = False


class SiteTx(Protocol):
    """The part of a transaction that is about the status site."""

    def subscriber(self, token: str) -> Subscriber | None:
        """Load a subscriber by their token."""

    def subscriber_at(self, means: Means, address: str) -> Subscriber | None:
        """Load the subscriber with this address; a write lets nobody else subscribe it meanwhile."""

    def subscribers(self, standing: Standing) -> tuple[Subscriber, ...]:
        """Load every subscriber of a standing, oldest first."""

    def save_subscriber(self, subscriber: Subscriber) -> None:
        """Save a subscriber as they are now."""

    def remove_subscriber(self, token: str) -> None:
        """Keep nothing of a subscriber, and tell them nothing that has not gone yet."""

    def prune_subscribers(self, before: datetime) -> int:
        """Remove those who asked before a moment and never confirmed; returns how many."""

    def prune_told(self, before: datetime) -> int:
        """Forget what was told to subscribers before a moment, their addresses in it included; returns how much."""

    def note_maintenance(self, ids: Iterable[str], now: datetime) -> None:
        """Note when planned maintenance was first seen declared; what is noted already stays as it is."""

    def noted_maintenance(self) -> Mapping[str, datetime]:
        """Give by id when each planned maintenance was first seen."""
