"""What the metrics, the readiness check and the invariants read of the engine's tables."""

from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, exists, func, or_
from sqlmodel import col, select

from bot.domain.delivery import Leaves, kinds_that_leave
from bot.services.figures import EngineFigures
from bot.store.bundles import PAGE_KINDS
from bot.store.incidents import LIVE
from bot.store.outbox import Outbox
from bot.store.part import OPEN_STATES, among, in_state
from bot.store.tables import OutboxRow, OutboxState, PageRow, TimerRow
from bot.store.timers import PENDING

OVERDUE_AFTER = timedelta(seconds=30)
LONG_UNKNOWN_AFTER = timedelta(minutes=5)
LOOKED_BACK_AT = 10_000


class Figures(Outbox):
    """Counts over the engine's tables."""

    def figures(self, now: datetime) -> EngineFigures:
        """Count what the metrics show; a timer is overdue when it is pending 30 s after it was due."""
        ready = in_state(OutboxState.READY)
        unknown = in_state(OutboxState.UNKNOWN)
        may_go = ready & or_(col(OutboxRow.not_before).is_(None), col(OutboxRow.not_before) <= now)
        return EngineFigures(
            ready_by_priority=self._ready_by_priority(),
            oldest_ready=self._oldest_by_priority(may_go),
            unknown=self._rows(unknown),
            oldest_unknown=self._session.exec(select(func.min(OutboxRow.first_sent_at)).where(unknown)).one(),
            dead=self._rows(in_state(OutboxState.DEAD)),
            timers_pending=self._timers(PENDING),
            timers_overdue=self._timers(PENDING & (col(TimerRow.due_at) < now - OVERDUE_AFTER)),
            earliest_timer=self.earliest_timer(),
            pages_without_timer=self._pages_without_timer(),
            sent_without_ts=self._sent_without_ts(),
            long_unknown=self._rows(unknown & (col(OutboxRow.first_sent_at) < now - LONG_UNKNOWN_AFTER)),
            oldest_unsent_page=self._oldest_unsent_page(),
        )

    def _ready_by_priority(self) -> tuple[tuple[int, int], ...]:
        ready = select(OutboxRow.priority, func.count()).where(in_state(OutboxState.READY))
        rows = self._session.exec(ready.group_by(col(OutboxRow.priority)).order_by(col(OutboxRow.priority)))
        return tuple((priority, count) for priority, count in rows)

    def _oldest_by_priority(self, which: ColumnElement[bool]) -> tuple[tuple[int, datetime], ...]:
        since = func.min(func.coalesce(OutboxRow.not_before, OutboxRow.created_at))
        rows = self._session.exec(select(OutboxRow.priority, since).where(which).group_by(col(OutboxRow.priority)))
        return tuple((priority, oldest) for priority, oldest in rows)

    def _oldest_unsent_page(self) -> datetime | None:
        """Since when the page that waits longest has waited, however often it was put off."""
        on_its_way = among(OutboxRow.state, OPEN_STATES)
        wanted = on_its_way & col(OutboxRow.kind).in_(PAGE_KINDS) & col(OutboxRow.withdrawn).is_(False)
        return self._session.exec(select(func.min(OutboxRow.created_at)).where(wanted)).one()

    def _rows(self, which: ColumnElement[bool]) -> int:
        return self._session.exec(select(func.count()).select_from(OutboxRow).where(which)).one()

    def _timers(self, which: ColumnElement[bool]) -> int:
        return self._session.exec(select(func.count()).select_from(TimerRow).where(which)).one()

    def _pages_without_timer(self) -> int:
        waits = exists(select(TimerRow.id).where(PENDING, col(TimerRow.page) == col(PageRow.id)))
        stuck = select(func.count()).select_from(PageRow).where(col(PageRow.state).in_(LIVE), ~waits)
        return self._session.exec(stuck).one()

    def _sent_without_ts(self) -> int:
        nowhere = or_(col(OutboxRow.remote_ts).is_(None), col(OutboxRow.remote_ts) == "")
        sent = in_state(OutboxState.SENT)
        last = self._session.exec(select(func.max(OutboxRow.seq))).one() or 0
        recent = col(OutboxRow.seq) > last - LOOKED_BACK_AT
        return self._rows(recent & sent & nowhere & col(OutboxRow.kind).in_(kinds_that_leave(Leaves.MESSAGE)))
