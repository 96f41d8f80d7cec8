"""The store: transactions off the event loop, one code path for SQLite and PostgreSQL."""

import asyncio
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, nullcontext
from datetime import datetime
from typing import Protocol, TypeVar, cast

from sqlalchemy import URL, Engine
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlmodel import Session

from bot.domain.delivery import Carrier
from bot.services.ports import Checkpoint, Tx, carry_on
from bot.services.shared_budgets import SharedBudgets
from bot.store.bell import Bell
from bot.store.budgets import PostgresBudgets
from bot.store.engines import (
    POSTGRES_THREADS,
    READERS,
    is_postgres,
    open_postgres,
    open_sqlite_readers,
    open_sqlite_writer,
    read_url,
    sqlite_file,
)
from bot.store.job import Job
from bot.store.lock import LockFile
from bot.store.migrate import upgrade
from bot.store.part import Notes
from bot.store.postgres_worker import PostgresWriter
from bot.store.release import THIS, Release
from bot.store.sqlite_worker import SqliteWriter
from bot.store.transaction import SqlTx
from bot.store.troubles import not_read

T = TypeVar("T")

OnCommit = Callable[[datetime | None, frozenset[Carrier]], None]
Timing = Callable[[str], AbstractContextManager[object]]
"""Gives what to enter for as long as a transaction lasts, which is a `write` or a `read`."""


def untimed(_access: str) -> AbstractContextManager[object]:
    """Measure nothing."""
    return nullcontext()


class Writer(Protocol):
    """Runs operations, each in a transaction, on threads of its own."""

    def start(self) -> None:
        """Begin to write."""

    def submit(self, job: Job) -> None:
        """Queue an operation; never blocks."""

    def stop(self) -> None:
        """Finish what is queued, then end."""


class SqlStore:
    """A store in a SQL database; see the port `Store`. Not usable before `start`."""

    def __init__(
        self,
        url: URL,
        on_commit: OnCommit,
        clock: Callable[[], datetime],
        checkpoint: Checkpoint,
        timing: Timing = untimed,
        release: Release = THIS,
    ) -> None:
        """Prepare; nothing is opened yet."""
        self._timing = timing
        self._release = release
        self._url = url
        self._on_commit = on_commit
        self._clock = clock
        self._checkpoint = checkpoint
        self._lock = None if is_postgres(url) else LockFile(sqlite_file(url))
        self._budgets = PostgresBudgets(url) if is_postgres(url) else None
        self._bell = Bell(url, on_commit, clock) if is_postgres(url) else None
        self._engines: list[Engine] = []
        self._readers: Engine

    @property
    def budgets(self) -> SharedBudgets | None:
        """What is shared of Slack's limits with other processes; None where there cannot be any."""
        return self._budgets

    @property
    def bell(self) -> Bell | None:
        """What wakes other processes, and is heard by them; None where there cannot be any."""
        return self._bell

    @property
    def shared(self) -> bool:
        """Whether other processes may work on the same database."""
        return self._lock is None

    async def start(self) -> None:
        """Lock, migrate, open. Raises CannotOpen with a sentence."""
        self._loop = asyncio.get_running_loop()
        if self._lock is not None:
            self._lock.take()
        ready = False
        try:
            await asyncio.to_thread(upgrade, self._url, self._release.scripts)
            ready = True
        finally:
            if not ready:
                self._let_go()
        threads = POSTGRES_THREADS if is_postgres(self._url) else READERS
        self._executor = ThreadPoolExecutor(threads, thread_name_prefix="store")
        self._writer = self._open()
        self._writer.start()

    async def close(self) -> None:
        """Finish what was asked for, then close everything and give the lock back."""
        await asyncio.to_thread(self._writer.stop)
        await asyncio.to_thread(self._executor.shutdown)
        if self._budgets is not None:
            await self._budgets.close()
        for engine in self._engines:
            engine.dispose()
        self._let_go()

    async def write(self, operation: Callable[[Tx], T]) -> T:
        """Run in one transaction; returns after the commit. Raises what the operation raised, with nothing saved.

        Raises Unavailable when the database cannot be used, or when the operation lost a race five times over.
        """
        waiting: asyncio.Future[object] = self._loop.create_future()
        with self._timing("write"):
            self._writer.submit(Job(operation=operation, waiting=waiting))
            return cast("T", await waiting)

    async def read(self, operation: Callable[[Tx], T]) -> T:
        """Run against a consistent snapshot; saving is an error. Raises Unavailable as `write` does."""
        with self._timing("read"):
            return await self._loop.run_in_executor(self._executor, self._read, operation)

    def _read(self, operation: Callable[[Tx], T]) -> T:
        try:
            with self._readers.connect() as connection, Session(connection) as session:
                return operation(SqlTx(session, self._clock, writing=False, engine=self._release.engine))
        except (DBAPIError, PoolTimeout) as failure:
            raise not_read(failure) from failure

    def _open(self) -> Writer:
        if is_postgres(self._url):
            engine = open_postgres(self._url)
            self._readers = engine.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
            self._engines = [engine]
            return PostgresWriter(engine, self._executor, self._open_tx, self._committed, self._checkpoint)
        writing, self._readers = open_sqlite_writer(self._url), open_sqlite_readers(self._url)
        self._engines = [writing, self._readers]
        return SqliteWriter(writing, self._open_tx, self._committed, self._checkpoint)

    def _open_tx(self, session: Session) -> SqlTx:
        return SqlTx(session, self._clock, writing=True, engine=self._release.engine)

    def _committed(self, jobs: Sequence[Job]) -> None:
        self._loop.call_soon_threadsafe(self._answer, jobs)

    def _answer(self, jobs: Sequence[Job]) -> None:
        notes = Notes()
        for job in jobs:
            notes.join(job.notes)
            job.answer()
        if notes.earliest is not None or notes.outgoing:
            self._on_commit(notes.earliest, notes.outgoing)
        if self._bell is not None:
            self._bell.ring(notes)

    def _let_go(self) -> None:
        if self._lock is not None:
            self._lock.give_back()


def open_store(
    url: str,
    on_commit: OnCommit,
    *,
    clock: Callable[[], datetime],
    checkpoint: Checkpoint = carry_on,
    timing: Timing = untimed,
    release: Release = THIS,
) -> SqlStore:
    """Make the store for a DATABASE_URL; raises CannotOpen for one that names no usable database.

    `on_commit(earliest, outgoing)` is called on the event loop after commits that set timers (with the earliest due
    time) or may have made outbox rows ready (with their lanes). `clock` stamps rows; `checkpoint` is passed before and
    after every commit; `timing` measures how long each transaction takes, its waiting included.
    `release` is the version of Tocsin that opens it; only a test of upgrades gives another than this one.
    """
    return SqlStore(read_url(url), on_commit, clock, checkpoint, timing, release)
