"""The internal status page as a colleague with a link gets it, and as everybody else does not."""

from dataclasses import replace

import pytest
from axe_playwright_python.async_playwright import Axe
from fastapi import FastAPI
from playwright.async_api import Browser

from bot.domain.incident import Incident, Room, RoomKind
from bot.domain.internal_page import InternalPage, internal_incident, visible
from bot.domain.prose import Who
from bot.domain.role import COMMANDER, Term
from bot.domain.signed_link import LASTS, Expired, NotALink
from bot.services.ports import Unavailable
from bot.text import Texts
from bot.web.internal_page import InternalSite
from tests.domain.lives import DANA, EVE, MAYA, NEW_YORK, NOW, SAM, an_incident
from tests.web.doors import Behind, client
from tests.web.status_sites import TEMPLATES

NASTY = "<script>alert('x')</script> & “quoted” {{ 7 * 7 }}"


def led() -> Incident:
    made = an_incident(words=NASTY, terms=(Term(role=COMMANDER, who=MAYA, since=NOW),))
    return replace(made, war_room=Room(kind=RoomKind.WAR_ROOM, name="inc-42-cards", channel="CWAR"))


def private() -> Incident:
    return replace(an_incident(number=7, severity="SEV2"), private=True, responders=(SAM,))


def page_for(reader: Who) -> InternalPage:
    seen = visible((private(), led()), reader, ("dana",))
    entries = tuple(internal_incident(each, (), NOW) for each in seen)
    return InternalPage(reader=reader.name, zone=NEW_YORK, at=NOW, until=NOW + LASTS, incidents=entries)


async def look(given: str) -> InternalPage:
    match given:
        case "old":
            raise Expired("This link has expired: each opens the page for twelve hours.")
        case "busy":
            raise Unavailable("The disk is full.")
        case "sam" | "eve" | "dana":
            return page_for({"sam": SAM, "eve": EVE, "dana": DANA}[given])
        case _:
            raise NotALink("This link is not one that was given out in Slack.")


def an_app() -> FastAPI:
    return Behind().app(internal_page=InternalSite(look, Texts(TEMPLATES, markup=True).render))


async def test_it_shows_what_its_reader_may_see_and_lets_nobody_keep_it() -> None:
    async with client(an_app()) as http:
        outside, inside, manager = [await http.get(f"/status/internal?key={who}") for who in ("eve", "sam", "dana")]
        for shown in (outside, inside, manager):
            assert shown.status == 200
            assert shown.headers["cache-control"] == "private, no-store"
            assert shown.headers["referrer-policy"] == "no-referrer"
            assert shown.headers["x-robots-tag"] == "noindex, nofollow"
            for words in ("INC-42", "maya", "https://slack.com/app_redirect?channel=CWAR", "18 November 2026, 02:17"):
                assert words in shown.text
            assert "<script" not in shown.text
            assert "&lt;script&gt;" in shown.text
        assert "INC-7" not in outside.text
        assert "1 open incident<" in outside.text
        assert "INC-7" in inside.text
        assert "INC-7" in manager.text


async def test_a_link_that_does_not_open_it_gets_a_page_that_says_how_to_have_one() -> None:
    async with client(an_app()) as http:
        for query, why in (("?key=old", "has expired"), ("?key=x", "not one that was given out"), ("", "link of your")):
            refused = await http.get(f"/status/internal{query}")
            assert (refused.status, refused.headers["cache-control"]) == (403, "private, no-store")
            assert why in refused.text
            assert "/incident site" in refused.text
            assert "INC-" not in refused.text
        busy = await http.get("/status/internal?key=busy")
        assert (busy.status, "disk" in busy.text) == (503, False)


@pytest.mark.asyncio(loop_scope="session")
async def test_it_is_fine_on_a_phone_and_on_paper_and_for_everybody(browser: Browser) -> None:
    async with client(an_app()) as http:
        for width in (390, 800, 1280):
            page = await browser.new_page(
                viewport={"width": width, "height": 900}, color_scheme="dark" if width == 800 else "light"
            )
            for path in ("/status/internal?key=sam", "/status/internal?key=x"):
                await page.goto(http.at(path))
                assert await page.evaluate("document.documentElement.scrollWidth") <= width
                found = await Axe().run(page)
                assert found.violations_count == 0, found.generate_report()
            await page.emulate_media(media="print")
            assert not await page.get_by_role("link", name="Public status").is_visible()
            await page.close()
