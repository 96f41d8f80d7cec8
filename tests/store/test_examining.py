"""Examining a database: what is said of a sound one, one in use, an old, a newer and a damaged one."""

import sqlite3
from datetime import UTC, datetime, timedelta
from pathlib import Path

from bot.store.examining import examine_database
from bot.store.migrate import migrate
from tests.fakes.store import file_store

SOON = timedelta(seconds=90)


def said(url: str, now: datetime | None = None) -> list[str]:
    return [str(line) for line in examine_database(url, now or datetime.now(UTC))]  # noqa: TID251 - PostgreSQL's is real


async def test_one_that_is_in_use_is_examined_beside_its_user(tmp_path: Path) -> None:
    async with file_store(tmp_path):
        database, schema = said(f"sqlite:///{tmp_path / 'tocsin.db'}")
    assert "is whole and can be written; process " in database
    assert database.endswith(" is using it.")
    assert schema.startswith("ok    schema: as this version needs it (")


def test_one_that_is_not_there_yet_is_made_by_the_first_start_and_not_by_the_doctor(tmp_path: Path) -> None:
    file = tmp_path / "tocsin.db"
    assert said(f"sqlite:///{file}") == [f"ok    database: {file} does not exist yet; the first start makes it."]
    assert not file.exists()
    assert said("mysql://nowhere")[0].startswith("fail  database: DATABASE_URL: ")


def test_one_of_a_newer_version_and_one_that_is_damaged_fail(tmp_path: Path) -> None:
    file = tmp_path / "tocsin.db"
    migrate(f"sqlite:///{file}")
    with sqlite3.connect(file) as connection:
        connection.execute("UPDATE alembic_version SET version_num = 'of-tomorrow'")
    connection.close()
    assert said(f"sqlite:///{file}")[1].startswith("fail  schema: of-tomorrow is unknown here: a newer version")

    whole = file.read_bytes()
    file.write_bytes(whole[:5000] + b"\x00\xff" * 5000 + whole[15000:])
    (damaged,) = said(f"sqlite:///{file}")
    assert damaged.startswith("fail  database: ")
    file.write_bytes(b"no database at all, whatever its name says")
    assert said(f"sqlite:///{file}")[0].startswith("fail  database: ")


def test_postgresql_is_examined_with_its_clock(fresh_postgres: str) -> None:
    migrate(fresh_postgres)
    database, schema = said(fresh_postgres)
    assert database.startswith("ok    database: postgresql+psycopg://")
    assert schema.startswith("ok    schema: as this version needs it")
    behind = datetime.now(UTC) - SOON  # noqa: TID251
    assert said(fresh_postgres, behind)[-1].startswith(
        "warn  database's clock: PostgreSQL's clock and this machine's are"
    )
    (nobody,) = said("postgresql://nobody@127.0.0.1:1/none")
    assert nobody.startswith("fail  database: postgresql+psycopg://nobody@127.0.0.1:1/none cannot be used")
