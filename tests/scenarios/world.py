"""A whole world for one story: the local Slack, the sample company, the bot over real HTTP and WebSocket, and a clock.

The bot's loops really run. `later` moves the clock from one due moment to the next and lets everything that follows
happen before it moves on, so that hours pass in a second and nothing is skipped.
"""

import asyncio
import json
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import aiohttp
from sqlalchemy import Engine, create_engine, text

from bot.bootstrap import Bot, assemble
from bot.domain.incident import Incident
from bot.instruments import Instruments
from bot.sandbox.client import Person
from bot.sandbox.models import Channel, Message
from bot.sandbox.server import LocalSlack
from bot.services.figures import Invariant
from bot.services.in_time import SLACK_WAITS
from bot.services.ports import Checkpoint, carry_on
from bot.settings import Settings, settings_from
from bot.slack.api import SECONDS
from tests.fakes.clock import FakeClock
from tests.fakes.store import migrated_database
from tests.scenarios.holding import all_holds
from tests.size import PATIENT

ROOT = Path(__file__).parent.parent.parent
NIGHT = datetime(2026, 11, 18, 7, 17, tzinfo=UTC)
"""A Wednesday, 02:17 in New York."""

COMPANY = Path(__file__).parent / "company.yml"
PEOPLE = {
    "maya": "Maya Ito",
    "leon": "Leon Brandt",
    "dana": "Dana Cole",
    "vic": "Vic Moreau",
    "sam": "Sam Okafor",
    "ana": "Ana Ruiz",
    "eve": "Eve Stone",
}
CHANNELS = ("general", "incidents", "alert-triage", "team-checkout")
TOKEN = "local-alert-token"
SOON = timedelta(seconds=60)
SLACKS_OWN, UNHURRIED = 3.0, 12.0
"""Seconds for which Slack waits for an answer, and for which the local Slack does where a story is not about that."""
MOTION = text("""
SELECT EXISTS (SELECT 1 FROM timer WHERE state = 'pending' AND COALESCE(retry_at, due_at) <= :now) AS due,
       EXISTS (SELECT 1 FROM outbox WHERE state IN ('ready', 'unknown')
               AND (not_before IS NULL OR not_before <= :now)) AS ready,
       EXISTS (SELECT 1 FROM outbox WHERE state = 'sending') AS sending,
       (SELECT MIN(not_before) FROM outbox WHERE state IN ('ready', 'unknown')
        AND not_before > :now AND not_before <= :limit) AS put_off
""")
"""In one question, because asking while the bot computes beside us is what takes the time."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Patience:
    """For how many real seconds the bot waits for Slack's answer to a call, and Slack for the bot's to a delivery.

    Slack has more than its three unless a story is about them, for a machine may be busy.
    """

    bots: float = SECONDS
    slacks: float = UNHURRIED


HURRIED = Patience(slacks=SLACKS_OWN)
"""Slack waits as long as it does."""


@dataclass(slots=True, kw_only=True)
class World:
    """What a story works with: people who act in Slack, the clock, and what the bot knows."""

    slack: LocalSlack
    bot: Bot
    clock: FakeClock
    database: Engine
    http: aiohttp.ClientSession
    people: Mapping[str, Person] = field(default_factory=dict)
    tolerated: dict[Invariant, str] = field(default_factory=dict)
    """What a story leaves broken at its end, and why it may."""

    def __getitem__(self, name: str) -> Person:
        """A person of the company, by their short name."""
        return self.people[name]

    async def settled(self) -> None:
        """Wait until nothing is due, in flight or ready, events of Slack's among them.

        What was put off for seconds gets its seconds.
        """
        while True:
            await self.slack.until(self._at_rest, timeout=PATIENT, why="everything to settle")
            upcoming = self._put_off_until()
            if upcoming is None:
                return
            self.clock.set(max(upcoming, self.clock.now))

    async def later(self, *, minutes: float = 0, seconds: float = 0) -> None:
        """Let time pass, stopping at each moment at which something is due."""
        end = self.clock.now + timedelta(minutes=minutes, seconds=seconds)
        await self.settled()
        while (due := self._first_due()) is not None and due <= end:
            self.clock.set(max(due, self.clock.now))
            await self.settled()
        if self.clock.now < end:
            self.clock.set(end)
        await self.settled()

    async def incident(self, number: int = 1) -> Incident:
        """What the bot knows of an incident."""
        found = await self.bot.store.read(lambda tx: tx.incident(number))
        assert found is not None, f"there is no INC-{number}"
        return found

    async def alert(self, source: str, body: object, *, token: str = TOKEN) -> tuple[int, dict[str, object]]:
        """Present an alert as its source would; gives the status and the answer."""
        url = f"http://127.0.0.1:{self.bot.port}/alerts/{source}"
        raw = body if isinstance(body, bytes) else json.dumps(body).encode()
        async with self.http.post(url, data=raw, headers={"Authorization": f"Bearer {token}"}) as answer:
            return answer.status, await answer.json()

    async def war_room(self, number: int = 1) -> Channel:
        """An incident's war room as it stands in Slack."""
        return self._channel((await self.incident(number)).war_room.channel)

    async def stakeholders(self, number: int = 1) -> Channel:
        """An incident's stakeholder channel as it stands in Slack."""
        return self._channel((await self.incident(number)).stakeholders.channel)

    def introduced(self) -> bool:
        """Whether the directory's people have been found in Slack."""
        with self.database.connect() as connection:
            count = connection.execute(text("SELECT count(*) FROM contact WHERE person IS NOT NULL")).scalar()
        return count == len(self.bot.directory().people)

    def card(self, channel: Channel) -> Message:
        """The card that a channel of an incident opens with: the first thing that the bot has said there."""
        return next(message for message in channel.messages if message.user == self.slack.bot_user and message.blocks)

    def page_of(self, person: Person) -> Message:
        """The newest page in somebody's direct messages."""
        pages = [message for message in person.dms if "INC-" in message.text and "Why you" in message.plain]
        assert pages, f"{person.user.name} was not paged:\n{self.slack.described()}"
        return pages[-1]

    def _channel(self, channel: str | None) -> Channel:
        return next(each for each in self.slack.channels if each.id == channel)

    def _at_rest(self) -> bool:
        return not self.slack.delivery.under_way and not self._moves()

    def _moves(self) -> bool:
        """Whether something moves by itself now: a due timer, or a row that may go and waits for none put off."""
        with self.database.connect() as connection:
            due, ready, sending, put_off = connection.execute(MOTION, self._moments()).one()
        return bool(due or sending or (ready and put_off is None))

    def _put_off_until(self) -> datetime | None:
        with self.database.connect() as connection:
            return _moment(connection.execute(MOTION, self._moments()).one().put_off)

    def _moments(self) -> dict[str, object]:
        return {"now": self._bound(self.clock.now), "limit": self._bound(self.clock.now + SOON)}

    def _bound(self, at: datetime) -> object:
        """A moment as the database compares it."""
        if self.database.dialect.name == "postgresql":
            return at
        return at.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S.%f")

    def _first_due(self) -> datetime | None:
        query = text("SELECT MIN(COALESCE(retry_at, due_at)) FROM timer WHERE state = 'pending'")
        with self.database.connect() as connection:
            return _moment(connection.execute(query).scalar())


