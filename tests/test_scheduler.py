"""The scheduler as a clock: one alarm, moved earlier, that only wakes; and the supervisor of what must not end."""

import asyncio
import threading
from collections.abc import AsyncIterator
from datetime import UTC, timedelta
from pathlib import Path

import pytest

from bot.scheduler import Scheduler
from bot.services.supervisor import Supervisor
from bot.system import LoopGuard, Pulse, SystemClock
from tests.fakes.waiting import until


@pytest.fixture
async def rung() -> list[str]:
    return []


@pytest.fixture
async def scheduler(rung: list[str]) -> AsyncIterator[Scheduler]:
    scheduler = Scheduler(lambda: rung.append("wake"), SystemClock().on_the_machine)
    scheduler.start()
    yield scheduler
    scheduler.stop()


async def test_the_alarm_rings_at_its_time_and_once(scheduler: Scheduler, rung: list[str]) -> None:
    scheduler.alarm(SystemClock()() + timedelta(milliseconds=30))

    await until(lambda: rung == ["wake"])


async def test_a_timer_set_for_earlier_moves_the_alarm_and_one_for_later_does_not(
    scheduler: Scheduler, rung: list[str]
) -> None:
    now = SystemClock()()
    scheduler.alarm(now + timedelta(hours=1))
    scheduler.committed(now + timedelta(milliseconds=30))
    scheduler.committed(now + timedelta(hours=2))

    await until(lambda: rung == ["wake"])


async def test_an_alarm_for_a_moment_that_has_passed_rings_at_once(scheduler: Scheduler, rung: list[str]) -> None:
    scheduler.alarm(SystemClock()() - timedelta(hours=9))

    await until(lambda: rung == ["wake"])


async def test_an_alarm_taken_back_does_not_ring(scheduler: Scheduler, rung: list[str]) -> None:
    now = SystemClock()()
    scheduler.alarm(now + timedelta(milliseconds=1))
    scheduler.alarm(None)
    scheduler.alarm(None)
    done = asyncio.Event()
    asyncio.get_running_loop().call_later(0.05, done.set)
    await done.wait()

    assert rung == []


async def test_an_alarm_of_a_bot_moved_through_time_rings_when_its_own_clock_says(tmp_path: Path) -> None:
    offset = tmp_path / "offset"
    offset.write_text("3600")
    clock, rung = SystemClock(offset), asyncio.Event()
    scheduler = Scheduler(rung.set, clock.on_the_machine)
    scheduler.start()

    scheduler.alarm(clock() + timedelta(milliseconds=30))

    await asyncio.wait_for(rung.wait(), 2)
    scheduler.stop()


async def test_a_clock_with_an_offset_file_is_that_much_ahead_and_follows_the_file(tmp_path: Path) -> None:
    offset = tmp_path / "offset"
    clock, real = SystemClock(offset), SystemClock()

    ahead = []
    for written in ("", "90.5", "-30", "rubbish"):
        offset.write_text(written)
        ahead.append(round((clock() - real()).total_seconds(), 1))

    assert ahead == [0, 90.5, -30, 0]
    assert real().tzinfo is UTC


def test_a_pulse_knows_how_long_ago_it_beat() -> None:
    seconds = iter([10.0, 12.5, 13.0, 13.5])
    pulse = Pulse(lambda: next(seconds))

    assert pulse.age() == 2.5
    pulse.beat()
    assert pulse.age() == 0.5


async def test_a_loop_that_stands_still_is_noticed_with_the_place_where_it_stands(
    caplog: pytest.LogCaptureFixture,
) -> None:
    def frozen_here() -> None:
        told = threading.Event()
        while not caplog.records and not told.wait(0.005):
            pass

    with LoopGuard(asyncio.get_running_loop(), patience=0.05):
        frozen_here()
        await until(lambda: len(caplog.records) == 2, why="to be told that it turns again")

    still, again = (record.getMessage() for record in caplog.records)
    assert "The event loop stands still" in still
    assert "in frozen_here" in still
    assert "turns again" in again


async def test_a_loop_that_ends_is_started_again_until_it_is_told_to_stop() -> None:
    runs: list[int] = []
    forever = asyncio.Event()

    async def loop() -> None:
        runs.append(len(runs))
        if len(runs) == 1:
            raise ValueError("a fault of ours")
        await forever.wait()

    supervisor = Supervisor()
    supervisor.keep("sweep", loop)
    await until(lambda: runs == [0, 1])
    forever.set()
    await supervisor.stop(1)

    assert supervisor.restarts == 1


async def test_a_loop_that_does_not_end_in_time_is_cancelled() -> None:
    never, started, cancelled = asyncio.Event(), asyncio.Event(), asyncio.Event()

    async def loop() -> None:
        started.set()
        try:
            await never.wait()
        finally:
            cancelled.set()

    supervisor = Supervisor()
    supervisor.keep("outbox", loop)
    await asyncio.wait_for(started.wait(), 1)
    await supervisor.stop(0.05)

    assert cancelled.is_set()
