"""What is due happens once, in order, in a transaction of its own; and nothing that one timer does stops the others."""

import asyncio
import sqlite3
from collections.abc import AsyncIterator, Mapping
from datetime import datetime, timedelta
from operator import methodcaller
from pathlib import Path

import pytest

from bot.domain.change import Change, Timer, TimerKind
from bot.domain.directory import Directory
from bot.services.ports import Render, Tx
from bot.services.sweep import Duty, Sweep
from tests.fakes.waiting import until
from tests.services.engine import Engine, an_engine
from tests.store.samples import NOW, event, incident, timer

MINUTE = timedelta(minutes=1)


@pytest.fixture
async def engine(tmp_path: Path) -> AsyncIterator[Engine]:
    async with an_engine(tmp_path) as engine:
        yield engine


def note(tx: Tx, due: Timer, directory: Directory, now: datetime, render: Render) -> Change:
    """A duty that puts its timer on record."""
    del tx, directory, render
    lateness = int((now - due.due_at).total_seconds())
    return Change(timeline=(event(f"{due.id} +{lateness}", of=due.incident),))


def broken(tx: Tx, due: Timer, directory: Directory, now: datetime, render: Render) -> Change:
    """A duty that fails after it has saved something."""
    tx.save(note(tx, due, directory, now, render))
    raise ValueError("a fault of ours")


DUTIES: Mapping[TimerKind, Duty] = {TimerKind.ESCALATE: note, TimerKind.ARCHIVE: broken}


def a_sweep(engine: Engine, alarms: list[datetime | None] | None = None) -> Sweep:
    noted: list[datetime | None] = [] if alarms is None else alarms
    return Sweep(engine.desk, DUTIES, engine.wake, alarm=noted.append, beat=engine.beat)


async def set_timers(engine: Engine, *timers: Timer) -> None:
    await engine.store.write(lambda tx: tx.save(Change(timers=timers)))


def poison(name: str) -> Timer:
    return Timer(id=name, kind=TimerKind.ARCHIVE, due_at=NOW, incident=1)


async def test_what_is_due_happens_in_order_and_once(engine: Engine) -> None:
    await set_timers(engine, timer("c", NOW + 2 * MINUTE), timer("b", NOW + MINUTE), timer("a"))
    sweep = a_sweep(engine)

    engine.clock.advance(MINUTE)
    assert await sweep.cycle() == 2
    assert await sweep.cycle() == 0

    assert await engine.record() == ["a +60", "b +0"]


async def test_the_alarm_is_set_to_the_next_timer(engine: Engine) -> None:
    alarms: list[datetime | None] = []
    sweep = a_sweep(engine, alarms)
    await set_timers(engine, timer("a"), timer("b", NOW + MINUTE))

    await sweep.cycle()
    engine.clock.advance(MINUTE)
    await sweep.cycle()

    assert alarms == [NOW + MINUTE, None]


async def test_a_timer_cancelled_before_its_turn_does_nothing(engine: Engine) -> None:
    def cancel_the_rest(tx: Tx, due: Timer, directory: Directory, now: datetime, render: Render) -> Change:
        tx.save(note(tx, due, directory, now, render))
        return Change(cancel=("esc:*",))

    await set_timers(engine, timer("esc:1"), timer("esc:2"))
    sweep = Sweep(engine.desk, {TimerKind.ESCALATE: cancel_the_rest}, engine.wake)

    await sweep.cycle()

    assert await engine.record() == ["esc:1 +0"]


async def test_a_duty_that_breaks_saves_nothing_is_tried_again_and_told_on_the_fifth_time(engine: Engine) -> None:
    await set_timers(engine, poison("archive:1"), timer("neighbour"))
    sweep = a_sweep(engine)

    await sweep.cycle()
    assert await engine.record() == ["neighbour +0"]
    for _ in range(14):
        engine.clock.advance(1)
        await sweep.cycle()
    assert sweep.errors == 4
    for _ in range(120):
        engine.clock.advance(1)
        await sweep.cycle()

    assert sweep.errors == 8  # after 0, 1, 3, 7, 15, 31, 63 and 123 s
    assert await engine.record() == ["neighbour +0", "trouble:timer:archive:1"]


async def test_a_kind_without_a_duty_is_told_as_a_fault_and_not_dropped(engine: Engine) -> None:
    await set_timers(engine, Timer(id="x", kind=TimerKind.SUMMARY, due_at=NOW, incident=1))
    sweep = a_sweep(engine)

    for _ in range(40):
        await sweep.cycle()
        engine.clock.advance(1)

    assert await engine.record() == ["trouble:timer:x"]
    assert (await engine.figures()).timers_pending == 1


async def test_after_a_long_sleep_a_thousand_overdue_timers_fire_once_each(engine: Engine) -> None:
    incidents = [incident(number) for number in range(2, 52)]
    for one in incidents:
        await engine.store.write(methodcaller("save", Change(incident=one)))
    await set_timers(engine, *(timer(f"t{n}", NOW, of=n % 50 + 2) for n in range(1000)))
    engine.clock.advance(timedelta(hours=8))
    sweep = a_sweep(engine)

    running = asyncio.create_task(sweep.run())
    await until(lambda: engine.beats >= 2, seconds=30)
    records = await engine.store.read(lambda tx: [tx.timeline(one.number) for one in incidents])
    assert sum(len(record) for record in records) == 1000, "two turns, with at most a second between them, are enough"

    await until(lambda: engine.beats >= 3, seconds=30)
    sweep.stop()
    await running
    records = await engine.store.read(lambda tx: [tx.timeline(one.number) for one in incidents])
    assert sum(len(record) for record in records) == 1000


async def test_a_clock_that_jumps_is_noticed_within_the_tick(engine: Engine) -> None:
    await set_timers(engine, timer("a", NOW + timedelta(hours=1)))
    running = asyncio.create_task((sweep := a_sweep(engine)).run())
    await until(lambda: engine.beats == 1)

    engine.clock.advance(timedelta(hours=1))  # and nobody wakes the sweep
    await until(lambda: engine.beats == 2, seconds=1.5)
    assert await engine.record() == ["a +0"]
    engine.clock.advance(timedelta(hours=-2))
    await until(lambda: engine.beats == 3, seconds=1.5)
    assert await engine.record() == ["a +0"]
    sweep.stop()
    await running


async def test_a_locked_database_holds_the_sweep_up_and_what_is_due_happens_on_release(engine: Engine) -> None:
    await set_timers(engine, timer("a"))
    intruder = sqlite3.connect(engine.file, isolation_level=None)
    intruder.execute("BEGIN IMMEDIATE")
    running = asyncio.create_task((sweep := a_sweep(engine)).run())
    await until(lambda: sweep.errors > 0)
    assert engine.beats == sweep.errors, "it goes round all the same"
    intruder.execute("ROLLBACK")
    intruder.close()

    await until(lambda: engine.beats > sweep.errors, seconds=1.5)
    assert await engine.record() == ["a +0"]
    sweep.stop()
    await running
