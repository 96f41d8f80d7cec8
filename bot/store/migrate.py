"""Migrations, run at start: the schema becomes what this version needs, or the start stops with a sentence."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.util import CommandError
from sqlalchemy import URL, Engine, text
from sqlalchemy.exc import OperationalError

from bot.store.engines import is_postgres, open_postgres, open_sqlite_writer, read_url
from bot.store.troubles import CannotOpen

_ONE_AT_A_TIME = 7_428_913_001  # the advisory lock's number means nothing; it only has to be ours


def migrate(url: str) -> None:
    """Bring the database of a DATABASE_URL to this version's schema. Raises CannotOpen."""
    upgrade(read_url(url))


def upgrade(url: URL) -> None:
    """Bring a database to this version's schema. Raises CannotOpen."""
    engine = open_postgres(url) if is_postgres(url) else open_sqlite_writer(url)
    try:
        _upgrade(engine)
    except OperationalError as error:
        raise CannotOpen(
            f"{url.render_as_string(hide_password=True)}: the database cannot be opened "
            f"({str(error.orig).strip().splitlines()[0]}). Nothing was started. Check DATABASE_URL."
        ) from error
    except CommandError as error:
        raise CannotOpen(
            f"{url.render_as_string(hide_password=True)}: the database was written by a newer version of Tocsin "
            f"({error}). Nothing was started. Start that version, or restore an older copy of the database."
        ) from error
    finally:
        engine.dispose()


def _upgrade(engine: Engine) -> None:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    with engine.begin() as connection:
        if engine.dialect.name == "postgresql":
            connection.execute(text("SELECT pg_advisory_xact_lock(:number)"), {"number": _ONE_AT_A_TIME})
        config.attributes["connection"] = connection
        command.upgrade(config, "head")
