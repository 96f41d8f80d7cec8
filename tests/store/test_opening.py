"""Opening a database: migrations, the lock, what cannot be opened, and what happens when it fails later."""

import asyncio
import sqlite3
import subprocess
import sys
from datetime import datetime
from operator import methodcaller
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import create_engine, text
from sqlalchemy.exc import DBAPIError

from bot.domain.change import Change
from bot.services.ports import Unavailable
from bot.store.engines import is_postgres, open_postgres, open_sqlite_readers, open_sqlite_writer, read_url
from bot.store.migrate import migrate
from bot.store.store import open_store
from bot.store.tables import Row
from bot.store.troubles import CannotOpen
from tests.fakes.clock import FakeClock
from tests.fakes.store import file_store, ignore_commits
from tests.store.samples import event, incident


def test_migrations_lead_to_the_tables_that_the_code_uses(database: str) -> None:
    migrate(database)
    migrate(database)  # a second start changes nothing

    engine = create_engine(read_url(database))
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        difference = compare_metadata(context, Row.metadata)
    engine.dispose()

    assert difference == []


def test_a_database_of_a_newer_version_is_left_alone(database: str) -> None:
    migrate(database)
    engine = create_engine(read_url(database))
    with engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    engine.dispose()

    with pytest.raises(CannotOpen, match=r"newer version of Tocsin.*Nothing was started"):
        migrate(database)


@pytest.mark.parametrize("url", ["", "tocsin.db", "mysql://x/y", "sqlite://", "sqlite:///:memory:"])
def test_a_url_that_names_no_usable_database_says_what_to_write(url: str) -> None:
    with pytest.raises(CannotOpen, match=r"Write sqlite:///tocsin.db"):
        open_store(url, ignore_commits, clock=FakeClock())


def test_a_password_in_a_wrong_url_is_not_repeated() -> None:
    with pytest.raises(CannotOpen) as refused:
        open_store("mysql://user:hunter2@host/name", ignore_commits, clock=FakeClock())

    assert "hunter2" not in str(refused.value)


@pytest.mark.parametrize("url", ["sqlite:////nowhere/tocsin.db", "postgresql://127.0.0.1:1/none"])
async def test_a_database_that_cannot_be_reached_stops_the_start_with_a_sentence(url: str) -> None:
    with pytest.raises(CannotOpen, match="Nothing was started"):
        await open_store(url, ignore_commits, clock=FakeClock()).start()


async def test_a_second_process_on_the_same_file_is_refused_and_the_first_is_unharmed(tmp_path: Path) -> None:
    async with file_store(tmp_path) as first:
        second = open_store(f"sqlite:///{tmp_path / 'tocsin.db'}", ignore_commits, clock=FakeClock())
        with pytest.raises(CannotOpen, match=r"another Tocsin \(process \d+\) is using this database"):
            await second.start()
        await first.write(lambda tx: tx.save(Change(incident=incident())))

    async with file_store(tmp_path) as third:
        assert await third.read(lambda tx: tx.incident(1)) is not None


async def test_a_database_locked_by_someone_else_is_reported_and_works_again_when_released(tmp_path: Path) -> None:
    async with file_store(tmp_path) as store:
        intruder = sqlite3.connect(tmp_path / "tocsin.db", isolation_level=None)
        intruder.execute("BEGIN IMMEDIATE")
        with pytest.raises(Unavailable, match=r"database is locked.*Nothing was saved"):
            await store.write(lambda tx: tx.save(Change(incident=incident())))
        assert await store.read(lambda tx: tx.incident(1)) is None
        intruder.execute("ROLLBACK")
        intruder.close()

        await store.write(lambda tx: tx.save(Change(incident=incident())))


async def test_operations_that_come_together_share_a_commit_and_are_answered_after_it(tmp_path: Path) -> None:
    passed: list[str] = []
    async with file_store(tmp_path, checkpoint=passed.append) as store:
        await store.write(lambda tx: tx.save(Change(incident=incident())))
        passed.clear()
        changes = [Change(timeline=(event(f"log:{n}"),)) for n in range(200)]
        await asyncio.gather(*(store.write(methodcaller("save", change)) for change in changes))

        assert passed.count("after commit") == passed.count("before commit") < 60
        assert len(await store.read(lambda tx: tx.timeline(1))) == 200


async def test_a_connection_that_was_cut_is_replaced(fresh_postgres: str) -> None:
    store = open_store(fresh_postgres, ignore_commits, clock=FakeClock())
    await store.start()
    await store.write(lambda tx: tx.save(Change(incident=incident())))
    engine = create_engine(read_url(fresh_postgres))
    with engine.begin() as connection:
        connection.execute(
            text(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )
        )
    engine.dispose()

    assert await store.read(lambda tx: tx.incident(1)) is not None
    await store.write(lambda tx: tx.save(Change(timeline=(event("after"),))))
    await store.close()


KILLED = """
import asyncio, sys
from pathlib import Path
from bot.domain.change import Change
from bot.system import CrashAt
from tests.fakes.store import file_store
from tests.store.samples import incident

async def main():
    async with file_store(Path(sys.argv[1]), checkpoint=CrashAt(int(sys.argv[2]))) as store:
        await store.write(lambda tx: tx.save(Change(incident=incident())))

asyncio.run(main())
"""


@pytest.mark.parametrize(("point", "saved"), [(1, False), (2, True)])
async def test_a_process_killed_before_its_commit_saved_nothing_and_after_it_everything(
    tmp_path: Path, point: int, *, saved: bool
) -> None:
    run = await asyncio.to_thread(
        subprocess.run, [sys.executable, "-c", KILLED, str(tmp_path), str(point)], check=False
    )
    assert run.returncode == -9

    async with file_store(tmp_path) as store:
        assert (await store.read(lambda tx: tx.incident(1)) is not None) is saved


async def test_a_moment_without_a_zone_is_never_saved(tmp_path: Path) -> None:
    naive = datetime(2026, 11, 18)  # noqa: DTZ001 - the point of the test
    async with file_store(tmp_path) as store:
        with pytest.raises(Exception, match="has no time zone"):
            await store.write(lambda tx: tx.first_time("x", naive))


def test_a_failed_statement_does_not_repeat_what_was_written_to_it(database: str) -> None:
    url = read_url(database)
    for engine in [open_postgres(url)] if is_postgres(url) else [open_sqlite_writer(url), open_sqlite_readers(url)]:
        with pytest.raises(DBAPIError) as failed, engine.connect() as connection:
            connection.execute(text("INSERT INTO nowhere VALUES (:words)"), {"words": "Salaries leaked"})
        engine.dispose()
        assert "Salaries" not in str(failed.value)
