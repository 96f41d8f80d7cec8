"""Slack's documentation of the methods, as the table beside it has it, and a workspace in which each can be refused."""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

from bot.sandbox import messages
from bot.sandbox.clock import Clock, monotonic_seconds
from bot.sandbox.manifest import read_manifest
from bot.sandbox.messages import Draft
from bot.sandbox.models import Bookmark, Refusal
from bot.sandbox.server import LocalSlack
from bot.sandbox.webapi.arguments import read_arguments
from bot.sandbox.webapi.bookmarks import MOST
from tests.sandbox.tiny_app import MANIFEST, form

PAGES: dict[str, Any] = YAML(typ="safe", pure=True).load(Path(__file__).parent / "published_methods.yml")
METHODS: dict[str, dict[str, Any]] = PAGES["methods"]
GENERAL = {*PAGES["general"]["errors"], *PAGES["general"]["elsewhere"]}
HOME = {"type": "home", "blocks": [{"type": "divider"}]}
LONG = 40_001


def listed(method: str) -> set[str]:
    """The errors of a method, those of every method not among them."""
    row = METHODS[method]
    return {*row["errors"], *row.get("elsewhere", {})}


def arguments_of(method: str) -> tuple[str, ...]:
    """Every documented argument, the required ones first."""
    row = METHODS[method]
    return (*row.get("required", ()), *row.get("optional", ()))


def every_scope() -> tuple[str, ...]:
    return tuple(sorted({scope for row in METHODS.values() for scope in row["scopes"]}))


@dataclass
class Place:
    """A workspace that is not served: methods are run in it directly. `good` has a right value for each argument."""

    slack: LocalSlack
    now: list[float] = field(default_factory=lambda: [1_700_000_000.0])
    good: dict[str, Any] = field(default_factory=dict)

    def run(self, method: str, **args: object) -> dict[str, Any]:
        app = METHODS[method].get("token") == "app" if method in METHODS else False
        token = self.slack.app_token if app else self.slack.bot_token
        try:
            return self.slack.web_api.run(method, token, read_arguments({}, "application/json", json.dumps(args)))
        except Refusal as refusal:
            return {"ok": False, "error": refusal.code}

    def scoped(self, *scopes: str) -> None:
        self.slack.workspace.manifest = replace(self.slack.workspace.manifest, scopes=scopes)

    def without_tabs(self) -> None:
        manifest = self.slack.workspace.manifest
        self.slack.workspace.manifest = replace(manifest, messages_tab=False, home_tab=False)

    def trigger(self) -> str:
        return self.slack.stage.trigger(self.good["user"]).id

    def channel(self, name: str) -> str:
        return self.slack.channel(name).id

    def right(self, method: str) -> dict[str, Any]:
        """Arguments with which the method is answered: the required ones, and what it wants besides."""
        named = {"channel_id": "channel", "message_ts": "timestamp", "ts": "timestamp", "user_id": "user"}
        wanted = (*METHODS[method].get("required", ()), *METHODS[method].get("missing", {}), *BESIDES.get(method, ()))
        found = {name: self.good[named.get(name, name)] for name in wanted}
        if method in OWN:
            found |= {name: self.good[value] for name, value in OWN[method].items()}
        if method in {"pins.remove", "reactions.remove"}:
            self.run(
                method.replace("remove", "add"), **{name: self.good[name] for name in ("channel", "timestamp", "name")}
            )
        return found | ({"trigger_id": self.trigger()} if method in {"views.open", "views.push"} else {})


BESIDES = {
    **dict.fromkeys(("chat.postMessage", "chat.postEphemeral", "chat.update", "chat.scheduleMessage"), ("text",)),
    "bookmarks.add": ("link",),
    "views.update": ("view_id",),
}
OWN = {
    "conversations.create": {"name": "new_name"},
    "conversations.rename": {"name": "new_name"},
    "conversations.kick": {"user": "user"},
    "usergroups.create": {"name": "new_name"},
    "conversations.unarchive": {"channel": "archived"},
    "views.publish": {"view": "home"},
    "conversations.invite": {"users": "stranger"},
    "conversations.open": {"users": "user"},
    "users.lookupByEmail": {"email": "email"},
    "chat.update": {"ts": "mine"},
    "chat.delete": {"ts": "mine"},
}


