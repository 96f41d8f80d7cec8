"""What the store keeps of a synthetic page's trip: a timer and an outbox row of one id, for as long as it lasts."""

from datetime import datetime
from typing import Final, Protocol

TRIPS: Final = "synthetic:"
"""How the id of every trip begins."""


class TripsTx(Protocol):
    """The part of a transaction that is about synthetic pages."""

    def arrived_at(self, trip: str) -> datetime | None:
        """Tell when a trip's row was carried out; None: not yet."""

    def forget_trip(self, trip: str, older_than: datetime) -> None:
        """Delete a trip's rows, and those of every trip begun before a moment: whoever began them is dead."""
