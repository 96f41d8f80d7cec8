"""The Web API refuses what Slack refuses, with Slack's codes; and remembers what a correct app never does."""

from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from aiohttp import ClientSession
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.sandbox.server import LocalSlack
from tests.sandbox.tiny_app import form

HELLO = {"text": "hello"}


@pytest.fixture(autouse=True)
def company(slack: LocalSlack) -> None:
    """Two people, a guest, somebody who left; a room of the app's, one it is not in, a secret one, an archived one."""
    maya = slack.add_person("maya", email="maya@acme.test")
    slack.add_person("gone", email="gone@acme.test", deleted=True)
    guest = slack.add_person("guest", guest=True)
    slack.add_channel("room", members=[maya], with_bot=True)
    slack.add_channel("elsewhere", members=[maya, guest])
    slack.add_channel("secret", members=[maya], private=True)
    slack.add_channel("old", members=[maya], with_bot=True)
    slack.channel("old").archived = True


def ids(slack: LocalSlack, arguments: dict[str, object]) -> dict[str, object]:
    """Arguments with #names, @names and `last` (the newest message of #room) turned into what Slack knows."""

    def one(value: object) -> object:
        match value:
            case "@bot":
                return slack.bot_user
            case str() if value.startswith("#"):
                return slack.channel(value).id
            case str() if value.startswith("@"):
                return slack.person(value).id
            case "last":
                return slack.channel("room").messages[-1].ts
            case [str(), *_]:
                return ",".join(str(one(item)) for item in value)
            case _:
                return value

    return {name: one(value) for name, value in arguments.items()}


