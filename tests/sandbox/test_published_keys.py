"""Every method is called as the Python SDK calls it, and its answer has the keys that Slack's SDKs publish for it."""

from pathlib import Path
from typing import Any

from aiohttp import ClientSession
from ruamel.yaml import YAML
from slack_sdk.web.async_client import AsyncWebClient

from bot.sandbox.server import LocalSlack
from bot.sandbox.webapi.dispatch import METHODS
from tests.sandbox.tiny_app import MANIFEST, form

TABLE: dict[str, Any] = YAML(typ="safe", pure=True).load(Path(__file__).parent / "published_keys.yml")["methods"]
EXTRA = ("files:read", "files:write", "reactions:read", "usergroups:write")
HOME = {"type": "home", "blocks": [{"type": "divider"}]}


def manifest() -> dict[str, Any]:
    """The tiny app's, with the scopes that only this test needs."""
    config = MANIFEST["oauth_config"]
    return {**MANIFEST, "oauth_config": {"scopes": {"bot": [*config["scopes"]["bot"], *EXTRA]}}}


class Caller:
    """Calls methods and keeps each one's last answer."""

    def __init__(self, client: AsyncWebClient) -> None:
        self._client = client
        self.answers: dict[str, dict[str, Any]] = {}

    async def __call__(self, method: str, **arguments: object) -> dict[str, Any]:
        if method == "apps.connections.open":
            answer = await self._client.apps_connections_open(app_token=str(arguments["app_token"]))
        else:
            answer = await self._client.api_call(method, json=arguments)
        assert isinstance(answer.data, dict)
        self.answers[method] = answer.data
        return answer.data


async def about_people(call: Caller, slack: LocalSlack) -> None:
    maya = slack.person("maya").id
    for method in ("auth.test", "api.test", "bots.info", "team.info", "dnd.info", "users.list"):
        await call(method)
    await call("apps.connections.open", app_token=slack.app_token)
    await call("users.info", user=maya)
    await call("users.lookupByEmail", email="maya@acme.test")
    group = (await call("usergroups.create", name="On call", handle="oncall"))["usergroup"]["id"]
    await call("usergroups.users.update", usergroup=group, users=maya)
    await call("usergroups.update", usergroup=group, name="On call now")
    assert (await call("usergroups.users.list", usergroup=group))["users"] == [maya]
    listed = await call("usergroups.list", include_users=True)
    assert [(each["handle"], each["users"]) for each in listed["usergroups"]] == [("oncall", [maya])]


async def in_channels(call: Caller, slack: LocalSlack) -> str:
    maya = slack.person("maya").id
    room: str = (await call("conversations.create", name="room"))["channel"]["id"]
    await call("conversations.invite", channel=room, users=maya)
    await call("conversations.setTopic", channel=room, topic="Topic")
    await call("conversations.setPurpose", channel=room, purpose="Purpose")
    await call("conversations.rename", channel=room, name="renamed")
    for method in ("conversations.info", "conversations.members"):
        await call(method, channel=room)
    for method in ("conversations.list", "users.conversations"):
        await call(method)
    await call("conversations.open", users=maya)
    other = slack.add_channel("other", members=[slack.person("maya")])
    await call("conversations.join", channel=other)
    await call("conversations.leave", channel=other)
    return room


async def with_messages(call: Caller, slack: LocalSlack, room: str) -> None:
    ts = (await call("chat.postMessage", channel=room, text="Hello"))["ts"]
    await call("chat.postMessage", channel=room, text="A reply", thread_ts=ts)
    await call("chat.postEphemeral", channel=room, user=slack.person("maya").id, text="For you")
    await call("chat.update", channel=room, ts=ts, text="Hello again")
    await call("chat.getPermalink", channel=room, message_ts=ts)
    for name in ("reactions", "pins"):
        marked = {"name": "eyes"} if name == "reactions" else {}
        await call(f"{name}.add", channel=room, timestamp=ts, **marked)
        await call(f"{name}.list", **({"channel": room} if name == "pins" else {}))
    await call("reactions.get", channel=room, timestamp=ts)
    await call("reactions.remove", channel=room, timestamp=ts, name="eyes")
    await call("pins.remove", channel=room, timestamp=ts)
    await call("conversations.history", channel=room)
    await call("conversations.replies", channel=room, ts=ts)
    at = slack.workspace.seconds() + 3600
    scheduled = await call("chat.scheduleMessage", channel=room, text="Later", post_at=at)
    await call("chat.scheduledMessages.list")
    await call("chat.deleteScheduledMessage", channel=room, scheduled_message_id=scheduled["scheduled_message_id"])
    await call("chat.delete", channel=room, ts=ts)


async def with_bookmarks_and_files(call: Caller, session: ClientSession, room: str) -> None:
    link = {"channel_id": room, "title": "Runbook", "type": "link", "link": "https://acme.test"}
    mark = (await call("bookmarks.add", **link))["bookmark"]["id"]
    await call("bookmarks.edit", channel_id=room, bookmark_id=mark, title="The runbook")
    await call("bookmarks.list", channel_id=room)
    await call("bookmarks.remove", channel_id=room, bookmark_id=mark)
    where = await call("files.getUploadURLExternal", filename="draft.md", length=5)
    async with session.post(where["upload_url"], data=b"# Hi\n") as stored:
        assert await stored.text() == "OK - 5"
    await call("files.completeUploadExternal", files=[{"id": where["file_id"], "title": "Draft"}], channel_id=room)
    file = (await call("files.info", file=where["file_id"]))["file"]
    async with session.get(file["url_private"]) as found:
        assert await found.read() == b"# Hi\n"
    await call("files.delete", file=where["file_id"])


async def with_views(call: Caller, slack: LocalSlack) -> None:
    maya = slack.person("maya").id
    opened = await call("views.open", trigger_id=slack.stage.trigger(maya).id, view=form())
    await call("views.update", view_id=opened["view"]["id"], hash=opened["view"]["hash"], view=form("Again"))
    await call("views.push", trigger_id=slack.stage.trigger(maya).id, view=form("On top"))
    await call("views.publish", user_id=maya, view=HOME)


async def test_each_answer_has_the_published_keys() -> None:
    slack = await LocalSlack.start(manifest=manifest())
    slack.add_person("maya", email="maya@acme.test")
    async with ClientSession() as session:
        call = Caller(AsyncWebClient(slack.bot_token, base_url=f"{slack.url}/api/", session=session))
        await about_people(call, slack)
        room = await in_channels(call, slack)
        await with_messages(call, slack, room)
        await with_bookmarks_and_files(call, session, room)
        await with_views(call, slack)
        await call("conversations.kick", channel=room, user=slack.person("maya").id)
        await call("conversations.archive", channel=room)
        await call("conversations.unarchive", channel=room)
    await slack.stop()
    assert set(TABLE) == set(METHODS) == set(call.answers), "every method is in the table, and was called"
    assert {method: gone for method, answer in call.answers.items() if (gone := missing(method, answer))} == {}


def missing(method: str, answer: dict[str, Any]) -> list[str]:
    """The keys of the table that an answer does not have."""
    row = TABLE[method]
    gone = [key for key in row["answer"] if key not in answer]
    for name in row.keys() - {"type", "answer"}:
        inside = answer.get(name)
        shown = inside[0] if isinstance(inside, list) else inside
        wanted = [key for part in row[name] for key in part["keys"]]
        gone += [f"{name}.{key}" for key in wanted if not isinstance(shown, dict) or key not in shown]
    return gone
