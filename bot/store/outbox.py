"""The outbox: effects saved, withdrawn, claimed under a lease and completed under a fence."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from sqlalchemy import case, update
from sqlmodel import col, select

from bot.domain.delivery import Carrier, carrier_of
from bot.domain.effects import Outgoing, Priority
from bot.services.ports import Claimed, Remote
from bot.store.mapping import claimed_of, outgoing_columns, remote_of
from bot.store.outbox_queries import (
    claimable,
    gone_already,
    last_of,
    ready_unless_unwanted,
    replaced,
    to_check,
    upcoming,
)
from bot.store.part import OPEN_STATES, among, in_state, named, table_of
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
        mine = named(OutboxRow.id, ids)
        ready = update(OutboxRow).where(in_state(OutboxState.READY), mine)
        self._changed(ready.values(state=OutboxState.CANCELLED.value, last_error="withdrawn"))
        in_flight = among(OutboxRow.state, [OutboxState.SENDING, OutboxState.UNKNOWN])
        self._changed(update(OutboxRow).where(in_flight, mine).values(withdrawn=True))
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
        self._must_write()
        if limit <= 0 or not self.engine_is_current():
            return ()
        given = {"now": now, "most": limit}
        rows = self._session.exec(claimable(lane, int(least)), params=given, execution_options=FRESH).all()
        claimed = [(row, row.state != OutboxState.READY) for row in rows]
        for row, unknown in claimed:
            row.state = OutboxState.SENDING.value
            row.doubtful = row.doubtful or unknown
            row.attempts += 1
            row.first_sent_at = row.first_sent_at or now
            _lease(row, now + lease)
        self._session.flush()
        return tuple(claimed_of(row, unknown=unknown) for row, unknown in claimed)

    def claim_checks(self, now: datetime, limit: int, lease: timedelta) -> tuple[Claimed, ...]:
        """Lease sent rows whose outcome was once unknown, to be verified."""
        self._must_write()
        if limit <= 0 or not self.engine_is_current():
            return ()
        rows = self._session.exec(to_check(), params={"now": now, "most": limit}, execution_options=FRESH).all()
        for row in rows:
            row.verify_at = now + lease
            _lease(row, now + lease)
        self._session.flush()
        return tuple(claimed_of(row, unknown=False, sent=remote_of(row)) for row in rows)

    def release(self, claimed: Claimed, not_before: datetime, error: str, *, broke: bool = False) -> bool:
        """Give a row back, to be claimed again at `not_before`; one withdrawn or replaced by a later one ends."""
        values = {"state": ready_unless_unwanted(), "not_before": not_before, "last_error": error}
        return self._complete(claimed, {**values, **_broken(broke=broke)})

    def mark_unknown(self, claimed: Claimed, look_at: datetime, error: str, *, broke: bool = False) -> bool:
        """Note that an outcome is not known; the row is claimed again, as unknown, at `look_at`."""
        return self._complete(
            claimed,
            {
                "state": OutboxState.UNKNOWN.value,
                "not_before": look_at,
                "last_error": error,
                "doubtful": True,
                **_broken(broke=broke),
            },
        )

    def mark_sent(
        self, claimed: Claimed, remote: Remote | None, now: datetime, *, verify_at: datetime | None = None
    ) -> bool:
        """Complete a row; it is verified at `verify_at` if an outcome was ever unknown."""
        verify = case((col(OutboxRow.doubtful).is_(True), verify_at), else_=None)
        return self._complete(
            claimed,
            {
                "state": OutboxState.SENT.value,
                "sent_at": now,
                "last_error": "",
                "verify_at": verify if verify_at else None,
                **_place(remote),
            },
        )

    def mark_failed(self, claimed: Claimed, error: str, *, dead: bool) -> bool:
        """End a row that cannot succeed."""
        state = OutboxState.DEAD if dead else OutboxState.FAILED
        return self._complete(claimed, {"state": state.value, "last_error": error})

    def mark_skipped(self, claimed: Claimed, why: str) -> bool:
        """End a row for which there was nothing to do."""
        return self._complete(claimed, {"state": OutboxState.CANCELLED.value, "last_error": why})

    def mark_verified(self, claimed: Claimed, remote: Remote | None) -> bool:
        """Note that one copy stands, at `remote`."""
        return self._complete(claimed, {"verify_at": None, **_place(remote)}, held=OutboxState.SENT)

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
        moments = (moment for query in upcoming() for moment in self._column(query, now=now))
        return min((moment for moment in moments if moment is not None), default=None)

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

    def _complete(
        self, claimed: Claimed, values: dict[str, object], *, held: OutboxState = OutboxState.SENDING
    ) -> bool:
        mine = (col(OutboxRow.id) == claimed.outgoing.id) & (col(OutboxRow.fence) == claimed.fence)
        done = self._changed(update(OutboxRow).where(mine, in_state(held)).values({"lease_until": None, **values})) == 1
        self.notes.outgoing |= {carrier_of(claimed.outgoing.effect)} if done else set()
        return done


def _collapsed(rows: Sequence[Outgoing]) -> list[Outgoing]:
    """Leave the last of those that collapse into one."""
    last = {row.collapse: row.id for row in rows if row.collapse is not None}
    return [row for row in rows if row.collapse is None or last[row.collapse] == row.id]


def _lease(row: OutboxRow, until: datetime) -> None:
    row.fence += 1
    row.lease_until = until


def _broken(*, broke: bool) -> dict[str, object]:
    return {"failures": OutboxRow.failures + 1} if broke else {}


def _place(remote: Remote | None) -> dict[str, object]:
    return {} if remote is None else {"remote_channel": remote.channel, "remote_ts": remote.ts}
