"""Everything at once: four people answer a page in different ways, its time is up, and somebody escalates.

One of them has it and everybody else is told who and when; nobody is paged after the answer. Real threads, in whatever
order they come; with FAULTS=full in the environment a thousand times.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from itertools import permutations
from pathlib import Path

import psycopg
import pytest

from bot.domain.change import Change
from bot.domain.declaring import Declare
from bot.domain.errors import Refusal
from bot.domain.incident import Status
from bot.domain.page import Page, PageState
from bot.domain.prose import At
from bot.domain.timeline import EventKind
from bot.services import incidents, paging
from bot.services.duties import DUTIES
from bot.services.incidents import Declared
from bot.services.paging import Acknowledged, Paged
from bot.services.ports import Desk, Tx
from bot.services.sweep import Sweep
from bot.store.store import open_store
from bot.text import Texts
from tests.domain.lives import DANA, DIRECTORY, EVE, LEON, MAYA, NOW, SAM
from tests.fakes.clock import FakeClock
from tests.fakes.store import ignore_commits
from tests.services.desks import TEMPLATES, know_everybody
from tests.size import FULL, address_of

ROUNDS = 1000 if FULL else 6
ORDERS = tuple(permutations(range(6)))
STRIDE = 367
"""Prime to their number, so that each order comes once before any comes twice."""
WAIT = timedelta(minutes=5)
Act = Callable[[], Awaitable[Acknowledged | Paged | int]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """One incident whose page has just run out of its first wait."""

    desk: Desk
    clock: FakeClock
    declared: Declared

    @property
    def number(self) -> int:
        """The incident's number."""
        return self.declared.incident.number

    def acts(self) -> list[Act]:
        """What six do at the same moment, each by a delivery of its own."""
        desk, number, page = self.desk, self.number, self.declared.page
        assert page is not None
        key = f"race:{number}:"
        sweep = Sweep(desk, DUTIES, asyncio.Event())
        return [
            lambda: paging.acknowledge(desk, page.id, page.epoch, MAYA, "button", delivery=f"{key}button"),
            lambda: paging.acknowledge(desk, page.id, page.epoch - 1, LEON, "button", delivery=f"{key}old copy"),
            lambda: paging.acknowledge(desk, page.id, None, EVE, "button", delivery=f"{key}home"),
            lambda: paging.acknowledge_incident(desk, number, DANA, "command", delivery=f"{key}command"),
            lambda: paging.escalate(desk, number, SAM, "nobody answers", delivery=f"{key}escalate"),
            sweep.cycle,
        ]


@pytest.mark.parametrize("database", ["SQLite", "PostgreSQL"])
async def test_of_six_who_act_at_once_one_has_the_page_and_nobody_is_paged_after_that(
    tmp_path: Path, database: str, request: pytest.FixtureRequest, record_property: Callable[[str, object], None]
) -> None:
    record_property("row", "21")
    record_property("on", database)
    url = address_of(database, request) or f"sqlite:///{tmp_path}/tocsin.db"
    went_on = 0
    async with a_desk(url) as (desk, clock):
        for number in range(1, ROUNDS + 1):
            went_on += await one_round(desk, clock, number)
    assert circles(url) == 0, "writers of one incident waited for each other until the database broke it up"
    record_property(
        "shown",
        f"{ROUNDS:,} races of a button, an old copy's button, a command and the Home's button with the end of the wait "
        f"and an escalation: 1 winner each, all losers told who and when; in {went_on} the page went on before the "
        "answer, 0 pages after it, 0 lost, 0 doubled; nobody waited in a circle",
    )


@asynccontextmanager
async def a_desk(url: str) -> AsyncIterator[tuple[Desk, FakeClock]]:
    """A desk over an empty database of either kind, everybody known to it."""
    clock = FakeClock(NOW)
    store = open_store(url, ignore_commits, clock=clock)
    await store.start()
    try:
        await store.write(know_everybody)
        yield Desk(store=store, clock=clock, directory=lambda: DIRECTORY, render=Texts(TEMPLATES).render), clock
    finally:
        await store.close()


async def one_round(desk: Desk, clock: FakeClock, number: int) -> bool:
    """Let six act at once, and look what came of it; tells whether the page went on before the answer."""
    asked = Declare(by=SAM, journey="checkout", words=f"Race {number}")
    here = Scene(desk=desk, clock=clock, declared=await incidents.declare(desk, asked, delivery=f"declared:{number}"))
    clock.advance(WAIT)
    acts = here.acts()
    order = ORDERS[number * STRIDE % len(ORDERS)]
    found = await asyncio.gather(*(acts[which]() for which in order), return_exceptions=True)

    pages = await desk.store.read(lambda tx: tx.pages_of(here.number))
    assert len(pages) == 1, "somebody was pulled in by whoever had not seen the answer"
    one_has_it(pages[0], found)
    await nobody_is_paged_after_it(here, pages[0])
    await desk.store.write(lambda tx: put_away(tx, here.number))
    return len(pages[0].asks) > 1


def one_has_it(page: Page, found: list[Acknowledged | Paged | int | BaseException]) -> None:
    """One answer of four was first, and every other, the escalation too if it came later, says who and when."""
    assert page.state is PageState.ACKNOWLEDGED
    assert not [each for each in found if isinstance(each, BaseException) and not isinstance(each, Refusal)], found
    answers = [each for each in found if isinstance(each, Acknowledged)]
    assert [each.mine for each in answers].count(True) == 1
    assert {(each.by, each.at) for each in answers} == {(page.acknowledged_by, page.acknowledged_at)}
    for refusal in (each for each in found if isinstance(each, Refusal)):
        assert page.acknowledged_by in refusal.said
        assert At(page.acknowledged_at or NOW) in refusal.said


async def nobody_is_paged_after_it(here: Scene, page: Page) -> None:
    """Nothing waits to be sent, no timer waits, and on record nobody was paged once it was answered."""
    waiting = await here.desk.store.read(lambda tx: [ask.id for ask in page.asks if tx.is_waiting(ask.id)])
    assert waiting == []
    timers = await here.desk.store.read(lambda tx: tx.due_timers(here.clock() + timedelta(days=1), 1000))
    assert [timer.id for timer in timers if timer.page == page.id] == []
    record = [event.kind for event in await here.desk.store.read(lambda tx: tx.timeline(here.number))]
    assert record.count(EventKind.ACKNOWLEDGED) == 1
    assert EventKind.PAGED not in record[record.index(EventKind.ACKNOWLEDGED) :]


def circles(url: str) -> int:
    """How often PostgreSQL had to break a deadlock, each after a second; SQLite has one writer and none."""
    if not url.startswith("postgresql"):
        return 0
    with psycopg.connect(url) as connection:
        found = connection.execute("SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()")
        return sum(int(row[0]) for row in found)


def put_away(tx: Tx, number: int) -> None:
    """End what is open of an incident, so that the next race is as short as the first."""
    incident = tx.incident(number)
    assert incident is not None
    tx.save(Change(incident=replace(incident, status=Status.RESOLVED), cancel=("*",), withdraw=("*",)))
