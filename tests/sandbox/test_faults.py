"""Faults on request: delays, refusals, lost answers; stored or not; and sockets that drop."""

import asyncio

import pytest
from aiohttp import ClientError, ClientSession, ClientTimeout
from slack_bolt.adapter.socket_mode.async_handler import AsyncSocketModeHandler
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.sandbox.server import LocalSlack
from tests.sandbox.conftest import connect


@pytest.fixture
def room(slack: LocalSlack) -> str:
    return slack.add_channel("room", members=[slack.add_person("maya")], with_bot=True)


def posted(slack: LocalSlack) -> list[str]:
    return [message.text for message in slack.channel("room").messages]


async def post(slack: LocalSlack, room: str, *, seconds: float = 0.3) -> None:
    async with ClientSession(timeout=ClientTimeout(total=seconds)) as session:
        client = AsyncWebClient(slack.bot_token, base_url=f"{slack.url}/api/", session=session, retry_handlers=[])
        await client.chat_postMessage(channel=room, text="hello")


@pytest.mark.parametrize("kind", ["5xx", "5xx_stored", "hang", "hang_stored", "reset", "reset_stored"])
async def test_a_lost_answer_is_stored_or_not(slack: LocalSlack, room: str, kind: str) -> None:
    slack.faults.add("chat.postMessage", kind, times=1)
    with pytest.raises((SlackApiError, ClientError, TimeoutError)):
        await post(slack, room)
    assert posted(slack) == (["hello"] if kind.endswith("stored") else [])
    await post(slack, room)
    assert posted(slack)[-1:] == ["hello"]


async def test_too_many_requests_says_when_to_come_back(slack: LocalSlack, room: str, client: AsyncWebClient) -> None:
    slack.faults.add("*", "429", retry_after=30)
    with pytest.raises(SlackApiError) as refused:
        await client.chat_postMessage(channel=room, text="hello")
    assert refused.value.response.status_code == 429
    assert refused.value.response.headers["Retry-After"] == "30"
    slack.faults.clear()
    await client.chat_postMessage(channel=room, text="hello")
    assert [call.status for call in slack.calls("chat.postMessage")] == [429, 200]


async def test_a_fault_may_look_at_the_arguments(slack: LocalSlack, room: str, client: AsyncWebClient) -> None:
    slack.faults.add(
        "chat.postMessage", "error", error="restricted_action", when=lambda args: args.get("text") == "bad"
    )
    await client.chat_postMessage(channel=room, text="good")
    with pytest.raises(SlackApiError, match="restricted_action"):
        await client.chat_postMessage(channel=room, text="bad")
    assert posted(slack) == ["good"]


async def test_latency_delays_and_does_not_spoil(slack: LocalSlack, room: str, client: AsyncWebClient) -> None:
    slack.faults.add("*", "latency", seconds=0.1)
    began = asyncio.get_running_loop().time()
    await client.chat_postMessage(channel=room, text="hello")
    assert asyncio.get_running_loop().time() - began >= 0.1
    assert posted(slack) == ["hello"]


async def test_a_message_may_land_after_the_client_gave_up(slack: LocalSlack, room: str) -> None:
    slack.faults.add("chat.postMessage", "late_stored", seconds=0.3, times=1)
    with pytest.raises(TimeoutError):
        await post(slack, room, seconds=0.1)
    assert posted(slack) == []
    await slack.until(lambda: posted(slack) == ["hello"], why="the late message lands")


def test_an_unknown_fault_is_refused_by_name(slack: LocalSlack) -> None:
    with pytest.raises(ValueError, match="No fault is called 'gremlin'"):
        slack.faults.add("*", "gremlin")


async def test_a_dropped_socket_loses_no_event(slack: LocalSlack, room: str) -> None:
    maya = slack.person("maya")
    seen: list[dict[str, object]] = []
    async with ClientSession() as session:
        app = await connect(slack, session, seen)
        handler = AsyncSocketModeHandler(app, slack.app_token, ping_interval=0.2)
        await handler.connect_async()
        await slack.connected()
        assert await slack.drop_sockets() == 1
        await maya.say(room, "while away")
        await slack.until(lambda: any(event.get("text") == "while away" for event in seen), why="the event arrives")
        await handler.close_async()


async def test_a_ticket_opens_one_connection_only(slack: LocalSlack) -> None:
    async with ClientSession() as session:
        app = AsyncWebClient(slack.app_token, base_url=f"{slack.url}/api/", session=session)
        url = (await app.apps_connections_open(app_token=slack.app_token))["url"]
        socket = await session.ws_connect(url)
        hello = await socket.receive_json()
        assert (hello["type"], hello["num_connections"]) == ("hello", 1)
        with pytest.raises(ClientError):
            await session.ws_connect(url)
        await socket.close()


async def test_the_eleventh_connection_is_sent_away(slack: LocalSlack) -> None:
    async with ClientSession() as session:
        app = AsyncWebClient(slack.app_token, base_url=f"{slack.url}/api/", session=session)
        sockets = []
        for _ in range(11):
            url = (await app.apps_connections_open(app_token=slack.app_token))["url"]
            sockets.append(await session.ws_connect(url))
        assert (await sockets[-1].receive_json())["reason"] == "too_many_websockets"
        assert slack.sockets.count == 10
        for socket in sockets:
            await socket.close()


async def test_an_event_nobody_acknowledged_comes_again_with_its_reason(slack: LocalSlack, room: str) -> None:
    slack.delivery.ack_seconds = 0.05
    async with ClientSession() as session:
        app = AsyncWebClient(slack.app_token, base_url=f"{slack.url}/api/", session=session)
        url = (await app.apps_connections_open(app_token=slack.app_token))["url"]
        socket = await session.ws_connect(url)
        await socket.receive_json()
        await slack.person("maya").say(room, "listen")
        first = await socket.receive_json()
        second = await socket.receive_json()
        assert first["payload"]["event_id"] == second["payload"]["event_id"]
        assert (second["retry_attempt"], second["retry_reason"]) == (1, "timeout")
        await socket.close()


async def test_a_silent_app_times_out_and_that_is_remembered(slack: LocalSlack, room: str) -> None:
    slack.delivery.ack_seconds = 0.05
    async with ClientSession() as session:
        app = AsyncWebClient(slack.app_token, base_url=f"{slack.url}/api/", session=session)
        url = (await app.apps_connections_open(app_token=slack.app_token))["url"]
        socket = await session.ws_connect(url)
        answer = await slack.person("maya").command("/tiny hello", room)
        assert answer.error == "operation_timeout"
        assert [item.error for item in slack.unexpected] == ["operation_timeout"]
        await socket.close()
