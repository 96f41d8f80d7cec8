"""Socket Mode: whatever happens to the connection, it comes back, nothing is lost, and meanwhile it shows."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path

import pytest
from sqlalchemy import Engine, create_engine, text

from bot.sandbox.server import LocalSlack
from bot.services.ports import Desk
from bot.slack.api import SlackApi, web_client
from bot.slack.app import build_app
from bot.slack.identity import Presence
from bot.slack.limits import Limits
from bot.slack.members import SlackMembers
from bot.slack.socket import Pace, SocketMode
from bot.text import Texts
from tests.domain.lives import DIRECTORY
from tests.fakes.clock import FakeClock
from tests.fakes.store import file_store
from tests.scenarios.world import ROOT, World, world

QUICK = Pace(look_every=0.02, ping_every=0.1, connect_within=5)
"""The order of things as ever, only sooner: looks, then the client's own attempts, then patience."""
OPEN = "apps.connections.open"


@dataclass(slots=True)
class Seconds:
    """Seconds that pass when a test says so, and how often somebody has looked."""

    now: float = 1000.0
    reads: int = field(default=0)

    def __call__(self) -> float:
        self.reads += 1
        return self.now


@dataclass(slots=True, kw_only=True)
class Line:
    """The bot's end of the socket, and Slack at the other."""

    slack: LocalSlack
    socket: SocketMode
    seconds: Seconds
    database: Engine

    def up(self) -> bool:
        return not self.socket.trouble() and self.slack.sockets.count == 1

    async def until(self, condition: Callable[[], object], why: str) -> None:
        """Wait for something that Slack or the bot does."""
        try:
            async with asyncio.timeout(5):
                while not condition():
                    await self.slack.changed.wait_for(condition, 0.01)
        except TimeoutError as error:
            raise AssertionError(f"{why}: {self.socket.trouble()!r}, {self.slack.sockets.count} open") from error

    async def restored(self) -> None:
        await self.until(self.up, "the connection did not come back")

    async def looks(self, times: int = 20) -> None:
        """Let the watchdog look several times more."""
        enough = self.seconds.reads + times
        await self.until(lambda: self.seconds.reads >= enough, "nobody looks")

    def addresses(self) -> int:
        """How many addresses were asked for."""
        return len(self.slack.calls(OPEN))

    async def somebody_opens_home(self) -> None:
        """Have a newcomer open the Home tab; Slack tells the bot so."""
        await self.slack.add_person(f"newcomer{len(self.slack.workspace.users)}").open_home()

    def taken_in(self) -> int:
        """How many have opened their Home, as the bot has heard; each is published once."""
        with self.database.connect() as connection:
            return connection.execute(text("SELECT count(*) FROM outbox WHERE id LIKE 'home:%'")).scalar() or 0

    def took_in(self, times: int) -> bool:
        return self.taken_in() == times


@asynccontextmanager
async def a_line(folder: Path, pace: Pace = QUICK, prepare: Callable[[LocalSlack], object] = id) -> AsyncIterator[Line]:
    """A line that is being connected; `prepare` sets what happens to the first attempt."""
    seconds, clock = Seconds(), FakeClock()
    slack = await LocalSlack.start(manifest=ROOT / "manifest.yml", now=lambda: clock().timestamp())
    prepare(slack)
    database = create_engine(f"sqlite:///{folder / 'tocsin.db'}")
    try:
        async with (
            file_store(folder, clock=clock) as store,
            web_client(slack.bot_token, f"{slack.url}/api/") as client,
        ):
            desk = Desk(store=store, clock=clock, directory=lambda: DIRECTORY, render=Texts(ROOT / "templates").render)
            api = SlackApi(client, Limits(seconds))
            app = build_app(desk, client, SlackMembers(api), Presence(api, seconds))
            socket = SocketMode(app, slack.app_token, client, seconds, pace)
            running = asyncio.create_task(socket.run())
            try:
                yield Line(slack=slack, socket=socket, seconds=seconds, database=database)
            finally:
                socket.stop()
                await running
            assert socket.trouble()
    finally:
        await slack.stop()
        database.dispose()


@pytest.fixture
async def line(tmp_path: Path) -> AsyncIterator[Line]:
    async with a_line(tmp_path) as connected:
        await connected.restored()
        yield connected


async def test_what_happens_while_the_socket_is_gone_comes_through_once_it_is_back(line: Line) -> None:
    for drops in range(1, 4):
        await line.restored()  # on a slow machine the client gives a good one up by itself, too
        assert await line.slack.drop_sockets() == 1
        await line.somebody_opens_home()
        await line.until(partial(line.took_in, drops), "the event did not come through")
        await line.slack.deliver(line.slack.last_envelopes[-1], times=4)
    assert line.taken_in() == 3


@pytest.mark.parametrize("reason", ["warning", "refresh_requested"])
async def test_a_renewal_that_slack_asks_for_loses_nothing(line: Line, reason: str) -> None:
    gate = line.slack.faults.hold(OPEN)
    await line.slack.sockets.ask_to_reconnect(reason)
    await line.until(lambda: line.addresses() == 2, "no new address was asked for")
    await line.somebody_opens_home()
    await line.until(lambda: line.taken_in() == 1, "the old connection was left before there was a new address")
    gate.open()
    await line.somebody_opens_home()
    await line.until(lambda: line.taken_in() == 2, "the new connection delivers nothing")
    await line.restored()
    assert line.addresses() == 2


async def test_a_used_ticket_is_not_tried_for_ever(line: Line) -> None:
    line.slack.sockets.spoil(2)
    await line.slack.drop_sockets()
    await line.restored()
    assert line.addresses() >= 4
    await line.somebody_opens_home()
    await line.until(lambda: line.taken_in() == 1, "the event did not come through")


