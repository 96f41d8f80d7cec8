"""A database that can be read and takes no writes: a disk that is full, a standby after a failover, a file gone stale.

It says that it is not ready, nobody is told that something was done, and it goes on by itself once writes are taken.
"""

import asyncio
import json
import resource
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import aiohttp
import psycopg
import pytest
from psycopg import sql
from sqlalchemy import Connection, Engine, event

from tests.faults.outages import Outage, begun, doubled, events_not_taken_are_expected, logged, pages_of, timed
from tests.faults.process import Field, a_field
from tests.scenarios.test_alerts_in import FIRING, as_checkout
from tests.scenarios.test_heartbeats import a_switch
from tests.scenarios.world import HURRIED, TOKEN, world
from tests.size import FULL, address_of

REFUSES_FOR = 20 if FULL else 1
ALERTS = 50 if FULL else 5
CUT = (
    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
    " WHERE datname = current_database() AND application_name = 'tocsin'"
)


@pytest.mark.parametrize("database", ["SQLite", "PostgreSQL"])
async def test_a_database_that_takes_no_writes_is_waited_for_and_nothing_is_said_to_be_done(
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
        with only_read(postgres, request.addfinalizer):
            here.clock.advance(5 * 60)
            await outage.lasting(REFUSES_FOR)
            assert pages_of(here, "leon") == 0
        late = await timed(lambda: pages_of(here, "leon"), 10, "the next tier to be paged")
        await outage.well_again()
        await here.settled()
        assert pages_of(here, "leon") == 1
        assert not await logged(here, "During the outage")
        assert not doubled(here)
        events_not_taken_are_expected(here)
    record_property("row", "11")
    record_property("on", database)
    record_property(
        "shown",
        f"read-only for {REFUSES_FOR} s: not ready, no heartbeat, {outage.webhooks.total()} alerts answered 503; "
        f"the due page left {late:.1f} s after, by itself",
    )


@contextmanager
def only_read(postgres: str | None, at_the_end: Callable[[Callable[[], None]], None]) -> Iterator[None]:
    """Have the database refuse what is written, as a read-only file or a server that is now a standby does."""
    if postgres is not None:
        set_read_only(postgres, "on")
        yield
        set_read_only(postgres, "off")
        return

    def refuse(connection: Connection) -> None:
        connection.exec_driver_sql("PRAGMA query_only=ON").close()

    def allow(connection: Connection) -> None:
        connection.exec_driver_sql("PRAGMA query_only=OFF").close()

    event.listen(Engine, "begin", refuse)
    yield
    event.remove(Engine, "begin", refuse)
    event.listen(Engine, "begin", allow)
    at_the_end(lambda: event.remove(Engine, "begin", allow))


def set_read_only(postgres: str, flag: str) -> None:
    """Have new connections refuse writes, or take them; when they are to refuse, the old ones are cut."""
    with psycopg.connect(postgres, autocommit=True, options="-c default_transaction_read_only=off") as owner:
        name = sql.Identifier(owner.info.dbname)
        owner.execute(sql.SQL("ALTER DATABASE {} SET default_transaction_read_only = {}").format(name, sql.SQL(flag)))
        if flag == "on":
            owner.execute(CUT)


async def test_a_full_disk_is_survived_by_the_process_that_fills_it(
    tmp_path: Path, record_property: Callable[[str, object], None]
) -> None:
    async with a_switch() as (switch, address), a_field(tmp_path) as here:
        here.more["HEARTBEAT_URL"] = address
        await here.start()
        assert not (await here.declare("Cards are declined")).ack.error
        await here.settle()
        here.move_clock(60)
        await here.slack.until(lambda: switch.beats > 0, timeout=20, why="the heartbeat")

        with full_disk(here):
            heard = switch.beats
            here.move_clock(5 * 60)
            answers = await asyncio.gather(*(alert(here) for _ in range(ALERTS)))
            assert {status for status, _ in answers} == {503}
            answer = await here.people["ana"].command("/incident log Lost words", channel="inc-1-cards-are-declined")
            assert not answer.ack.error
            assert "Nothing was saved" in answer.plain
            assert await here.status("readyz") == 503
            assert await here.status("healthz") == 200
            assert not here.people["leon"].dms
            assert switch.beats == heard
        late = await timed(lambda: here.people["leon"].dms, 20, "the next tier to be paged")

        here.move_clock(60)
        await here.slack.until(lambda: switch.beats > heard, timeout=20, why="the heartbeat")
        assert await here.status("readyz") == 200
        assert (await alert(here))[0] == 200
        await here.settle()
        assert here.rows("SELECT key FROM timeline WHERE body LIKE '%Lost words%'") == []
        assert len(here.people["leon"].dms) == 1
        assert not here.killed
    record_property("row", "11")
    record_property("on", "SQLite")
    record_property(
        "shown",
        f"a full disk under the database and its log: not ready, no heartbeat, {ALERTS} alerts answered 503; room "
        f"again, and the due page left {late:.1f} s after, by the same process",
    )


@contextmanager
def full_disk(here: Field) -> Iterator[None]:
    """Let the process write to no file: as if the disk were full, for its log as well."""
    assert here.process is not None
    pid = here.process.running.pid
    _, hard = resource.prlimit(pid, resource.RLIMIT_FSIZE)
    resource.prlimit(pid, resource.RLIMIT_FSIZE, (0, hard))
    yield
    resource.prlimit(pid, resource.RLIMIT_FSIZE, (hard, hard))


async def alert(here: Field) -> tuple[int, str]:
    """Present an alert to the process; gives the status and the answer."""
    assert here.process is not None
    url = f"http://127.0.0.1:{here.process.port}/alerts/alertmanager"
    headers = {"Authorization": f"Bearer {TOKEN}"}
    async with (
        aiohttp.ClientSession() as session,
        session.post(url, data=as_checkout(FIRING), headers=headers) as answer,
    ):
        return answer.status, json.dumps(await answer.json())
