"""What is asked of the outbox again and again: each statement is composed once, which takes longer than to run it."""

from datetime import datetime
from functools import cache

from sqlalchemy import BindParameter, ColumnElement, Update, bindparam, case, exists, func, or_, update
from sqlalchemy.orm import aliased
from sqlmodel import col, select
from sqlmodel.sql.expression import Select, SelectOfScalar

from bot.domain.delivery import CARRIED, Carrier
from bot.store.part import OPEN_STATES, among, any_name, in_state, table_of
from bot.store.tables import EngineVersionRow, OutboxAfterRow, OutboxRow, OutboxState


@cache
def upcoming() -> Select[datetime | None, datetime | None]:
    """When the next waiting row may go, and when the next is to be verified, each if that lies ahead of `now`."""
    now = _moment("now")
    when = case((in_state(OutboxState.SENDING), col(OutboxRow.lease_until)), else_=col(OutboxRow.not_before))
    waiting = select(func.min(when)).where(among(OutboxRow.state, OPEN_STATES), when > now)
    checks = select(func.min(OutboxRow.verify_at)).where(col(OutboxRow.verify_at) > now, in_state(OutboxState.SENT))
    return select(waiting.scalar_subquery(), checks.scalar_subquery())


@cache
def to_check() -> SelectOfScalar[OutboxRow]:
    """The sent rows that are to be verified at `now`, `most` of them, each for whoever asks first of an `engine`."""
    due = select(OutboxRow).where(col(OutboxRow.verify_at) <= _moment("now"), in_state(OutboxState.SENT), _is_ours())
    return due.order_by(col(OutboxRow.verify_at)).limit(bindparam("most")).with_for_update(skip_locked=True)


@cache
def gone_already() -> SelectOfScalar[str]:
    """Those of these `ids` whose row has gone, or has ended, already."""
    these = col(OutboxRow.id).in_(bindparam("ids", expanding=True))
    return select(OutboxRow.id).where(these, col(OutboxRow.state) != OutboxState.READY)


@cache
def replaced() -> Update:
    """End what is ready and collapses into one of `collapsing`, but for these `ids`."""
    table = table_of(OutboxRow)
    ready = update(table).where(in_state(OutboxState.READY))
    collapsing = ready.where(table.c.collapse.in_(bindparam("collapsing", expanding=True)))
    earlier = collapsing.where(table.c.id.not_in(bindparam("ids", expanding=True)))
    return earlier.values(state=OutboxState.CANCELLED.value, last_error="replaced by a later one")


@cache
def withdrawing(shape: tuple[bool, int]) -> tuple[Update, Update]:
    """End the rows of these names that are ready, and have those in flight end when their outcome is known."""
    table = table_of(OutboxRow)
    mine = update(table).where(any_name(table.c.id, shape))
    ready = mine.where(in_state(OutboxState.READY))
    in_flight = mine.where(among(OutboxRow.state, [OutboxState.SENDING, OutboxState.UNKNOWN]))
    ended = ready.values(state=OutboxState.CANCELLED.value, last_error="withdrawn")
    return ended, in_flight.values(withdrawn=True)


@cache
def last_of() -> SelectOfScalar[OutboxRow]:
    """The row with the highest number of those whose ids lie between `start` and `end`."""
    numbered = select(OutboxRow).where(col(OutboxRow.id) > bindparam("start"), col(OutboxRow.id) < bindparam("end"))
    return numbered.order_by(func.length(OutboxRow.id).desc(), col(OutboxRow.id).desc()).limit(1)


@cache
def ready_unless_unwanted() -> ColumnElement[str]:
    """The state of a row given back: cancelled if it was withdrawn, or replaced by a later one."""
    later = aliased(OutboxRow)
    overtaken = exists(
        select(later.seq).where(
            among(later.state, OPEN_STATES),  # by which the index is recognised
            among(later.state, [OutboxState.READY]),
            col(later.collapse) == col(OutboxRow.collapse),
            col(later.seq) > col(OutboxRow.seq),
        )
    )
    unwanted = or_(col(OutboxRow.withdrawn).is_(True), overtaken)
    return case((unwanted, OutboxState.CANCELLED.value), else_=OutboxState.READY.value)


