"""The status site as strangers, programs and feed readers get it."""

import json
import re
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import datetime
from types import MappingProxyType
from xml.etree import ElementTree as ET

import aiohttp
import pytest
from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Browser, Request

from bot.web.server import WebServer
from tests.domain import marked
from tests.domain.lives import NOW
from tests.domain.marked import MARK, NUMBER
from tests.web.doors import Behind, Http, client
from tests.web.status_sites import BASE, DAY, HOUR, SITE, BehindTheSite, a_full_site, lasting, over

SOURCE = "https://www.githubstatus.com/api#summary"
"""Where the keys below are from; Statuspage serves the same summary for every page that it hosts."""
KEYS = MappingProxyType(
    {
        "summary": {"page", "components", "incidents", "scheduled_maintenances", "status"},
        "page": {"id", "name", "url", "time_zone", "updated_at"},
        "status": {"indicator", "description"},
        "component": {
            *("id", "name", "status", "created_at", "updated_at", "position", "description", "showcase", "group_id"),
            *("page_id", "group", "only_show_if_degraded"),
        },
        "incident": {
            *("id", "name", "status", "created_at", "updated_at", "monitoring_at", "resolved_at", "impact"),
            *("shortlink", "started_at", "page_id", "incident_updates", "components"),
        },
        "update": {"id", "status", "body", "incident_id", "created_at", "updated_at", "display_at"},
    }
)
STATES = {"operational", "degraded_performance", "partial_outage", "major_outage", "under_maintenance"}
ATOM = "{http://www.w3.org/2005/Atom}"
EVERYWHERE = ("/status", "/status.json", "/status.atom")


@pytest.fixture
async def full() -> AsyncIterator[Http]:
    async with client(a_full_site().app()) as http:
        yield http


async def addresses(http: Http) -> list[str]:
    """The addresses of the incidents that the page links."""
    return re.findall(r'href="(/status/incidents/[^"]+)"', (await http.get("/status")).text)


async def test_strangers_see_how_it_is_what_is_wrong_and_what_was(full: Http) -> None:
    shown = await full.get("/status")
    assert (shown.status, shown.headers["content-type"]) == (200, "text/html; charset=utf-8")
    for words in ("Acme status", "Major outage", "Card payments fail", "Undoing that change.", "Orders are slow"):
        assert words in shown.text
    for words in ("Under maintenance", "Search moves house", "In progress", "Old disks", "Nothing is lost."):
        assert words in shown.text
    assert "Invoices &amp; receipts" in shown.text
    assert "100 % uptime · no incident in 90 days" in shown.text
    assert not re.findall(r'(?:src|href)="(?:https?:)?//', shown.text), "nothing is fetched from elsewhere"


async def test_each_incident_has_an_address_and_other_addresses_say_what_to_do(full: Http) -> None:
    first, *others = await addresses(full)
    assert len({first, *others}) == 4
    shown = await full.get(first)
    assert "Card payments fail" in shown.text
    assert "Orders are slow" not in shown.text
    for nobody in ("/status/incidents/42", "/status/incidents/0000000000000000"):
        missing = await full.get(nobody)
        assert (missing.status, missing.text) == (
            404,
            "There is no incident at this address. All that is public is at /status.\n",
        )


async def test_nothing_but_published_public_words_is_in_any_output() -> None:
    hidden = marked.an_incident(private=True)
    drafted = replace(marked.an_incident(updates=marked.UPDATES[1:]), number=NUMBER + 1)
    behind = BehindTheSite(incidents=(marked.an_incident(), hidden, drafted), directory=marked.DIRECTORY)
    async with client(behind.app()) as http:
        (address,) = await addresses(http)
        for path in (*EVERYWHERE, address):
            shown = await http.get(path)
            assert shown.status == 200
            assert "Cards are declined" in shown.text, path
            assert ("Cards move" in shown.text) == (path in EVERYWHERE), path
            assert MARK not in shown.text, path
            assert str(NUMBER) not in shown.text, path
            assert "SEV" not in shown.text, path
            assert "INC-" not in shown.text, path
            assert not [each for each in shown.headers.values() if MARK in each]


async def test_what_people_write_is_text_and_never_markup() -> None:
    nasty = "</p><script>alert('x')</script> & ]]> \x0b\x00 {{ 7 * 7 }}"
    behind = BehindTheSite(incidents=(over(1, NOW - DAY, 5, sees=nasty),))
    async with client(behind.app()) as http:
        (address,) = await addresses(http)
        for path in ("/status", address):
            shown = (await http.get(path)).text
            assert "<script" not in shown
            assert "&lt;script&gt;" in shown
            assert "49" not in re.findall(r"&lt;script&gt;[^<]*", shown)[0]
        feed = ET.fromstring((await http.get("/status.atom")).content)  # noqa: S314 - our own feed
        assert "<script>alert('x')</script> & ]]>" in (feed.findtext(f"{ATOM}entry/{ATOM}content") or "")
        assert "default-src 'none'" in (await http.get("/status")).headers["content-security-policy"]


