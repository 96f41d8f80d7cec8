"""A mix of every fault at once, on both databases: each message stands exactly once, and each stream is in order."""

import asyncio
import itertools
import threading
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

from bot.domain.change import Change
from bot.domain.effects import SetTopic
from bot.domain.incident import RoomKind
from bot.services.outbox import LEASE
from bot.services.ports import RetryLater, Unknown
from bot.store.store import open_store
from tests.fakes.clock import FakeClock
from tests.fakes.performer import Step, Stored
from tests.fakes.store import ignore_commits
from tests.fakes.waiting import until
from tests.services.engine import Engine, an_engine, engine_on, to_room
from tests.store.samples import NOW, incident, line

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

    await engine.run()
    while await engine.store.read(lambda tx: tx.next_claimable(engine.clock())) is not None:
        assert engine.clock() - NOW < timedelta(minutes=25), "it never comes to rest"
        await engine.run(7)
        engine.slack.land()

    standing = {row: len(engine.slack.standing[row]) for row in rows}
    assert standing == dict.fromkeys(rows, 1)
    figures = await engine.figures()
    assert (figures.unknown, figures.dead, figures.ready_by_priority, figures.sent_without_ts) == (0, 0, (), 0)
    for stream in range(STREAMS):
        first_tries = list(dict.fromkeys(row for row in engine.slack.performed if row.startswith(f"{stream}:")))
        assert first_tries == sorted(first_tries)


async def test_an_attempt_that_outlived_its_lease_ends_before_the_next_one_begins(engine: Engine) -> None:
    engine.slack.hold = asyncio.Event()
    topic = line("topic", effect=SetTopic(incident=1, room=RoomKind.WAR_ROOM))
    await engine.put(topic, to_room("a"))
    running = asyncio.create_task(engine.outbox.run())
    await until(lambda: engine.slack.flying == 2)

    engine.clock.advance(LEASE * 2)
    engine.wake.set()
    await claimed_twice(engine)
    assert engine.slack.performed == ["topic", "a"]
    assert engine.slack.looked_up == []

    engine.slack.hold.set()
    await until(lambda: engine.slack.flying == 0 and engine.slack.looked_up == ["a"])
    await until(lambda: engine.slack.performed == ["topic", "a", "topic"])
    await engine.outbox.stop()
    await running
    assert engine.slack.most_flying == 2
    assert len(engine.slack.standing["a"]) == 1


async def test_what_is_being_claimed_as_we_stop_is_not_left_behind(engine: Engine) -> None:
    engine.slack.hold = asyncio.Event()
    await engine.put(to_room("a"))
    writer_is_free = threading.Event()
    busy = asyncio.create_task(engine.store.write(lambda _tx: writer_is_free.wait(20)))
    engine.wake.set()
    running = asyncio.create_task(engine.outbox.run())
    await until(lambda: not engine.wake.is_set(), why="the claim is asked for, behind what keeps the writer busy")

    stopping = asyncio.create_task(engine.outbox.stop())
    await until(engine.wake.is_set, why="it is asked to stop")
    writer_is_free.set()
    await until(lambda: engine.slack.flying == 1, why="what was claimed goes")
    waited_for = not stopping.done()
    engine.slack.hold.set()
    await asyncio.gather(busy, stopping, running)
    assert waited_for, "it is not left to its lease"
    assert await engine.place("a") is not None


async def claimed_twice(engine: Engine) -> None:
    """Wait until both rows were claimed anew: nothing is left to be claimed, under leases that began later."""
    while await engine.store.read(lambda tx: tx.next_claimable(engine.clock())) != engine.clock() + LEASE:
        await engine.store.read(lambda tx: tx.sent("a"))
