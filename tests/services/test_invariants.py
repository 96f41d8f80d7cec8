"""What must never be is counted each minute, and said once when it is still so a moment later."""

import logging
from collections.abc import Mapping

import pytest

from bot.domain.change import Change
from bot.services.figures import Invariant
from bot.services.invariants import AGAIN_AFTER, EVERY, InvariantWatch
from bot.services.lag import EVERY as LOOKS_EVERY
from bot.services.lag import LoopLag
from bot.services.ports import Tx
from tests.fakes.clock import FakeClock
from tests.fakes.store import memory_store
from tests.store.samples import NOW, incident, page, timer

KEY = Invariant.PAGE_WITHOUT_TIMER


async def test_what_is_broken_is_counted_each_minute_and_said_once(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO, logger="bot.services.invariants")
    passed = [0.0]
    noted: list[Mapping[Invariant, int]] = []

    async def after(seconds: float) -> list[int]:
        passed[0] += seconds
        await watch.look()
        return [counts[KEY] for counts in noted]

    def unwatched(tx: Tx) -> None:
        tx.save(Change(incident=incident(), pages=(page(),)))

    def watched(tx: Tx) -> None:
        tx.save(Change(timers=(timer("esc:1:1:0:0", NOW, page=1),)))

    async with memory_store() as store:
        watch = InvariantWatch(store, FakeClock(NOW), lambda: passed[0], noted.append)
        assert [await after(EVERY - 1), await after(1)] == [[], [0]]
        await store.write(unwatched)
        assert await after(EVERY) == [0, 1]
        assert not caplog.records, "a clock that was moved makes timers late for a moment"
        assert await after(AGAIN_AFTER) == [0, 1, 1]
        assert await after(EVERY) == [0, 1, 1, 1]
        assert [record.levelname for record in caplog.records] == ["ERROR"]
        assert "(page_without_timer): 1 unanswered pages that no timer watches" in caplog.text
        await store.write(watched)
        assert await after(EVERY) == [0, 1, 1, 1, 0]
        assert await after(EVERY) == [0, 1, 1, 1, 0, 0]
    assert caplog.records[-1].getMessage() == "The invariant page_without_timer holds again."
    assert len(caplog.records) == 2


async def test_the_loop_s_lag_is_what_it_came_later_than_asked_for() -> None:
    passed = [0.0]
    late: list[float] = []
    lag = LoopLag(lambda: passed[0], late.append)
    for seconds in (0, LOOKS_EVERY, LOOKS_EVERY + 0.5, 0):
        passed[0] += seconds
        await lag.look()
    assert late == [0, 0.5, 0]
