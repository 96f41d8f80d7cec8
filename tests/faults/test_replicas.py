"""Two processes on one PostgreSQL, each with its own connection to Slack: they share the work, and either is enough."""

import asyncio
import re
from collections.abc import Callable
from functools import partial
from pathlib import Path

import aiohttp
import pytest

from tests.faults.declared import copies, row_of
from tests.faults.process import Field, Process, a_field
from tests.size import PATIENT

INCIDENTS = 4
ASKING = ("page:", "bundle:")
OF = re.compile(r"INC-\d+")
FIVE_MINUTES = 300


@pytest.mark.full_size
async def test_two_replicas_share_the_work_and_one_goes_on_alone(
    tmp_path: Path, fresh_postgres: str, record_property: Callable[[str, object], None]
) -> None:
    record_property("row", "8")
    record_property("on", "PostgreSQL")
    async with a_field(tmp_path, database=fresh_postgres) as here:
        await here.start()
        second = await here.start_beside()
        await here.slack.connected(connections=2)

        for number in range(INCIDENTS):
            assert not (await here.declare(f"Number {number}")).ack.error
        await here.settle()
        assert_once(here, INCIDENTS)
        first = here.process
        assert first is not None
        assert min(await sends(first), await sends(second)) > 0, "both work"
        record_property("shown", await delivered_again(here))

        gate = here.slack.faults.hold("*")
        before = len(here.slack.calls())
        lines = [f"While one dies {number}" for number in range(2)]
        declaring = asyncio.gather(*(here.declare(line) for line in lines))
        await here.slack.until(lambda: len(here.slack.calls()) - before >= 2, why="much at Slack's door")
        await here.kill()
        gate.open()
        here.process = second
        for line, answer in zip(lines, await declaring, strict=True):
            if answer.ack.error and not await here.slack.changed.wait_for(partial(saved, here, line), 5):
                assert not (await here.declare(line)).ack.error, "whoever was told that it failed types it again"
        here.move_clock(45)
        await here.settle()
        assert_once(here, INCIDENTS + 2)

        here.move_clock(FIVE_MINUTES)
        await here.slack.until(lambda: len(here.people["leon"].dms) >= INCIDENTS, timeout=PATIENT, why="the next tier")
        await here.settle()
        assert not {row: copy for row, copy in copies(here).items() if copy > 1}
        assert await here.stop() == 0


async def delivered_again(here: Field) -> str:
    """The last declaration and a press reach both replicas thrice more: nothing more comes of it."""
    maya, slack = here.people["maya"], here.slack
    declared = [each for each in slack.last_envelopes if each.kind == "slash_commands"][-1]
    page = next(message for message in maya.dms if "Why you" in message.plain)
    assert not (await maya.click(page, "Acknowledge")).ack.error
    pressed = [each for each in slack.last_envelopes if each.kind == "interactive"][-1]
    await here.settle()
    before = seen(here)
    acks = [*await slack.deliver(declared, times=3), *await slack.deliver(pressed, times=3)]
    assert not [ack.error for ack in acks if ack.error]
    assert all(f"INC-{INCIDENTS}" in f"{ack.text} {ack.body}" for ack in acks[:3]), "each is told the same number"
    await here.settle()
    assert not seen(here) ^ before
    return "a declaration and an acknowledgement 4 times each, to two replicas: one effect each, 0 doubled"


def seen(here: Field) -> set[tuple[object, ...]]:
    """What there is in Slack, and what is on record."""
    channels = here.slack.workspace.channels.values()
    messages = {(channel.name, ts, message.plain) for channel in channels for ts, message in channel.log.items()}
    return {*messages, *here.rows("SELECT incident, key FROM timeline")}


def saved(here: Field, words: str) -> bool:
    """Whether an incident was declared with these words."""
    return bool(here.rows(f"SELECT 1 FROM incident WHERE body::text LIKE '%{words}%'"))  # noqa: S608 - our own words


def assert_once(here: Field, incidents: int) -> None:
    """Each incident has its page, alone or with others, and its two channels, and nothing is there twice."""
    asking = (
        message for message in here.people["maya"].dms if row_of({"metadata": message.metadata}).startswith(ASKING)
    )
    pages = {number for message in asking for number in OF.findall(message.text)}
    rooms = [channel for channel in here.slack.channels if channel.name.startswith("inc-")]
    assert (len(pages), len(rooms)) == (incidents, 2 * incidents)
    assert not {row: copy for row, copy in copies(here).items() if copy > 1}


async def sends(process: Process) -> float:
    """How many attempts to carry something out a process has made."""
    async with (
        aiohttp.ClientSession() as session,
        session.get(f"http://127.0.0.1:{process.port}/metrics") as answer,
    ):
        lines = (await answer.text()).splitlines()
    return sum(float(line.rsplit(" ", 1)[1]) for line in lines if line.startswith("tocsin_sends_total{"))
