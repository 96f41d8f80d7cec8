"""The manifest asks for what the code uses, all of it and nothing more."""

import re
from pathlib import Path

from ruamel.yaml import YAML

from bot.slack.app import SHORTCUTS

ROOT = Path(__file__).parent.parent
MANIFEST = YAML(typ="safe").load((ROOT / "manifest.yml").read_text(encoding="utf-8"))
SCOPES: list[str] = MANIFEST["oauth_config"]["scopes"]["bot"]
EVENTS: list[str] = MANIFEST["settings"]["event_subscriptions"]["bot_events"]

NEEDED: dict[str, set[str]] = {
    "apps.connections.open": set(),  # the app-level token's own scope
    "auth.test": set(),
    "bookmarks.add": {"bookmarks:write"},
    "bookmarks.list": {"bookmarks:read"},
    "chat.delete": {"chat:write"},
    "chat.postMessage": {"chat:write"},
    "chat.update": {"chat:write"},
    "conversations.archive": {"channels:manage", "groups:write"},
    "conversations.create": {"channels:manage", "groups:write"},
    "conversations.history": {"channels:history", "groups:history", "im:history"},
    "conversations.info": {"channels:read", "groups:read"},
    "conversations.invite": {"channels:manage", "groups:write"},
    "conversations.join": {"channels:join"},
    "conversations.list": {"channels:read", "groups:read"},
    "conversations.open": {"im:write"},
    "conversations.replies": {"channels:history", "groups:history", "im:history"},
    "conversations.setPurpose": {"channels:manage", "groups:write"},
    "conversations.setTopic": {"channels:manage", "groups:write"},
    "conversations.unarchive": {"channels:manage", "groups:write"},
    "dnd.info": {"dnd:read"},
    "pins.add": {"pins:write"},
    "users.conversations": {"channels:read", "groups:read"},
    "users.info": {"users:read"},
    "users.lookupByEmail": {"users:read.email", "users:read"},
    "views.open": set(),
    "views.publish": set(),
    "views.push": set(),
    "views.update": set(),
}
"""Which bot scopes a method needs, by its page in Slack's reference."""
EVENT_NEEDS = {
    "app_home_opened": set(),
    "member_joined_channel": {"channels:read", "groups:read"},
    "member_left_channel": {"channels:read", "groups:read"},
    "message.channels": {"channels:history"},
    "message.groups": {"groups:history"},
}
FAMILIES = "auth|apps|bookmarks|bots|chat|conversations|dnd|files|pins|reactions|team|usergroups|users|views"


def _source() -> str:
    return "\n".join(path.read_text(encoding="utf-8") for path in (ROOT / "bot" / "slack").rglob("*.py"))


def used_methods() -> set[str]:
    """Every Web API method that the code names, as a string or as a method of Slack's client."""
    source = _source()
    named = set(re.findall(rf'"((?:{FAMILIES})\.[a-zA-Z]+(?:\.[a-zA-Z]+)?)"', source))
    called = {found.replace("_", ".", 1) for found in re.findall(r"client\.((?:views|chat)_[a-z]+)\b", source)}
    return named | called | {"apps.connections.open"}


def test_every_method_that_the_code_uses_is_known() -> None:
    assert used_methods() <= set(NEEDED), "say in NEEDED which scopes a new method needs"


def test_the_scopes_are_those_that_the_methods_and_events_need() -> None:
    needed = {scope for method in used_methods() for scope in NEEDED[method]}
    needed |= {scope for event in EVENTS for scope in EVENT_NEEDS[event]}
    assert set(SCOPES) == needed | {"commands"}
    assert sorted(SCOPES) == SCOPES, "each once, in order"


def test_the_events_are_those_that_the_app_listens_to() -> None:
    """Messages of public and private channels are one kind of event, subscribed to one by one."""
    assert set(re.findall(r'app\.event\("(\w+)"\)', _source())) == {each.partition(".")[0] for each in EVENTS}


def test_the_shortcuts_and_the_command_are_those_that_the_app_answers() -> None:
    shortcuts = MANIFEST["features"]["shortcuts"]
    assert {each["callback_id"] for each in shortcuts} == set(SHORTCUTS)
    assert all(len(each["name"]) <= 24 and len(each["description"]) <= 150 for each in shortcuts)
    (command,) = MANIFEST["features"]["slash_commands"]
    assert command["command"] == "/incident"
    assert command["should_escape"] is True
    assert MANIFEST["features"]["app_home"]["home_tab_enabled"]
    assert MANIFEST["features"]["app_home"]["messages_tab_enabled"]
    assert MANIFEST["settings"]["interactivity"]["is_enabled"]
