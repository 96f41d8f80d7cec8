"""A database that somebody else has locked: everybody is answered meanwhile, and what is due happens on release."""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest

from tests.faults.outages import Outage, begun, doubled, events_not_taken_are_expected, logged, pages_of, timed
from tests.scenarios.test_heartbeats import a_switch
from tests.scenarios.world import HURRIED, world
from tests.size import FULL, address_of

LOCKED_FOR = 20 if FULL else 2.5
AT_ONCE = 1.0 if FULL else 5.0
"""Seconds after the release within which what was due is done; a busy machine has more in a quick run."""
TABLES = "incident, page, timer, outbox, inbound, alert, contact, counter, timeline"


@pytest.mark.parametrize("database", ["SQLite", "PostgreSQL"])
async def test_while_the_database_is_locked_everybody_is_answered_and_on_release_the_due_happens_at_once(
    tmp_path: Path,
    database: str,
    request: pytest.FixtureRequest,
    record_property: Callable[[str, object], None],
) -> None:
    postgres = address_of(database, request)
    async with (
        a_switch() as (switch, address),
        world(tmp_path, postgres=postgres, settings={"HEARTBEAT_URL": address}, patience=HURRIED) as here,
    ):
        await begun(here)
        outage = Outage(here=here, switch=switch)
        with locked(postgres, tmp_path / "tocsin.db"):
            here.clock.advance(5 * 60)
            await outage.lasting(LOCKED_FOR)
            assert pages_of(here, "leon") == 0
        late = await timed(lambda: pages_of(here, "leon"), 10, "the next tier to be paged")
        await outage.well_again()
        assert "INC-1" in await outage.log_line("After the outage")
        await here.settled()
        assert pages_of(here, "leon") == 1
        assert len(await logged(here, "After the outage")) == 1
        assert not await logged(here, "During the outage"), "what was refused was not done"
        assert not doubled(here)
        events_not_taken_are_expected(here)
    record_property("row", "10")
    record_property("on", database)
    record_property(
        "shown",
        f"locked for {LOCKED_FOR} s: {outage.webhooks.total()} alerts answered 503 and {outage.commands - 1} commands "
        f"in a sentence, the loop late by {outage.lag * 1000:.0f} ms at most; the due page left {late:.1f} s after",
    )
    assert late < AT_ONCE


@contextmanager
def locked(postgres: str | None, file: Path) -> Iterator[None]:
    """Hold every table, or the file, so that nobody else can write."""
    if postgres is None:
        intruder = sqlite3.connect(file, isolation_level=None)
        intruder.execute("BEGIN EXCLUSIVE")
        yield
        intruder.execute("ROLLBACK")
        intruder.close()
        return
    with psycopg.connect(postgres) as holder:
        holder.execute(f"LOCK TABLE {TABLES} IN ACCESS EXCLUSIVE MODE".encode())
        yield
        holder.rollback()
