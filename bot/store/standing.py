"""What is kept of standing duties: of the phone tree that was sent, and of heartbeats heard."""

from typing import Final

from sqlalchemy import delete
from sqlmodel import col, select

from bot.domain.heartbeat import Heard
from bot.domain.phone_tree import Dispatch
from bot.store.part import Part, table_of
from bot.store.standing_tables import HeartbeatRow, PhoneTreeRow

ONLY: Final = 1


class Standing(Part):
    """The rows of standing duties."""

    def phone_tree_sent(self) -> Dispatch | None:
        """Tell what phone tree was sent last, and when."""
        row = self._session.exec(select(PhoneTreeRow)).first()
        return None if row is None else Dispatch(digest=row.digest, at=row.sent_at)

    def note_phone_tree(self, sent: Dispatch) -> None:
        """Note what phone tree is being sent."""
        insert = self._insert(table_of(PhoneTreeRow)).values(id=ONLY, digest=sent.digest, sent_at=sent.at)
        moved = {name: insert.excluded[name] for name in ("digest", "sent_at")}
        self._changed(insert.on_conflict_do_update(index_elements=["id"], set_=moved))

    def heartbeats(self) -> dict[str, Heard]:
        """Load what is known of every heartbeat, by its name."""
        rows = self._session.exec(select(HeartbeatRow).order_by(col(HeartbeatRow.name)))
        return {
            row.name: Heard(name=row.name, noted_at=row.noted_at, beat_at=row.beat_at, missed_at=row.missed_at)
            for row in rows
        }

    def save_heartbeat(self, heard: Heard) -> None:
        """Save what is known of a heartbeat."""
        insert = self._insert(table_of(HeartbeatRow)).values(
            name=heard.name, noted_at=heard.noted_at, beat_at=heard.beat_at, missed_at=heard.missed_at
        )
        moved = {name: insert.excluded[name] for name in ("beat_at", "missed_at")}
        self._changed(insert.on_conflict_do_update(index_elements=["name"], set_=moved))

    def drop_heartbeat(self, name: str) -> None:
        """Forget a heartbeat."""
        self._must_write()
        self._session.exec(delete(HeartbeatRow).where(col(HeartbeatRow.name) == name))