@asynccontextmanager
async def world(
    folder: Path,
    *,
    mode: str = "socket",
    company: Path | str = COMPANY,
    start: datetime = NIGHT,
    postgres: str | None = None,
    patience: Patience | None = None,
    settings: Mapping[str, str] | None = None,
    checkpoint: Checkpoint = carry_on,
) -> AsyncIterator[World]:
    """Open a world in `folder`; `mode` is how Slack delivers: `socket` or `http`; `company` a file, or its text.

    The database is a SQLite file, or `postgres`, the address of an empty PostgreSQL database. `settings` are
    set beside the usual ones.
    `checkpoint` is passed before and after every commit, on the thread that makes it.
    """
    address = postgres or migrated_database(folder)
    clock = FakeClock(start)
    slack = await LocalSlack.start(manifest=ROOT / "manifest.yml", now=lambda: clock().timestamp())
    slack.web_api.limits.on = True
    patience = patience or Patience()
    slack.delivery.ack_seconds = patience.slacks
    people = {
        name: slack.add_person(name, email=f"{name}@acme.test", real_name=real, tz="America/New_York")
        for name, real in PEOPLE.items()
    }
    for name in CHANNELS:
        slack.add_channel(name, members=list(people.values()))
    bot = assemble(
        _settings(slack, folder, mode, company, address, settings or {}),
        {},
        Instruments(
            clock=clock,
            seconds=_seconds(clock),
            on_the_machine=_never,
            patience=patience.bots,
            slack_waits=patience.slacks * SLACK_WAITS / SLACKS_OWN,
            checkpoint=_whoever_waits_looks_again(slack, checkpoint),
        ),
    )
    clock.on_move(bot.wake)
    await bot.start()
    if mode == "http":
        slack.delivery.signing_clock = lambda: clock().timestamp()
        slack.request_url = f"http://127.0.0.1:{bot.port}/slack/events"
    database = create_engine(address.replace("postgresql://", "postgresql+psycopg://"), pool_pre_ping=True)
    async with aiohttp.ClientSession() as http:
        here = World(slack=slack, bot=bot, clock=clock, database=database, http=http, people=people)
        try:
            await _until_ready(here)
            yield here
            await all_holds(slack, database, clock(), here.tolerated)
            assert not slack.unexpected, slack.unexpected
            assert not await _broken(here)
        finally:
            await bot.stop()
            await slack.stop()
            database.dispose()


