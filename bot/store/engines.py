"""Engines: how each database is opened, from its URL.

Their errors name no values: errors are logged, and a log is read by people who may not see every incident.
"""

from pathlib import Path
from sqlite3 import Connection as SqliteConnection

from sqlalchemy import URL, Connection, Engine, ExceptionContext, create_engine, event, make_url
from sqlalchemy.exc import ArgumentError
from sqlalchemy.pool import QueuePool

from bot.store.troubles import CannotOpen

READERS = 4
POSTGRES_THREADS = 10
BUSY_TIMEOUT_MS = 1000
"""A write that comes while another waits so long has to wait as long again, and Slack wants its answer within 3 s."""

_PRAGMAS = (
    "PRAGMA journal_mode=WAL",
    "PRAGMA synchronous=FULL",  # NORMAL can lose an acknowledged commit when the power fails
    f"PRAGMA busy_timeout={BUSY_TIMEOUT_MS}",
    "PRAGMA foreign_keys=ON",
)
STANDS_STILL_MS = 5000
"""How long a process may stand still in the middle of a transaction before PostgreSQL ends it and lets go its locks.

It has been frozen or starved, and until then nobody else can write what it was about to. Slack has its answer after 3 s
anyway, so who waits in that process has been told by then; what it was to save is saved by nobody or done again.
"""
_POSTGRES_OPTIONS = (
    f"-c statement_timeout=15000 -c lock_timeout=1500 -c idle_in_transaction_session_timeout={STANDS_STILL_MS} "
    "-c timezone=UTC"
)
_POSTGRES_ARGUMENTS = {
    "connect_timeout": 3,
    "application_name": "tocsin",
    "options": _POSTGRES_OPTIONS,
    # A server that is gone without a word is noticed within ten seconds; by TCP's own patience it takes many minutes.
    "keepalives_idle": 5,
    "keepalives_interval": 2,
    "keepalives_count": 2,
    "tcp_user_timeout": 8000,
}
_READ_ONLY = "25006"


def read_url(url: str) -> URL:
    """Read a DATABASE_URL; PostgreSQL's goes to psycopg. Raises CannotOpen for one that is neither kind."""
    try:
        parsed = make_url(url)
    except ArgumentError as error:
        raise CannotOpen(_malformed(url)) from error
    family = parsed.get_backend_name()
    if family in {"postgresql", "postgres"}:
        return parsed.set(drivername="postgresql+psycopg")
    if family == "sqlite" and parsed.database and parsed.database != ":memory:":
        return parsed
    raise CannotOpen(_malformed(parsed.render_as_string(hide_password=True)))


def is_postgres(url: URL) -> bool:
    """Tell which kind of database a URL names."""
    return url.get_backend_name() == "postgresql"


def sqlite_file(url: URL) -> Path:
    """Give the file of a SQLite URL."""
    return Path(url.database or "")


def open_sqlite_writer(url: URL) -> Engine:
    """Open the one writing connection; every transaction takes the write lock when it begins."""
    engine = create_engine(url, poolclass=QueuePool, pool_size=1, max_overflow=0, hide_parameters=True)
    _arrange(engine, _PRAGMAS, "BEGIN IMMEDIATE")
    return engine


def open_sqlite_readers(url: URL) -> Engine:
    """Open reading connections; each transaction sees one moment."""
    engine = create_engine(url, poolclass=QueuePool, pool_size=READERS, max_overflow=0, hide_parameters=True)
    _arrange(engine, (*_PRAGMAS, "PRAGMA query_only=ON"), "BEGIN")
    return engine


def open_postgres(url: URL) -> Engine:
    """Open a pool of connections; a dead one is noticed and replaced when it is next used."""
    engine = create_engine(
        url,
        pool_size=POSTGRES_THREADS,
        max_overflow=0,
        pool_timeout=5,
        pool_pre_ping=True,
        hide_parameters=True,
        isolation_level="READ COMMITTED",
        connect_args=_POSTGRES_ARGUMENTS,
    )
    event.listen(engine, "handle_error", _leave_a_standby)
    return engine


def open_autocommitting(url: URL) -> Engine:
    """Open the one connection of a single thread, which commits each statement by itself."""
    return create_engine(
        url,
        pool_size=1,
        max_overflow=0,
        hide_parameters=True,
        isolation_level="AUTOCOMMIT",
        connect_args=_POSTGRES_ARGUMENTS,
    )


def _arrange(engine: Engine, pragmas: tuple[str, ...], begin: str) -> None:
    def connected(connection: SqliteConnection, _record: object) -> None:
        connection.isolation_level = None  # transactions begin where we say, not where the driver guesses
        for pragma in pragmas:
            connection.execute(pragma).close()

    def begun(connection: Connection) -> None:
        connection.exec_driver_sql(begin)

    event.listen(engine, "connect", connected)
    event.listen(engine, "begin", begun)


def _leave_a_standby(failure: ExceptionContext) -> None:
    """Give up connections to a server that takes no writes: after a failover a new one leads to the one that does."""
    if getattr(failure.original_exception, "sqlstate", None) == _READ_ONLY and not _only_reads(failure.connection):
        failure.is_disconnect = True


def _only_reads(connection: Connection | None) -> bool:
    """Whether a connection is one of ours for reading, on which a write is our own mistake."""
    return connection is not None and bool(connection.get_execution_options().get("postgresql_readonly"))


def _malformed(url: str) -> str:
    return (
        f"DATABASE_URL: {url!r} names no database that Tocsin can use. "
        "Write sqlite:///tocsin.db for a file, or postgresql://user:password@host/name."
    )
