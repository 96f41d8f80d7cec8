"""What the local Slack takes from an app manifest: commands, shortcuts, scopes, events, the bot's name."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from ruamel.yaml import YAML

from bot.sandbox.jsons import JsonObject, as_flag, as_list, as_object, as_objects, as_text


@dataclass(frozen=True, slots=True, kw_only=True)
class SlashCommand:
    """One slash command; `should_escape` turns @name and #channel into ids."""

    command: str
    description: str = ""
    usage_hint: str = ""
    should_escape: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Shortcut:
    """A global or message shortcut."""

    callback_id: str
    name: str
    kind: str
    description: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Manifest:
    """An app as its manifest describes it."""

    app_name: str
    bot_name: str
    commands: tuple[SlashCommand, ...]
    shortcuts: tuple[Shortcut, ...]
    scopes: tuple[str, ...]
    events: frozenset[str]
    home_tab: bool
    messages_tab: bool


def read_manifest(source: Path | Mapping[str, object]) -> Manifest:
    """The manifest in a YAML file, or already parsed.

    Raises TypeError where the file holds no mapping.
    """
    if not isinstance(source, Path):
        return _from_object(dict(source))
    found = _from_text(source.read_text(encoding="utf-8"))
    if found is None:
        raise TypeError(f"{source} is not an app manifest: expected a mapping at its top.")
    return found


# Reading YAML takes longer than all the rest of a start, and most workspaces of a test run have the same manifest.
@lru_cache(maxsize=8)
def _from_text(text: str) -> Manifest | None:
    parsed: object = YAML(typ="safe").load(text)
    return _from_object(parsed) if isinstance(parsed, dict) else None


def _from_object(manifest: JsonObject) -> Manifest:
    features = as_object(manifest.get("features"))
    home = as_object(features.get("app_home"))
    app_name = as_text(as_object(manifest.get("display_information")).get("name"), "app")
    scopes = as_object(as_object(manifest.get("oauth_config")).get("scopes"))
    subscriptions = as_object(as_object(manifest.get("settings")).get("event_subscriptions"))
    granted = as_list(scopes.get("bot")) + as_list(scopes.get("bot_optional"))
    return Manifest(
        app_name=app_name,
        bot_name=as_text(as_object(features.get("bot_user")).get("display_name"), app_name),
        commands=tuple(_command(item) for item in as_objects(features.get("slash_commands"))),
        shortcuts=tuple(_shortcut(item) for item in as_objects(features.get("shortcuts"))),
        scopes=tuple(as_text(scope) for scope in granted),
        events=frozenset(as_text(event) for event in as_list(subscriptions.get("bot_events"))),
        home_tab=as_flag(home.get("home_tab_enabled")),
        messages_tab=as_flag(home.get("messages_tab_enabled", True)),
    )


def _command(item: JsonObject) -> SlashCommand:
    return SlashCommand(
        command=as_text(item.get("command")),
        description=as_text(item.get("description")),
        usage_hint=as_text(item.get("usage_hint")),
        should_escape=as_flag(item.get("should_escape")),
    )


def _shortcut(item: JsonObject) -> Shortcut:
    return Shortcut(
        callback_id=as_text(item.get("callback_id")),
        name=as_text(item.get("name")),
        kind=as_text(item.get("type"), "global"),
        description=as_text(item.get("description")),
    )