def _whoever_waits_looks_again(slack: LocalSlack, first: Checkpoint) -> Checkpoint:
    """After each commit, whoever waits for the bot to be done looks at its database; commits are made off the loop."""
    loop = asyncio.get_running_loop()

    def passed(point: str) -> None:
        first(point)
        loop.call_soon_threadsafe(slack.changed.notify)

    return passed


async def _broken(here: World) -> list[Invariant]:
    """What must never be, at any moment of any story."""
    figures = await here.bot.store.read(lambda tx: tx.figures(here.clock.now))
    return [each for each in (Invariant.PAGE_WITHOUT_TIMER, Invariant.SENT_WITHOUT_TS) if figures.invariants[each]]


async def _until_ready(here: World) -> None:
    while not all(check.ok for check in await here.bot.ready()):
        await here.slack.until(lambda: not here.bot.slack.trouble(), timeout=10, why="the bot to be ready")
    await here.slack.until(here.introduced, timeout=10, why="the company's people to be matched")


def _settings(
    slack: LocalSlack, folder: Path, mode: str, company: Path | str, address: str, more: Mapping[str, str]
) -> Settings:
    file = folder / "directory.yml"
    file.write_text(company if isinstance(company, str) else company.read_text(encoding="utf-8"), encoding="utf-8")
    over = {"SLACK_APP_TOKEN": slack.app_token} if mode == "socket" else {"SLACK_SIGNING_SECRET": slack.signing_secret}
    return settings_from(
        {
            "SLACK_API_URL": f"{slack.url}/api/",
            "SLACK_BOT_TOKEN": slack.bot_token,
            "DATABASE_URL": address,
            "DIRECTORY": str(file),
            "PORT": "0",
            "ALERT_TOKENS": TOKEN,
            **over,
            **more,
        }
    )


def _never(at: datetime) -> datetime:
    """When the machine's own clock will show a moment of the story: not while it is told. The sweep is woken by it."""
    return at + timedelta(days=36500)


def _seconds(clock: FakeClock) -> Callable[[], float]:
    return lambda: clock().timestamp()


def _moment(found: object) -> datetime | None:
    """A moment as the database gives it: text without a zone on SQLite, aware on PostgreSQL."""
    if isinstance(found, datetime):
        return found.astimezone(UTC)
    return datetime.fromisoformat(str(found)).replace(tzinfo=UTC) if found else None
