"""Backstage in a real browser, over the real bot: slow, an outage and recovery, a crash and a restart, the clock."""

import asyncio
import sys
from pathlib import Path

import pytest
from playwright.async_api import Browser, Page, expect

from bot.sandbox.jsons import as_text
from bot.sandbox.remote import RemoteSlack
from bot.sandbox.supervised import Supervised
from tests.sandbox.test_page_for_everyone import is_sound
from tests.sandbox.test_play import WAR_ROOM, go, sandbox, tab, type_here

STARTED_MS = 20_000


async def pull(page: Page, lever: str) -> None:
    """Press a lever of the pane."""
    await page.get_by_role("complementary", name="Backstage").get_by_role("button", name=lever, exact=True).click()


async def slack_is_slow(ana: Page) -> None:
    """What the bot asks for takes two seconds, and is seen to wait; Ana is answered at once all the same."""
    await pull(ana, "Slow")
    await expect(ana.get_by_text("Slack is slow: whatever Tocsin asks for takes 2 s.")).to_be_visible()
    await type_here(ana, "/incident declare sev1 checkout Cards are declined")
    await expect(ana.locator("li.passage.waiting", has_text="chat.postMessage").first).to_be_visible()
    await expect(ana.locator("#messages").get_by_text("INC-1 is declared")).to_be_visible(timeout=1900)
    command = ana.locator("li.passage.well", has_text="/incident declare")
    await command.click()
    await expect(command.get_by_text('"command": "/incident"')).to_be_visible()
    await is_sound(ana, "backstage")


async def slack_is_down_and_recovers(ana: Page, slack: RemoteSlack) -> None:
    """While Slack is down Maya's time runs out; once it is back, Leon is paged, once."""
    await expect(ana.locator("li.passage.well", has_text="@maya").first).to_be_attached()
    await pull(ana, "Down")
    await expect(ana.get_by_role("button", name="Down", exact=True)).to_have_attribute("aria-pressed", "true")
    await pull(ana, "+ 20 s")
    await expect(ana.get_by_text("20 s ahead")).to_be_visible()
    await expect(ana.locator("li.passage.failed", has_text="HTTP 503").first).to_be_visible()
    assert "Why you" not in await slack.person("leon").reads()
    await ana.get_by_role("button", name="Back to normal").click()
    await expect(ana.locator("#strip .strip-line")).to_have_count(0)


async def the_bot_is_killed_and_comes_back(leon: Page, slack: RemoteSlack) -> None:
    """A press on a dead bot says so and is lost; the restarted bot has sent nothing twice, and takes the next press."""
    await go(leon, "tocsin")
    acknowledge = leon.locator("#messages").get_by_role("button", name="Acknowledge")
    await expect(acknowledge).to_be_visible(timeout=STARTED_MS)
    await leon.locator("#backstage-button").click()
    await pull(leon, "Kill it (-9)")
    down = leon.get_by_text("Tocsin is down: it was killed. Commands and buttons fail until you start it again.")
    await expect(down).to_be_visible()
    await is_sound(leon, "the bot is down")
    await acknowledge.click()
    await expect(leon.get_by_text("The app could not be reached").first).to_be_visible()
    await leon.get_by_role("button", name="Start tocsin").click()
    await expect(leon.get_by_text("running · 1 connection")).to_be_visible(timeout=STARTED_MS)
    await acknowledge.click()
    await expect(leon.locator("#messages").get_by_text("You are commander of INC-1")).to_be_visible()
    await slack.quiet(timeout=20)
    assert len([m for m in await slack.person("leon").messages() if "Why you" in str(m)]) == 1


async def time_passes(leon: Page) -> None:
    """The clock is moved by fifteen minutes, and what was promised falls due."""
    await go(leon, WAR_ROOM)
    await pull(leon, "+ 15 min")
    await expect(leon.locator("#messages").get_by_text("not been published").first).to_be_visible()


@pytest.mark.asyncio(loop_scope="session")
async def test_an_escalation_an_outage_a_crash_and_a_recovery_are_watched_from_backstage(
    tmp_path: Path, browser: Browser
) -> None:
    async with sandbox(tmp_path) as url, RemoteSlack(url) as slack:
        ana, leon = await tab(browser, url), await tab(browser, url, "leon")
        await ana.locator("#backstage-button").click()
        await slack_is_slow(ana)
        await slack_is_down_and_recovers(ana, slack)
        await the_bot_is_killed_and_comes_back(leon, slack)
        await time_passes(leon)
        assert await slack.unexpected() == []
        names = {as_text(passage.get("name")).split(" ")[0] for passage in await slack.passages()}
        assert {"auth.test", "apps.connections.open", "chat.postMessage", "/incident", "block_actions"} <= names


async def test_what_ends_by_itself_is_started_again_and_what_is_killed_waits(tmp_path: Path) -> None:
    born = tmp_path / "born"
    lives = f"import pathlib, sys; open({str(born)!r}, 'a').write('x'); sys.stdin.read()"
    app = Supervised((sys.executable, "-c", lives), {})
    changed = asyncio.Event()
    app.on_change = changed.set
    running = asyncio.create_task(app.run())
    async with asyncio.timeout(20):
        while not app.running:
            await changed.wait()
            changed.clear()
        assert await app.kill()
        assert not await app.kill()
        assert (app.killed, app.running, app.pid, app.starts) == (True, False, None, 1)
        assert app.start()
        while app.starts < 2:
            await changed.wait()
            changed.clear()
        assert (app.killed, app.running) == (False, True)
        assert not app.start()
        await app.stop()
        await running
    assert not app.running
