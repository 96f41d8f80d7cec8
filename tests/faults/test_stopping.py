"""A clean stop, a second process on the same database, and what the process says of itself while it runs."""

import asyncio
from pathlib import Path

import pytest

from bot.sandbox.server import LocalSlack
from tests.faults.process import Field, Process, a_field


@pytest.mark.parametrize("mode", ["socket", "http"])
async def test_a_stop_in_the_middle_of_work_exits_0_and_gives_its_leases_back(tmp_path: Path, mode: str) -> None:
    async with a_field(tmp_path, mode) as here:
        await here.start()
        assert await here.status("healthz") == 200
        gate = here.slack.faults.hold("*")
        assert not (await here.declare("Cards are declined")).ack.error
        await here.slack.until(lambda: called(here.slack, "chat.postMessage"), why="the page at Slack's door")
        assert here.rows("SELECT 1 FROM outbox WHERE state = 'sending'")

        stopping = asyncio.ensure_future(here.stop())
        gate.open()

        assert await stopping == 0
        assert here.rows("SELECT id FROM outbox WHERE state IN ('sending', 'unknown')") == []
        assert len(here.people["maya"].dms) == 1
        assert await here.status("healthz") == 0

        await here.start()
        await here.settle()
        assert len(here.people["maya"].dms) == 1


async def test_a_stop_while_slack_hangs_exits_0_and_what_was_in_flight_is_looked_up(tmp_path: Path) -> None:
    async with a_field(tmp_path) as here:
        await here.start()
        here.slack.faults.add("chat.postMessage", "hang_stored")
        await here.declare("Cards are declined")
        await here.slack.until(lambda: here.people["maya"].dms, why="the page, whose answer never comes")

        assert await here.stop() == 0
        assert here.rows("SELECT id FROM outbox WHERE state = 'sending' AND lease_until IS NULL") == []

        here.slack.faults.clear()
        await here.start()
        await here.settle()
        assert len(here.people["maya"].dms) == 1


async def test_a_second_process_on_the_same_database_refuses_and_says_why(tmp_path: Path) -> None:
    async with a_field(tmp_path) as here:
        await here.start()
        first = here.process
        assert first is not None

        second = await Process.begin(tmp_path, here.environ(), tmp_path / "second")
        assert await second.over(30)

        assert second.running.returncode == 1
        said = second.said
        assert "another Tocsin" in said
        assert str(first.running.pid) in said
        assert "Nothing was started." in said
        assert "Traceback" not in said
        assert await here.status("readyz") == 200
        assert not (await here.declare("The first is unharmed")).ack.error
        await here.settle()


@pytest.mark.parametrize("mode", ["socket", "http"])
async def test_it_is_not_ready_while_slack_cannot_be_reached_but_alive(tmp_path: Path, mode: str) -> None:
    async with a_field(tmp_path, mode) as here:
        here.slack.faults.add("auth.test", "5xx")
        await here.begin()
        assert await here.status("healthz") == 200
        assert await here.status("readyz") == 503

        here.slack.faults.clear()
        await until_status(here, "readyz", 200)
        assert await here.stop() == 0


async def until_status(here: Field, path: str, status: int) -> None:
    """Wait until the process answers a path with this status."""
    async with asyncio.timeout(30):
        while await here.status(path) != status:
            await here.slack.changed.wait_for(lambda: False, 0.1)


def called(slack: LocalSlack, method: str) -> bool:
    """Whether a method has been called, answered or not."""
    return bool(slack.calls(method))
