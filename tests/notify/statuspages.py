"""A desk whose outbox publishes on a local Statuspage over real HTTP; one clock moves the desk and both limits."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace

from bot.domain.change import Change
from bot.domain.directory import Directory
from bot.domain.incident import Incident
from bot.domain.publishing import Publication, publish
from bot.domain.statuspage import PostToStatuspage, StatuspageConnection
from bot.domain.update import Audience, Stage, StatusUpdate, UpdateForm
from bot.domain.wording import draft, with_update
from bot.notify.statuspage import StatuspagePerformer, publishing
from bot.services.outbox import LEASE, Outbox
from bot.services.performing import Performers
from bot.services.ports import Desk, Tx
from bot.store.store import SqlStore
from tests.domain.lives import MAYA, NOW, an_incident
from tests.fakes.clock import FakeClock
from tests.fakes.performer import ScriptedPerformer
from tests.fakes.statuspage import COMPONENTS, KEY, PAGE, LocalStatuspage, local_statuspage
from tests.fakes.store import memory_store
from tests.services.engine import no_templates

CONNECTED = StatuspageConnection(page=PAGE)


@dataclass(slots=True, kw_only=True)
class Publisher:
    """The parts, and short words for what tests do with them."""

    there: LocalStatuspage
    store: SqlStore
    clock: FakeClock
    outbox: Outbox
    performer: StatuspagePerformer
    connected: StatuspageConnection = CONNECTED
    component: str = COMPONENTS[0]

    async def publish(self, text: str, stage: Stage = Stage.INVESTIGATING) -> None:
        """Publish public text and let everything go that may go now."""
        await self._save(text, stage)
        await self.outbox.drain()

    async def die_after_sending(self, text: str) -> None:
        """Publish public text as a process would that is killed when Statuspage has it and nobody noted that."""
        await self._save(text, Stage.INVESTIGATING)
        now = self.clock()
        for claimed in await self.store.write(lambda tx: tx.claim(now, 1, LEASE)):
            await self.performer.perform(claimed)

    async def _save(self, text: str, stage: Stage) -> None:
        now = self.clock()

        def write(tx: Tx) -> None:
            incident = tx.incident(42) or an_incident()
            form = UpdateForm(status="investigating", customers_see="Card payments fail")
            made = replace(draft(incident, Audience.PUBLIC, stage, text, form, now), by=MAYA)
            given = Publication(by=MAYA, now=now, statuspage=self.connected, component=self.component)
            change = publish(with_update(incident, made), (made,), given)
            mine = tuple(row for row in change.outgoing if isinstance(row.effect, PostToStatuspage))
            tx.save(replace(change, outgoing=mine))

        await self.store.write(write)

    async def run(self, seconds: float) -> None:
        """Let time pass second by second, and everything go that may go then."""
        for _ in range(round(seconds)):
            self.clock.advance(1)
            await self.outbox.drain()

    async def incident(self) -> Incident:
        found = await self.store.read(lambda tx: tx.incident(42))
        assert found is not None
        return found

    async def told(self, number: int) -> StatusUpdate:
        return next(each for each in (await self.incident()).updates if each.number == number)


@asynccontextmanager
async def publisher(*, key: str | None = KEY, patience: float = 10.0) -> AsyncIterator[Publisher]:
    """A publisher with INC-42 of tests/domain/lives.py; what goes to Slack goes to a script."""
    clock = FakeClock(NOW)

    def seconds() -> float:
        return clock().timestamp()

    async with local_statuspage(seconds) as there, memory_store(clock=clock) as store:
        await store.write(lambda tx: tx.save(Change(incident=an_incident())))
        desk = Desk(store=store, clock=clock, directory=Directory, render=no_templates)
        async with publishing(desk, there.url, key, seconds, patience) as performer:
            others = Performers(ScriptedPerformer(), {PostToStatuspage: performer})
            outbox = Outbox(desk, others, asyncio.Event())
            yield Publisher(there=there, store=store, clock=clock, outbox=outbox, performer=performer)
