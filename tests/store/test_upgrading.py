"""Upgrades: the first schema with all it holds, two that migrate at once, older processes that are still at work."""

import asyncio
import json
import shutil
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from alembic import command
from alembic.config import Config
from sqlalchemy import Boolean, DateTime, Engine, MetaData, Table, create_engine, text
from sqlalchemy.types import TypeEngine

from bot.domain.change import Change
from bot.domain.effects import Sent
from bot.domain.page import PageState
from bot.services.attempt import Answered
from bot.services.completion import record
from bot.services.ports import Unavailable
from bot.store.engines import read_url
from bot.store.migrate import upgrade
from bot.store.release import ENGINE_VERSION, THIS, Release
from bot.store.store import SqlStore, open_store
from bot.store.troubles import CannotOpen
from tests.fakes.clock import FakeClock
from tests.fakes.store import ignore_commits
from tests.fakes.waiting import until
from tests.store.samples import LEASE, NOW, incident, line, timer

THEN = json.loads((Path(__file__).parent / "first_schema.json").read_text(encoding="utf-8"))
"""A database as the first schema had it: one incident in the middle of the night, paged twice, nobody has answered."""
ORDER = ("incident", "page", "alert", "timeline", "contact", "timer", "outbox", "outbox_after", "inbound", "counter")
NEXT = """
from alembic import op

revision = "next"
down_revision = "{head}"


def upgrade() -> None:
    op.execute("ALTER TABLE timer ADD COLUMN colour VARCHAR")
    op.execute("ALTER TABLE outbox ADD COLUMN colour VARCHAR")
    op.execute("UPDATE engine_version SET version = {engine}")
"""


@pytest.fixture
def engine(database: str) -> Iterator[Engine]:
    """A look at the database beside whoever uses it."""
    engine = create_engine(read_url(database))
    yield engine
    engine.dispose()


@pytest.fixture
def first(database: str, engine: Engine) -> str:
    """A database of the first schema, with what it held."""
    config = Config()
    config.set_main_option("script_location", str(THIS.scripts))
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "0001")
        known = MetaData()
        known.reflect(connection)
        for name in ORDER:
            connection.execute(known.tables[name].insert(), [typed(known.tables[name], row) for row in THEN[name]])
    return database


@pytest.fixture
def tomorrow(tmp_path: Path) -> Release:
    """The version after this one: another migration, another engine."""
    scripts = tmp_path / "migrations"
    shutil.copytree(THIS.scripts, scripts, ignore=shutil.ignore_patterns("__pycache__"))
    last = max(path.stem[:4] for path in (scripts / "versions").glob("0*.py"))
    (scripts / "versions" / "next.py").write_text(NEXT.format(head=last, engine=ENGINE_VERSION + 1))
    return Release(scripts=scripts, engine=ENGINE_VERSION + 1)


def typed(table: Table, row: dict[str, object]) -> dict[str, object]:
    """A row with the moments and the booleans that SQLite kept as text and numbers."""
    return {name: as_typed(table.c[name].type, value) for name, value in row.items()}


def as_typed(kind: TypeEngine[object], value: object) -> object:
    if isinstance(kind, DateTime) and isinstance(value, str):
        return datetime.fromisoformat(value).replace(tzinfo=UTC)
    return bool(value) if isinstance(kind, Boolean) else value


def a_store(url: str, release: Release = THIS) -> SqlStore:
    return open_store(url, ignore_commits, clock=FakeClock(NOW), release=release)


def counted(engine: Engine) -> dict[str, int]:
    with engine.connect() as connection:
        return {name: connection.execute(text(f"SELECT count(*) FROM {name}")).scalar() or 0 for name in ORDER}  # noqa: S608


async def test_all_that_the_first_schema_held_is_there_and_goes_on(first: str, engine: Engine) -> None:
    with engine.begin() as connection:
        connection.execute(text("UPDATE outbox SET state = 'unknown', remote_ts = NULL WHERE kind = 'send_page'"))
    store = a_store(first)
    await store.start()
    assert counted(engine) == {name: len(THEN[name]) for name in ORDER}

    found = await store.read(lambda tx: tx.incident(1))
    (page,) = await store.read(lambda tx: tx.pages_of(1))
    assert found is not None
    assert (found.brief.journey, found.open, page.state, len(page.asks)) == ("checkout", True, PageState.RUNNING, 2)
    assert len(await store.read(lambda tx: tx.timeline(1))) == len(THEN["timeline"])
    assert len(await store.read(lambda tx: tx.alerts_of(1))) == 1
    assert await store.read(lambda tx: tx.contact_of("maya")) is not None

    pending = {row["id"] for row in THEN["timer"] if row["state"] == "pending"}
    due = await store.read(lambda tx: tx.due_timers(NOW + timedelta(days=3), 99))
    assert {each.id for each in due} == pending
    claimed = await store.write(lambda tx: tx.claim(NOW + timedelta(days=3), 99, LEASE))
    assert {row.outgoing.effect.kind for row in claimed if row.unknown} == {"send_page"}
    await store.write(lambda tx: tx.save(Change(incident=found, pages=(page,))))
    assert (await store.read(lambda tx: tx.figures(NOW))).pages_without_timer == 0
    await store.close()


