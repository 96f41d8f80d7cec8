"""One way to reach people hangs on every page that it is given: pages by Slack know nothing of it."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path

import pytest
from aiohttp import web

from bot.domain.people import Contact
from bot.sandbox.client import Person
from bot.sandbox.jsons import as_text
from bot.services.ports import Tx
from tests.faults.away import rows
from tests.scenarios.world import World, world
from tests.size import DATABASES, FULL, address_of

HANGING = 100 if FULL else 6
BY_SLACK = 100 if FULL else 6
HANGS_FOR = 60
WITHIN = 2.0
POST = "chat.postMessage"


class Hanging:
    """A service that takes every page and answers none until it is let go."""

    def __init__(self) -> None:
        self.taken = 0
        self.go = asyncio.Event()

    async def take(self, _request: web.Request) -> web.Response:
        self.taken += 1
        await self.go.wait()
        return web.Response()


@asynccontextmanager
async def a_hanging_service() -> AsyncIterator[tuple[Hanging, str]]:
    hanging, application = Hanging(), web.Application()
    application.router.add_post("/", hanging.take)
    runner = web.AppRunner(application, shutdown_timeout=1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    try:
        yield hanging, f"json://127.0.0.1:{runner.addresses[0][1]}/?rto={HANGS_FOR}"
    finally:
        hanging.go.set()
        await runner.cleanup()


@pytest.mark.parametrize("database", DATABASES)
async def test_pages_by_slack_leave_in_time_while_the_fallback_hangs_on_a_hundred(
    tmp_path: Path,
    database: str,
    request: pytest.FixtureRequest,
    record_property: Callable[[str, object], None],
) -> None:
    record_property("row", "25")
    record_property("on", database)
    async with (
        a_hanging_service() as (hanging, address),
        world(tmp_path, postgres=address_of(database, request), settings={"FALLBACK_URLS": address}) as here,
    ):
        unreached, reached = await crowd(here, "lost", HANGING), await crowd(here, "found", BY_SLACK)
        await here["ana"].command("/incident declare sev1 checkout Cards are declined", channel="general")
        await here.settled()
        room = (await here.war_room()).name
        ids = {person.id for person in unreached}
        here.slack.faults.add(POST, "5xx", when=lambda args: as_text(args.get("channel")) in ids)
        for person in unreached:
            await page(here, person, room)
        # The clock moves until the fallback has been given each of them; there it stands still on the first few.
        here.clock.advance(31)
        await here.slack.until(lambda: hanging.taken >= 1 and given(here) == HANGING, timeout=60, why="it to hang")

        for person in reached:
            await page(here, person, room)
            await here.slack.until(partial(is_sent, here, person), why="the page, while no time passes")
            here.clock.advance(1)

        late = await waited(here, reached)
        hung = given(here)
        record_property(
            "shown",
            f"the fallback hung on {hung} pages; {len(late)} pages by Slack meanwhile left at most {max(late):g} s "
            "after they were wanted, by the bot's clock, which stood still until each was there",
        )
        assert hung == HANGING
        assert len(late) == BY_SLACK
        assert max(late) <= WITHIN
        assert not here.bot.breaker.is_open
        hanging.go.set()
        here.slack.faults.clear()


async def crowd(here: World, name: str, size: int) -> list[Person]:
    """People of the workspace whom Tocsin has met before."""
    people = [here.slack.add_person(f"{name}{n}", email=f"{name}{n}@acme.test") for n in range(size)]

    def note(tx: Tx) -> None:
        for each in people:
            tx.save_contact(Contact(user=each.id, name=each.name))

    await here.bot.store.write(note)
    return people


async def page(here: World, person: Person, room: str) -> None:
    """Ana pulls somebody in."""
    answer = await here["ana"].command(f"/incident page @{person.name} Please help", channel=room)
    assert not answer.error
    assert "Nobody was paged" not in answer.text, answer.text


def is_sent(here: World, person: Person) -> bool:
    """Whether somebody's page is there, and known to be."""
    sent = rows(here, "SELECT id FROM outbox WHERE kind = 'send_page' AND state = 'sent'")
    return bool(person.dms) and any(str(row).endswith(f":{person.id}") for (row,) in sent)


def given(here: World) -> int:
    """How many pages are the fallback's to send."""
    return len(rows(here, "SELECT id FROM outbox WHERE kind = 'send_by_fallback'"))


async def waited(here: World, people: list[Person]) -> list[float]:
    """How many seconds each of their pages took from being wanted to being sent, by the bot's clock."""
    pages = await here.bot.store.read(lambda tx: tx.pages_of(1))
    asked = {ask.who.user: ask for page in pages for ask in page.asks}
    mine = [asked[person.id] for person in people]
    return [(ask.sent_at - ask.asked_at).total_seconds() for ask in mine if ask.sent_at is not None]
