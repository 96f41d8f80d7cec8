"""How what happens reaches the app: again when nobody acknowledged, in turn over what is open, and not for ever."""

import asyncio
from asyncio.trsock import TransportSocket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from socket import SHUT_RDWR

import pytest
from aiohttp import ClientSession, ClientWebSocketResponse, web
from slack_sdk.web.async_client import AsyncWebClient

from bot.sandbox.server import LocalSlack
from tests.sandbox.test_fidelity import Hand
from tests.sandbox.tiny_app import MANIFEST

MINUTE = 60


class Line:
    """A local Slack whose clock a hand moves, and connections that acknowledge only when they are told to."""

    def __init__(self, slack: LocalSlack, hand: Hand, session: ClientSession) -> None:
        self.slack, self.hand, self._session = slack, hand, session
        self.room = slack.add_channel("room", members=[slack.add_person("maya")], with_bot=True)

    async def connect(self) -> ClientWebSocketResponse:
        app = AsyncWebClient(self.slack.app_token, base_url=f"{self.slack.url}/api/", session=self._session)
        url = str((await app.apps_connections_open(app_token=self.slack.app_token))["url"])
        socket = await self._session.ws_connect(url)
        assert (await socket.receive_json())["type"] == "hello"
        return socket

    async def say(self, words: str) -> None:
        await self.slack.person("maya").say("room", words)

    def failed(self, tries: int) -> bool:
        """Whether so many tries have come to nothing."""
        return len(self.slack.delivery.sent) >= tries and not self.slack.delivery.under_way

    def errors(self) -> list[str]:
        return [item.error for item in self.slack.unexpected]


@pytest.fixture
async def line() -> AsyncIterator[Line]:
    hand = Hand(1_700_000_000.0)
    slack = await LocalSlack.start(manifest=MANIFEST, now=hand, ack_seconds=0.05)
    async with ClientSession() as session:
        yield Line(slack, hand, session)
    await slack.stop()


async def test_an_event_nobody_acknowledges_comes_at_once_after_a_minute_and_after_five(line: Line) -> None:
    socket = await line.connect()
    await line.say("listen")
    got = [await socket.receive_json(), await socket.receive_json()]
    for seconds in (MINUTE, 5 * MINUTE):
        await line.slack.until(lambda: line.failed(len(got)), why="the try comes to nothing")
        line.hand.seconds += seconds - 1
        with pytest.raises(TimeoutError):
            await socket.receive_json(timeout=0.25)
        line.hand.seconds += 1
        got.append(await socket.receive_json())
    assert [(each["retry_attempt"], each["retry_reason"]) for each in got] == [
        (0, ""),
        (1, "timeout"),
        (2, "timeout"),
        (3, "timeout"),
    ]
    assert len({each["payload"]["event_id"] for each in got}) == 1
    assert len({each["envelope_id"] for each in got}) == 4
    await line.slack.until(lambda: "event_given_up" in line.errors(), why="Slack gives the event up")
    line.hand.seconds += 24 * 60 * MINUTE
    with pytest.raises(TimeoutError):
        await socket.receive_json(timeout=0.25)
    assert line.errors() == ["event_not_acknowledged", "event_given_up"]


async def test_an_event_acknowledged_at_last_does_not_come_again(line: Line) -> None:
    socket = await line.connect()
    await line.say("listen")
    await socket.receive_json()
    again = await socket.receive_json()
    await socket.send_json({"envelope_id": again["envelope_id"]})
    await line.slack.until(lambda: not line.slack.delivery.open_events, why="the event is done")
    assert line.errors() == ["event_not_acknowledged"]


class Door:
    """A request URL: what it answers to the first try is spoilt, later tries are taken."""

    def __init__(self, first: str) -> None:
        self._first = first
        self.tries: list[tuple[str, str]] = []

    async def receive(self, request: web.Request) -> web.Response:
        headers = request.headers
        self.tries.append((headers.get("X-Slack-Retry-Num", ""), headers.get("X-Slack-Retry-Reason", "")))
        if len(self.tries) > 1 or not self._first:
            return web.Response()
        if self._first == "late":
            await asyncio.Event().wait()
        return web.Response(status=500, headers={"X-Slack-No-Retry": "1"} if self._first == "never again" else {})


