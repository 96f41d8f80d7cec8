"""A synthetic page goes the way of every page, on both databases: it arrives, or the heartbeat is silent."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import timedelta
from math import isnan
from pathlib import Path

import pytest
from sqlalchemy import Engine as Database
from sqlalchemy import create_engine, text

from bot.domain.change import Change
from bot.services.duties import DUTIES
from bot.services.outbox import Outbox
from bot.services.performing import Performers
from bot.services.sweep import Sweep
from bot.services.synthetic import ARRIVES_WITHIN, EVERY, FIRST_AFTER, SyntheticPages
from bot.services.vitals import Vitals
from bot.store.engines import read_url
from bot.store.store import SqlStore, open_store
from tests.fakes.clock import FakeClock
from tests.fakes.store import ignore_commits
from tests.services.engine import Engine, engine_on
from tests.store.samples import NOW, incident, timer

HERE, DEAD = "web-1/17/0a0a0a0a", "web-1/9/0b0b0b0b"


@dataclass(slots=True, kw_only=True)
class Way:
    """What a synthetic page passes, and how many seconds have passed."""

    engine: Engine
    sweep: Sweep
    outbox: Outbox
    pages: SyntheticPages
    database: Database
    passed: list[float]

    async def look(self, seconds: float = 0) -> None:
        self.passed[0] += seconds
        self.engine.clock.advance(seconds)
        await self.pages.look()

    async def go(self) -> None:
        """Let everything go that may go."""
        await self.sweep.cycle()
        await self.outbox.drain()

    def rows(self) -> list[tuple[str, ...]]:
        """What there is of synthetic pages, in both tables."""
        asked = "SELECT id, state FROM timer WHERE kind = 'synthetic' UNION ALL SELECT id, state FROM outbox"
        with self.database.connect() as connection:
            return sorted(tuple(row) for row in connection.execute(text(asked)))


@pytest.fixture(params=["sqlite", "postgres"])
async def way(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Way]:
    url = f"sqlite:///{tmp_path / 'tocsin.db'}"
    if request.param == "postgres":
        url = str(request.getfixturevalue("fresh_postgres"))
    clock, passed = FakeClock(NOW), [100.0]
    store: SqlStore = open_store(url, ignore_commits, clock=clock)
    await store.start()
    engine = engine_on(store, clock, tmp_path)
    performers = Performers(engine.slack, {})
    database = create_engine(read_url(url))
    yield Way(
        engine=engine,
        sweep=Sweep(engine.desk, DUTIES, engine.wake),
        outbox=Outbox(engine.desk, performers, engine.wake),
        pages=SyntheticPages(engine.desk, HERE, lambda: passed[0]),
        database=database,
        passed=passed,
    )
    database.dispose()
    await store.close()


async def test_it_passes_timer_and_outbox_arrives_and_leaves_nothing_behind(way: Way) -> None:
    await way.look(FIRST_AFTER - 1)
    assert (way.rows(), isnan(way.pages.took)) == ([], True)
    await way.look(1)
    assert way.rows() == [(f"synthetic:{HERE}", "pending")]

    way.engine.clock.advance(0.5)
    await way.go()
    assert way.rows() == [(f"synthetic:{HERE}", "fired"), (f"synthetic:{HERE}", "sent")]
    await way.look(1)
    assert (way.pages.took, way.pages.age(), way.pages.trouble(), way.rows()) == (0.5, 0, "", [])
    assert way.engine.slack.performed == []

    await way.look(EVERY - 1)
    assert (way.rows(), way.pages.age()) == ([(f"synthetic:{HERE}", "pending")], EVERY - 1)
    await way.go()
    await way.look()
    assert (way.pages.took, way.rows()) == (0, [])


async def test_one_that_does_not_arrive_in_time_silences_the_heartbeat_until_one_does(way: Way) -> None:
    desk = way.engine.desk
    vitals = Vitals(store=desk.store, clock=desk.clock, loops=tuple, slack=str, synthetic=way.pages.trouble)
    await way.look(FIRST_AFTER)
    await way.look(ARRIVES_WITHIN)
    assert await vitals.troubles() == {}
    await way.look(1)
    assert (await vitals.troubles())["synthetic page"] == "a synthetic page has been on its way for 31 s"

    await way.look(EVERY)  # another sets out, and the first is given up
    assert way.rows() == [(f"synthetic:{HERE}", "pending")]
    assert way.pages.trouble() == "a synthetic page has been on its way for 151 s"
    await way.go()
    await way.look()
    assert await vitals.troubles() == {}


async def test_what_a_dead_process_has_left_is_carried_on_and_deleted_an_hour_later(way: Way) -> None:
    dead = SyntheticPages(way.engine.desk, DEAD, lambda: way.passed[0])
    way.passed[0] += FIRST_AFTER
    await dead.look()
    await way.engine.store.write(lambda tx: tx.save(Change(incident=incident(), timers=(timer("kept"),))))
    await way.engine.store.write(lambda tx: tx.fire("kept", NOW))
    await way.go()
    await way.look()
    assert (f"synthetic:{DEAD}", "sent") in way.rows()
    await way.go()
    await way.look()
    assert way.rows() == [(f"synthetic:{DEAD}", "fired"), (f"synthetic:{DEAD}", "sent")]
    await way.look(timedelta(hours=2).total_seconds())
    assert way.rows() == [(f"synthetic:{HERE}", "pending")]
    with way.database.connect() as connection:
        assert connection.execute(text("SELECT count(*) FROM timer WHERE id = 'kept'")).scalar() == 1
