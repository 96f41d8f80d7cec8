"""Where a tab stands: kept through a Slack that is started anew, never left without a word, never led away."""

import pytest
from aiohttp import ClientSession
from playwright.async_api import Browser, expect

from bot.sandbox.client import Person
from bot.sandbox.server import LocalSlack
from bot.sandbox.show import Show
from tests.sandbox.page_app import MANIFEST

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def opened(*names: str, port: int = 0) -> tuple[LocalSlack, Person]:
    """A workspace without an app, whose channels have these names, and Maya."""
    slack = await LocalSlack.start(manifest=MANIFEST, port=port)
    maya = slack.add_person("maya", real_name="Maya Ito")
    for name in names:
        slack.add_channel(name, members=[maya])
    return slack, maya


async def test_a_tab_keeps_its_place_by_name_when_slack_starts_anew_and_says_so_when_the_place_is_gone(
    browser: Browser,
) -> None:
    slack, maya = await opened("general", "kitchen", "war-room")
    port = int(slack.url.rpartition(":")[2])
    page = await (await browser.new_context()).new_page()
    await page.goto(f"{slack.url}/?as={maya.id}&c={slack.channel('kitchen').id}")
    await page.get_by_role("combobox", name="Message #kitchen").fill("half a sent")
    await page.get_by_role("button", name="# war-room").click()
    await page.get_by_role("button", name="# kitchen").click()
    await expect(page.get_by_role("combobox", name="Message #kitchen")).to_have_value("half a sent")

    await slack.stop()
    await expect(page.get_by_text("Connection lost. Reconnecting…")).to_be_visible()
    slack, _ = await opened("general", "another", "one-more", "kitchen", port=port)
    await expect(page.get_by_text("Connection lost. Reconnecting…")).to_be_hidden()
    await expect(page.get_by_role("button", name="# one-more")).to_be_visible()
    await page.get_by_role("combobox", name="Message #kitchen").press("Enter")
    await slack.until(lambda: [m.text for m in slack.channel("kitchen").messages] == ["half a sent"])

    await slack.stop()
    slack, _ = await opened("general", port=port)
    await expect(page.locator("#toast")).to_have_text("#kitchen is not there any more. You are in #general now.")
    await expect(page.get_by_role("combobox", name="Message #general")).to_have_value("")
    await page.context.close()
    await slack.stop()


async def test_a_demo_that_has_ended_leads_nobody_away(browser: Browser) -> None:
    slack, maya = await opened("general", "kitchen")
    leon = slack.add_person("leon", real_name="Leon Weiss")
    show = Show(backstage=slack.backstage, pace=0)

    async def script(show: Show) -> None:
        await show.at(maya, "general", "The end")

    async with ClientSession() as session, session.ws_connect(f"{slack.url}/sandbox/backstage/live"):
        await show.run(script)
    page = await (await browser.new_context()).new_page()
    await page.goto(f"{slack.url}/?as={leon.id}&c=kitchen")
    await expect(page.get_by_text("Your turn")).to_be_visible()
    await expect(page.get_by_role("button", name="Acting as")).to_contain_text("Leon Weiss")
    await expect(page.get_by_role("heading", name="kitchen")).to_be_visible()
    await page.context.close()
    await slack.stop()
