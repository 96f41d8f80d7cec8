"""An outbox over a real store, with a performer that does as a test says and a clock that the test moves."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

from bot.domain.change import Change
from bot.domain.directory import Directory
from bot.domain.effects import Card as CardKind
from bot.domain.effects import Effect, Outgoing, RefreshCard, TellRoom
from bot.domain.incident import RoomKind
from bot.services.figures import EngineFigures
from bot.services.outbox import Outbox
from bot.services.ports import Desk, Remote
from bot.store.store import SqlStore
from tests.fakes.clock import FakeClock
from tests.fakes.performer import ScriptedPerformer
from tests.fakes.store import file_store
from tests.store.samples import NOW, incident, line


def no_templates(template: str, context: dict[str, object]) -> str:
    raise AssertionError(f"{template} is not expected to be rendered with {context}")


@dataclass(slots=True, kw_only=True)
class Engine:
    """The parts, and short words for what tests do with them."""

    clock: FakeClock
    store: SqlStore
    desk: Desk
    slack: ScriptedPerformer
    wake: asyncio.Event
    file: Path
    beats: int = 0
    outbox: Outbox = field(init=False)

    def __post_init__(self) -> None:
        self.outbox = Outbox(self.desk, self.slack, self.wake, beat=self.beat)

    def beat(self) -> None:
        self.beats += 1

    async def put(self, *rows: Outgoing, withdraw: tuple[str, ...] = ()) -> None:
        await self.store.write(lambda tx: tx.save(Change(outgoing=rows, withdraw=withdraw)))

    async def run(self, seconds: float = 0) -> None:
        """Let time pass and everything go that may go then."""
        self.clock.advance(timedelta(seconds=seconds))
        await self.outbox.drain()

    async def place(self, row: str) -> Remote | None:
        return await self.store.read(lambda tx: tx.sent(row))

    async def figures(self) -> EngineFigures:
        return await self.store.read(lambda tx: tx.figures(self.clock()))

    async def record(self) -> list[str]:
        events = await self.store.read(lambda tx: tx.timeline(1))
        return [event.key for event in events]


@asynccontextmanager
async def an_engine(folder: Path) -> AsyncIterator[Engine]:
    clock = FakeClock(NOW)
    async with file_store(folder, clock=clock) as store:
        engine = engine_on(store, clock, folder)
        await store.write(lambda tx: tx.save(Change(incident=incident())))
        yield engine


def engine_on(store: SqlStore, clock: FakeClock, folder: Path) -> Engine:
    """An engine on a store that was started; `folder` is where its file is, if it has one."""
    desk = Desk(store=store, clock=clock, directory=Directory, render=no_templates)
    slack, wake = ScriptedPerformer(), asyncio.Event()
    return Engine(clock=clock, store=store, desk=desk, slack=slack, wake=wake, file=folder / "tocsin.db")


def to_room(name: str, stream: str = "inc:1:stakeholders", room: RoomKind = RoomKind.STAKEHOLDERS) -> Outgoing:
    """A line in one of the incident's rooms."""
    effect: Effect = TellRoom(room=room, said=("Hello",), incident=1)
    return line(name, stream, effect=effect)


def edit(name: str) -> Outgoing:
    """An edit of the war room's card, which leaves nothing behind if it is made twice."""
    effect = RefreshCard(incident=1, card=CardKind.WAR_ROOM, of="card")
    return line(name, "edits", effect=effect, collapse="card")
