"""The outbox: effects saved, withdrawn, claimed under a lease and completed under a fence."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from sqlalchemy import Update, update
from sqlmodel import col, select
from sqlmodel.sql.expression import SelectOfScalar

from bot.domain.delivery import Carrier, carrier_of
from bot.domain.effects import Outgoing, Priority
from bot.services.ports import Claimed, Remote
from bot.store.mapping import check_of, claimed_of, outgoing_columns, remote_of
from bot.store.outbox_queries import (
    claimable,
    claiming,
    completing,
    gone_already,
    last_of,
    replaced,
    to_check,
    upcoming,
    withdrawing,
)
from bot.store.part import OPEN_STATES, Names, among, in_state, table_of
from bot.store.tables import OutboxAfterRow, OutboxRow, OutboxState
from bot.store.timers import Timers

FRESH = {"populate_existing": True}


class Outbox(Timers):
    """Rows of the outbox; claiming them asks for the engine's version, as timers do."""

    def save_outgoing(self, rows: Sequence[Outgoing]) -> None:
        """Add rows; known ids stay as they are, and of those that collapse only the last remains ready.

        An edit (a row that collapses) that went already and is asked for again is another edit, under another id.
        """
        kept = self._latest(_collapsed(rows))
        now = self._clock()
        self._add_new(table_of(OutboxRow), [outgoing_columns(row, now) for row in kept])
        waits = [{"id": row.id, "after": after} for row in kept for after in row.after]
        self._add_new(table_of(OutboxAfterRow), waits)
        self.notes.fresh |= {carrier_of(row.effect) for row in rows}
        self.notes.outgoing |= self.notes.fresh

    def withdraw(self, ids: Sequence[str]) -> None:
        """End rows not yet sent; one in flight ends when its outcome is known. `*` ends a prefix."""
        if not ids:
            return
        names = Names(ids)
        for statement in withdrawing(names.shape):
            self._changed(statement, **names.values)
        self.notes.outgoing |= {Carrier.SLACK}

    def claim(
        self,
        now: datetime,
        limit: int,
        lease: timedelta,
        *,
        least: Priority = Priority.LOW,
        lane: Carrier = Carrier.SLACK,
    ) -> tuple[Claimed, ...]:
        """Lease rows that may go now, most urgent first; a row whose lease ran out is claimed as unknown."""
        rows = self._found(claimable(lane, int(least)), now, limit)
        claimed = tuple(claimed_of(row, now, now + lease) for row in rows)
        held = [{"of": each.outgoing.id, "until": each.lease_until, "doubted": each.unknown} for each in claimed]
        self._lease(claiming(check=False), [{**each, "now": now} for each in held])
        return claimed

    def claim_checks(self, now: datetime, limit: int, lease: timedelta) -> tuple[Claimed, ...]:
        """Lease sent rows whose outcome was once unknown, to be verified."""
        claimed = tuple(check_of(row, now + lease) for row in self._found(to_check(), now, limit))
        self._lease(claiming(check=True), [{"of": each.outgoing.id, "until": each.lease_until} for each in claimed])
        return claimed

    def release(self, claimed: Claimed, not_before: datetime, error: str, *, broke: bool = False) -> bool:
        """Give a row back, to be claimed again at `not_before`; one withdrawn or replaced by a later one ends."""
        statement = completing(OutboxState.SENDING, given_back=True, broke=broke)
        return self._complete(claimed, statement, {"not_before": not_before, "last_error": error})

    def mark_unknown(self, claimed: Claimed, look_at: datetime, error: str, *, broke: bool = False) -> bool:
        """Note that an outcome is not known; the row is claimed again, as unknown, at `look_at`."""
        values = {"state": OutboxState.UNKNOWN.value, "not_before": look_at, "last_error": error, "doubtful": True}
        return self._complete(claimed, completing(OutboxState.SENDING, broke=broke), values)

    def mark_sent(
        self, claimed: Claimed, remote: Remote | None, now: datetime, *, verify_at: datetime | None = None
    ) -> bool:
        """Complete a row; it is verified at `verify_at` if an outcome was ever unknown."""
        values = {"state": OutboxState.SENT.value, "sent_at": now, "last_error": "", "verify": verify_at}
        return self._complete(claimed, completing(OutboxState.SENDING, verified=True), {**values, **_place(remote)})

    def mark_failed(self, claimed: Claimed, error: str, *, dead: bool) -> bool:
        """End a row that cannot succeed."""
        state = OutboxState.DEAD if dead else OutboxState.FAILED
        return self._complete(claimed, completing(OutboxState.SENDING), {"state": state.value, "last_error": error})

    def mark_skipped(self, claimed: Claimed, why: str) -> bool:
        """End a row for which there was nothing to do."""
        values = {"state": OutboxState.CANCELLED.value, "last_error": why}
        return self._complete(claimed, completing(OutboxState.SENDING), values)

    def mark_verified(self, claimed: Claimed, remote: Remote | None) -> bool:
        """Note that one copy stands, at `remote`."""
        return self._complete(claimed, completing(OutboxState.SENT), {"verify_at": None, **_place(remote)})

    def verify_later(self, outgoing: str, at: datetime) -> None:
        """Have a row verified at `at`, whoever completes it."""
        self._changed(update(OutboxRow).where(col(OutboxRow.id) == outgoing).values(verify_at=at, doubtful=True))

    def sent(self, outgoing: str) -> Remote | None:
        """Find where the message of a row stands, if it was sent."""
        query = select(OutboxRow).where(OutboxRow.id == outgoing, in_state(OutboxState.SENT))
        row = self._session.exec(query, execution_options=FRESH).first()
        return None if row is None else remote_of(row)

    def is_waiting(self, outgoing: str) -> bool:
        """Tell whether a row has not ended yet."""
        query = select(OutboxRow.seq).where(OutboxRow.id == outgoing, among(OutboxRow.state, OPEN_STATES))
        return self._session.exec(query).first() is not None

    def next_claimable(self, now: datetime) -> datetime | None:
        """Tell when the next waiting row may go, or be verified, if that lies ahead."""
        waiting, check = self._session.exec(upcoming(), params={"now": now}).one()
        return min((moment for moment in (waiting, check) if moment is not None), default=None)

    def _latest(self, rows: Sequence[Outgoing]) -> list[Outgoing]:
        """End what waits under the same `collapse` as one of these, and give each an id under which it will go."""
        edits = [row.id for row in rows if row.collapse is not None]
        if not edits:
            return list(rows)
        known = set(self._column(gone_already(), ids=edits))
        named = [replace(row, id=self._next_id(row.id)) if row.id in known else row for row in rows]
        latest = {row.collapse: row.id for row in named if row.collapse is not None}
        self._changed(replaced(), collapsing=list(latest), ids=list(latest.values()))
        return named

    def _next_id(self, begun: str) -> str:
        """Give the first id after this one that has not gone yet: of a card that was edited often, in one question."""
        every = {"start": f"{begun}~", "end": f"{begun}~:"}
        last = self._session.exec(last_of(), params=every, execution_options=FRESH).first()
        if last is None:
            return f"{begun}~2"
        number = int(last.id.rpartition("~")[2])
        return last.id if last.state == OutboxState.READY else f"{begun}~{number + 1}"

    def _found(self, query: SelectOfScalar[OutboxRow], now: datetime, limit: int) -> Sequence[OutboxRow]:
        self._must_write()
        given = {"now": now, "most": limit, "engine": self._engine}
        return self._session.exec(query, params=given, execution_options=FRESH).all() if limit > 0 else ()

    def _lease(self, statement: Update, rows: Sequence[dict[str, object]]) -> None:
        if rows:
            self._session.connection().execute(statement, rows)

    def _complete(self, claimed: Claimed, statement: Update, values: Mapping[str, object]) -> bool:
        done = self._changed(statement, of=claimed.outgoing.id, under=claimed.fence, **values) == 1
        self.notes.outgoing |= {carrier_of(claimed.outgoing.effect)} if done else set()
        return done


def _collapsed(rows: Sequence[Outgoing]) -> list[Outgoing]:
    """Leave the last of those that collapse into one."""
    last = {row.collapse: row.id for row in rows if row.collapse is not None}
    return [row for row in rows if row.collapse is None or last[row.collapse] == row.id]


def _place(remote: Remote | None) -> dict[str, object]:
    return {} if remote is None else {"remote_channel": remote.channel, "remote_ts": remote.ts}
