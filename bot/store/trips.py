"""The rows of synthetic pages: read, and deleted when their trip is over, so that no table grows by them."""

from datetime import datetime

from sqlalchemy import delete, or_
from sqlmodel import col, select

from bot.services.trips import TRIPS
from bot.store.part import Part, begins
from bot.store.tables import OutboxRow, TimerRow


class Trips(Part):
    """A timer and an outbox row for each trip."""

    def arrived_at(self, trip: str) -> datetime | None:
        """Tell when a trip's row was carried out."""
        return self._session.exec(select(OutboxRow.sent_at).where(OutboxRow.id == trip)).first()

    def forget_trip(self, trip: str, older_than: datetime) -> None:
        """Delete a trip's rows, and those of every trip begun before a moment."""
        self._must_write()
        old_row = begins(OutboxRow.id, TRIPS) & (col(OutboxRow.created_at) < older_than)
        old_timer = begins(TimerRow.id, TRIPS) & (col(TimerRow.due_at) < older_than)
        self._session.exec(delete(OutboxRow).where(or_(col(OutboxRow.id) == trip, old_row)))
        self._session.exec(delete(TimerRow).where(or_(col(TimerRow.id) == trip, old_timer)))
