"""Pages that wait for one person, and the message in which they go together."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from sqlalchemy import ColumnElement, insert, update
from sqlmodel import col, func, select

from bot.domain.bundle import SendBundle
from bot.domain.delivery import PAGES, Carrier, kind_of
from bot.domain.effects import Outgoing, Priority
from bot.domain.errors import Stale
from bot.store.mapping import outgoing_columns, outgoing_of
from bot.store.part import Part, in_state, table_of
from bot.store.tables import OutboxRow, OutboxState

PAGE_KINDS: Final = tuple(kind_of(page) for page in PAGES)


class Bundles(Part):
    """The part of a transaction that is about pages that go together."""

    def waiting_for(self, addressee: str) -> tuple[Outgoing, ...]:
        """Load what waits to be sent to one person and has surely never left, the oldest first."""
        theirs = col(OutboxRow.id).endswith(f":{addressee}", autoescape=True)
        urgent = col(OutboxRow.priority) == int(Priority.PAGE)  # by which the index of what is open is used
        query = select(OutboxRow).where(_never_left(), urgent, col(OutboxRow.kind).in_(PAGE_KINDS), theirs)
        rows = self._session.exec(query.order_by(col(OutboxRow.seq)), execution_options={"populate_existing": True})
        # LIKE does not tell capital letters from small ones on SQLite.
        return tuple(outgoing_of(row) for row in rows if row.id.endswith(f":{addressee}"))

    def fold(self, rows: Sequence[str], into: Outgoing) -> None:
        """End these rows, and have `into` go in their place; raises Stale where one has moved since it was read."""
        mine = col(OutboxRow.id).in_(rows)
        query = select(func.min(OutboxRow.created_at)).where(mine)
        since = self._session.exec(query).one()
        ended = {"state": OutboxState.CANCELLED.value, "last_error": f"goes with others, in {into.id}"}
        if self._changed(update(OutboxRow).where(mine, _never_left()).values(ended)) != len(rows):
            raise Stale("One of the pages that were to go together has left.")
        columns = outgoing_columns(into, since)
        grown = update(OutboxRow).where(col(OutboxRow.id) == into.id, _never_left())
        if not self._changed(grown.values(payload=columns["payload"])):
            if self.bundle(into.id) is not None:
                raise Stale("The bundle that pages were to join has left.")
            self._session.connection().execute(insert(table_of(OutboxRow)), [columns])
        self.notes.outgoing |= {Carrier.SLACK}

    def hurry(self, outgoing: str, at: datetime) -> None:
        """Have a row that waits go at `at` if it was to go later."""
        waits = (col(OutboxRow.id) == outgoing) & in_state(OutboxState.READY) & (col(OutboxRow.not_before) > at)
        self._changed(update(OutboxRow).where(waits).values(not_before=at))
        self.notes.outgoing |= {Carrier.SLACK}

    def bundle(self, outgoing: str) -> SendBundle | None:
        """Load what a bundle asks, sent or not."""
        query = select(OutboxRow).where(OutboxRow.id == outgoing)
        row = self._session.exec(query, execution_options={"populate_existing": True}).first()
        effect = outgoing_of(row).effect if row else None
        return effect if isinstance(effect, SendBundle) else None


def _never_left() -> ColumnElement[bool]:
    return in_state(OutboxState.READY) & col(OutboxRow.doubtful).is_(False)
