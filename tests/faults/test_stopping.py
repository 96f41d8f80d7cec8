"""A clean stop, a second process on the same database, and what the process says of itself while it runs."""

import asyncio
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.faults.declared import copies
from tests.faults.process import Field, Process, a_field
from tests.size import PATIENT, promised_in_full_size

pytestmark = pytest.mark.alone

INCIDENTS = 5
"""As many as one person can be paged for at once."""


@pytest.mark.parametrize("mode", ["socket", pytest.param("http", marks=pytest.mark.full_size)])
async def test_a_stop_under_load_exits_0_gives_its_leases_back_and_the_next_start_goes_on(
    tmp_path: Path, mode: str, record_property: Callable[[str, object], None]
) -> None:
    record_property("row", "26")
    record_property("on", "SQLite")
    async with a_field(tmp_path, mode) as here:
        await start_while_slack_is_down(here)
        gate = here.slack.faults.hold("*")
        before = len(here.slack.calls())
        declared = await asyncio.gather(*(here.declare(f"Number {number}") for number in range(INCIDENTS)))
        assert not [answer.ack.error for answer in declared if answer.ack.error]
        await here.slack.until(lambda: len(here.slack.calls()) - before >= INCIDENTS, why="much at Slack's door")
        assert "sending" in left_open(here)

        stopping = asyncio.ensure_future(here.stop())
        gate.open()

        assert await stopping == 0
        assert left_open(here) == {"ready"}, "what was in flight has ended, and the rest waits"
        assert await here.status("healthz") == 0

        await here.start()
        await here.slack.until(lambda: all_there(here), timeout=PATIENT, why="every page and every room")
        assert len(here.people["maya"].dms) == INCIDENTS
        assert not {row: copy for row, copy in copies(here).items() if copy > 1}
    record_property(
        "shown", f"SIGTERM with {INCIDENTS} incidents in flight, events by {mode}: exit 0, 0 lost, 0 doubled"
    )


async def start_while_slack_is_down(here: Field) -> None:
    """It is alive but not ready until Slack can be reached."""
    here.slack.faults.add("auth.test", "5xx")
    await here.begin()
    assert await here.status("healthz") == 200
    assert await here.status("readyz") == 503

    here.slack.faults.clear()
    await until_status(here, "readyz", 200)
    await here.slack.until(here.introduced, timeout=30, why="the company's people to be matched")


async def test_a_stop_while_slack_hangs_exits_0_and_what_was_in_flight_is_looked_up(
    tmp_path: Path, record_property: Callable[[str, object], None]
) -> None:
    record_property("row", "26")
    record_property("on", "SQLite")
    async with a_field(tmp_path) as here:
        await here.start()
        here.slack.faults.add("chat.postMessage", "hang_stored")
        await here.declare("Cards are declined")
        await here.slack.until(lambda: here.people["maya"].dms, why="the page, whose answer never comes")

        assert await here.stop() == 0
        in_doubt = here.rows("SELECT state, lease_until FROM outbox WHERE kind = 'send_page'")
        assert in_doubt == [("unknown", None)]
        assert here.rows("SELECT id FROM outbox WHERE state = 'sending'") == []

        here.slack.faults.clear()
        await here.start()
        await here.settle()
        assert len(here.people["maya"].dms) == 1
    record_property(
        "shown", "SIGTERM while Slack hangs: exit 0, the page in flight looked up by the next start, 0 lost, 0 doubled"
    )


async def test_a_second_process_on_the_same_database_refuses_at_once_and_says_why(
    tmp_path: Path, record_property: Callable[[str, object], None]
) -> None:
    record_property("row", "17")
    record_property("on", "SQLite")
    async with a_field(tmp_path) as here:
        await here.start()
        first = here.process
        assert first is not None
        asked = len(here.slack.calls("auth.test")), len(here.slack.calls("apps.connections.open"))

        began = asyncio.get_running_loop().time()
        second = await Process.begin(tmp_path, here.environ(), tmp_path / "second")
        assert await second.over(30)
        seconds = asyncio.get_running_loop().time() - began
        promised_in_full_size(seconds, 2, "seconds until the second process refused")

        assert not here.killed, "it did not wait for the first to end"
        assert second.running.returncode == 1
        said = second.said
        assert "another Tocsin" in said
        assert str(first.running.pid) in said
        assert "Nothing was started." in said
        assert len(said.splitlines()) == 1, "this is all that it came to"
        assert asked == (len(here.slack.calls("auth.test")), len(here.slack.calls("apps.connections.open")))
        assert await here.status("readyz") == 200
        assert not (await here.declare("The first is unharmed")).ack.error
        await here.settle()
    record_property(
        "shown",
        f"the second exits with 1 and one sentence {seconds:.1f} s after it was started; the first goes on declaring; "
        "0 lost, 0 doubled",
    )


def all_there(here: Field) -> bool:
    """Whether each incident has its page and its two channels."""
    rooms = [channel for channel in here.slack.channels if channel.name.startswith("inc-")]
    return len(here.people["maya"].dms) >= INCIDENTS and len(rooms) >= 2 * INCIDENTS


def left_open(here: Field) -> set[object]:
    """The states of what is left open in the outbox."""
    return {state for (state,) in here.rows("SELECT state FROM outbox WHERE state IN ('ready', 'sending', 'unknown')")}


async def until_status(here: Field, path: str, status: int) -> None:
    """Wait until the process answers a path with this status."""
    async with asyncio.timeout(30):
        while await here.status(path) != status:
            await here.slack.changed.wait_for(lambda: False, 0.1)
