"""Replicas: seen, gone, and the leases of the chores that one does for all. And the database's own clock."""

from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import DateTime, delete, func, or_, update
from sqlmodel import col, select

from bot.domain.replica import Replica
from bot.store.part import Part, table_of
from bot.store.replica_tables import LeaseRow, ReplicaRow

FORGOTTEN_AFTER: Final = timedelta(hours=1)


class Replicas(Part):
    """The rows of replicas and leases."""

    def note_replica(self, name: str, started_at: datetime, now: datetime, clock_offset: float) -> None:
        """Note that a replica is alive, with this version of the engine; forget those long unseen."""
        row = {"id": name, "started_at": started_at, "seen_at": now, "version": self._engine}
        insert = self._insert(table_of(ReplicaRow)).values({**row, "clock_offset": clock_offset})
        moved = {column: insert.excluded[column] for column in ("seen_at", "clock_offset")}
        self._changed(insert.on_conflict_do_update(index_elements=["id"], set_=moved))
        long_unseen = col(ReplicaRow.seen_at) < now - FORGOTTEN_AFTER
        self._session.exec(delete(ReplicaRow).where(long_unseen))

    def drop_replica(self, name: str) -> None:
        """Forget a replica that stops, and give back the leases that it holds."""
        self._must_write()
        self._session.exec(delete(ReplicaRow).where(col(ReplicaRow.id) == name))
        self._changed(update(LeaseRow).where(col(LeaseRow.holder) == name).values(until=None))

    def replicas(self) -> tuple[Replica, ...]:
        """Load every replica that was noted, alive or not, the oldest first."""
        rows = self._session.exec(select(ReplicaRow).order_by(col(ReplicaRow.started_at), col(ReplicaRow.id)))
        return tuple(
            Replica(
                id=row.id,
                started_at=row.started_at,
                seen_at=row.seen_at,
                version=row.version,
                clock_offset=row.clock_offset,
            )
            for row in rows
        )

    def take_lease(self, name: str, holder: str, now: datetime, term: timedelta) -> bool:
        """Take or renew a lease for a term; False if another holds it. One far ahead is void: a clock was wrong.

        A process that is out of date takes none, and renews none.
        """
        if not self.engine_is_current():
            return False
        table = table_of(LeaseRow)
        insert = self._insert(table).values(name=name, holder=holder, until=now + term)
        until = table.c.until
        mine = or_(table.c.holder == holder, until.is_(None), until <= now, until > now + 2 * term)
        moved = {column: insert.excluded[column] for column in ("holder", "until")}
        return self._changed(insert.on_conflict_do_update(index_elements=["name"], set_=moved, where=mine)) == 1

    def chore_done_at(self, name: str) -> datetime | None:
        """Tell when a chore was last done, whoever did it."""
        return self._session.exec(select(LeaseRow.done_at).where(LeaseRow.name == name)).first()

    def note_chore(self, name: str, holder: str, now: datetime) -> None:
        """Note that a chore is done."""
        insert = self._insert(table_of(LeaseRow)).values(name=name, holder=holder, done_at=now)
        moved = {column: insert.excluded[column] for column in ("holder", "done_at")}
        self._changed(insert.on_conflict_do_update(index_elements=["name"], set_=moved))

    def database_time(self) -> datetime:
        """Tell what the database's own clock shows at this very moment (PostgreSQL alone has one)."""
        return self._session.exec(select(func.clock_timestamp(type_=DateTime(timezone=True)))).one()
