"""Threads as Slack keeps them: a deleted opener leaves its thread, and a reply may be shown to the channel, too."""

import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.sandbox.client import Person
from bot.sandbox.jsons import JsonObject, as_object
from bot.sandbox.server import LocalSlack
from tests.sandbox.conftest import Played

pytestmark = pytest.mark.parametrize("played", ["socket"], indirect=True)


def told(slack: LocalSlack, subtype: str) -> list[JsonObject]:
    """The message events of a subtype that the app was sent, oldest first."""
    events = [as_object(envelope.payload.get("event")) for envelope in slack.last_envelopes]
    return [event for event in events if event.get("subtype") == subtype]


async def room_of(played: Played, client: AsyncWebClient) -> tuple[str, Person]:
    """A channel with the bot and Maya in it."""
    channel = played.slack.add_channel("room", members=[played.maya], with_bot=True)
    await client.auth_test()
    return channel, played.maya


async def test_a_deleted_opener_leaves_a_tombstone_and_its_thread_until_the_last_reply_goes(
    played: Played, client: AsyncWebClient
) -> None:
    room, maya = await room_of(played, client)
    opener = (await client.chat_postMessage(channel=room, text="opener"))["ts"]
    reply = await maya.say("room", "reply", thread=opener)
    await client.chat_delete(channel=room, ts=opener)

    (stone,) = (await client.conversations_history(channel=room))["messages"]
    wanted = {"subtype": "tombstone", "user": "USLACKBOT", "text": "This message was deleted.", "hidden": True}
    assert stone.items() >= {**wanted, "ts": opener, "thread_ts": opener, "reply_count": 1}.items()
    thread = (await client.conversations_replies(channel=room, ts=opener))["messages"]
    assert [each["text"] for each in thread] == ["This message was deleted.", "reply"]
    await played.slack.until(lambda: told(played.slack, "message_changed"))
    (changed,) = told(played.slack, "message_changed")
    assert as_object(changed["message"])["subtype"] == "tombstone"
    assert as_object(changed["previous_message"])["text"] == "opener"
    with pytest.raises(SlackApiError, match="message_not_found"):
        await client.chat_update(channel=room, ts=opener, text="back")
    with pytest.raises(SlackApiError, match="message_not_found"):
        await client.chat_delete(channel=room, ts=opener)
    second = (await client.chat_postMessage(channel=room, text="later", thread_ts=opener))["ts"]

    await maya.delete(reply)
    await client.chat_delete(channel=room, ts=second)
    assert (await client.conversations_history(channel=room))["messages"] == []
    await played.slack.until(lambda: len(told(played.slack, "message_deleted")) == 3)


async def test_a_reply_sent_to_the_channel_too_stands_in_both_and_carries_its_root(
    played: Played, client: AsyncWebClient
) -> None:
    room, maya = await room_of(played, client)
    opener = await maya.say("room", "opener")
    sent = await client.chat_postMessage(channel=room, text="for all", thread_ts=opener.ts, reply_broadcast=True)
    assert sent["message"]["subtype"] == "thread_broadcast"
    assert sent["message"]["root"].items() >= {"ts": opener.ts, "text": "opener", "reply_count": 1}.items()
    second = await client.chat_postMessage(channel=room, text="not for all", thread_ts=opener.ts)
    shown = (await client.conversations_history(channel=room))["messages"]
    assert [each["text"] for each in shown] == ["for all", "opener"]
    thread = (await client.conversations_replies(channel=room, ts=opener.ts))["messages"]
    assert [each["text"] for each in thread] == ["opener", "for all", "not for all"]
    await client.chat_update(channel=room, ts=sent["ts"], text="for everyone")
    assert played.slack.channel("room").log[sent["ts"]].text == "for everyone"
    await client.chat_update(channel=room, ts=second["ts"], text="for all after all", reply_broadcast=True)
    shown = (await client.conversations_history(channel=room))["messages"]
    assert [each["text"] for each in shown] == ["for all after all", "for everyone", "opener"]

    hers = await maya.say("room", "mine, too", thread=opener.ts, broadcast=True)
    await played.slack.until(lambda: len(told(played.slack, "thread_broadcast")) == 2)
    event = told(played.slack, "thread_broadcast")[-1]
    assert (event["user"], event["ts"], event["thread_ts"]) == (maya.id, hers.ts, opener.ts)