def a_place() -> Place:
    """Maya, a guest, one who left; channels of every kind; a message, a pin, a bookmark, a file, a group, a view."""
    scopes = {"scopes": {"bot": [*every_scope(), "mpim:read"]}}
    features = {**MANIFEST, "oauth_config": scopes, "settings": {}}  # it listens to nothing: nothing is delivered
    now = [1_700_000_000.0]
    clock = Clock(now=lambda: now[0], offset_file=None, monotonic=monotonic_seconds)
    slack = LocalSlack(read_manifest(features), clock, request_url=None, strict=True, ack_seconds=3.0)
    place = Place(slack, now)
    maya = slack.add_person("maya", email="maya@acme.test")
    slack.add_person("leon")
    slack.add_person("gone", email="gone@acme.test", deleted=True)
    guest = slack.add_person("guest", guest=True)
    slack.add_person("newguest", guest=True)
    for name in ("room", "old", "full", "own"):
        slack.add_channel(name, members=[maya], with_bot=True)
    slack.add_channel("closed", members=[maya], private=True, with_bot=True)
    slack.add_channel("elsewhere", members=[maya, guest])
    slack.add_channel("secret", members=[maya], private=True)
    slack.channel("own").members[:] = [slack.bot_user]
    _furnish(place, maya.id)
    slack.channel("old").archived = True
    return place


def _furnish(place: Place, maya: str) -> None:
    slack, room = place.slack, place.channel("room")
    theirs = messages.post(slack.workspace, maya, slack.channel("room"), Draft(text="Hello"))
    full = Bookmark(
        id=slack.workspace.new_id("Bk"),
        channel=place.channel("full"),
        title="x",
        link="https://a.test",
        emoji="",
        created=1,
    )
    slack.channel("full").bookmarks.extend([full] * MOST)
    post = {"channel": room, "text": "Hello"}
    group = place.run("usergroups.create", name="On call", handle="oncall")["usergroup"]["id"]
    mark = {"channel_id": room, "title": "x", "type": "link", "link": "https://a.test"}
    place.good |= {
        "user": maya,
        "users": maya,
        "stranger": slack.person("leon").id,
        "channel": room,
        "archived": place.channel("old"),
        "timestamp": place.run("chat.postMessage", **post)["ts"],
        "mine": place.run("chat.postMessage", **post)["ts"],
        "theirs": theirs.ts,
        "text": "Hello",
        "name": "eyes",
        "new_name": "a-new-name",
        "title": "Runbook",
        "type": "link",
        "link": "https://acme.test",
        "topic": "x",
        "purpose": "x",
        "email": "maya@acme.test",
        "usergroup": group,
        "post_at": int(place.now[0]) + 3600,
        "scheduled_message_id": place.run("chat.scheduleMessage", **post, post_at=place.now[0] + 60)[
            "scheduled_message_id"
        ],
        "bookmark_id": place.run("bookmarks.add", **mark)["bookmark"]["id"],
        "filename": "a.md",
        "length": 5,
        "view": form(),
        "home": HOME,
    }
    file = slack.web_api.files.expected("a.md", 5, slack.bot_user)
    file.content = b"# Hi\n"
    place.good["file"] = file.id
    place.good["files"] = [{"id": place.good["file"]}]
    place.good["view_id"] = place.run("views.open", trigger_id=place.trigger(), view=form())["view"]["id"]


def wrong_values(place: Place, name: str) -> Iterator[object]:
    """What an app may send by mistake for an argument: nothing, another type, what is not there or not allowed."""
    yield from ("", {"a": 1}, ["x"], "nonsense", -1, 99_999_999_999)
    yield from WRONG.get(name, ())
    if name.startswith("channel"):
        yield from (place.channel(room) for room in ("old", "elsewhere", "secret", "closed", "full", "own"))
        yield place.slack.workspace.direct(place.slack.bot_user, place.good["user"]).id
    if name.startswith("user"):
        people = ("gone", "guest", "newguest", "leon", "maya")
        yield from (place.slack.person(person).id for person in people)
        yield from (place.slack.bot_user, ",".join(["U1"] * 101), "U1,U2")


_BAD_BLOCK = {"type": "section"}
WRONG: dict[str, tuple[object, ...]] = {
    "text": ("x" * 4_001, "x" * LONG),
    "markdown_text": ("*b*", "x" * 12_001),
    "blocks": ([_BAD_BLOCK], [{"type": "divider"}] * 51),
    "attachments": ([{"blocks": [_BAD_BLOCK]}], [{"fallback": "x"}] * 101),
    "metadata": ({"event_type": "x"},),
    "name": ("x" * 81, "---", "Big News", "elsewhere", "secret", "On call", "not an emoji!"),
    "handle": ("oncall", "Not a handle!"),
    "topic": ("x" * 251,),
    "purpose": ("x" * 251,),
    "link": ("ftp://x", "https://" + "x" * 2041),
    "title": ("x" * 257,),
    "types": ("secret_channel", "private_channel,im", "mpim"),
    "limit": (0, 1, 1_001, 1_000),
    "cursor": ("b2Zmc2V0OjE=",),
    "view": ({"type": "modal", "blocks": []}, HOME, {"type": "modal", "blocks": "x" * 250_001}),
    "thread_ts": ("1.000000",),
    "length": (0,),
}
