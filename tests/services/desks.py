"""A desk over a real store with the small company of tests/domain/lives.py, and what a test asks of the record."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from bot.domain.change import Change, Timer
from bot.domain.directory import Directory
from bot.domain.incident import Incident
from bot.domain.people import Contact
from bot.domain.timeline import Event
from bot.services.duties import DUTIES
from bot.services.ports import Claimed, Desk, Tx
from bot.text import Texts
from tests.domain.lives import DANA, DIRECTORY, EVE, LEON, MAYA, NOW, SAM
from tests.fakes.clock import FakeClock
from tests.fakes.store import memory_store

TEMPLATES = Path(__file__).parent.parent.parent / "templates"


class Office:
    """A desk, its clock, and its directory, which a test may change."""

    def __init__(self, desk: Desk, clock: FakeClock) -> None:
        self.desk = desk
        self.clock = clock
        self._deliveries = 0

    def delivery(self) -> str:
        """A key that was not used before."""
        self._deliveries += 1
        return f"delivery:{self._deliveries}"

    async def incident(self, number: int) -> Incident:
        found = await self.desk.store.read(lambda tx: tx.incident(number))
        assert found is not None
        return found

    async def record(self, number: int) -> tuple[Event, ...]:
        return await self.desk.store.read(lambda tx: tx.timeline(number))

    async def timers(self, until: datetime) -> tuple[Timer, ...]:
        return await self.desk.store.read(lambda tx: tx.due_timers(until, 1000))

    async def everything_sent(self) -> list[Claimed]:
        """Claim what may go, as often as something may, marking each as sent without an answer."""
        found: list[Claimed] = []

        def claim(tx: Tx) -> tuple[Claimed, ...]:
            rows = tx.claim(self.clock(), 100, LEASE)
            for row in rows:
                tx.mark_sent(row, None, self.clock())
            return rows

        while rows := await self.desk.store.write(claim):
            found += rows
        return found

    async def do_duty(self, timer: Timer) -> Change:
        """Let a timer come due: its duty is done and saved, and it does not fire again."""
        now = self.clock.set(max(timer.due_at, self.clock()))

        def write(tx: Tx) -> Change:
            if not tx.fire(timer.id, now):
                return Change()
            change = DUTIES[timer.kind](tx, timer, self.desk.directory(), now, self.desk.render)
            tx.save(change)
            return change

        return await self.desk.store.write(write)


LEASE = NOW - NOW.replace(hour=NOW.hour - 1)


@asynccontextmanager
async def an_office(directory: Directory = DIRECTORY) -> AsyncIterator[Office]:
    """An office on a store of its own, everybody known to it."""
    clock = FakeClock(NOW)
    texts = Texts(TEMPLATES)
    async with memory_store(clock=clock) as store:
        desk = Desk(store=store, clock=clock, directory=lambda: directory, render=texts.render)
        await store.write(know_everybody)
        yield Office(desk, clock)


def know_everybody(tx: Tx) -> None:
    """Note the people of the company as members of the workspace."""
    for who in (MAYA, LEON, DANA, SAM, EVE):
        contact = Contact(user=who.user or "", name=who.name, timezone="America/New_York")
        tx.save_contact(replace(contact, person=who.person, phone=who.phone))
