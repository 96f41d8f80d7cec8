"""Timers: set, cancelled, due, fired; the database alone knows what must happen when."""

from collections.abc import Callable, Sequence
from datetime import datetime
from functools import cache

from sqlalchemy import ColumnElement, Update, bindparam, func, or_, update
from sqlmodel import col, select
from sqlmodel.sql.expression import SelectOfScalar

from bot.domain.change import NO_INCIDENT, Timer, TimerKind
from bot.store.holding import Holding
from bot.store.part import Names, Portable, among, any_name, insert_into, table_of
from bot.store.tables import TimerRow, TimerState

PENDING = among(TimerRow.state, [TimerState.PENDING])


class Timers(Holding):
    """Timers of incidents and pages."""

    def due_timers(self, now: datetime, limit: int) -> tuple[Timer, ...]:
        """Load pending timers that are due, earliest first; none for an engine of another version than the tables'."""
        if not self.engine_is_current():
            return ()
        may = or_(col(TimerRow.retry_at).is_(None), col(TimerRow.retry_at) <= now)
        due = select(TimerRow).where(PENDING, col(TimerRow.due_at) <= now, may)
        rows = self._session.exec(due.order_by(col(TimerRow.due_at), col(TimerRow.id)).limit(limit)).all()
        return tuple(_timer(row) for row in rows)

    def fire(self, timer: str, now: datetime) -> bool:
        """Mark a pending timer fired; False if it was fired or cancelled meanwhile."""
        self._hold_for_timer(timer)
        return self._changed(_fired(), of=timer, at=now) == 1

    def retry_timer(self, timer: str, error: str, again_at: Callable[[int], datetime]) -> int:
        """Have a timer whose duty broke tried again, by how often it has broken; returns that number."""
        self._hold_for_timer(timer)
        here = col(TimerRow.id) == timer
        failures = (self._session.exec(select(TimerRow.failures).where(here).with_for_update()).first() or 0) + 1
        at = again_at(failures)
        self._changed(update(TimerRow).where(here).values(failures=failures, retry_at=at, last_error=error))
        self.notes.timer_set(at)
        return failures

    def bring_forward(self, kind: TimerKind, now: datetime) -> int:
        """Have every pending timer of a kind that is not due yet fall due now; returns how many those were."""
        waiting = update(TimerRow).where(PENDING, col(TimerRow.kind) == kind.value, col(TimerRow.due_at) > now)
        moved = self._changed(waiting.values(due_at=now))
        if moved:
            self.notes.timer_set(now)
        return moved

    def earliest_timer(self) -> datetime | None:
        """Tell when the next pending timer is due, or may be tried again; None where another version fires them."""
        if not self.engine_is_current():
            return None
        moments = (moment for query in _earliest() for moment in self._column(query))
        return min((moment for moment in moments if moment is not None), default=None)

    def cancel_timers(self, ids: Sequence[str]) -> None:
        """Cancel pending timers; an id that ends in `*` stands for all that begin so."""
        if ids:
            names = Names(ids)
            self._changed(_cancelled(names.shape), **names.values)

    def set_timers(self, timers: Sequence[Timer]) -> None:
        """Set timers. A pending or cancelled one of the same id is moved; one that fired is set again for later."""
        if not timers:
            return
        self._must_write()
        rows = [_columns(timer) for timer in timers]
        self._session.connection().execute(_set(on_postgres=self._on_postgres), rows)
        for timer in timers:
            self.notes.timer_set(timer.due_at)


@cache
def _fired() -> Update:
    mine = update(table_of(TimerRow)).where(PENDING, col(TimerRow.id) == bindparam("of"))
    return mine.values(state=TimerState.FIRED.value, fired_at=bindparam("at"))


@cache
def _cancelled(shape: tuple[bool, int]) -> Update:
    table = table_of(TimerRow)
    mine = update(table).where(PENDING, any_name(table.c.id, shape))
    return mine.values(state=TimerState.CANCELLED.value)


@cache
def _earliest() -> tuple[SelectOfScalar[datetime | None], ...]:
    due: ColumnElement[datetime | None] = func.min(TimerRow.due_at)
    sound = select(due).where(PENDING, col(TimerRow.retry_at).is_(None))
    broken = select(func.min(TimerRow.retry_at)).where(PENDING, col(TimerRow.retry_at).is_not(None))
    return sound, broken


@cache
def _set(*, on_postgres: bool) -> Portable:
    table = table_of(TimerRow)
    insert = insert_into(table, on_postgres=on_postgres)
    moved = {name: insert.excluded[name] for name in ("kind", "due_at", "fence", "about", "page", "state")}
    fresh = {"failures": 0, "retry_at": None, "fired_at": None, "last_error": ""}
    may = or_(table.c.state != TimerState.FIRED.value, table.c.due_at < insert.excluded.due_at)
    return insert.on_conflict_do_update(index_elements=["id"], set_=moved | fresh, where=may)


def _columns(timer: Timer) -> dict[str, object]:
    return {
        "id": timer.id,
        "kind": timer.kind.value,
        "due_at": timer.due_at,
        "state": TimerState.PENDING.value,
        "incident": timer.incident or None,
        "page": timer.page,
        "fence": timer.fence,
        "about": timer.about,
        "failures": 0,
        "last_error": "",
    }


def _timer(row: TimerRow) -> Timer:
    return Timer(
        id=row.id,
        kind=TimerKind(row.kind),
        due_at=row.due_at,
        incident=row.incident or NO_INCIDENT,
        page=row.page,
        fence=row.fence,
        about=row.about,
    )
