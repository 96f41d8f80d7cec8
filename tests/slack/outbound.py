"""A desk whose outbox speaks to a local Slack over real HTTP; one clock moves the desk, the limits and Slack itself."""

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Final

from bot.domain.change import Change
from bot.domain.declaring import Declare
from bot.domain.directory import Directory
from bot.domain.effects import Effect, Outgoing, Priority, Receipt
from bot.domain.incident import Incident, Room
from bot.domain.people import Contact
from bot.domain.prose import Who
from bot.domain.timeline import Event
from bot.sandbox.client import Person
from bot.sandbox.models import Channel
from bot.sandbox.server import LocalSlack
from bot.services.gate import OpenGate
from bot.services.incidents import declare
from bot.services.outbox import Outbox
from bot.services.ports import Claimed, Desk, Remote, Tx
from bot.slack.api import SlackApi, web_client
from bot.slack.limits import BUDGETS, Allowance, Limits
from bot.slack.performer import HISTORY_PAGE, SlackPerformer
from bot.text import Texts
from tests.domain.lives import DIRECTORY, NOW
from tests.fakes.clock import FakeClock
from tests.fakes.store import memory_store
from tests.services.desks import TEMPLATES

SCOPES: Final = [
    *("bookmarks:read", "bookmarks:write", "chat:write", "commands", "dnd:read", "pins:write"),
    *("channels:history", "channels:join", "channels:manage", "channels:read"),
    *("groups:history", "groups:read", "groups:write"),
    *("im:history", "im:read", "im:write", "users:read", "users:read.email"),
]
SECONDS: Final = 10.0
"""As long as the bot itself waits for an answer: a busy machine loses none."""


def manifest(scopes: Sequence[str] = SCOPES) -> Mapping[str, object]:
    """An app with what it needs to speak."""
    return {
        "display_information": {"name": "Tocsin"},
        "features": {
            "bot_user": {"display_name": "tocsin"},
            "app_home": {"home_tab_enabled": True, "messages_tab_enabled": True},
        },
        "oauth_config": {"scopes": {"bot": list(scopes)}},
    }


class Queue(OpenGate):
    """The gate before Slack, without its breaker."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits

    def goes_instead(self, row: str, others: Sequence[str]) -> float | None:
        return self._limits.goes_instead(row, others)


@dataclass(slots=True, kw_only=True)
class Company:
    """The local Slack with a small company in it, and the desk that speaks to it."""

    slack: LocalSlack
    desk: Desk
    clock: FakeClock
    api: SlackApi
    performer: SlackPerformer
    outbox: Outbox
    maya: Person
    leon: Person
    dana: Person
    sam: Person
    deliveries: int = field(default=0)

    def who(self, person: Person) -> Who:
        return Who(name=person.name, user=person.id, person=person.name if person is not self.sam else None)

    async def declare(self, **more: object) -> Incident:
        """Declare on checkout as Sam in #general, each time with a word more, and let everything go that may go."""
        self.deliveries += 1
        words = " ".join(["Cards are declined", *["again"] * (self.deliveries - 1)])
        asked = Declare(by=self.who(self.sam), journey="checkout", words=words)
        asked = replace(asked, origin_channel=self.slack.channel("general").id)
        asked = replace(asked, **more)  # type: ignore[arg-type]
        declared = await declare(self.desk, asked, delivery=f"delivery:{self.deliveries}")
        await self.outbox.drain()
        return await self.incident(declared.incident.number)

    async def incident(self, number: int) -> Incident:
        found = await self.desk.store.read(lambda tx: tx.incident(number))
        assert found is not None
        return found

    async def record(self, number: int) -> tuple[Event, ...]:
        return await self.desk.store.read(lambda tx: tx.timeline(number))

    async def put(self, *rows: Outgoing) -> None:
        await self.desk.store.write(lambda tx: tx.save(Change(outgoing=rows)))

    async def change(self, incident: Incident) -> None:
        await self.desk.store.write(lambda tx: tx.save(Change(incident=incident)))

    async def run(self, seconds: float = 0) -> None:
        """Let time pass, second by second, and everything go that may go then."""
        left = seconds
        while left > 0:
            step = min(left, 1.0)
            self.clock.advance(timedelta(seconds=step))
            left -= step
            await self.outbox.drain()
        await self.outbox.drain()

    async def perform(self, effect: Effect, row: str = "row") -> Receipt:
        """Carry one effect out, past the outbox."""
        return await self.performer.perform(claimed(effect, row, self.clock))

    async def place(self, row: str) -> Remote | None:
        return await self.desk.store.read(lambda tx: tx.sent(row))

    def channel(self, room: Room) -> Channel:
        assert room.channel is not None
        return self.slack.channel(room.channel)

    def methods(self) -> list[str]:
        return [call.method for call in self.slack.calls()]


def claimed(effect: Effect, row: str, clock: FakeClock, *, unknown: bool = False) -> Claimed:
    return Claimed(
        outgoing=Outgoing(id=row, stream=row, effect=effect, priority=Priority.NORMAL),
        fence=1,
        attempts=1,
        unknown=unknown,
        first_sent_at=clock(),
        lease_until=clock() + timedelta(seconds=30),
    )


@asynccontextmanager
async def a_company(
    directory: Directory = DIRECTORY,
    *,
    budgets: Mapping[str, Allowance] = BUDGETS,
    history_page: int = HISTORY_PAGE,
    known: bool = True,
    scopes: Sequence[str] = SCOPES,
    seconds: float = SECONDS,
    ahead: float = 0.0,
) -> AsyncIterator[Company]:
    """A company that waits `seconds` for an answer of Slack.

    `ahead` is by how many seconds the company's clock is ahead of Slack's.
    `known`: the directory's people have been matched to members of its Slack.
    """
    clock = FakeClock(NOW)
    slack = await LocalSlack.start(manifest=manifest(scopes), now=lambda: clock().timestamp() - ahead)
    names = ("maya", "leon", "dana", "sam")
    maya, leon, dana, sam = (slack.add_person(name, email=f"{name}@acme.test") for name in names)
    slack.add_channel("general", members=[maya, leon, dana, sam], with_bot=True)
    slack.add_channel("incidents", members=[dana])
    slack.add_channel("triage", members=[dana])
    try:
        url = f"{slack.url}/api/"
        async with memory_store(clock=clock) as store, web_client(slack.bot_token, url, seconds) as client:
            desk = Desk(store=store, clock=clock, directory=lambda: directory, render=Texts(TEMPLATES).render)
            limits = Limits(lambda: clock().timestamp(), budgets)
            api = SlackApi(client, limits, clock)
            performer = SlackPerformer(desk, api, lambda: clock().timestamp(), history_page=history_page)
            if known:
                await store.write(lambda tx: _match(tx, maya, leon, dana))
            yield Company(
                slack=slack,
                desk=desk,
                clock=clock,
                api=api,
                performer=performer,
                outbox=Outbox(desk, performer, asyncio.Event(), gate=Queue(limits)),
                maya=maya,
                leon=leon,
                dana=dana,
                sam=sam,
            )
    finally:
        await slack.stop()


def _match(tx: Tx, *people: Person) -> None:
    for person in people:
        tx.save_contact(Contact(user=person.id, name=person.name, person=person.name, email=f"{person.name}@acme.test"))
