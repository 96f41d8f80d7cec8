"""Who pages if the pager is down: Tocsin beats while pages would go out, and hears when others stop beating."""

import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path

import pytest
from aiohttp import web
from sqlalchemy import text

from bot.services.heartbeats import HeartbeatWatch
from tests.scenarios.world import COMPANY, TOKEN, World, world

JOBS = """
heartbeats:
  backup: {journey: checkout, every: 2m, grace: 1m, severity: SEV2}
"""
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


async def beat(here: World, name: str, token: str = TOKEN) -> tuple[int, str]:
    """Beat as a job does at its end; gives the status and the answer."""
    url = f"http://127.0.0.1:{here.bot.port}/heartbeats/{name}"
    async with here.http.post(url, headers={"Authorization": f"Bearer {token}"}) as answer:
        return answer.status, await answer.text()


def alarms(here: World) -> list[str]:
    """How the alarms stand, oldest first."""
    with here.database.connect() as connection:
        return list(connection.execute(text("SELECT status FROM alert ORDER BY starts_at")).scalars())


async def until_alarms(here: World, *states: str) -> None:
    await here.slack.until(lambda: alarms(here) == list(states), timeout=10, why=f"the alarms to be {states}")
    await here.settled()


async def test_a_job_that_stops_beating_has_somebody_paged_until_it_beats_again(tmp_path: Path) -> None:
    company = COMPANY.read_text(encoding="utf-8") + JOBS
    async with world(tmp_path, company=company) as here:
        assert (await beat(here, "backup", token="wrong"))[0] == 401
        status, said = await beat(here, "backups")
        assert (status, "so nobody waits for it. Known: backup." in said) == (404, True)
        assert await beat(here, "backup") == (200, '{"heartbeat":"backup","missing_at":"2026-11-18T07:20:00+00:00"}')

        await here.later(seconds=179)
        assert await here.bot.store.read(lambda tx: tx.incident(1)) is None
        await here.later(seconds=7)
        await until_alarms(here, "firing")
        assert "No heartbeat from backup for 3 min 6 s; one is expected every 2 min" in here.page_of(here["maya"]).plain
        assert (await here.incident()).severity == "SEV2"

        again = HeartbeatWatch(here.bot.desk, lambda *_taken: None)  # as after a restart
        await again.look()
        assert alarms(here) == ["firing"]
        assert (await beat(here, "backup"))[0] == 200
        await until_alarms(here, "resolved")

        await here.later(minutes=3, seconds=6)
        await until_alarms(here, "resolved", "firing")
        (tmp_path / "directory.yml").write_text(COMPANY.read_text(encoding="utf-8"), encoding="utf-8")
        assert here.bot.directory.reload()
        await until_alarms(here, "resolved", "resolved")
        assert (await beat(here, "backup"))[0] == 404
