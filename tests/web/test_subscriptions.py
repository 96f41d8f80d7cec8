"""Subscribing as strangers meet it: the form, floods, links that are nobody's, and answers that tell nothing."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Browser

from bot.domain.subscriber import Means, Standing
from bot.services.ports import Desk
from bot.services.site import Site
from bot.store.store import SqlStore
from bot.text import Texts
from bot.web.flood import Flood
from bot.web.status_site import StatusSite
from bot.web.subscriptions import Subscriptions
from tests.domain.lives import NOW
from tests.fakes.clock import FakeClock
from tests.fakes.store import file_store
from tests.web.doors import Answer, Behind, Http, client
from tests.web.status_sites import BASE, SITE, TEMPLATES, a_full_site

KIM = "kim@customer.test"


@dataclass
class Door:
    http: Http
    store: SqlStore

    async def ask(self, address: str, means: str = "email") -> Answer:
        return await self.http.post("/status/subscribe", {"means": means, "address": address})

    async def token(self, address: str = KIM) -> str:
        found = await self.store.read(lambda tx: tx.subscriber_at(Means.EMAIL, address))
        assert found is not None
        return found.token


@asynccontextmanager
async def a_door(folder: Path, *, mails: bool = True, on: bool = True) -> AsyncIterator[Door]:
    clock, markup = FakeClock(NOW), Texts(TEMPLATES, markup=True).render
    directory = replace(SITE, workspace=replace(SITE.workspace, status_site=on))
    async with file_store(folder, clock=clock) as store:
        desk = Desk(
            store=store,
            clock=clock,
            directory=lambda: directory,
            render=Texts(TEMPLATES).render,
            site=Site(base=lambda: BASE, key=b"a key", reachable=True),
            mails=mails,
        )
        behind = a_full_site()
        site = StatusSite(behind.look, behind.render, lambda: 0.0, lambda: BASE, mails=mails)
        app = Behind().app(status_site=site, subscriptions=Subscriptions(desk, markup, lambda: 0.0))
        async with client(app) as http:
            yield Door(http=http, store=store)


@pytest.fixture
async def door(tmp_path: Path) -> AsyncIterator[Door]:
    async with a_door(tmp_path) as opened:
        yield opened


async def test_the_answer_is_the_same_whether_an_address_is_known_or_not(door: Door) -> None:
    new = await door.ask(KIM)
    assert (new.status, "on its way" in new.text) == (200, True)
    assert new.headers["cache-control"] == "private, no-store"
    page = f"/status/subscriptions/{await door.token()}"
    assert (await door.http.post(f"{page}/confirm", {})).status == 200
    again = await door.ask("kim@CUSTOMER.test")
    assert (again.status, again.text) == (new.status, new.text)
    await door.http.get(f"{page}/unsubscribe")
    assert "You are subscribed" in (await door.http.get(page)).text, "a look ends nothing"
    for _ in range(2):
        left = await door.http.post(f"{page}/unsubscribe", {"List-Unsubscribe": "One-Click"})
        assert (left.status, "You are unsubscribed" in left.text) == (200, True)
    for path in (page, "/status/subscriptions/0", "/status/subscriptions/%00"):
        nobody = await door.http.get(path)
        assert (nobody.status, "Nobody is subscribed here" in nobody.text) == (404, True)
    assert (await door.http.post(f"{page}/confirm", {})).status == 404


@pytest.mark.parametrize(
    ("address", "means"),
    [
        ("", "email"),
        ("<script>@x", "email"),
        ("a@b\r\nBcc: c@d", "email"),
        ("http://x.test/", "webhook"),
        ("x", "webhook"),
    ],
)
async def test_what_is_no_address_is_refused_with_a_sentence(door: Door, address: str, means: str) -> None:
    refused = await door.ask(address, means)
    assert (refused.status, "That was not done" in refused.text) == (400, True)
    assert "<script>@" not in refused.text
    assert await door.store.read(lambda tx: tx.subscribers(Standing.PENDING)) == ()


async def test_a_flood_is_stopped_in_a_friendly_sentence_that_tells_nothing(door: Door) -> None:
    taken = [await door.ask(KIM) for _ in range(4)]
    assert [each.status for each in taken] == [200, 200, 200, 429]
    others = [await door.ask(f"p{number}@customer.test") for number in range(8)]
    assert [each.status for each in others] == [200] * 7 + [429]
    assert others[-1].text == taken[-1].text
    assert "Please try again in an hour" in others[-1].text
    assert (await door.http.post("/status/subscribe", b"x" * 5000)).status == 413
    form = {"means": "email", "address": "far@customer.test"}
    behind_a_proxy = await door.http.post("/status/subscribe", form, X_Forwarded_For="203.0.113.7")
    assert behind_a_proxy.status == 200, "a proxy on this machine says who it is that asks"


def test_floods_are_counted_by_address_network_and_in_all_for_an_hour() -> None:
    at = [0.0]
    flood = Flood(lambda: at[0])
    assert [flood.lets("a@b.test", f"10.0.{each}.1") for each in range(4)] == [True, True, True, False]
    near = [flood.lets(f"{each}@b.test", f"2001:db8:0:{each:x}::1") for each in range(12)]
    assert near == [True] * 10 + [False] * 2
    far = [flood.lets(f"x{each}@b.test", f"10.{each}.1.1") for each in range(200)]
    assert far.count(True) == 200 - 13
    at[0] += 3600
    assert flood.lets("a@b.test", "10.0.0.1")


async def test_without_a_mail_server_the_form_offers_none_and_without_a_site_there_is_nothing(tmp_path: Path) -> None:
    async with a_door(tmp_path, mails=False) as door:
        shown = (await door.http.get("/status")).text
        assert ('type="email"' in shown, 'type="url"' in shown) == (False, True)
        refused = await door.ask(KIM)
        assert (refused.status, "No mail is sent from here" in refused.text) == (400, True)
    async with a_door(tmp_path, on=False) as door:
        off = await door.ask("https://x.test/", "webhook")
        assert (off.status, "no status site" in off.text) == (404, True)
        left = await door.http.post(f"/status/subscriptions/{'0' * 40}/unsubscribe", {})
        assert left.status == 200, "whoever wants to leave can"


@pytest.mark.asyncio(loop_scope="session")
async def test_the_form_works_without_scripts_and_its_pages_are_for_everybody(tmp_path: Path, browser: Browser) -> None:
    async with a_door(tmp_path) as door:
        scripts_off = await browser.new_context(java_script_enabled=False)
        page = await scripts_off.new_page()
        await page.goto(door.http.at("/status"))
        await page.get_by_label("By mail").fill(KIM)
        await page.get_by_role("button", name="Subscribe", exact=True).click()
        await page.get_by_text("A mail is on its way").wait_for()
        await page.goto(door.http.at(f"/status/subscriptions/{await door.token()}"))
        await page.get_by_role("button", name="Yes, tell me").click()
        await page.get_by_text("You are subscribed").wait_for()
        for width, scheme in ((390, "light"), (800, "dark"), (1280, "light")):
            looks = await browser.new_page(
                viewport={"width": width, "height": 900}, color_scheme="dark" if scheme == "dark" else "light"
            )
            await looks.goto(page.url.removesuffix("/confirm"))
            assert await looks.evaluate("document.documentElement.scrollWidth") <= width
            found = await Axe().run(looks)
            assert found.violations_count == 0, found.generate_report()
            await looks.close()