@cache
def claimable(lane: Carrier, least: int) -> SelectOfScalar[OutboxRow]:
    """The rows of a lane that may go at `now`, most urgent first, `most` of them, each for whoever asks first.

    None for an `engine` of another version than the tables'.
    """
    mine = (col(OutboxRow.priority) <= least, _is_in(lane), _is_ours())
    may_go = (*mine, _is_due(), _heads_its_stream(), _waits_for_nothing())
    query = select(OutboxRow).where(among(OutboxRow.state, OPEN_STATES), *may_go)
    query = query.order_by(col(OutboxRow.priority), col(OutboxRow.seq)).limit(bindparam("most"))
    return query.with_for_update(of=OutboxRow, skip_locked=True)


@cache
def claiming(*, check: bool) -> Update:
    """Lease row `of`, to be performed or, with `check`, to be verified; `doubted` if its outcome is unknown."""
    table = table_of(OutboxRow)
    values: dict[str, object] = {"fence": table.c.fence + 1, "lease_until": _moment("until")}
    if check:
        values["verify_at"] = _moment("until")
    else:
        values |= {
            "state": OutboxState.SENDING.value,
            "attempts": table.c.attempts + 1,
            "doubtful": or_(table.c.doubtful, bindparam("doubted", type_=table.c.doubtful.type)),
            "first_sent_at": func.coalesce(table.c.first_sent_at, _moment("now")),
        }
    return update(table).where(table.c.id == bindparam("of")).values(values)


@cache
def completing(held: OutboxState, *, verified: bool = False, given_back: bool = False, broke: bool = False) -> Update:
    """Complete row `of`, which is `held` under the fence `under`; what is executed with it are its other columns.

    `verified`: one whose outcome was ever unknown is looked at again, at `verify`.
    """
    table = table_of(OutboxRow)
    mine = update(table).where(table.c.id == bindparam("of"), table.c.fence == bindparam("under"), in_state(held))
    values: dict[str, object] = {"lease_until": None}
    if verified:
        values["verify_at"] = case((table.c.doubtful.is_(True), _moment("verify")), else_=None)
    if given_back:
        values["state"] = ready_unless_unwanted()
    if broke:
        values["failures"] = table.c.failures + 1
    return mine.values(values)


def _is_ours() -> ColumnElement[bool]:
    return exists(select(EngineVersionRow.id).where(EngineVersionRow.version == bindparam("engine")))


def _is_due() -> ColumnElement[bool]:
    now = _moment("now")
    waits_no_more = or_(col(OutboxRow.not_before).is_(None), col(OutboxRow.not_before) <= now)
    return case((in_state(OutboxState.SENDING), col(OutboxRow.lease_until) <= now), else_=waits_no_more)


def _heads_its_stream() -> ColumnElement[bool]:
    earlier = aliased(OutboxRow)
    before = select(earlier.seq).where(
        among(earlier.state, OPEN_STATES),
        col(earlier.stream) == col(OutboxRow.stream),
        col(earlier.seq) < col(OutboxRow.seq),
    )
    return ~exists(before)


def _waits_for_nothing() -> ColumnElement[bool]:
    awaited = aliased(OutboxRow)
    unfinished = (
        select(OutboxAfterRow.id)
        .join(awaited, col(awaited.id) == col(OutboxAfterRow.after))
        .where(col(OutboxAfterRow.id) == col(OutboxRow.id), among(awaited.state, OPEN_STATES))
    )
    return ~exists(unfinished)


def _is_in(lane: Carrier) -> ColumnElement[bool]:
    if lane in CARRIED:
        return col(OutboxRow.kind).in_(CARRIED[lane])
    return col(OutboxRow.kind).not_in([kind for kinds in CARRIED.values() for kind in kinds])


def _moment(name: str) -> BindParameter[datetime]:
    return bindparam(name, type_=table_of(OutboxRow).c.not_before.type)
