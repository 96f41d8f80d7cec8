"""What every part of a transaction has: the session, the notes for after the commit, and portable statements."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import TypeVar

from sqlalchemy import ColumnElement, Table, Update, bindparam, func, or_
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Session, col, select
from sqlmodel.sql.expression import SelectOfScalar

from bot.domain.delivery import Carrier
from bot.services.ports import Unavailable
from bot.store.release import ENGINE_VERSION
from bot.store.tables import EngineVersionRow, OutboxRow, OutboxState, Row

Found = TypeVar("Found")
Portable = postgresql.Insert | sqlite.Insert

COUNTED = {"preserve_rowcount": True}
OPEN_STATES = (OutboxState.READY, OutboxState.SENDING, OutboxState.UNKNOWN)
_AFTER_EVERY_CHARACTER = "\U0010ffff"
_SIDES = (("from", ""), ("to", _AFTER_EVERY_CHARACTER))


@dataclass(slots=True, kw_only=True)
class Notes:
    """What must be known after the commit: the earliest timer set, and in whose lanes rows may have become ready.

    `fresh` are the lanes that have new rows, which other replicas could take up as well.
    """

    earliest: datetime | None = None
    outgoing: frozenset[Carrier] = frozenset()
    fresh: frozenset[Carrier] = frozenset()

    def timer_set(self, at: datetime) -> None:
        """Note a timer."""
        self.earliest = at if self.earliest is None else min(self.earliest, at)

    def join(self, other: "Notes") -> None:
        """Add what another transaction of the same commit noted."""
        if other.earliest is not None:
            self.timer_set(other.earliest)
        self.outgoing |= other.outgoing
        self.fresh |= other.fresh


class Part:
    """One transaction's session; a repository of some noun is built on it."""

    def __init__(
        self, session: Session, clock: Callable[[], datetime], *, writing: bool, engine: int = ENGINE_VERSION
    ) -> None:
        """Work in a session that whoever opened it commits; `engine` is the version of the engine that does."""
        self._session = session
        self._engine = engine
        self._clock = clock
        self._writing = writing
        self._current = False
        self._held: set[int] = set()
        self.notes = Notes()

    @property
    def _on_postgres(self) -> bool:
        return self._session.get_bind().dialect.name == "postgresql"

    def _insert(self, table: Table) -> Portable:
        """Begin an INSERT that may say what to do on a conflict; both databases spell it alike."""
        self._must_write()
        return insert_into(table, on_postgres=self._on_postgres)

    def _add_new(self, table: Table, rows: Sequence[Mapping[str, object]]) -> None:
        """Insert rows; those whose key is known stay as they are."""
        if rows:
            self._must_write()
            statement = new_rows(table, on_postgres=self._on_postgres)
            self._session.connection().execute(statement, [dict(row) for row in rows])

    def _column(self, query: SelectOfScalar[Found], **values: object) -> Sequence[Found]:
        """Run a query of one column that was composed before, with these values."""
        return self._session.connection().execute(query, values).scalars().all()

    def _changed(self, statement: Update | Portable, **values: object) -> int:
        """Run a statement; gives how many rows it changed."""
        self._must_write()
        return self._session.connection().execute(statement, values, execution_options=COUNTED).rowcount

    def engine_is_current(self) -> bool:
        """Whether the tables belong to this version of the engine; an older one falls quiet after a migration."""
        return next(iter(self._column(_version())), None) == self._engine

    def must_be_current(self) -> None:
        """Raise Unavailable where another version may have written what this one would not understand.

        SQLite has one process, which has migrated the database itself.
        """
        if self._on_postgres and not self._current and not self.engine_is_current():
            raise Unavailable(
                "This process is out of date: a newer version of Tocsin has taken over the database. Nothing was "
                "saved. Please try again in a moment; another process will take it."
            )
        self._current = True

    def _must_write(self) -> None:
        if not self._writing:
            raise TypeError("This is a read: nothing can be saved in it; use store.write.")

    def hold(self, key: str) -> None:
        """Let no other write that holds the same key run until this one ends; SQLite has one writer anyway."""
        self._must_write()
        if self._on_postgres:
            self._session.exec(select(func.pg_advisory_xact_lock(func.hashtextextended(key, 0))))


@cache
def _version() -> SelectOfScalar[int]:
    return select(col(EngineVersionRow.version))


@cache  # composing a statement takes longer than running it: those that are run all the time are kept
def new_rows(table: Table, *, on_postgres: bool) -> Portable:
    """Say that rows are inserted whose key is not known yet."""
    return insert_into(table, on_postgres=on_postgres).on_conflict_do_nothing()


def insert_into(table: Table, *, on_postgres: bool) -> Portable:
    """Begin an INSERT that may say what to do on a conflict."""
    return postgresql.insert(table) if on_postgres else sqlite.insert(table)


def table_of(row: type[Row]) -> Table:
    """Give the table of a row's class."""
    return Row.metadata.tables[str(row.__tablename__)]


def among(column: str, states: Sequence[str]) -> ColumnElement[bool]:
    """Say that a column is one of these, in literal words, which is what a partial index is recognised by.

    One alone is said with `=`, as the index says it: SQLite does not see that IN with one word is the same.
    """
    words = [str(state) for state in states]
    if len(words) == 1:
        return col(column) == bindparam(None, words[0], literal_execute=True, unique=True)
    return col(column).in_(bindparam(None, words, expanding=True, literal_execute=True, unique=True))


def in_state(state: OutboxState) -> ColumnElement[bool]:
    """Say that a row of the outbox is in a state; of one that is open also that, as the indexes of open rows do."""
    here = among(OutboxRow.state, [state])
    return here & among(OutboxRow.state, OPEN_STATES) if state in OPEN_STATES else here


@dataclass(frozen=True, slots=True)
class Names:
    """Keys that are one of these; what ends in `*` stands for every key that begins so."""

    patterns: Sequence[str]

    @property
    def exact(self) -> list[str]:
        """Those that stand for themselves."""
        return [pattern for pattern in self.patterns if not pattern.endswith("*")]

    @property
    def begun(self) -> list[str]:
        """What others begin with."""
        return [pattern[:-1] for pattern in self.patterns if pattern.endswith("*")]

    @property
    def shape(self) -> tuple[bool, int]:
        """How the condition is composed, whatever the names are."""
        return bool(self.exact), len(self.begun)

    @property
    def values(self) -> dict[str, object]:
        """What a statement that was composed for the shape is run with."""
        ranges = enumerate(self.begun)
        bounds = {f"{side}_{each}": start + end for each, start in ranges for side, end in _SIDES}
        return {**bounds, **({"exact": self.exact} if self.exact else {})}


def any_name(key: ColumnElement[str], shape: tuple[bool, int]) -> ColumnElement[bool]:
    """Say that a key is one of names of this shape."""
    exact, begun = shape
    same = [key.in_(bindparam("exact", expanding=True))] if exact else []
    ranges = [(key >= bindparam(f"from_{each}")) & (key < bindparam(f"to_{each}")) for each in range(begun)]
    return or_(*same, *ranges)


def begins(column: str, start: str) -> ColumnElement[bool]:
    """Say that a key begins so, as an index can find it."""
    return (col(column) >= start) & (col(column) < start + _AFTER_EVERY_CHARACTER)
