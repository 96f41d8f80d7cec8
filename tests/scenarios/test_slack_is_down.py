"""Slack is down in the middle of the night: the page goes another way, and is there once when Slack is back."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path

from aiohttp import web
from sqlalchemy import text

from bot.sandbox.jsons import as_object, as_text
from tests.scenarios.world import World, world


class Sink:
    """A service that the installation falls back on: it keeps what it is sent."""

    def __init__(self) -> None:
        self.got: list[str] = []
        self.status = 200

    async def take(self, request: web.Request) -> web.Response:
        said = as_object(await request.json())
        self.got.append(f"{as_text(said.get('title'))}\n{as_text(said.get('message'))}")
        return web.Response(status=self.status)


@asynccontextmanager
async def a_sink() -> AsyncIterator[tuple[Sink, str]]:
    sink, application = Sink(), web.Application()
    application.router.add_post("/", sink.take)
    runner = web.AppRunner(application)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    try:
        yield sink, f"json://127.0.0.1:{runner.addresses[0][1]}/"
    finally:
        await runner.cleanup()


def pass_seconds(here: World, seconds: int) -> None:
    """Let time pass while Slack is down: nothing comes to rest then, because everything is tried again."""
    here.clock.set(here.clock.now + timedelta(seconds=seconds))


def put_off(here: World) -> bool:
    """Whether the fallback's row waits for its next try."""
    query = text("SELECT count(*) FROM outbox WHERE kind = 'send_by_fallback' AND state = 'ready' AND attempts > 0")
    with here.database.connect() as connection:
        return bool(connection.execute(query).scalar())


async def slack_is_ready(here: World) -> tuple[bool, str]:
    """What the readiness check says of Slack."""
    check = next(check for check in await here.bot.ready() if check.name == "slack")
    return check.ok, check.says


async def breaker(here: World) -> str:
    """What the metric says."""
    async with here.http.get(f"http://127.0.0.1:{here.bot.port}/metrics") as answer:
        lines = (await answer.text()).splitlines()
    return next(line for line in lines if line.startswith("tocsin_slack_breaker "))


async def test_while_slack_is_down_a_page_goes_by_the_fallback_at_once_and_is_there_once_afterwards(
    tmp_path: Path,
) -> None:
    async with a_sink() as (sink, address), world(tmp_path, settings={"FALLBACK_URLS": address}) as here:
        sink.status = 500
        here.slack.faults.add("*", "5xx")
        status, _ = await here.alert("generic", {"journey": "checkout", "summary": "Cards are declined"})
        assert status == 200
        await here.slack.until(lambda: len(sink.got) == 1, timeout=10, why="the fallback is tried, and no time passes")
        ready, says = await slack_is_ready(here)
        assert not ready
        assert "pages go by the fallback" in says
        assert await breaker(here) == "tocsin_slack_breaker 1.0"
        await here.slack.until(lambda: put_off(here), why="the refusal to be saved")
        sink.status = 200
        pass_seconds(here, 11)
        await here.slack.until(lambda: len(sink.got) == 2, timeout=10, why="and again, because it did not take it")
        assert sink.got[1].startswith("Page for Maya Ito: SEV1, Customers cannot place orders (INC-1)\n")
        assert "Call Maya Ito at +1 555 0100" in sink.got[1]

        here.slack.faults.clear()
        await here.later(minutes=2)
        assert len(sink.got) == 2
        assert await breaker(here) == "tocsin_slack_breaker 0.0"
        pages = [message for message in here["maya"].dms if "Why you" in message.plain]
        assert len(pages) == 1
        room = [message.plain for message in (await here.war_room()).messages]
        line = "Slack had not taken the page for <@{}> after 11 s; it was sent by the fallback"
        assert any(line.format(here["maya"].id) in said for said in room), room


async def test_a_page_that_slack_alone_refuses_to_take_goes_by_the_fallback_after_half_a_minute(tmp_path: Path) -> None:
    async with a_sink() as (sink, address), world(tmp_path, settings={"FALLBACK_URLS": address}) as here:
        here.slack.faults.add("chat.postMessage", "5xx")
        status, _ = await here.alert("generic", {"journey": "checkout", "summary": "Cards are declined"})
        assert status == 200
        await here.slack.until(lambda: len(here.slack.calls("chat.postMessage")) > 0, why="the page is tried")
        pass_seconds(here, 29)
        assert not sink.got
        pass_seconds(here, 2)
        await here.slack.until(lambda: len(sink.got) == 1, timeout=10, why="the fallback takes it")
        assert await breaker(here) == "tocsin_slack_breaker 0.0", "the rest of Slack answers"
        here.slack.faults.clear()
        await here.later(minutes=2)
        assert len([message for message in here["maya"].dms if "Why you" in message.plain]) == 1


async def test_a_page_that_slack_takes_goes_no_other_way(tmp_path: Path) -> None:
    async with a_sink() as (sink, address), world(tmp_path, settings={"FALLBACK_URLS": address}) as here:
        await here["ana"].command("/incident declare sev1 checkout Cards are declined", channel="general")
        await here.later(minutes=2)
        assert len([message for message in here["maya"].dms if "Why you" in message.plain]) == 1
        assert not sink.got
