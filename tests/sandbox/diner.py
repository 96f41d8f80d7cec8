"""The page's tests at a table: two people, a kitchen that is an app, and the browser that looks at them."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

from playwright.async_api import Browser, BrowserContext, Locator, Page, expect
from slack_sdk.web.async_client import AsyncWebClient

from bot.sandbox.client import Person
from bot.sandbox.server import LocalSlack
from tests.sandbox.page_app import MANIFEST, kitchen

PATIENCE_MS = 10_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Diner:
    """Two people, a channel, and the browser that looks at them."""

    slack: LocalSlack
    browser: Browser
    pages: list[Page] = field(default_factory=list)
    maya: Person
    leon: Person
    channel: str

    @property
    def kitchen(self) -> AsyncWebClient:
        """The app's own voice."""
        return AsyncWebClient(token=self.slack.bot_token, base_url=f"{self.slack.url}/api/")

    async def _window(self) -> BrowserContext:
        """The next window of the browser: one for each tab, since a tab behind another one hardly draws.

        They stay open from test to test: to open one takes longer than to load the page.
        """
        windows, wanted = self.browser.contexts, len(self.pages)
        return windows[wanted] if wanted < len(windows) else await self.browser.new_context()

    async def tab(
        self, person: Person | None = None, *, width: int = 1280, height: int = 800, beside: Page | None = None
    ) -> Page:
        """A new tab, as a person or as a newcomer; in a window of its own, unless it is to stand `beside` another."""
        page = await (beside.context if beside else await self._window()).new_page()
        self.pages.append(page)
        await page.set_viewport_size({"width": width, "height": height})
        page.set_default_timeout(PATIENCE_MS)
        await page.goto(f"{self.slack.url}/?as={person.id}" if person else self.slack.url)
        await expect(page.get_by_role("textbox").or_(page.get_by_role("combobox")).first).to_be_attached()
        return page


@asynccontextmanager
async def dining(browser: Browser, clock: Path) -> AsyncIterator[Diner]:
    """A fresh workspace with the app on it; its tabs are closed at the end."""
    slack = await LocalSlack.start(manifest=MANIFEST, clock_offset_file=clock)
    maya = slack.add_person("maya", real_name="Maya Ito", tz="America/New_York")
    leon = slack.add_person("leon", real_name="Leon Weiss", tz="Europe/Berlin")
    channel = slack.add_channel("kitchen", members=[maya, leon], with_bot=True)
    slack.add_channel("secret-recipes", private=True, members=[maya])
    slack.add_group("cooks", [maya])
    slack.control.welcome = {"channel": channel, "as": maya.id, "text": "*Welcome.* Type `/order`."}
    async with kitchen(slack, channel):
        table = Diner(slack=slack, browser=browser, maya=maya, leon=leon, channel=channel)
        yield table
        for page in table.pages:
            await page.close()
    await slack.stop()


def composer(page: Page) -> Locator:
    """Where one types in #kitchen."""
    return page.get_by_role("combobox", name="Message #kitchen")


async def typed(page: Page, text: str) -> None:
    """Type a line in #kitchen and send it."""
    await composer(page).fill(text)
    await composer(page).press("Enter")
