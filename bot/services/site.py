"""Where the bot's own pages are reached, for whoever writes a link to one, and what the store keeps for them."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """The bot's own pages: `base` begins every link, `key` signs those that are for one person.

    `reachable` tells that somebody set the address in front; otherwise links open on this machine only.
    """

    base: Callable[[], str]
    key: bytes
    reachable: bool


class SiteTx(Protocol):
    """The part of a transaction that is about the status site."""

    def note_maintenance(self, ids: Iterable[str], now: datetime) -> None:
        """Note when planned maintenance was first seen declared; what is noted already stays as it is."""

    def noted_maintenance(self) -> Mapping[str, datetime]:
        """Give by id when each planned maintenance was first seen."""
