"""Time, ids, signatures, pages of history: where a stand-in must be as exact as the real thing."""

from pathlib import Path

import pytest
from aiohttp import ClientSession, web
from slack_sdk.errors import SlackApiError
from slack_sdk.signature import Clock as SignatureClock
from slack_sdk.signature import SignatureVerifier
from slack_sdk.web.async_client import AsyncWebClient

from bot.sandbox.server import LocalSlack
from tests.sandbox.conftest import Played
from tests.sandbox.tiny_app import MANIFEST, form


class Hand:
    """A clock moved by hand."""

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds

    def __call__(self) -> float:
        return self.seconds


async def test_a_trigger_works_once_and_for_three_seconds() -> None:
    hand = Hand(100.0)
    slack = await LocalSlack.start(manifest=MANIFEST, monotonic=hand)
    maya = slack.add_person("maya")
    async with ClientSession() as session:
        client = AsyncWebClient(slack.bot_token, base_url=f"{slack.url}/api/", session=session)
        fresh, stale = slack.stage.trigger(maya.id), slack.stage.trigger(maya.id)
        await client.views_open(trigger_id=fresh.id, view=form())
        with pytest.raises(SlackApiError, match="exchanged_trigger_id"):
            await client.views_open(trigger_id=fresh.id, view=form())
        hand.seconds += 3.1
        with pytest.raises(SlackApiError, match="expired_trigger_id"):
            await client.views_open(trigger_id=stale.id, view=form())
    await slack.stop()


async def test_timestamps_increase_while_the_clock_stands_still() -> None:
    slack = await LocalSlack.start(manifest=MANIFEST, now=lambda: 1_700_000_000.0)
    maya = slack.add_person("maya")
    slack.add_channel("room", members=[maya])
    stamps = [(await maya.say("room", str(number))).ts for number in range(50)]
    assert stamps == sorted(set(stamps))
    assert stamps[0].startswith("1700000000.")
    await slack.stop()


async def test_the_clock_offset_file_moves_this_slack(tmp_path: Path) -> None:
    file = tmp_path / "offset"
    slack = await LocalSlack.start(manifest=MANIFEST, clock_offset_file=file)
    maya = slack.add_person("maya")
    slack.add_channel("room", members=[maya])
    before = float((await maya.say("room", "before")).ts)
    async with ClientSession() as session:
        await (await session.post(f"{slack.url}/sandbox/clock", json={"advance": 3600})).read()
    after = float((await maya.say("room", "after")).ts)
    assert 3600 <= after - before < 3660
    assert float(file.read_text()) == 3600
    await slack.stop()


async def test_a_signed_request_verifies_and_a_changed_one_does_not(slack: LocalSlack) -> None:
    bodies: list[tuple[bytes, dict[str, str]]] = []

    async def receive(request: web.Request) -> web.Response:
        bodies.append((await request.read(), dict(request.headers)))
        return web.Response()

    application = web.Application()
    application.router.add_post("/slack/events", receive)
    runner = web.AppRunner(application)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    slack.request_url = f"http://127.0.0.1:{runner.addresses[0][1]}/slack/events"
    await slack.add_person("maya").command("/tiny x=1&y=2 <b>")
    body, headers = bodies[0]
    verifier = SignatureVerifier(slack.signing_secret, clock=SignatureClock())
    assert verifier.is_valid_request(body, headers)
    assert not verifier.is_valid_request(body + b"&more=1", headers)
    assert not SignatureVerifier("another secret").is_valid_request(body, headers)
    await runner.cleanup()


async def test_the_request_url_is_verified_by_its_challenge(played: Played) -> None:
    if played.slack.request_url is not None:
        assert await played.slack.delivery.verify_url()


async def test_history_comes_in_pages_newest_first(slack: LocalSlack, client: AsyncWebClient) -> None:
    maya = slack.add_person("maya")
    room = slack.add_channel("room", members=[maya], with_bot=True)
    said = [await maya.say("room", str(number)) for number in range(7)]
    await maya.say("room", "in the thread", thread=said[0].ts)
    first = await client.conversations_history(channel=room, limit=3)
    assert [message["text"] for message in first["messages"]] == ["6", "5", "4"]
    cursor = first["response_metadata"]["next_cursor"]
    second = await client.conversations_history(channel=room, limit=3, cursor=cursor)
    assert [message["text"] for message in second["messages"]] == ["3", "2", "1"]
    one = await client.conversations_history(channel=room, latest=said[2].ts, inclusive=True, limit=1)
    assert [message["text"] for message in one["messages"]] == ["2"]
    between = await client.conversations_history(channel=room, oldest=said[1].ts, latest=said[4].ts)
    assert [message["text"] for message in between["messages"]] == ["3", "2"]
    thread = await client.conversations_replies(channel=room, ts=said[0].ts)
    assert [message["text"] for message in thread["messages"]] == ["0", "in the thread"]