async def test_of_two_that_start_at_once_one_migrates_and_the_other_waits(fresh_postgres: str) -> None:
    stores = [a_store(fresh_postgres) for _ in range(2)]
    await asyncio.gather(*(store.start() for store in stores))
    for store in stores:
        assert await store.read(lambda tx: tx.engine_is_current())
        await store.close()


async def test_a_migration_waits_for_a_transaction_that_is_open_and_holds_nobody_up_for_long(
    fresh_postgres: str, tomorrow: Release
) -> None:
    older, newer = a_store(fresh_postgres), a_store(fresh_postgres, tomorrow)
    await older.start()
    await older.write(lambda tx: tx.save(Change(incident=incident(), timers=(timer("a"), timer("b")))))
    database = create_engine(read_url(fresh_postgres))
    with database.begin() as busy:
        busy.execute(text("UPDATE timer SET about = 'busy' WHERE id = 'a'"))
        starting = asyncio.create_task(newer.start())
        await until(lambda: waits_for_a_table(database), seconds=20, why="the migration to want the table")
        assert await older.write(lambda tx: tx.fire("b", NOW)), "whoever waits behind the migration goes on"
        assert not starting.done()
    await starting
    assert await newer.read(lambda tx: tx.engine_is_current())
    assert not await older.read(lambda tx: tx.engine_is_current())
    database.dispose()
    await older.close()
    await newer.close()


async def test_tables_that_are_never_free_stop_the_start_with_a_sentence(
    fresh_postgres: str, tomorrow: Release
) -> None:
    older = a_store(fresh_postgres)
    await older.start()
    database = create_engine(read_url(fresh_postgres))
    with database.begin() as busy:
        busy.execute(text("LOCK TABLE timer IN ROW EXCLUSIVE MODE"))
        with pytest.raises(CannotOpen, match=r"its tables were in use.*Nothing was changed or started"):
            await asyncio.to_thread(upgrade, read_url(fresh_postgres), tomorrow.scripts, tries=1)
    database.dispose()
    assert await older.read(lambda tx: tx.engine_is_current())
    await older.close()


async def test_older_processes_fall_quiet_and_what_they_held_is_taken_over_once(
    fresh_postgres: str, tomorrow: Release
) -> None:
    older, newer, another = (a_store(fresh_postgres, release) for release in (THIS, tomorrow, tomorrow))
    await older.start()
    rows = (line("held", "held"), line("left", "left"))
    await older.write(lambda tx: tx.save(Change(incident=incident(), outgoing=rows, timers=(timer("a"),))))
    (held,) = await older.write(lambda tx: tx.claim(NOW, 1, LEASE))
    await asyncio.gather(newer.start(), another.start())

    assert await older.write(lambda tx: tx.claim(NOW + LEASE, 9, LEASE)) == ()
    assert await older.write(lambda tx: tx.claim_checks(NOW, 9, LEASE)) == ()
    assert await older.read(lambda tx: (tx.due_timers(NOW, 9), tx.earliest_timer())) == ((), None)
    assert await newer.read(lambda tx: tx.earliest_timer()) == NOW
    assert not await older.write(lambda tx: tx.take_lease("chores", "older", NOW, LEASE))
    assert await older.read(lambda tx: tx.incident(1)) == await newer.read(lambda tx: tx.incident(1))
    answered = Answered(receipt=Sent(channel="C1", ts="1.1"))
    for refused in (
        lambda tx: tx.save(Change(incident=incident())),
        lambda tx: record(tx, held, answered, NOW),
        lambda tx: tx.touch(),
    ):
        with pytest.raises(Unavailable, match="out of date"):
            await older.write(refused)

    taken = [row for store in (newer, another) for row in await store.write(lambda tx: tx.claim(NOW, 9, LEASE))]
    assert [row.outgoing.id for row in taken] == ["left"]
    later = [row for store in (another, newer) for row in await store.write(lambda tx: tx.claim(NOW + LEASE, 9, LEASE))]
    assert sorted((row.outgoing.id, row.unknown) for row in later) == [("held", True), ("left", True)]
    assert [await store.write(lambda tx: tx.fire("a", NOW)) for store in (newer, another)] == [True, False]
    with pytest.raises(CannotOpen, match=r"newer version of Tocsin.*Nothing was started"):
        await a_store(fresh_postgres).start()
    for store in (older, newer, another):
        await store.close()


def waits_for_a_table(database: Engine) -> bool:
    """Whether somebody waits for the lock of the timers' table."""
    asked = "SELECT count(*) FROM pg_locks WHERE NOT granted AND relation = 'timer'::regclass"
    with database.connect() as connection:
        return bool(connection.execute(text(asked)).scalar())
