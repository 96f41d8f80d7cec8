"""Examining the database without changing it: whether it is whole and can be written, and which schema it has."""

import fcntl
import os
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Final

from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import URL, Connection, create_engine, text
from sqlalchemy.exc import DBAPIError

from bot.services.diagnosis import Diagnosis, broken, doubtful, well
from bot.store.engines import is_postgres, open_postgres, read_url, sqlite_file
from bot.store.troubles import CannotOpen

DATABASE: Final = "database"
SCHEMA: Final = "schema"
CLOCK_APART: Final = 2.0
"""Seconds by which this machine's clock and PostgreSQL's may differ before somebody should know."""


def examine_database(url: str, now: datetime) -> tuple[Diagnosis, ...]:
    """Say how the database of a DATABASE_URL stands; `now` (aware) is this machine's time. Nothing is written."""
    try:
        parsed = read_url(url)
        return tuple(_postgres(parsed, now) if is_postgres(parsed) else _sqlite(parsed))
    except CannotOpen as trouble:
        return (broken(DATABASE, str(trouble), ""),)
    except DBAPIError as error:
        reason = str(error.orig).strip().splitlines()[0]
        named = read_url(url).render_as_string(hide_password=True)
        return (broken(DATABASE, f"{named} cannot be used ({reason}).", "Check DATABASE_URL, and that it runs."),)


def _sqlite(url: URL) -> Iterator[Diagnosis]:
    file = sqlite_file(url)
    folder = file.absolute().parent
    if not os.access(folder, os.W_OK):
        remedy = f"Create {folder}, or let Tocsin's user write there."
        yield broken(DATABASE, f"{file} cannot be written: its folder is not there, or not writable.", remedy)
        return
    if not file.exists():
        yield well(DATABASE, f"{file} does not exist yet; the first start makes it.")
        return
    if not os.access(file, os.W_OK):
        yield broken(DATABASE, f"{file} may not be written.", "Give the file to the user that Tocsin runs as.")
        return
    engine = create_engine(f"sqlite:///file:{file.absolute()}?mode=ro&uri=true")
    try:
        with engine.connect() as connection:
            found = str(connection.execute(text("PRAGMA quick_check(1)")).scalar())
            if found != "ok":
                remedy = "Stop Tocsin, keep the file, and restore the last backup."
                yield broken(DATABASE, f"{file} is damaged ({found.strip().splitlines()[-1]}).", remedy)
                return
            yield well(DATABASE, f"{file} is whole and can be written{_in_use(file)}.")
            yield _schema(connection)
    finally:
        engine.dispose()


def _in_use(file: Path) -> str:
    """Who has the database's lock, if somebody does."""
    lock = file.with_name(file.name + ".lock")
    try:
        with lock.open("r", encoding="ascii") as held:
            fcntl.flock(held, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except FileNotFoundError:
        return ""
    except BlockingIOError:
        return f"; process {lock.read_text(encoding='ascii').strip() or 'unknown'} is using it"
    return ""


def _postgres(url: URL, now: datetime) -> Iterator[Diagnosis]:
    engine = open_postgres(url)
    named = url.render_as_string(hide_password=True)
    try:
        with engine.connect() as connection:
            query = "SELECT current_setting('server_version'), pg_is_in_recovery(), clock_timestamp()"
            version, standby, theirs = connection.execute(text(query)).one()
            if standby:
                yield broken(DATABASE, f"{named} is a standby: it cannot be written.", "Name the primary's address.")
            else:
                yield well(DATABASE, f"{named} answers (PostgreSQL {version}).")
            yield _schema(connection)
            apart = (theirs - now).total_seconds()
    finally:
        engine.dispose()
    if abs(apart) > CLOCK_APART:
        says = f"PostgreSQL's clock and this machine's are {abs(apart):.0f} s apart."
        yield doubtful("database's clock", says, "Let NTP (chrony, systemd-timesyncd) set both clocks.")


def _schema(connection: Connection) -> Diagnosis:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    scripts = ScriptDirectory.from_config(config)
    head, current = scripts.get_current_head(), MigrationContext.configure(connection).get_current_revision()
    if current == head:
        return well(SCHEMA, f"as this version needs it ({head}).")
    if current is None:
        return well(SCHEMA, "none yet; the first start makes it.")
    if current in {script.revision for script in scripts.walk_revisions()}:
        return well(SCHEMA, f"{current}; the next start brings it to {head}.")
    remedy = "Start that version, or restore an older copy of the database."
    return broken(SCHEMA, f"{current} is unknown here: a newer version of Tocsin wrote it.", remedy)
