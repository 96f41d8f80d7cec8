"""Who pages if the pager is down: Tocsin beats while pages would go out, and hears when others stop beating."""

import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path

import pytest
from aiohttp import web

from tests.scenarios.world import World, world

AGE = "tocsin_heartbeat_last_success_seconds"


class Switch:
    """A dead-man's switch: it counts the calls, and answers as a test has it."""

    def __init__(self) -> None:
        self.beats = 0
        self.status = 200

    async def beat(self, _request: web.Request) -> web.Response:
        self.beats += 1
        return web.Response(status=self.status)


@asynccontextmanager
async def a_switch() -> AsyncIterator[tuple[Switch, str]]:
    switch, application = Switch(), web.Application()
    application.router.add_get("/secret-of-the-switch", switch.beat)
    runner = web.AppRunner(application)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    try:
        yield switch, f"http://127.0.0.1:{runner.addresses[0][1]}/secret-of-the-switch"
    finally:
        await runner.cleanup()


async def age(here: World) -> float:
    """How many seconds ago the last heartbeat was taken, as Prometheus reads it."""
    async with here.http.get(f"http://127.0.0.1:{here.bot.port}/metrics") as answer:
        (line,) = [each for each in (await answer.text()).splitlines() if each.startswith(f"{AGE} ")]
    return float(line.split()[1])


def pass_seconds(here: World, seconds: float) -> None:
    here.clock.set(here.clock.now + timedelta(seconds=seconds))


async def test_it_beats_each_minute_and_falls_silent_when_a_page_does_not_leave(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)

    def said(words: str) -> int:
        return sum(words in record.getMessage() for record in caplog.records)

    async with a_switch() as (switch, address), world(tmp_path, settings={"HEARTBEAT_URL": address}) as here:
        pass_seconds(here, 5)
        await here.slack.until(lambda: switch.beats == 1, why="the first beat")
        pass_seconds(here, 60)
        await here.slack.until(lambda: switch.beats == 2, why="one more after a minute")

        here.slack.faults.add("chat.postMessage", "5xx")
        assert (await here.alert("generic", {"journey": "checkout", "summary": "Cards are declined"}))[0] == 200
        pass_seconds(here, 61)
        await here.slack.until(lambda: said("a page has waited to be sent since 07:18:05 UTC"), why="why it is silent")
        assert switch.beats == 2
        here.slack.faults.clear()
        await here.later(seconds=20)
        await here.slack.until(lambda: switch.beats == 3, why="it beats again")
        assert said("All is well again") == 1

        switch.status = 500
        await here.later(seconds=60)
        await here.slack.until(lambda: switch.beats == 4, why="a beat that is not taken")
        await here.later(seconds=60)
        await here.slack.until(lambda: switch.beats == 5, why="the next one")
        await here.slack.until(lambda: said("was not taken by HEARTBEAT_URL: it answers 500") == 1, why="the refusal")
        assert await age(here) >= 120
        ours = [record.getMessage() for record in caplog.records if record.name.startswith("bot.")]
        assert not any("secret-of-the-switch" in line for line in ours)