async def test_a_used_ticket_of_a_renewal_is_not_tried_for_ever_either(line: Line) -> None:
    line.slack.sockets.spoil(1)
    await line.slack.refresh_sockets()
    await line.until(lambda: line.addresses() >= 3, "no fresh address was asked for")
    await line.restored()


async def test_a_first_handshake_that_fails_is_followed_by_one_with_a_fresh_ticket(tmp_path: Path) -> None:
    pace = replace(QUICK, connect_within=0.3)
    async with a_line(tmp_path, pace, lambda slack: slack.sockets.spoil(1)) as line:
        await line.until(lambda: "no connection came about" in line.socket.trouble(), "it does not say why")
        await line.restored()
    assert line.addresses() >= 2, "an address is good for one handshake; on a busy machine a second one may fail, too"


async def test_a_handshake_that_slack_never_answers_is_given_up_after_a_minute(line: Line) -> None:
    line.slack.sockets.spoil(1, hang=True)
    await line.slack.drop_sockets()
    await line.until(lambda: line.addresses() == 2, "no new address was asked for")
    line.seconds.now += 60
    await line.looks()
    assert line.socket.trouble() == "the socket to Slack has been down for 60 s"
    assert line.addresses() == 2
    line.seconds.now += 1
    await line.restored()


async def test_a_connection_on_which_nothing_comes_any_more_is_given_up(tmp_path: Path) -> None:
    pace = replace(QUICK, ping_every=3600)
    async with a_line(tmp_path, pace) as line:
        await line.restored()
        await line.somebody_opens_home()
        await line.until(lambda: line.taken_in() == 1, "the event did not come through")
        await line.looks()  # the client pings once as it connects
        line.seconds.now += pace.silent_after
        await line.looks()
        assert (line.socket.trouble(), line.socket.silence(), line.addresses()) == ("", pace.silent_after, 1)
        await line.somebody_opens_home()
        await line.until(lambda: line.socket.silence() == 0, "an event was not noticed")
        line.seconds.now += pace.silent_after + 1
        await line.until(lambda: line.addresses() == 2, "the silent connection was kept")
        await line.restored()
        assert line.socket.silence() == 0


async def test_the_answers_to_pings_show_that_slack_is_there(line: Line) -> None:
    line.seconds.now += 20
    await line.until(lambda: line.socket.silence() == 0, "the answer to a ping was not noticed")
    assert line.addresses() == 1


async def test_an_app_token_that_slack_refuses_is_named_with_what_to_do(tmp_path: Path) -> None:
    def revoked(slack: LocalSlack) -> None:
        slack.faults.add(OPEN, "error", error="token_revoked")

    async with a_line(tmp_path, prepare=revoked) as line:
        await line.until(lambda: "token_revoked" in line.socket.trouble(), "it does not say why")
        assert "put it in SLACK_APP_TOKEN" in line.socket.trouble()
        line.slack.faults.clear()
        line.seconds.now += 60
        await line.restored()


async def test_slack_is_not_asked_for_an_address_before_the_time_it_has_named(tmp_path: Path) -> None:
    async with a_line(tmp_path, prepare=lambda slack: slack.faults.add(OPEN, "429", retry_after=30)) as line:
        await line.until(lambda: "Slack gives no address" in line.socket.trouble(), "it does not say why")
        line.slack.faults.clear()
        line.seconds.now += 29
        await line.looks()
        assert line.addresses() == 1
        line.seconds.now += 2
        await line.restored()
    assert line.addresses() == 2


@pytest.fixture
async def here(tmp_path: Path) -> AsyncIterator[World]:
    async with world(tmp_path) as opened:
        yield opened


async def readiness(here: World) -> tuple[int, str]:
    async with here.http.get(f"http://127.0.0.1:{here.bot.port}/readyz") as answer:
        return answer.status, str((await answer.json())["checks"]["slack"]["says"])


async def until_ready(here: World, status: int) -> str:
    """Wait until the bot says that it is ready, or that it is not; gives what it says of Slack."""
    async with asyncio.timeout(15):
        while (found := await readiness(here))[0] != status:
            await here.slack.changed.wait_for(lambda: False, 0.1)
    return found[1]


async def test_without_its_socket_the_bot_is_not_ready_and_still_pages(here: World) -> None:
    ana, maya, sam = here["ana"], here["maya"], here["sam"]
    await ana.command("/incident declare sev1 checkout Cards are declined", channel="general")
    await here.settled()
    room = (await here.war_room()).name
    assert await readiness(here) == (200, "connected")

    gate = here.slack.faults.hold(OPEN)
    await here.slack.drop_sockets()
    assert (await until_ready(here, 503)).startswith("the socket to Slack has been down for ")
    assert (await ana.command("/incident status", channel="general")).error == "dispatch_failed"
    before = len(maya.dms)
    await here.later(minutes=10)
    assert len(maya.dms) > before
    await sam.join(room)

    gate.open()
    assert await until_ready(here, 200) == "connected"
    await here.slack.until(lambda: joined(here) == 1, why="Sam's joining to come through")
    event = next(sent for sent in here.slack.last_envelopes if sent.payload.get("event_id") and sam.id in str(sent))
    await here.slack.deliver(event, times=3)
    await here.settled()
    assert joined(here) == 1


def joined(here: World) -> int:
    """How often somebody's joining is on record."""
    with here.database.connect() as connection:
        found = connection.execute(text("SELECT kind, count(*) FROM timeline GROUP BY kind")).all()
    return sum(count for kind, count in found if kind == "joined")
