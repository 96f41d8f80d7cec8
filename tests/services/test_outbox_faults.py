"""A mix of every fault at once, on both databases: each message stands exactly once, and each stream is in order."""

import itertools
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.domain.change import Change
from bot.services.outbox import LEASE
from bot.services.ports import RetryLater, Unknown
from bot.store.store import open_store
from tests.fakes.clock import FakeClock
from tests.fakes.performer import Step, Stored
from tests.fakes.store import ignore_commits
from tests.services.engine import Engine, an_engine, engine_on, to_room
from tests.store.samples import NOW, incident

FAULTS: tuple[tuple[Step, ...], ...] = (
    (),
    (Stored(),),
    (RetryLater(3, "ratelimited"), Stored()),
    (Unknown("503"), Stored()),
    (Stored(late=True),),
    (),
    (ValueError("a fault of ours"),),
    (RetryLater(1, "ratelimited"), RetryLater(30, "ratelimited")),
    (Unknown("reset"), Unknown("reset"), Stored(late=True)),
)
STREAMS = 7
ROWS = 12


@pytest.fixture(params=["sqlite", "postgres"])
async def engine(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Engine]:
    if request.param == "sqlite":
        async with an_engine(tmp_path) as engine:
            yield engine
        return
    clock = FakeClock(NOW)
    store = open_store(str(request.getfixturevalue("fresh_postgres")), ignore_commits, clock=clock)
    await store.start()
    await store.write(lambda tx: tx.save(Change(incident=incident())))
    yield engine_on(store, clock, tmp_path)
    await store.close()


async def test_through_any_mix_of_faults_each_message_stands_once_and_in_order(engine: Engine) -> None:
    rows = [f"{stream}:{n:02}" for n in range(ROWS) for stream in range(STREAMS)]
    for row, faults in zip(rows, itertools.cycle(FAULTS), strict=False):
        engine.slack.script(row, *faults)
    await engine.put(*(to_room(row, f"stream {row.partition(':')[0]}") for row in rows))
    await engine.store.write(lambda tx: tx.claim(NOW, 3, LEASE))  # a process claimed these, and died

    for _ in range(200):
        await engine.run(7)
        engine.slack.land()

    standing = {row: len(engine.slack.standing[row]) for row in rows}
    assert standing == dict.fromkeys(rows, 1)
    figures = await engine.figures()
    assert (figures.unknown, figures.dead, figures.ready_by_priority, figures.sent_without_ts) == (0, 0, (), 0)
    for stream in range(STREAMS):
        first_tries = list(dict.fromkeys(row for row in engine.slack.performed if row.startswith(f"{stream}:")))
        assert first_tries == sorted(first_tries)
