"""A process whose machine's clock is wrong goes by the database's."""

import itertools
import logging
from collections.abc import AsyncIterator
from datetime import datetime, timedelta

import pytest

from bot.services.database_clock import EVERY, WITHIN, DatabaseClock, ask
from bot.store.store import SqlStore, open_store
from bot.system import SystemClock, steady
from tests.fakes.clock import START, FakeClock
from tests.fakes.store import ignore_commits

RIGHT = timedelta(seconds=1)


class Machine:
    """A machine whose clock can be set, beside seconds that cannot; and the clock that it was told to follow."""

    def __init__(self) -> None:
        self.clock = FakeClock(START)
        self.passed = 1000.0
        self.slow = 0.0
        self.told: list[tuple[datetime, float]] = []

    def of_this_machine(self) -> datetime:
        return self.clock()

    def steady(self) -> float:
        self.passed += self.slow
        return self.passed

    def follow(self, showed: datetime, then: float) -> None:
        self.told.append((showed, then))

    def wait(self, seconds: float) -> None:
        self.clock.advance(seconds)
        self.passed += seconds


@pytest.fixture
async def database(fresh_postgres: str) -> AsyncIterator[SqlStore]:
    store = open_store(fresh_postgres, ignore_commits, clock=FakeClock())
    await store.start()
    yield store
    await store.close()


async def test_clocks_that_are_wrong_show_the_databases_time(database: SqlStore) -> None:
    for wrong_by in (-90, 90, 0):
        clock = SystemClock(wrong_by=wrong_by)
        keeper = DatabaseClock(database, clock, steady)
        await keeper.arrive()

        right = SystemClock()
        assert abs(clock() - right()) < RIGHT
        assert abs(keeper.offset + wrong_by) < 1
        moment = clock() + timedelta(minutes=5)
        assert abs(clock.on_the_machine(moment) - right() - timedelta(minutes=5)) < RIGHT


async def test_the_database_is_asked_each_minute_and_at_once_when_the_machines_clock_was_set(
    database: SqlStore, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    machine = Machine()
    keeper = DatabaseClock(database, machine, machine.steady)
    for _ in range(3):
        await keeper.look()
        machine.wait(1)
    assert len(machine.told) == 1

    machine.wait(EVERY)
    await keeper.look()
    assert len(machine.told) == 2

    machine.clock.advance(-3600)
    await keeper.look()
    await keeper.look()
    assert len(machine.told) == 3

    machine.clock.set(SystemClock()())
    await keeper.look()
    assert abs(keeper.offset) < 1
    assert [record.levelname for record in caplog.records] == [*["WARNING"] * 3, "INFO"]


async def test_an_answer_that_took_long_is_not_believed(database: SqlStore) -> None:
    machine = Machine()
    machine.slow = WITHIN + 0.1
    keeper = DatabaseClock(database, machine, machine.steady)
    await keeper.look()
    assert machine.told == []

    machine.slow = 0
    await keeper.look()
    assert len(machine.told) == 1


async def test_of_several_answers_the_one_that_came_quickest_counts(database: SqlStore) -> None:
    moments = iter(itertools.accumulate((0, 0.9, 10, 0.2, 10, 0.1, 10, 0.5, 10, 0.7)))

    quickest = await database.read(lambda tx: ask(tx, lambda: next(moments)))

    assert quickest.took == pytest.approx(0.1)
    assert quickest.then == pytest.approx(21.15)


async def test_what_cannot_follow_asks_nothing(database: SqlStore) -> None:
    keeper = DatabaseClock(database, None, steady)
    await keeper.arrive()

    assert keeper.offset == 0