@asynccontextmanager
async def opened(door: Door) -> AsyncIterator[str]:
    application = web.Application()
    application.router.add_post("/slack/events", door.receive)
    runner = web.AppRunner(application, handler_cancellation=True)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    yield f"http://127.0.0.1:{runner.addresses[0][1]}/slack/events"
    await runner.cleanup()


@pytest.mark.parametrize(
    ("first", "tries"),
    [
        ("late", [("", ""), ("1", "http_timeout")]),
        ("broken", [("", ""), ("1", "http_error")]),
        ("never again", [("", "")]),
    ],
)
async def test_over_http_a_retry_says_its_number_and_its_reason(
    line: Line, first: str, tries: list[tuple[str, str]]
) -> None:
    door = Door(first)
    async with opened(door) as line.slack.request_url:
        await line.say("listen")
        await line.slack.until(lambda: not line.slack.delivery.open_events, why="the event is done or given up")
    assert door.tries == tries


async def test_an_app_that_was_down_hears_of_it_a_minute_later(line: Line) -> None:
    line.slack.request_url = "http://127.0.0.1:1/"
    await line.say("listen")
    await line.slack.until(lambda: line.failed(2), why="two tries come to nothing")
    door = Door("")
    async with opened(door) as line.slack.request_url:
        line.hand.seconds += MINUTE
        await line.slack.until(lambda: not line.slack.delivery.open_events, why="the event is done")
    assert door.tries == [("2", "connection_failed")]
    assert not line.slack.unexpected, "that the app was down is no mistake of the app's"


async def test_each_envelope_goes_to_one_connection_and_they_take_turns(line: Line) -> None:
    sockets = [await line.connect() for _ in range(2)]
    for number in range(4):
        await line.say(str(number))
    heard: list[list[str]] = []
    for socket in sockets:
        got = [await socket.receive_json() for _ in range(2)]
        for each in got:
            await socket.send_json({"envelope_id": each["envelope_id"]})
        heard.append([each["payload"]["event"]["text"] for each in got])
    assert sorted(map(sorted, heard)) == [["0", "2"], ["1", "3"]]


async def test_a_connection_is_warned_and_then_asked_to_make_way(line: Line) -> None:
    line.slack.sockets.lifetime = 3600
    socket = await line.connect()
    await line.slack.until(lambda: line.slack.sockets.watched == 1, why="its life begins")
    line.hand.seconds += 3595
    assert (await socket.receive_json())["reason"] == "warning"
    line.hand.seconds += 5
    assert (await socket.receive_json())["reason"] == "refresh_requested"
    await socket.close()


async def test_a_response_url_works_for_thirty_minutes(line: Line) -> None:
    maya = line.slack.person("maya")
    urls = [line.slack.stage.response_urls.issue(maya.id, line.room) for _ in range(2)]
    async with ClientSession() as session:
        line.hand.seconds += 30 * MINUTE
        in_time = await session.post(line.slack.stage.url_of(urls[0]), json={"text": "in time"})
        line.hand.seconds += 1
        late = await session.post(line.slack.stage.url_of(urls[1]), json={"text": "too late"})
        assert (in_time.status, late.status, (await late.json())["error"]) == (200, 404, "expired_url")
    assert line.errors() == ["expired_url"]


async def test_a_connection_that_broke_without_a_word_is_not_tried_for_ever(line: Line) -> None:
    socket = await line.connect()
    broken: TransportSocket = socket.get_extra_info("socket")
    broken.shutdown(SHUT_RDWR)
    words = "abcdefghijkl"
    for word in words:  # in each turn of the loop one, whatever the server knows of the connection by then
        await line.say(word)
        await a_turn_of_the_loop()
    await line.slack.until(lambda: line.slack.sockets.count == 0, why="the connection to count as gone")
    again = await line.connect()
    assert {(await again.receive_json())["payload"]["event"]["text"] for _ in words} == set(words)


async def a_turn_of_the_loop() -> None:
    loop = asyncio.get_running_loop()
    turned = loop.create_future()
    loop.call_soon(turned.set_result, None)
    await turned