def has_keys(given: dict[str, object], kind: str) -> dict[str, object]:
    assert KEYS[kind] <= set(given), f"{kind} lacks {KEYS[kind] - set(given)}, see {SOURCE}"
    return given


async def test_the_summary_has_the_shape_of_statuspages(full: Http) -> None:
    answer = await full.get("/status.json")
    assert answer.headers["content-type"] == "application/json"
    assert answer.headers["access-control-allow-origin"] == "*"
    given = answer.json()
    has_keys(given, "summary")
    assert has_keys(given["page"], "page")["url"] == f"{BASE}/status"
    assert has_keys(given["status"], "status") == {"indicator": "critical", "description": "Major Service Outage"}
    assert [has_keys(each, "component")["status"] for each in given["components"]] == [
        "major_outage",
        "operational",
        "operational",
        "under_maintenance",
    ]
    assert {each["status"] for each in given["components"]} <= STATES
    (incident,) = given["incidents"]
    has_keys(incident, "incident")
    assert (incident["name"], incident["status"], incident["impact"]) == (
        "Card payments fail",
        "identified",
        "critical",
    )
    assert incident["resolved_at"] is None
    assert [has_keys(each, "update")["status"] for each in incident["incident_updates"]] == [
        "identified",
        "investigating",
    ]
    assert [each["name"] for each in incident["components"]] == ["Checkout"]
    going_on, planned = given["scheduled_maintenances"]
    for each in (going_on, planned):
        has_keys(each, "incident")
        assert {"scheduled_for", "scheduled_until"} <= set(each)
        assert [has_keys(told, "update")["body"] for told in each["incident_updates"]] == [
            "For some minutes searches may be slow.\nNothing is lost."
        ]
    assert (going_on["name"], going_on["status"]) == ("New disks", "in_progress")
    assert (planned["status"], planned["impact"]) == ("scheduled", "maintenance")
    assert [each["name"] for each in planned["components"]] == ["Search", "Invoices & receipts"]
    assert datetime.fromisoformat(planned["scheduled_for"]) == NOW + 30 * HOUR
    assert datetime.fromisoformat(given["page"]["updated_at"]) == NOW


@pytest.mark.parametrize(("severity", "indicator"), [("SEV1", "critical"), ("SEV2", "major"), ("SEV3", "minor")])
async def test_the_indicator_is_one_of_the_four(severity: str, indicator: str) -> None:
    async with client(BehindTheSite(incidents=(lasting(severity=severity),)).app()) as http:
        assert (await http.get("/status.json")).json()["status"]["indicator"] == indicator


async def test_with_nothing_wrong_all_systems_are_operational_or_in_maintenance() -> None:
    working = BehindTheSite(directory=a_full_site().directory)
    async with client(working.app()) as http:
        assert "Planned maintenance is going on</h1>" in (await http.get("/status")).text
        assert (await http.get("/status.json")).json()["status"]["description"] == "Service Under Maintenance"
        working.now += DAY
        working.seconds += 1
        assert "All systems operational</h1>" in (await http.get("/status")).text
    async with client(BehindTheSite().app()) as http:
        assert "All systems operational" in (await http.get("/status")).text
        assert json.loads((await http.get("/status.json")).content)["status"]["indicator"] == "none"


async def test_the_feed_is_atom_with_an_entry_for_each_incident_newest_first(full: Http) -> None:
    answer = await full.get("/status.atom")
    assert answer.headers["content-type"] == "application/atom+xml"
    feed = ET.fromstring(answer.content)  # noqa: S314 - our own feed
    assert feed.tag == f"{ATOM}feed"
    entries = feed.findall(f"{ATOM}entry")
    # What RFC 4287 (4.1.1, 4.1.2) requires of a feed and of each entry.
    for part in (feed, *entries):
        for name in ("id", "title", "updated"):
            assert len(part.findall(f"{ATOM}{name}")) == 1
        assert (part.findtext(f"{ATOM}id") or "").startswith(BASE)
        assert datetime.fromisoformat(part.findtext(f"{ATOM}updated") or "").utcoffset() is not None
    assert feed.findtext(f"{ATOM}author/{ATOM}name") == "Acme status"
    assert [each.get("href") for each in feed.findall(f"{ATOM}link[@rel='self']")] == [f"{BASE}/status.atom"]
    assert len({each.findtext(f"{ATOM}id") for each in entries}) == len(entries) == 7
    changed = [each.findtext(f"{ATOM}updated") or "" for each in entries]
    assert changed == sorted(changed, reverse=True)
    contents = {each.findtext(f"{ATOM}title"): (each.findtext(f"{ATOM}content") or "").strip() for each in entries}
    assert contents["Card payments fail"].startswith("Identified, 18 November 2026, 02:12 EST")
    assert contents["Search moves house"].startswith(
        "Planned maintenance, scheduled: 19 November 2026, 08:17 EST to 19"
    )


