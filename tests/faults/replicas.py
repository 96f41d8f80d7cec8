"""Several replicas: many pages waiting at once, deliveries that come four times, a restart one after the other."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import partial
from itertools import islice

import aiohttp
import psycopg

from bot.directory.file import DirectoryFile
from bot.directory.keeper import Keeper
from bot.domain.change import Change
from bot.domain.declaring import Declare
from bot.domain.prose import Who
from bot.sandbox.client import Person
from bot.sandbox.jsons import as_object
from bot.sandbox.sockets import Envelope
from bot.services.incidents import declare_in
from bot.services.ports import Tx
from bot.store.store import open_store
from bot.system import SystemClock
from bot.templates import Templates
from tests.fakes.store import ignore_commits
from tests.faults.process import STOPS_WITHIN, Field, Process
from tests.scenarios.world import COMPANY

TIMES = 4
WAIT = timedelta(minutes=5)
"""How long the first tier of the company's policy is waited for."""
BATCH = 50
BY_HAND = frozenset({"slash_commands", "interactive"})
MARGIN = 3.0
"""Seconds before the first is due, in which a clock that was moved is noticed."""


async def pages_waiting(here: Field, dues: Sequence[timedelta]) -> list[datetime]:
    """Have pages wait, each for an answer until so long from an hour hence; gives these moments. Nothing else waits."""
    clock = SystemClock(here.folder / "clock-offset")
    directory, render = Keeper(DirectoryFile(COMPANY, {}), clock)(), Templates().render
    first, by = clock() + timedelta(hours=1), Who(name="ana", user=here.people["ana"].id)
    moments = [first + due for due in dues]

    def declare(tx: Tx, batch: Sequence[datetime]) -> None:
        for at in batch:
            declare_in(tx, directory, render, Declare(by=by, journey="checkout", words="Cards"), at - WAIT)
        tx.save(Change(withdraw=("*",)))

    store = open_store(here.database, ignore_commits, clock=clock)
    await store.start()
    left = iter(moments)
    while batch := list(islice(left, BATCH)):
        await store.write(partial(declare, batch=batch))
    await store.close()
    change_rows(here, "UPDATE timer SET state = 'cancelled' WHERE state = 'pending' AND id NOT LIKE 'esc:%'")
    here.move_clock((first - clock()).total_seconds() - MARGIN)
    return moments


def nothing_more(here: Field) -> None:
    """Have everything that still waits end: what it would say is not what a test asks about."""
    change_rows(here, "UPDATE timer SET state = 'cancelled' WHERE state = 'pending'")
    change_rows(here, "UPDATE outbox SET state = 'cancelled' WHERE state = 'ready'")


def change_rows(here: Field, statement: str) -> None:
    """Change rows of the bot's database beside it."""
    with psycopg.connect(here.database, autocommit=True) as asked:
        asked.execute(statement.encode())


def lateness(here: Field, moments: Sequence[datetime]) -> list[float]:
    """By how many seconds each timer that was due at these moments was fired late, by the replica that fired it."""
    rows = here.rows("SELECT due_at, fired_at FROM timer WHERE kind = 'escalate' AND state = 'fired'")
    wanted = set(moments)
    return [(at - due).total_seconds() for due, at in rows if due in wanted]  # type: ignore[operator]


def arrived(person: Person) -> list[float]:
    """When each page of somebody's came to Slack, by Slack's clock, the earliest first."""
    return sorted(float(message.ts) for message in person.dms if "Why you" in message.plain)


async def counted(process: Process, metric: str) -> float:
    """The sum of a metric of a process, over all labels."""
    url = f"http://127.0.0.1:{process.port}/metrics"
    async with aiohttp.ClientSession() as session, session.get(url) as answer:
        lines = (await answer.text()).splitlines()
    return sum(float(line.rsplit(" ", 1)[1]) for line in lines if line.startswith((f"{metric}{{", f"{metric} ")))