async def test_metadata_is_given_only_on_request(slack: LocalSlack, client: AsyncWebClient) -> None:
    room = slack.add_channel("room", members=[slack.add_person("maya")], with_bot=True)
    metadata = {"event_type": "tiny", "event_payload": {"key": "row-1"}}
    await client.chat_postMessage(channel=room, text="x", metadata=metadata)
    without = await client.conversations_history(channel=room)
    assert "metadata" not in without["messages"][0]
    found = await client.conversations_history(channel=room, include_all_metadata=True)
    assert found["messages"][0]["metadata"] == metadata


async def test_a_view_changed_meanwhile_refuses_an_old_hash(slack: LocalSlack, client: AsyncWebClient) -> None:
    trigger = slack.stage.trigger(slack.add_person("maya").id)
    opened = (await client.views_open(trigger_id=trigger.id, view=form()))["view"]
    await client.views_update(view_id=opened["id"], hash=opened["hash"], view=form("Second"))
    with pytest.raises(SlackApiError, match="hash_conflict"):
        await client.views_update(view_id=opened["id"], hash=opened["hash"], view=form("Third"))


async def test_a_post_to_a_person_lands_in_the_direct_message(slack: LocalSlack, client: AsyncWebClient) -> None:
    maya = slack.add_person("maya")
    answer = await client.chat_postMessage(channel=maya.id, text="psst")
    assert str(answer["channel"]).startswith("D")
    assert [message.text for message in maya.dms] == ["psst"]
    opened = await client.conversations_open(users=maya.id)
    assert opened["channel"]["id"] == answer["channel"]


async def test_an_edit_without_blocks_keeps_them_and_an_empty_list_takes_them(
    slack: LocalSlack, client: AsyncWebClient
) -> None:
    room = slack.add_channel("room", members=[slack.add_person("maya")], with_bot=True)
    posted = await client.chat_postMessage(channel=room, text="x", blocks=[{"type": "divider"}])
    await client.chat_update(channel=room, ts=str(posted["ts"]), text="y")
    assert len(slack.channel("room").messages[-1].blocks) == 1
    await client.chat_update(channel=room, ts=str(posted["ts"]), text="z", blocks=[])
    assert slack.channel("room").messages[-1].blocks == ()


async def test_a_scheduled_message_is_posted_when_its_time_comes() -> None:
    hand = Hand(1_700_000_000.0)
    slack = await LocalSlack.start(manifest=MANIFEST, now=hand)
    maya = slack.add_person("maya")
    async with ClientSession() as session:
        client = AsyncWebClient(slack.bot_token, base_url=f"{slack.url}/api/", session=session)
        await client.chat_scheduleMessage(channel=maya.id, post_at=1_700_000_060, text="later")
        dropped = await client.chat_scheduleMessage(channel=maya.id, post_at=1_700_000_060, text="never")
        await client.chat_deleteScheduledMessage(
            channel=str(dropped["channel"]), scheduled_message_id=str(dropped["scheduled_message_id"])
        )
        hand.seconds += 61
        await slack.until(lambda: maya.dms, why="the scheduled message")
    assert [message.text for message in maya.dms] == ["later"]
    await slack.stop()


async def test_dnd_is_on_now_only_for_the_muted(slack: LocalSlack, client: AsyncWebClient) -> None:
    now = slack.workspace.seconds()
    muted = await client.dnd_info(user=slack.add_person("maya", muted=True).id)
    assert muted["next_dnd_start_ts"] < now < muted["next_dnd_end_ts"]
    awake = await client.dnd_info(user=slack.add_person("leon").id)
    assert now < awake["next_dnd_start_ts"]


async def test_a_response_url_works_five_times(played: Played) -> None:
    answer = await played.maya.command("/tiny hello", "general")
    assert answer.url is not None
    address = played.slack.stage.url_of(answer.url)
    async with ClientSession() as session:
        statuses = [(await session.post(address, json={"text": str(number)})).status for number in range(6)]
    assert statuses == [200] * 5 + [404]
    assert [item.error for item in played.slack.unexpected] == ["used_url"]


async def test_the_scopes_are_told_in_a_header(slack: LocalSlack, client: AsyncWebClient) -> None:
    answer = await client.auth_test()
    assert "chat:write" in answer.headers["x-oauth-scopes"].split(",")
    assert answer["user_id"] == slack.bot_user


async def test_starting_and_stopping_takes_no_time(played: Played) -> None:
    clock = played.slack.clock.monotonic
    began = clock()
    other = await LocalSlack.start(manifest=MANIFEST)
    await other.stop()
    assert clock() - began < 0.1
