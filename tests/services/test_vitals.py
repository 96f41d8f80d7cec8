"""The heartbeat that goes out: each thing that must be well keeps it silent while it is not, and says so once."""

import logging

import pytest

from bot.services.vitals import AGAIN_AFTER, EVERY, FIRST_AFTER, OwnHeartbeat, Vitals
from tests.fakes.clock import FakeClock
from tests.fakes.store import memory_store


async def test_it_is_silent_while_a_loop_slack_or_the_database_is_away(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO, logger="bot.services.vitals")
    passed, beats = [0.0], [0]
    frozen: list[str] = []
    slack: list[str] = []

    async def call() -> str:
        beats[0] += 1
        return ""

    async def after(seconds: float) -> int:
        passed[0] += seconds
        await own.look()
        return beats[0]

    async with memory_store() as store:
        vitals = Vitals(
            store=store, clock=FakeClock(), loops=lambda: frozen, slack=lambda: "".join(slack), patience=0.5
        )
        own = OwnHeartbeat(vitals, call, lambda: passed[0])
        assert [await after(0), await after(FIRST_AFTER), await after(EVERY - 1), await after(1)] == [0, 1, 1, 2]
        frozen.append("sweep has not completed a cycle for 16 s")
        assert [await after(EVERY), await after(AGAIN_AFTER)] == [2, 2]
        frozen.clear()
        slack.append("the socket is down")
        assert [await after(AGAIN_AFTER), own.age()] == [2, EVERY + 2 * AGAIN_AFTER]
        slack.clear()
        assert [await after(AGAIN_AFTER), own.age()] == [3, 0]
    assert await after(EVERY) == 3, "the database is closed"
    assert [record.getMessage().split(": ", 1)[1].rstrip(".") for record in caplog.records[:3]] == [
        "sweep has not completed a cycle for 16 s",
        "the socket is down",
        "the heartbeat goes to HEARTBEAT_URL",
    ]
    assert caplog.records[3].getMessage().startswith("No heartbeat goes to HEARTBEAT_URL: ")
    assert len(caplog.records) == 4
