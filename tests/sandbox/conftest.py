"""A local Slack with the tiny app on it, in Socket Mode or over signed HTTP."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from aiohttp import ClientSession, web
from playwright.async_api import Browser, expect
from slack_bolt.adapter.socket_mode.async_handler import AsyncSocketModeHandler
from slack_bolt.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from bot.sandbox.client import Person
from bot.sandbox.server import LocalSlack
from tests.sandbox.diner import Diner, dining
from tests.sandbox.tiny_app import MANIFEST, add_listeners

PATIENCE_MS = 15_000


@pytest.fixture(scope="session", autouse=True)
def patient() -> None:
    """A busy machine takes its time to draw a page; what never comes is still missed."""
    expect.set_options(timeout=PATIENCE_MS)


@dataclass
class Played:
    """The local Slack, the tiny app on it, and one person."""

    slack: LocalSlack
    maya: Person
    seen: list[dict[str, Any]] = field(default_factory=list)

    def saw(self, **wanted: object) -> bool:
        return any(all(event.get(key) == value for key, value in wanted.items()) for event in self.seen)


async def connect(slack: LocalSlack, session: ClientSession, seen: list[dict[str, Any]]) -> AsyncApp:
    client = AsyncWebClient(slack.bot_token, base_url=f"{slack.url}/api/", session=session, retry_handlers=[])
    app = AsyncApp(client=client, signing_secret=slack.signing_secret, process_before_response=True)
    add_listeners(app, seen)
    return app


@pytest.fixture
async def slack() -> AsyncIterator[LocalSlack]:
    local = await LocalSlack.start(manifest=MANIFEST)
    yield local
    await local.stop()


@pytest.fixture
async def client(slack: LocalSlack) -> AsyncIterator[AsyncWebClient]:
    async with ClientSession() as session:
        yield AsyncWebClient(slack.bot_token, base_url=f"{slack.url}/api/", session=session, retry_handlers=[])


@pytest.fixture(params=["socket", "http"])
async def played(request: pytest.FixtureRequest, slack: LocalSlack) -> AsyncIterator[Played]:
    maya = slack.add_person("maya", email="maya@acme.test", real_name="Maya Ito")
    slack.add_channel("general", members=[maya])
    stage = Played(slack, maya)
    async with ClientSession() as session:
        app = await connect(slack, session, stage.seen)
        if request.param == "socket":
            handler = AsyncSocketModeHandler(app, slack.app_token)
            await handler.connect_async()
            await slack.connected()
            yield stage
            await handler.close_async()
        else:
            runner = web.AppRunner(app.web_app("/slack/events"))
            await runner.setup()
            site = web.TCPSite(runner, "127.0.0.1", 0)
            await site.start()
            slack.request_url = f"http://127.0.0.1:{runner.addresses[0][1]}/slack/events"
            yield stage
            await runner.cleanup()


@pytest_asyncio.fixture(loop_scope="session")
async def diner(chromium: Browser, tmp_path: Path) -> AsyncIterator[Diner]:
    """A fresh workspace for each of them."""
    async with dining(chromium, tmp_path / "clock") as table:
        yield table