@pytest.mark.parametrize("path", EVERYWHERE)
async def test_a_visitor_who_has_it_already_is_told_so(path: str) -> None:
    behind = a_full_site()
    async with WebServer(behind.app(), "127.0.0.1", 0) as server, aiohttp.ClientSession() as session:
        url = f"http://127.0.0.1:{server.port}{path}"
        async with session.get(url) as first:
            etag = first.headers["ETag"]
            assert first.headers["Cache-Control"].startswith("public, max-age=")
        for named, status in ((etag, 304), (f'"other", {etag.removeprefix("W/")}', 304), ('"other"', 200)):
            async with session.get(url, headers={"If-None-Match": named}) as again:
                assert (again.status, again.headers["ETag"]) == (status, etag)
                assert bool(await again.read()) == (status == 200)
        async with session.head(url) as head:
            assert (head.status, head.headers["ETag"]) == (200, etag)
        behind.incidents = ()
        behind.seconds += 1
        async with session.get(url, headers={"If-None-Match": etag}) as changed:
            assert changed.status == 200


async def test_a_crowd_costs_one_look_a_second_and_nothing_is_made_twice() -> None:
    behind = a_full_site()
    async with client(behind.app()) as http:
        for _ in range(20):
            await http.get("/status")
        assert (behind.looks, behind.renderings) == (1, ["status_site/status.html.j2"])
        behind.seconds += 1
        await http.get("/status")
        assert (behind.looks, len(behind.renderings)) == (2, 1)


async def test_what_was_committed_is_there_at_the_next_look() -> None:
    behind = BehindTheSite()
    site = behind.site()
    async with client(Behind().app(status_site=site)) as http:
        assert "All systems operational" in (await http.get("/status")).text
        behind.incidents = (lasting(),)
        site.changed()
        assert "Card payments fail" in (await http.get("/status")).text


async def test_while_the_database_cannot_be_read_the_last_page_is_shown_or_a_sentence() -> None:
    behind = a_full_site()
    async with client(behind.app()) as http:
        behind.unavailable = "The disk is full."
        refused = await http.get("/status")
        assert (refused.status, refused.headers["retry-after"]) == (503, "5")
        assert "try again" in refused.text
        assert "disk" not in refused.text
        behind.unavailable = ""
        shown = await http.get("/status")
        behind.unavailable = "The disk is full."
        behind.seconds += 60
        assert await http.get("/status") == shown


async def test_where_the_site_is_off_every_address_says_so() -> None:
    off = replace(SITE, workspace=replace(SITE.workspace, status_site=False))
    for app in (BehindTheSite(incidents=(lasting(),), directory=off).app(), Behind().app()):
        async with client(app) as http:
            for path in (*EVERYWHERE, "/status/incidents/0000000000000000"):
                answer = await http.get(path)
                assert (answer.status, "`status_site: true`" in answer.text) == (404, True)


@pytest.mark.asyncio(loop_scope="session")
async def test_it_is_fine_on_a_phone_and_on_paper_and_for_everybody(browser: Browser) -> None:
    async with client(a_full_site().app()) as http:
        paths = ("/status", (await addresses(http))[0])
        for width, scheme in ((390, "light"), (800, "dark"), (1280, "light")):
            page = await browser.new_page(
                viewport={"width": width, "height": 900}, color_scheme="dark" if scheme == "dark" else "light"
            )
            asked: list[Request] = []
            page.on("request", lambda request: asked.append(request))  # noqa: B023, PLW0108 - it wants a function of ours
            for path in paths:
                await page.goto(http.at(path))
                assert await page.evaluate("document.documentElement.scrollWidth") <= width
                found = await Axe().run(page)
                assert found.violations_count == 0, found.generate_report()
            assert len(asked) == len(paths), "one request for each page, and none to anywhere else"
            await page.emulate_media(media="print")
            assert not await page.get_by_role("link", name="JSON").is_visible()
            await page.close()
