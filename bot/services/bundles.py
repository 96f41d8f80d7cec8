"""Bundles: what the store keeps of pages that wait for one person."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from bot.domain.bundle import SendBundle
from bot.domain.effects import Outgoing


class BundlesTx(Protocol):
    """The part of a transaction that is about pages that go together."""

    def waiting_for(self, addressee: str) -> tuple[Outgoing, ...]:
        """Load the pages and bundles that wait to be sent to one person and have surely never left, oldest first.

        `addressee` is as the ids of asks name them.
        """

    def fold(self, rows: Sequence[str], into: Outgoing) -> None:
        """End these rows; `into` goes in their place: it is added, or says from now on what it says here.

        Raises Stale where one of them has been taken up, or has ended, since it was read.
        """

    def hurry(self, outgoing: str, at: datetime) -> None:
        """Have a row that waits go at `at` if it was to go later: it has a better turn than it was told."""

    def bundle(self, outgoing: str) -> SendBundle | None:
        """Load what a bundle asks, sent or not, by its outbox id."""
