"""Migrations, run at start: the schema becomes what this version needs, or the start stops with a sentence.

On PostgreSQL older processes may be at work meanwhile. One process migrates, others that start wait for it. It waits
only briefly for a table that somebody uses, as whoever comes after waits behind it, and tries again: all of it, in one
transaction.
"""

import threading
from pathlib import Path
from typing import Final

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from alembic.util import CommandError
from sqlalchemy import URL, Connection, Engine, text
from sqlalchemy.exc import OperationalError

from bot.store.engines import is_postgres, open_postgres, open_sqlite_writer, read_url
from bot.store.release import THIS
from bot.store.troubles import CannotOpen, gave_way

_ONE_AT_A_TIME = 7_428_913_001  # the advisory lock's number means nothing; it only has to be ours
WAIT_FOR_A_TABLE_MS: Final = 1000
BETWEEN_MS: Final = 60_000
"""A migration may think between two statements for longer than a request may."""
TRIES: Final = 60
AGAIN_AFTER: Final = 0.5


def migrate(url: str) -> None:
    """Bring the database of a DATABASE_URL to this version's schema. Raises CannotOpen."""
    upgrade(read_url(url))


def upgrade(url: URL, scripts: Path = THIS.scripts, *, tries: int = TRIES) -> None:
    """Bring a database to the schema that the migrations in a folder lead to. Raises CannotOpen."""
    engine = open_postgres(url) if is_postgres(url) else open_sqlite_writer(url)
    named = url.render_as_string(hide_password=True)
    try:
        _upgrade(engine, scripts, tries)
    except OperationalError as error:
        if gave_way(error):
            raise CannotOpen(
                f"{named}: its tables were in use, however often this was tried, so they could not be brought to this "
                "version's schema. Nothing was changed or started. Look for a transaction that stays open "
                "(pg_stat_activity), end it, and start again."
            ) from error
        raise CannotOpen(
            f"{named}: the database cannot be opened "
            f"({str(error.orig).strip().splitlines()[0]}). Nothing was started. Check DATABASE_URL."
        ) from error
    except CommandError as error:
        raise CannotOpen(
            f"{named}: the database was written by a newer version of Tocsin "
            f"({error}). Nothing was started. Start that version, or restore an older copy of the database."
        ) from error
    finally:
        engine.dispose()


def _upgrade(engine: Engine, scripts: Path, tries: int) -> None:
    config = Config()
    config.set_main_option("script_location", str(scripts))
    pause = threading.Event()
    for left in reversed(range(tries)):
        try:
            with engine.begin() as connection:
                _bring_up(connection, config)
        except OperationalError as error:
            if not left or not gave_way(error):
                raise
            pause.wait(AGAIN_AFTER)
        else:
            return


def _bring_up(connection: Connection, config: Config) -> None:
    heads = ScriptDirectory.from_config(config).get_heads()
    if MigrationContext.configure(connection).get_current_heads() == tuple(heads):
        return
    if connection.dialect.name == "postgresql":
        _wait_for_the_others(connection)
    config.attributes["connection"] = connection
    command.upgrade(config, "head")


def _wait_for_the_others(connection: Connection) -> None:
    """Be the only one that migrates, however long the others take; then wait for no table for long."""
    patience = f"idle_in_transaction_session_timeout = {BETWEEN_MS}"
    for setting in ("statement_timeout = 0", "lock_timeout = 0", patience):
        connection.execute(text(f"SET LOCAL {setting}"))
    connection.execute(text("SELECT pg_advisory_xact_lock(:number)"), {"number": _ONE_AT_A_TIME})
    connection.execute(text(f"SET LOCAL lock_timeout = {WAIT_FOR_A_TABLE_MS}"))
