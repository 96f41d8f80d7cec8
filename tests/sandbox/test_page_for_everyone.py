"""The page for everyone: no serious fault of accessibility on any screen, at any width, and nothing from outside."""

from importlib.resources import files

import pytest
from playwright.async_api import Page, expect

from tests.sandbox.diner import Diner, typed
from tests.sandbox.page_app import ticket

WIDTHS = {"desk": 1280, "phone": 390}
AXE = files("axe_playwright_python").joinpath("axe.min.js")
pytestmark = pytest.mark.asyncio(loop_scope="session")


async def is_sound(page: Page, screen: str) -> None:
    """No fault that axe-core calls serious or critical."""
    await page.evaluate(AXE.read_text(encoding="utf-8"))
    found = await page.evaluate("axe.run({resultTypes: ['violations']})")
    faults = [
        f"{screen}: {fault['id']}: {node['html'][:200]}"
        for fault in found["violations"]
        if fault["impact"] in {"serious", "critical"}
        for node in fault["nodes"]
    ]
    assert faults == []


async def fits(page: Page, width: int) -> None:
    """Nothing hangs over the side."""
    assert await page.evaluate("document.documentElement.scrollWidth") <= width


@pytest.mark.parametrize("width", WIDTHS.values(), ids=WIDTHS)
async def test_no_screen_has_a_serious_fault_of_accessibility(diner: Diner, width: int) -> None:
    opener = await diner.maya.say(diner.channel, "Who cooks, @leon? See <https://example.com>")
    await diner.leon.say(diner.channel, "I do, @maya", thread=opener.ts)
    await diner.kitchen.pins_add(channel=diner.channel, timestamp=opener.ts)
    await diner.kitchen.reactions_add(channel=diner.channel, timestamp=opener.ts, name="eyes")
    await diner.kitchen.conversations_setTopic(channel=diner.channel, topic="Soup at <https://example.com|noon>")
    await diner.kitchen.chat_postMessage(channel=diner.maya.id, text="Your turn to cook", blocks=ticket("soup"))
    page = await diner.tab(diner.maya, width=width)
    await typed(page, "/order unicorn")
    await expect(page.get_by_text("Only visible to you")).to_be_visible()
    await typed(page, "/gallery")
    await expect(page.get_by_role("heading", name="The gallery")).to_be_visible()
    await is_sound(page, "channel")
    await fits(page, width)

    await typed(page, "/gallery form")
    form = page.get_by_role("dialog", name="Every field")
    await form.get_by_role("button", name="Send").click()
    await expect(form.get_by_text("Please complete this required field.")).not_to_have_count(0)
    await is_sound(page, "form with errors")
    await form.get_by_role("combobox", name="Toppings").click()
    await expect(page.get_by_role("option")).not_to_have_count(0)
    await is_sound(page, "form with a list")
    await fits(page, width)
    await page.keyboard.press("Escape")
    await page.keyboard.press("Escape")

    await page.get_by_role("button", name="1 reply").click()
    await expect(page.get_by_role("complementary", name="Thread").get_by_text("I do")).to_be_visible()
    await is_sound(page, "thread")
    await page.get_by_role("button", name="Close thread").click()
    await page.get_by_role("button", name="Acting as").click()
    await is_sound(page, "menu")
    await page.keyboard.press("Escape")
    if width < 640:
        await page.get_by_role("button", name="Back to channels").click()
        await is_sound(page, "sidebar")
        await expect(page.get_by_role("button", name="Acting as")).to_be_in_viewport(ratio=1)
    await page.get_by_role("region", name="Apps").get_by_role("button", name="Kitchen").click()
    await expect(page.get_by_role("button", name="Cook")).to_be_visible()
    await is_sound(page, "direct message")
    await fits(page, width)
    await page.get_by_role("tab", name="Home").click()
    await expect(page.get_by_text("Today: soup")).to_be_visible()
    await is_sound(page, "App Home")
    await page.get_by_role("button", name="Ring").click()
    await is_sound(page, "confirmation")
    await fits(page, width)


async def test_every_request_of_the_page_stays_on_this_machine(diner: Diner) -> None:
    asked: list[str] = []
    page = await diner.tab(diner.maya)
    page.on("request", lambda request: asked.append(request.url))
    page.on("websocket", lambda socket: asked.append(socket.url.replace("ws:", "http:")))
    await page.reload()
    await typed(page, "/gallery")
    await expect(page.get_by_role("img", name="The bowl again")).to_be_visible()
    assert len(asked) > 20
    assert [url for url in asked if not url.startswith(diner.slack.url)] == []
