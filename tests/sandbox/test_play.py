"""`python app.py sandbox` as a newcomer meets it: a process of its own, a browser, and a whole incident by hand.

This is the story of docs/tour.md. With PICTURES=docs/images in the environment it takes the tour's pictures.
"""

import asyncio
import os
import re
import signal
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from playwright.async_api import Browser, Page, expect

from bot.sandbox.remote import RemoteSlack
from tests.faults.process import LOOKS_EVERY, Process
from tests.size import FULL

ROOT = Path(__file__).parents[2]
STARTED_SECONDS = 30
STOPPED_SECONDS = 15
ESCALATED_MS = 40_000
WAIT_SECONDS = 20
PATIENCE_MS = 10_000
WAR_ROOM = "inc-1-cards-are-declined"
PEOPLE = {"maya": "U00000001", "leon": "U00000002"}


def free_port() -> int:
    with socket.socket() as trial:
        trial.bind(("127.0.0.1", 0))
        number: int = trial.getsockname()[1]
        return number


@asynccontextmanager
async def sandbox(folder: Path, *options: str, anew: bool = FULL) -> AsyncIterator[str]:
    """The address of a sandbox that has just been started; it is interrupted at the end, as by Ctrl-C.

    What it says stands in `folder`. `anew`: as a newcomer starts it, not forked of what has imported everything.
    """
    port = free_port()
    words = ("sandbox", *options, str(port))
    process = await Process.begin(ROOT, dict(os.environ), folder / "said", *words, anew=anew)
    try:
        async with asyncio.timeout(STARTED_SECONDS):
            while "Ctrl-C ends it" not in process.said:
                assert not await process.over(LOOKS_EVERY), f"the sandbox ended as it started:\n{process.said}"
        assert f"http://127.0.0.1:{port}" in process.said
        assert options or "/incident declare sev1 checkout Cards are declined" in process.said
        yield f"http://127.0.0.1:{port}"
        process.running.send_signal(signal.SIGINT)
        assert await process.over(STOPPED_SECONDS), f"it did not stop:\n{process.said}"
        assert process.running.returncode == 0
    finally:
        if not process.ended.done():
            process.running.terminate()  # never killed: the bot, its child, would live on
            await process.over(STOPPED_SECONDS)


async def tab(browser: Browser, url: str, who: str = "") -> Page:
    page = await browser.new_page(viewport={"width": 1280, "height": 800})
    page.set_default_timeout(PATIENCE_MS)
    await page.goto(f"{url}/?as={PEOPLE[who]}" if who else url)
    return page


async def go(page: Page, place: str) -> None:
    await page.get_by_role("navigation").get_by_role("button", name=place).click()


async def type_here(page: Page, words: str) -> None:
    box = page.locator("#composer").get_by_role("combobox")
    await box.fill(words)
    await box.press("Enter")


async def picture(page: Page, name: str) -> None:
    """Take a picture for the tour, where that is asked for."""
    if folder := os.environ.get("PICTURES"):
        await page.mouse.move(5, 5)
        await page.screenshot(path=str(Path(folder) / f"tour-{name}.png"), animations="disabled")


async def declare_and_let_it_escalate(ana: Page, maya: Page, leon: Page, slack: RemoteSlack) -> None:
    await expect(ana.get_by_text("Try this.")).to_be_visible()
    await type_here(ana, "/incident declare sev1 checkout Cards are declined")
    await expect(ana.get_by_text("INC-1 is declared")).to_be_visible()
    await slack.quiet()
    await picture(ana, "declared")
    await go(maya, "tocsin")
    await expect(maya.get_by_text("Why you")).to_be_visible()
    await picture(maya, "page")
    await go(leon, "tocsin")
    await slack.advance(WAIT_SECONDS)
    await expect(leon.get_by_role("button", name="Acknowledge")).to_be_visible(timeout=ESCALATED_MS)
    await expect(maya.get_by_text(re.compile(r"no answer in 2\d s"))).to_be_visible()
    await leon.get_by_role("button", name="Acknowledge").click()
    await expect(leon.get_by_text("You are commander of INC-1")).to_be_visible()
    await expect(maya.get_by_text("Acknowledged by @Leon Brandt")).to_be_visible()
    await slack.quiet()
    await picture(leon, "acknowledged")


async def tell_customers_and_resolve(ana: Page, leon: Page, slack: RemoteSlack) -> None:
    await go(leon, WAR_ROOM)
    await picture(leon, "war-room")
    await type_here(leon, "/incident update")
    form = leon.get_by_role("dialog")
    await form.get_by_label("What we are doing").fill("Session refresh is off")
    await picture(leon, "update")
    await form.get_by_role("button", name="Preview", exact=True).click()
    await expect(form.get_by_role("button", name="Publish", exact=True)).to_be_visible()
    await picture(leon, "preview")
    await form.get_by_role("button", name="Publish", exact=True).click()
    await leon.get_by_role("button", name="I posted it").last.click()
    await go(ana, "inc-1-updates")
    await expect(ana.get_by_text("Session refresh is off").first).to_be_visible()
    await slack.quiet()
    await picture(ana, "stakeholders")
    await type_here(leon, "/incident resolve")
    await form.get_by_label("Reason").fill("Orders are back to normal")
    await picture(leon, "resolve")
    await form.get_by_role("button", name="Resolve", exact=True).click()
    await expect(ana.get_by_text("RESOLVED").first).to_be_visible()
    await expect(leon.get_by_text("SEV1 · resolved · IC @Leon Brandt").first).to_be_visible()
    await slack.quiet()
    await picture(leon, "resolved")


@pytest.mark.asyncio(loop_scope="session")
async def test_a_newcomer_plays_a_whole_incident(tmp_path: Path, browser: Browser) -> None:
    async with sandbox(tmp_path, anew=True) as url:
        ana, maya, leon = await tab(browser, url), await tab(browser, url, "maya"), await tab(browser, url, "leon")
        async with RemoteSlack(url) as slack:
            await declare_and_let_it_escalate(ana, maya, leon, slack)
            await tell_customers_and_resolve(ana, leon, slack)
            assert await slack.unexpected() == []
