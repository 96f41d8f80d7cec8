"""`python app.py sandbox --demo`: the demo played to its end, without pauses; what then stands in Slack."""

import asyncio
from io import StringIO
from pathlib import Path

import pytest
from aiohttp import ClientSession
from playwright.async_api import Browser, Page, expect

from bot.cli import sandbox as command
from bot.cli.demo import UPDATES, WAR_ROOM
from bot.sandbox.jsons import JsonObject, as_object, as_text
from bot.sandbox.remote import RemoteSlack
from bot.sandbox.server import LocalSlack
from bot.sandbox.show import Playing, Show
from tests.sandbox.test_page_for_everyone import is_sound
from tests.sandbox.test_play import STARTED_SECONDS, sandbox, tab, type_here

PLAYED_SECONDS = 40


async def played(url: str) -> list[JsonObject]:
    """Watch as a page does, which starts the demo; how it stood at each change, up to its end."""
    seen: list[JsonObject] = []
    address = f"{url}/sandbox/backstage/live"
    async with asyncio.timeout(PLAYED_SECONDS), ClientSession() as session, session.ws_connect(address) as live:
        while not seen or seen[-1].get("state") not in {"over", "stopped"}:
            news = as_object(await live.receive_json())
            demo = as_object(as_object(news.get("status")).get("demo"))
            seen += [demo] if demo else []
    return seen


async def everything_happened_once(slack: RemoteSlack) -> None:
    """The story that Slack tells after the demo."""
    maya, leon, sam = slack.person("maya"), slack.person("leon"), slack.person("sam")
    await slack.quiet()
    pages = [len([m for m in await each.messages() if "Why you" in str(m)]) for each in (maya, leon)]
    reminders = [m for m in await leon.messages(WAR_ROOM) if "not been published" in as_text(m.get("text"))]
    updates = [m for m in await sam.messages(UPDATES) if "INC-1 · Update" in str(m)]
    assert (pages, len(reminders), len(updates)) == ([1, 1], 1, 1)
    assert "Session refresh is off" in str(updates)
    assert "Acknowledged by" in await leon.reads()
    room = await leon.reads(WAR_ROOM)
    assert "acknowledged after" in room
    assert "Error rate is at 0.2 %" in room
    assert await slack.unexpected() == []


async def the_visitor_takes_over(page: Page, slack: RemoteSlack) -> None:
    """The page has followed to where the last caption wants it; what that says to do is done."""
    await expect(page.get_by_text("Your turn")).to_be_visible()
    await expect(page.get_by_text("You are Leon Brandt, and the incident is still open.")).to_be_visible()
    await expect(page.get_by_role("button", name="Acting as")).to_contain_text("Leon Brandt")
    await expect(page.get_by_role("heading", name=WAR_ROOM)).to_be_visible()
    await is_sound(page, "the demo's last caption")
    await type_here(page, "/incident resolve")
    await page.get_by_role("dialog").get_by_label("Reason").fill("Orders are back to normal")
    await page.get_by_role("dialog").get_by_role("button", name="Resolve", exact=True).click()
    await expect(page.get_by_text("SEV1 · resolved").first).to_be_visible()
    await page.get_by_role("button", name="Dismiss", exact=True).last.click()
    await expect(page.get_by_text("Your turn")).to_be_hidden()
    await slack.quiet()
    assert await slack.unexpected() == []


@pytest.mark.asyncio(loop_scope="session")
async def test_the_demo_plays_a_whole_incident_and_hands_over(tmp_path: Path, browser: Browser) -> None:
    async with sandbox(tmp_path, "--demo", "--pace", "0") as url:
        watching = asyncio.create_task(played(url))
        page = await tab(browser, url)
        seen = await watching
        captions = [as_text(demo.get("caption")) for demo in seen]
        assert seen[-1]["state"] == "over", captions[-1]
        assert "Type `/incident resolve` below" in captions[-1]
        assert {key for demo in seen for key in ("typing", "pressing", "filling") if demo.get(key)} == {
            "typing",
            "pressing",
            "filling",
        }
        async with RemoteSlack(url) as slack:
            await everything_happened_once(slack)
            await the_visitor_takes_over(page, slack)


async def test_a_visitor_holds_a_show_lets_it_go_on_and_takes_over(slack: LocalSlack) -> None:
    slack.add_channel("general", members=[slack.add_person("maya")])
    show = Show(backstage=slack.backstage, pace=0)

    async def script(show: Show) -> None:
        show.pause()
        await show.at(show.person("maya"), "general", "One")
        await show.types(show.person("maya"), "Hello")
        await show.until(lambda: False, "something that never comes")

    running = asyncio.create_task(show.run(script))
    live = f"{slack.url}/sandbox/backstage/live"
    async with RemoteSlack(slack.url) as far, ClientSession() as session, session.ws_connect(live):
        await slack.until(lambda: show.state is Playing.PAUSED)
        assert await far.person("maya").reads("general") == ""
        await far.post("demo", {"do": "continue"})
        await slack.until(lambda: slack.channel("general").messages)
        await far.post("demo", {"do": "stop"})
        assert (show.state, "You have taken over" in show.scene.caption) == (Playing.STOPPED, True)
        await asyncio.wait_for(running, STARTED_SECONDS)


async def test_a_show_that_cannot_go_on_says_why_and_leaves_the_stage(slack: LocalSlack) -> None:
    slack.add_channel("general", members=[slack.add_person("maya")])
    show = Show(backstage=slack.backstage, pace=0)

    async def script(show: Show) -> None:
        await show.at(show.person("maya"), "general", "One")
        await show.types(show.person("maya"), "/dance")

    live = f"{slack.url}/sandbox/backstage/live"
    async with ClientSession() as session, session.ws_connect(live):
        await show.run(script)
    assert show.state is Playing.STOPPED
    assert show.scene.caption == (
        "The demo ends here, because /dance was not taken: unknown_command. The stage is yours."
    )


@pytest.mark.parametrize("argv", [["--demos"], ["--pace"], ["--pace", "slow"], ["--pace", "-1"], ["0"], ["1", "2"]])
def test_what_is_not_understood_starts_nothing(argv: list[str]) -> None:
    said = StringIO()
    assert command.run(argv, {}, said) == 2
    assert said.getvalue().startswith("usage: python app.py sandbox [--demo]")


def test_help_is_no_mistake() -> None:
    said = StringIO()
    assert command.run(["--help"], {}, said) == 0
    assert "--pace N" in said.getvalue()