REFUSED: list[tuple[str, dict[str, object], str]] = [
    ("chat.postMessage", {"channel": "#elsewhere", **HELLO}, "not_in_channel"),
    ("chat.postMessage", {"channel": "#secret", **HELLO}, "channel_not_found"),
    ("chat.postMessage", {"channel": "C404", **HELLO}, "channel_not_found"),
    ("chat.postMessage", {"channel": "#old", **HELLO}, "is_archived"),
    ("chat.postMessage", {"channel": "@gone", **HELLO}, "channel_not_found"),
    ("chat.postMessage", {"channel": "#room"}, "no_text"),
    ("chat.postEphemeral", {"channel": "#room", "user": "@maya", "text": "x" * 40_001}, "msg_too_long"),
    ("chat.update", {"channel": "#room", "ts": "last", "text": "x" * 4_001}, "msg_too_long"),
    ("chat.update", {"channel": "#old", "ts": "1.000000", **HELLO}, "is_inactive"),
    ("chat.postMessage", {"channel": "#room", **HELLO, "metadata": {"event_type": "x"}}, "invalid_metadata_format"),
    ("chat.postMessage", {"channel": "#room", **HELLO, "thread_ts": "1.000000"}, "thread_not_found"),
    ("chat.postMessage", {"channel": "#room", **HELLO, "blocks": [{"type": "section"}]}, "invalid_blocks"),
    ("chat.postEphemeral", {"channel": "#room", "user": "@guest", **HELLO}, "user_not_in_channel"),
    ("chat.update", {"channel": "#room", "ts": "1.000000", **HELLO}, "message_not_found"),
    ("chat.update", {"channel": "#room", "ts": "last", **HELLO}, "cant_update_message"),
    ("chat.delete", {"channel": "#room", "ts": "last"}, "cant_delete_message"),
    ("chat.getPermalink", {"channel": "#room", "message_ts": "1.0"}, "message_not_found"),
    ("chat.scheduleMessage", {"channel": "#room", "post_at": 1, **HELLO}, "time_in_past"),
    ("chat.scheduleMessage", {"channel": "#room", "post_at": 99_999_999_999, **HELLO}, "time_too_far"),
    ("chat.deleteScheduledMessage", {"channel": "#room", "scheduled_message_id": "Q1"}, "invalid_scheduled_message_id"),
    ("conversations.create", {"name": "room"}, "name_taken"),
    ("conversations.create", {"name": "old"}, "name_taken"),
    ("conversations.create", {"name": "secret"}, "name_taken"),
    ("conversations.create", {"name": ""}, "invalid_name_required"),
    ("conversations.create", {"name": "x" * 81}, "invalid_name_maxlength"),
    ("conversations.create", {"name": "---"}, "invalid_name_punctuation"),
    ("conversations.create", {"name": "Big News"}, "invalid_name_specials"),
    ("conversations.rename", {"channel": "#room", "name": "elsewhere"}, "name_taken"),
    ("conversations.invite", {"channel": "#room", "users": ["@maya"]}, "already_in_channel"),
    ("conversations.invite", {"channel": "#room", "users": ["@bot"]}, "cant_invite_self"),
    ("conversations.invite", {"channel": "#room", "users": ["U404"]}, "user_not_found"),
    ("conversations.invite", {"channel": "#room", "users": ["@gone"]}, "user_not_found"),
    ("conversations.invite", {"channel": "#room", "users": ["@guest"]}, "ura_max_channels"),
    ("conversations.invite", {"channel": "#elsewhere", "users": ["@gone"]}, "not_in_channel"),
    ("conversations.invite", {"channel": "#old", "users": ["@guest"]}, "is_archived"),
    ("conversations.archive", {"channel": "#old"}, "already_archived"),
    ("conversations.unarchive", {"channel": "#room"}, "not_archived"),
    ("conversations.setTopic", {"channel": "#room", "topic": "x" * 251}, "too_long"),
    ("conversations.setTopic", {"channel": "#elsewhere", "topic": "x"}, "not_in_channel"),
    ("conversations.setPurpose", {"channel": "#room", "purpose": "x" * 251}, "too_long"),
    ("conversations.join", {"channel": "#secret"}, "channel_not_found"),
    ("conversations.join", {"channel": "#old"}, "is_archived"),
    ("conversations.info", {"channel": "#secret"}, "channel_not_found"),
    ("conversations.history", {"channel": "#elsewhere"}, "not_in_channel"),
    ("conversations.replies", {"channel": "#room", "ts": "1.0"}, "thread_not_found"),
    ("conversations.open", {"users": ["@gone"]}, "user_disabled"),
    ("conversations.list", {"types": "secret_channel"}, "invalid_types"),
    ("conversations.list", {"cursor": "nonsense"}, "invalid_cursor"),
    ("users.info", {"user": "U404"}, "user_not_found"),
    ("users.lookupByEmail", {"email": "nobody@acme.test"}, "users_not_found"),
    ("users.lookupByEmail", {"email": "gone@acme.test"}, "users_not_found"),
    ("pins.add", {"channel": "#room", "timestamp": "1.0"}, "message_not_found"),
    ("pins.remove", {"channel": "#room", "timestamp": "last"}, "no_pin"),
    ("bookmarks.add", {"channel_id": "#room", "title": "x", "type": "link", "link": "ftp://x"}, "invalid_link"),
    ("bookmarks.edit", {"channel_id": "#room", "bookmark_id": "Bk1", "title": "x"}, "not_found"),
    ("views.open", {"trigger_id": "nonsense", "view": form()}, "invalid_trigger_id"),
    ("views.open", {"trigger_id": "1", "view": {"type": "modal", "blocks": []}}, "invalid_arguments"),
    ("views.update", {"view_id": "V404", "view": form()}, "not_found"),
    ("canvases.create", {}, "unknown_method"),
    ("usergroups.users.list", {"usergroup": "S404"}, "no_such_subteam"),
    ("bots.info", {"bot": "B404"}, "bot_not_found"),
]


@pytest.mark.parametrize(("method", "arguments", "code"), REFUSED, ids=[f"{m}-{c}" for m, _, c in REFUSED])
async def test_slack_refuses_with_its_own_code(
    slack: LocalSlack, client: AsyncWebClient, method: str, arguments: dict[str, object], code: str
) -> None:
    await slack.person("maya").say("room", "mine, not the app's")
    with pytest.raises(SlackApiError) as refused:
        await client.api_call(method, json=ids(slack, arguments))
    assert refused.value.response["error"] == code
    assert slack.calls(method)[-1].error == code