async def delivered_four_times(here: Field) -> str:
    """A command, a press and an event, each four times: of each one effect. Gives a sentence."""
    ana, maya, eve = (here.people[name] for name in ("ana", "maya", "eve"))
    before = len(here.rows("SELECT 1 FROM incident"))
    await ana.command("/incident list", channel="general")
    line = {"text": "declare sev1 checkout Four times", "trigger_id": "1.000000001.fourtimes"}
    asked = last_by_hand(here)
    acks = await here.slack.deliver(replace(asked, payload={**asked.payload, **line}), times=TIMES)
    assert not [ack.error for ack in acks if ack.error]
    await here.settle()
    number = before + 1
    assert len(here.rows("SELECT 1 FROM incident")) == number
    (room,) = (each for each in here.slack.channels if each.name == f"inc-{number}-four-times")
    pages = [message for message in maya.dms if f"INC-{number}" in message.plain and "Why you" in message.plain]
    assert len(pages) == 1

    await maya.click(pages[0], "Acknowledge")
    acks = await here.slack.deliver(last_by_hand(here), times=TIMES - 1)
    assert not [ack.error for ack in acks if ack.error]
    assert recorded(here, number, "acknowledged") == 1

    await eve.join(room.id)
    await here.slack.until(lambda: joined(here, eve), why="the event that Eve came")
    await here.slack.deliver(joined(here, eve)[-1], times=TIMES - 1)
    await here.slack.until(lambda: recorded(here, number, "joined") == 1, why="Eve on record")
    await here.settle()
    assert (recorded(here, number, "joined"), recorded(here, number, "acknowledged")) == (1, 1)
    return f"a command, a press and an event, each {TIMES} times to two replicas by {here.mode}: one effect of each"


def recorded(here: Field, number: int, kind: str) -> int:
    """How many lines of a kind an incident's record has."""
    return len(here.rows(f"SELECT 1 FROM timeline WHERE incident = {number} AND kind = '{kind}'"))  # noqa: S608 - our own words


def last_by_hand(here: Field) -> Envelope:
    """The delivery of what somebody did last."""
    return next(each for each in reversed(here.slack.last_envelopes) if each.kind in BY_HAND)


def joined(here: Field, who: Person) -> list[Envelope]:
    """The deliveries of somebody's coming."""
    came = {"type": "member_joined_channel", "user": who.id}
    return [each for each in here.slack.last_envelopes if came.items() <= as_object(each.payload.get("event")).items()]


@dataclass(slots=True, kw_only=True)
class Load:
    """Somebody who declares again and again; whoever is told that it failed types it again at the end."""

    here: Field
    every: float
    """Seconds between two declarations."""
    most: int
    words: list[str] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)
    ended: asyncio.Event = field(default_factory=asyncio.Event)

    async def during(self, act: Callable[[], Awaitable[list[float]]]) -> list[float]:
        """Declare for as long as this lasts, then again what did not get through; gives what it gives."""
        declaring = asyncio.create_task(self._declare())
        try:
            given = await act()
        finally:
            self.ended.set()
            await declaring
        for words in self.refused:
            if not self._saved(words):
                assert not (await self.here.declare(words)).ack.error
        return given

    async def _declare(self) -> None:
        while not self.ended.is_set() and len(self.words) < self.most:
            words = f"Load {len(self.words)} of many"
            self.words.append(words)
            if (await self.here.declare(words)).ack.error:
                self.refused.append(words)
            await self.here.slack.changed.wait_for(self.ended.is_set, self.every)

    def saved(self) -> int:
        """How many of them there are."""
        return sum(self._saved(words) for words in self.words)

    def _saved(self, words: str) -> int:
        return len(self.here.rows(f"SELECT 1 FROM incident WHERE body::text LIKE '%\"{words}\"%'"))  # noqa: S608 - our own words


async def restarted_one_after_the_other(here: Field) -> list[float]:
    """SIGTERM to each process in turn, each replaced before the next; gives how many seconds each took to end."""
    loop, took = asyncio.get_running_loop(), []
    assert here.process is not None
    for each in (here.process, *here.others):
        began = loop.time()
        each.running.terminate()
        assert await each.over(STOPS_WITHIN), each.said
        took.append(loop.time() - began)
        assert each.running.returncode == 0, each.said
        await here.start_beside()
    here.process, here.others = here.others[-1], here.others[:-1]
    return took
