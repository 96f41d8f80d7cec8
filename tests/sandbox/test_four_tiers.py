"""Four tiers without an answer, watched by two people side by side: the clock is moved from Backstage."""

import re
from pathlib import Path

import pytest
from playwright.async_api import Browser, Page, expect

from tests.sandbox.test_backstage import pull
from tests.sandbox.test_play import WAR_ROOM, go, sandbox, tab, type_here

MISSED = re.compile(r"no answer in \d\d s")
"""At least the 20 s of the tier, and what the pressing took."""
TIERS = ("Maya Ito", "Leon Brandt", "Dana Cole", "Vic Moreau")


async def act_as(page: Page, name: str) -> None:
    """Become somebody else in this tab, by the menu, and look at what the bot has written to them."""
    await page.locator("#act-as").click()
    async with page.expect_navigation():
        await page.get_by_role("menuitemradio", name=name).click()
    await go(page, "tocsin")


async def every_tier_is_paged_and_nobody_answers(ana: Page, paged: Page) -> None:
    for name, following in zip(TIERS, (*TIERS[1:], ""), strict=True):
        await act_as(paged, name)
        acknowledge = paged.locator("#messages").get_by_role("button", name="Acknowledge")
        await expect(acknowledge).to_be_visible()
        await pull(ana, "+ 20 s")
        if following:
            await expect(paged.get_by_text(MISSED).first).to_be_visible()
            missed = ana.locator("#messages").get_by_text(f"paging @{following}").last
            await expect(missed).to_be_visible()


async def nobody_has_answered_and_the_round_begins_again(ana: Page, paged: Page) -> None:
    await expect(ana.locator("#messages").get_by_text("NOBODY HAS ANSWERED").first).to_be_visible()
    await expect(ana.locator("#messages").get_by_text("+1 555 0103").first).to_be_visible()
    await act_as(paged, "Maya Ito")
    await expect(paged.locator("#messages").get_by_role("button", name="Acknowledge").last).to_be_visible()


async def somebody_has_it(ana: Page, paged: Page) -> None:
    await paged.locator("#messages").get_by_role("button", name="Acknowledge").last.click()
    await expect(paged.locator("#messages").get_by_text("You are commander of INC-1")).to_be_visible()
    await expect(ana.locator("#messages").get_by_text("Acknowledged by @Maya Ito").first).to_be_visible()


@pytest.mark.asyncio(loop_scope="session")
async def test_four_tiers_nobody_and_round_again_are_watched_by_two_people(tmp_path: Path, browser: Browser) -> None:
    async with sandbox(tmp_path) as url:
        ana, paged = await tab(browser, url), await tab(browser, url, "maya")
        await ana.locator("#backstage-button").click()
        await type_here(ana, "/incident declare sev1 checkout Cards are declined")
        await expect(ana.get_by_text("INC-1 is declared")).to_be_visible()
        await go(ana, WAR_ROOM)
        await every_tier_is_paged_and_nobody_answers(ana, paged)
        await nobody_has_answered_and_the_round_begins_again(ana, paged)
        await somebody_has_it(ana, paged)
