"""A start with very many pending timers: ready as soon as with none, and those that fall due fire at their time.

The timers stand in the table before the process is started; with FAULTS=full in the environment there are 100,000.
"""

import asyncio
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import aiohttp
import pytest
from sqlalchemy import create_engine, insert

from bot.domain.change import Change, TimerKind
from bot.domain.incident import Status
from bot.store.part import table_of
from bot.store.store import open_store
from bot.store.tables import TimerRow, TimerState
from tests.fakes.clock import FakeClock
from tests.fakes.store import ignore_commits
from tests.faults.process import Field, a_field
from tests.scenarios.world import NIGHT
from tests.size import DATABASES, FULL, PATIENT, address_of, promised_in_full_size
from tests.store.samples import incident

pytestmark = pytest.mark.alone

PENDING = 100_000 if FULL else 2_000
DUE = 100 if FULL else 20
"""Of them: so many fall due while the process runs, one after the other."""
APART = timedelta(milliseconds=50)
FIRST = NIGHT + timedelta(hours=1)
SOON = 3.0
"""Seconds before the first to which the clock is moved: a jump is noticed within one."""
"""What the plan of each query is on each database is seen in the store's own tests."""
BUCKET = re.compile(r'^tocsin_timer_lateness_seconds_bucket\{le="([^"]+)"\} (\S+)', re.MULTILINE)


@pytest.mark.parametrize("database", DATABASES)
async def test_many_pending_timers_delay_neither_the_start_nor_those_that_fall_due(
    tmp_path: Path, database: str, request: pytest.FixtureRequest, record_property: Callable[[str, object], None]
) -> None:
    record_property("row", "20")
    record_property("on", database)
    postgres = address_of(database, request) or ""
    await seeded(postgres or f"sqlite:///{tmp_path / 'tocsin.db'}")
    async with a_field(tmp_path, database=postgres) as here:
        now = asyncio.get_running_loop().time
        await here.start()  # not timed: the local Slack, in this process, does everything for the first time
        assert await here.stop() == 0
        began = now()
        await here.begin()
        await until_ready(here)
        ready_after = now() - began
        await here.slack.until(here.introduced, timeout=PATIENT, why="the company's people to be matched")
        assert here.rows("SELECT count(*) FROM timer WHERE state = 'pending'") == [(PENDING,)]

        here.move_clock(FIRST.timestamp() - SOON - here.slack.clock.wall())
        await here.slack.until(lambda: fired(here) == DUE, timeout=60, why="the timers to fall due, each at its time")
        late = await lateness(here)
        assert here.rows("SELECT count(*) FROM timer WHERE state = 'pending'") == [(PENDING - DUE,)]
        assert late["+Inf"] == DUE, "by the process's own count each fired once"
        assert late["2.0"] == DUE
        promised_in_full_size(ready_after, 2, "seconds until it was ready")
        promised_in_full_size(DUE - late["0.05"], 0.01 * DUE, "timers more than 50 ms late")
        assert await here.stop() == 0
    record_property(
        "shown",
        f"{PENDING:,} pending timers: ready {ready_after:.1f} s after the start of the process; of {DUE} that fell due "
        f"{late['0.05']:.0f} fired within 50 ms and {late['0.1']:.0f} within 100 ms, 0 lost, 0 doubled",
    )


async def until_ready(here: Field) -> None:
    """Wait until the process says that it is ready."""
    async with asyncio.timeout(PATIENT):
        while await here.status("readyz") != 200:
            await here.slack.changed.wait_for(lambda: False, 0.02)


def fired(here: Field) -> object:
    """How many timers have fired."""
    return here.rows("SELECT count(*) FROM timer WHERE state = 'fired'")[0][0]


async def lateness(here: Field) -> Mapping[str, float]:
    """How many timers the process has fired at most so many seconds late."""
    assert here.process is not None
    url = f"http://127.0.0.1:{here.process.port}/metrics"
    async with aiohttp.ClientSession() as session, session.get(url) as answer:
        return {limit: float(count) for limit, count in BUCKET.findall(await answer.text())}


async def seeded(url: str) -> None:
    """Make the database, with the timers of an incident that is over: they ask for nothing when they fire."""
    store = open_store(url, ignore_commits, clock=FakeClock(NIGHT))
    await store.start()
    over = replace(incident(), status=Status.RESOLVED)
    await store.write(lambda tx: tx.save(Change(incident=over)))
    await store.close()
    engine = create_engine(url.replace("postgresql://", "postgresql+psycopg://"))
    with engine.begin() as connection:
        connection.execute(insert(table_of(TimerRow)), [*timers()])
    engine.dispose()


def timers() -> Iterator[dict[str, object]]:
    """Those that fall due one after the other, and all the others, on the days after."""
    for number in range(PENDING):
        due = FIRST + number * APART if number < DUE else FIRST + timedelta(days=1, seconds=number)
        yield row(f"seeded:{number}", due)


def row(name: str, due: datetime) -> dict[str, object]:
    """A pending timer as it stands in the table."""
    kind, state = TimerKind.ESCALATE.value, TimerState.PENDING.value
    given = {"id": name, "kind": kind, "due_at": due, "state": state, "incident": 1}
    return {**given, "fence": 0, "about": "", "failures": 0, "last_error": ""}
