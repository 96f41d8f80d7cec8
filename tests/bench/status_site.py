"""The status site with 500 incidents that are over: a thousand requests of a crowd, and the page made anew."""

import asyncio
import sys
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from bot.domain.change import Change
from bot.domain.incident import Incident
from bot.services.ports import Desk
from bot.services.public_view import PublicView
from bot.store.store import SqlStore, open_store
from bot.system import monotonic
from bot.text import Texts
from bot.web.status_site import StatusSite
from tests.bench.figures import Line, Stopwatch
from tests.domain.lives import NOW
from tests.fakes.clock import FakeClock
from tests.scenarios.world import ROOT
from tests.web.doors import Behind, Http, client
from tests.web.status_sites import BASE, SITE, lasting, over

TITLE = "The status site, with 500 past incidents"
PAST = 500
REQUESTS = 1000
WITHIN = 1.0
MADE_WITHIN = 0.050
RUNS = 5
PAGES = Texts(ROOT / "templates", markup=True, shipped=True)
CROWDED = ("/status", "/status.json")
CROWDS = tuple(f"{REQUESTS:,} requests for {path}, from the cache" for path in CROWDED)
FIRST = "the page, the first of a process"
COLD = "the page, with every incident read anew"
WARM = "the page, after an incident changed"
ROWS = (*CROWDS, FIRST, COLD, WARM)
MISSED = {
    WARM: "five hundred incidents are said anew in one page, and the days of every journey counted anew: two thirds of "
    "it is the template's time. It is made beside the event loop, once for all who ask."
}


async def measure() -> list[Line]:
    """Measure on a SQLite file; takes some seconds."""
    with tempfile.TemporaryDirectory() as folder:
        async with a_store(Path(folder)) as store:
            first = [await once(store)]
            cold = [await once(store) for _ in range(RUNS)]
            warm = await changed(store)
            crowds = {path: [await crowd(store, path) for _ in range(RUNS)] for path in CROWDED}
    return [
        *(
            Line(what=what, measured=measured, worst=WITHIN)
            for what, measured in zip(CROWDS, crowds.values(), strict=True)
        ),
        Line(what=FIRST, measured=first),
        Line(what=COLD, measured=cold),
        Line(what=WARM, measured=warm, worst=MADE_WITHIN),
    ]


@asynccontextmanager
async def a_store(folder: Path) -> AsyncIterator[SqlStore]:
    """A database with five hundred incidents of the last 90 days, and one that lasts."""
    store = open_store(f"sqlite:///{folder / 'tocsin.db'}", lambda _earliest, _outgoing: None, clock=FakeClock(NOW))
    await store.start()
    every = timedelta(days=89) / PAST
    for number in range(1, PAST + 1):
        await saved(store, over(number, NOW - number * every, 30))
    await saved(store, lasting(PAST + 1))
    yield store
    await store.close()


async def saved(store: SqlStore, incident: Incident) -> None:
    """Save an incident."""
    await store.write(lambda tx: tx.save(Change(incident=incident)))


def site_of(store: SqlStore) -> StatusSite:
    """A status site that has read nothing yet; templates stay compiled, as they do in a process."""
    desk = Desk(store=store, clock=FakeClock(NOW), directory=lambda: SITE, render=Texts(ROOT / "templates").render)
    return StatusSite(PublicView(desk).look, PAGES.render, monotonic, lambda: BASE)


async def once(store: SqlStore) -> float:
    """Seconds for the page from a site that has read nothing yet."""
    site = site_of(store)
    async with client(Behind().app(status_site=site)) as http:
        return await seconds_for(http)


async def changed(store: SqlStore) -> list[float]:
    """Seconds for the page after something was published, again and again."""
    site = site_of(store)
    measured = []
    async with client(Behind().app(status_site=site)) as http:
        await http.get("/status")
        for _ in range(RUNS):
            incident = await store.read(lambda tx: tx.incident(PAST + 1))
            assert incident
            later = [replace(each, text=each.text + " More.") for each in incident.updates]
            await saved(store, replace(incident, updates=tuple(later)))
            site.changed()
            measured.append(await seconds_for(http))
    return measured


async def seconds_for(http: Http) -> float:
    """Seconds for the page."""
    watch = Stopwatch()
    answer = await http.get("/status")
    seconds = watch.seconds()
    assert answer.text.count("/status/incidents/") == PAST + 1
    return seconds


async def crowd(store: SqlStore, path: str) -> float:
    """Seconds for a thousand requests by a crowd in a process of its own."""
    async with client(Behind().app(status_site=site_of(store))) as http:
        await http.get(path)
        port = http.at("").rpartition(":")[2]
        program = (sys.executable, "-m", "tests.bench.requests", port, path, str(REQUESTS))
        running = await asyncio.create_subprocess_exec(*program, cwd=ROOT, stdout=asyncio.subprocess.PIPE)
        said, _ = await running.communicate()
        return float(said)
