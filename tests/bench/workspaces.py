"""A workspace for every story: how soon a local Slack is started and stopped, beside a server that does nothing."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

from aiohttp import ClientError, ClientSession, web

from bot.sandbox.server import LocalSlack
from tests.bench.figures import Line, Stopwatch
from tests.scenarios.world import ROOT

TITLE = "A local Slack for every story"
RUNS = 50
WITHIN = 0.100
NOBODY = "started and stopped, nobody there"
WATCHED = "started and stopped, a page and the app connected, a call under way"
ROWS = (NOBODY, WATCHED)
REFERENCE = "a web server that does nothing, started and stopped"
MISSED: dict[str, str] = {}


async def measure() -> list[Line]:
    """Measure in this process; takes a second or two."""
    bare = [await bare_server() for _ in range(RUNS)]
    return [
        Line(
            what=NOBODY,
            measured=[await a_workspace(watched=False) for _ in range(RUNS)],
            reference=bare,
            worst=WITHIN,
        ),
        Line(
            what=WATCHED,
            measured=[await a_workspace(watched=True) for _ in range(RUNS)],
            reference=bare,
            worst=WITHIN,
        ),
    ]


async def bare_server() -> float:
    """Seconds that the web server below takes by itself."""
    watch = Stopwatch()
    runner = web.AppRunner(web.Application())
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    await runner.cleanup()
    return watch.seconds()


async def a_workspace(*, watched: bool) -> float:
    """Seconds to start and to stop; what happens in between is not counted."""
    watch = Stopwatch()
    slack = await LocalSlack.start(manifest=ROOT / "manifest.yml")
    started = watch.seconds()
    if not watched:
        watch = Stopwatch()
        await slack.stop()
        return started + watch.seconds()
    async with watching(slack):
        watch = Stopwatch()
        await slack.stop()
        return started + watch.seconds()


@asynccontextmanager
async def watching(slack: LocalSlack) -> AsyncIterator[None]:
    """Keep a page's stream, the app's socket and a call that is not answered open."""
    app = {"Authorization": f"Bearer {slack.app_token}"}
    slack.add_person("maya")
    async with ClientSession() as session:
        async with session.post(f"{slack.url}/api/apps.connections.open", headers=app) as answer:
            link = (await answer.json())["url"]
        async with session.ws_connect(link), session.ws_connect(f"{slack.url}/sandbox/events?as=maya"):
            hangs = slack.faults.add(method="auth.test", kind="hang", times=1)
            hanging = asyncio.create_task(never_answered(session, slack))
            await slack.until(lambda: hangs.times == 0, why="the call to be under way")
            yield
        await hanging


async def never_answered(session: ClientSession, slack: LocalSlack) -> None:
    """A call that is under way until Slack goes."""
    bot = {"Authorization": f"Bearer {slack.bot_token}"}
    with suppress(ClientError):
        await (await session.post(f"{slack.url}/api/auth.test", headers=bot)).read()