async def test_a_post_that_is_too_long_is_cut_with_a_warning(slack: LocalSlack, client: AsyncWebClient) -> None:
    answer = await client.chat_postMessage(channel=slack.channel("room").id, text="x" * 40_001)
    assert len(answer["message"]["text"]) == 40_000
    assert (answer["warning"], answer["response_metadata"]["warnings"]) == ("message_truncated", ["message_truncated"])
    assert {item.error for item in slack.unexpected} == {"message_truncated", "text_would_be_split"}


async def test_refused_blocks_say_where_and_why(slack: LocalSlack, client: AsyncWebClient) -> None:
    blocks = [{"type": "header", "text": {"type": "plain_text", "text": "x" * 151}}]
    with pytest.raises(SlackApiError) as refused:
        await client.chat_postMessage(channel=slack.channel("room").id, text="x", blocks=blocks)
    assert "/blocks/0/text" in refused.value.response["response_metadata"]["messages"][0]
    assert [item.error for item in slack.unexpected] == ["invalid_blocks"]


async def test_a_missing_scope_is_named() -> None:
    manifest = {"oauth_config": {"scopes": {"bot": ["channels:read"]}}}
    slack = await LocalSlack.start(manifest=manifest)
    maya = slack.add_person("maya")
    slack.add_channel("secret", private=True, members=[maya], with_bot=True)
    calls: list[tuple[Callable[[AsyncWebClient], Awaitable[Any]], str]] = [
        (lambda c: c.chat_postMessage(channel="C1", text="x"), "chat:write"),
        (lambda c: c.conversations_create(name="x"), "channels:manage"),
        (lambda c: c.conversations_create(name="x", is_private=True), "groups:write"),
        (lambda c: c.conversations_info(channel=slack.channel("secret").id), "groups:read"),
    ]
    async with ClientSession() as session:
        client = AsyncWebClient(slack.bot_token, base_url=f"{slack.url}/api/", session=session)
        for call, needed in calls:
            with pytest.raises(SlackApiError) as refused:
                await call(client)
            answer = refused.value.response
            assert (answer["error"], answer["needed"], answer["provided"]) == ("missing_scope", needed, "channels:read")
    assert {item.error for item in slack.unexpected} == {"missing_scope"}
    await slack.stop()


@pytest.mark.parametrize(
    ("token", "method", "code"),
    [
        ("xoxb-wrong", "auth.test", "invalid_auth"),
        ("", "auth.test", "not_authed"),
        ("xapp-local-0001-app", "chat.postMessage", "not_allowed_token_type"),
        ("xoxb-local-0001-bot", "apps.connections.open", "not_allowed_token_type"),
    ],
)
async def test_a_wrong_token_gets_nowhere(slack: LocalSlack, token: str, method: str, code: str) -> None:
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    async with ClientSession() as session, session.post(f"{slack.url}/api/{method}", headers=headers) as answer:
        assert (await answer.json())["error"] == code


async def test_a_workspace_may_forbid_channels(slack: LocalSlack, client: AsyncWebClient) -> None:
    slack.policy.forbid_channel_creation = True
    slack.policy.forbid_archiving = True
    for call in (client.conversations_create(name="new"), client.conversations_archive(channel="room")):
        with pytest.raises(SlackApiError, match="restricted_action"):
            await call


async def test_an_invitation_by_force_goes_on_without_those_who_cannot(
    slack: LocalSlack, client: AsyncWebClient
) -> None:
    leon = slack.add_person("leon")
    users = [leon.id, slack.person("guest").id, slack.person("maya").id]
    room = slack.channel("room")
    with pytest.raises(SlackApiError) as refused:
        await client.conversations_invite(channel=room.id, users=users)
    assert leon.id not in room.members
    answer = await client.conversations_invite(channel=room.id, users=users, force=True)
    assert leon.id in room.members
    assert {error["error"] for error in answer["errors"]} == {"ura_max_channels", "already_in_channel"}
    assert refused.value.response["errors"] == answer["errors"]


async def test_a_post_without_words_passes_but_is_remembered(slack: LocalSlack, client: AsyncWebClient) -> None:
    blocks = [{"type": "divider"}]
    message = {"channel": slack.channel("room").id, "text": " ", "blocks": blocks}
    await client.api_call("chat.postMessage", json=message)
    assert [item.error for item in slack.unexpected] == ["missing_text"]
