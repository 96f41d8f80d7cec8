"""What is kept for the status site beside the incidents: its subscribers, and when maintenance was first seen."""

from collections.abc import Iterable
from dataclasses import asdict
from datetime import datetime

from sqlalchemy import delete
from sqlmodel import col, select

from bot.domain.subscriber import Means, Standing, Subscriber
from bot.store.outbox import Outbox
from bot.store.part import OPEN_STATES, begins, table_of
from bot.store.site_tables import MaintenanceRow, SubscriberRow
from bot.store.tables import OutboxRow

_ENDED = col(OutboxRow.state).not_in(OPEN_STATES)


class SiteRecords(Outbox):
    """The rows of the status site. What has not gone to somebody who leaves is withdrawn with them."""

    def subscriber(self, token: str) -> Subscriber | None:
        """Load a subscriber by their token."""
        return _subscriber(self._session.get(SubscriberRow, token, populate_existing=True))

    def subscriber_at(self, means: Means, address: str) -> Subscriber | None:
        """Load the subscriber with this address; a write lets nobody else subscribe it meanwhile."""
        if self._writing:
            self.hold(f"subscriber:{means}:{address}")
        same = select(SubscriberRow).where(SubscriberRow.means == means, SubscriberRow.address == address)
        return _subscriber(self._session.exec(same).first())

    def subscribers(self, standing: Standing) -> tuple[Subscriber, ...]:
        """Load every subscriber of a standing, oldest first."""
        query = select(SubscriberRow).where(SubscriberRow.standing == standing)
        rows = self._session.exec(query.order_by(col(SubscriberRow.asked_at), col(SubscriberRow.token))).all()
        return tuple(found for row in rows if (found := _subscriber(row)))

    def save_subscriber(self, subscriber: Subscriber) -> None:
        """Save a subscriber as they are now."""
        columns = asdict(subscriber) | {"means": subscriber.means.value, "standing": subscriber.standing.value}
        insert = self._insert(table_of(SubscriberRow)).values(columns)
        same = {name: insert.excluded[name] for name in columns if name != "token"}
        self._changed(insert.on_conflict_do_update(index_elements=["token"], set_=same))

    def remove_subscriber(self, token: str) -> None:
        """Keep nothing of a subscriber, and tell them nothing that has not gone yet."""
        self._must_write()
        self._session.exec(delete(SubscriberRow).where(col(SubscriberRow.token) == token))
        theirs = f"subscriber:{token}:"
        self.withdraw((f"{theirs}*",))
        self._session.exec(delete(OutboxRow).where(begins(OutboxRow.id, theirs), _ENDED))

    def prune_subscribers(self, before: datetime) -> int:
        """Remove those who asked before a moment and never confirmed; returns how many."""
        self._must_write()
        never = (col(SubscriberRow.standing) == Standing.PENDING.value) & (col(SubscriberRow.asked_at) < before)
        tokens = self._session.exec(select(SubscriberRow.token).where(never)).all()
        for token in tokens:
            self.remove_subscriber(token)
        return len(tokens)

    def prune_told(self, before: datetime) -> int:
        """Forget what was told to subscribers before a moment, their addresses in it included; returns how much."""
        self._must_write()
        old = (begins(OutboxRow.id, "subscriber:"), _ENDED, col(OutboxRow.created_at) < before)
        return self._session.exec(delete(OutboxRow).where(*old)).rowcount

    def note_maintenance(self, ids: Iterable[str], now: datetime) -> None:
        """Note when planned maintenance was first seen declared; what is noted already stays as it is."""
        self._add_new(table_of(MaintenanceRow), [{"id": each, "noted_at": now} for each in ids])

    def noted_maintenance(self) -> dict[str, datetime]:
        """Give by id when each planned maintenance was first seen."""
        return dict(self._session.exec(select(MaintenanceRow.id, MaintenanceRow.noted_at)).all())


def _subscriber(row: SubscriberRow | None) -> Subscriber | None:
    if row is None:
        return None
    return Subscriber(
        token=row.token,
        means=Means(row.means),
        address=row.address,
        standing=Standing(row.standing),
        asked_at=row.asked_at,
        confirmed_at=row.confirmed_at,
        failures=row.failures,
        trouble=row.trouble,
    )
