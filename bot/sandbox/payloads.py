"""The bodies of what the app receives when somebody acts: commands, clicks, submissions, shortcuts."""

import re

from bot.sandbox import messages, modals
from bot.sandbox.jsons import JsonObject, as_text
from bot.sandbox.modal_state import ModalView, Place, state_values
from bot.sandbox.models import Channel, Message
from bot.sandbox.response_urls import ResponseUrl
from bot.sandbox.stage import VERIFICATION_TOKEN, Stage
from bot.sandbox.workspace import APP_ID, TEAM_DOMAIN, TEAM_ID, Workspace

_NAME = re.compile(r"(?<![\w<])([@#])([\w.\-]+)")
_EVERYBODY = {"@here", "@channel", "@everyone"}
_LINK = re.compile(r"https?://[^\s<>]+")


def as_sent(workspace: Workspace, text: str, *, labelled: bool) -> str:
    """What somebody typed as Slack passes it on: escaped, known @names and #channels as ids, links in angle brackets.

    @here and @channel call people in messages only, not in commands.

    `labelled` adds the names to the ids, as in commands with `should_escape`.
    """
    safe = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    linked = _LINK.sub(lambda found: f"<{found.group(0)}>", safe)

    def as_id(found: re.Match[str]) -> str:
        sign, name = found.group(1), found.group(2)
        if found.group(0) in _EVERYBODY and not labelled:
            return f"<!{name}>"
        target = _target(workspace, sign, name)
        if not target:
            return found.group(0)
        label = f"@{name}" if target.startswith("!") else name
        return f"<{target}|{label}>" if labelled else f"<{target}>"

    return _NAME.sub(as_id, linked)


def _target(workspace: Workspace, sign: str, name: str) -> str:
    """What a typed name stands for: `@U…`, `#C…`, `!subteam^S…`, or empty."""
    if sign == "#":
        channel = workspace.by_name(name)
        return f"#{channel.id}" if channel is not None else ""
    user = next((user for user in workspace.users.values() if user.name == name), None)
    if user is not None:
        return f"@{user.id}"
    group = next((group for group in workspace.groups.values() if group.handle == name), None)
    return f"!subteam^{group.id}" if group is not None else ""


def place_name(channel: Channel) -> str:
    """What `channel_name` reads: private places do not give theirs away."""
    return {"im": "directmessage", "group": "privategroup"}.get(channel.kind, channel.name)


def command_payload(
    stage: Stage, user_id: str, channel: Channel, command: str, text: str, url: ResponseUrl, trigger: str
) -> JsonObject:
    """The form fields of a slash command."""
    return {
        "token": VERIFICATION_TOKEN,
        "team_id": TEAM_ID,
        "team_domain": TEAM_DOMAIN,
        "channel_id": channel.id,
        "channel_name": place_name(channel),
        "user_id": user_id,
        "user_name": stage.workspace.users[user_id].name,
        "command": command,
        "text": text,
        "api_app_id": APP_ID,
        "is_enterprise_install": "false",
        "response_url": stage.url_of(url),
        "trigger_id": trigger,
    }


def action_of(block: JsonObject, element: JsonObject, entry: JsonObject, action_ts: str) -> JsonObject:
    """One entry of `actions`: the element that was used, and what it says now."""
    kind = as_text(element.get("type"))
    action: JsonObject = {
        "type": kind,
        "action_id": as_text(element.get("action_id")),
        "block_id": as_text(block.get("block_id")),
        "action_ts": action_ts,
    }
    for key in ("text", "value", "style", "url", "placeholder"):
        if key in element and (kind == "button" or key == "placeholder"):
            action[key] = element[key]
    return action | {key: value for key, value in entry.items() if key != "type"}


def message_action_payload(
    stage: Stage, user_id: str, message: Message, channel: Channel, action: JsonObject, url: ResponseUrl, trigger: str
) -> JsonObject:
    """`block_actions` from a message: with a response URL and the state of its menus."""
    payload: JsonObject = {
        "type": "block_actions",
        "trigger_id": trigger,
        "actions": [action],
        "response_url": stage.url_of(url),
        "state": {"values": state_values(list(message.blocks), stage.workspace.chosen(user_id, message))},
    }
    return stage.identity(user_id) | _at_message(message, channel) | payload


def _at_message(message: Message, channel: Channel) -> JsonObject:
    """Where something happens on a message. One that only its reader sees is not told whole."""
    ephemeral = bool(message.ephemeral_to)
    container: JsonObject = {
        "type": "message",
        "message_ts": message.ts,
        "channel_id": channel.id,
        "is_ephemeral": ephemeral,
    }
    if message.thread_ts:
        container["thread_ts"] = message.thread_ts
    where: JsonObject = {"container": container, "channel": {"id": channel.id, "name": place_name(channel)}}
    return where if ephemeral else where | {"message": messages.as_json(message)}


def view_action_payload(stage: Stage, view: ModalView, action: JsonObject, trigger: str) -> JsonObject:
    """`block_actions` from a modal or the Home tab: without a response URL."""
    return stage.identity(view.user) | {
        "type": "block_actions",
        "container": {"type": "view", "view_id": view.id},
        "trigger_id": trigger,
        "view": modals.shown(view),
        "actions": [action],
    }


def submission_payload(stage: Stage, view: ModalView, trigger: str) -> JsonObject:
    """`view_submission`."""
    payload: JsonObject = {
        "type": "view_submission",
        "trigger_id": trigger,
        "view": modals.shown(view),
        "response_urls": [],
    }
    return stage.identity(view.user) | payload


def closed_payload(stage: Stage, view: ModalView, *, cleared: bool) -> JsonObject:
    """`view_closed`."""
    return stage.identity(view.user) | {"type": "view_closed", "view": modals.shown(view), "is_cleared": cleared}


def shortcut_payload(stage: Stage, user_id: str, callback_id: str, trigger: str) -> JsonObject:
    """A global shortcut."""
    ts = stage.workspace.event_ts()
    payload: JsonObject = {"type": "shortcut", "callback_id": callback_id, "trigger_id": trigger, "action_ts": ts}
    return stage.identity(user_id) | payload


def message_shortcut_payload(
    stage: Stage, user_id: str, callback_id: str, message: Message, channel: Channel, url: ResponseUrl, trigger: str
) -> JsonObject:
    """A shortcut on a message."""
    return stage.identity(user_id) | {
        "type": "message_action",
        "callback_id": callback_id,
        "trigger_id": trigger,
        "message_ts": message.ts,
        "action_ts": stage.workspace.event_ts(),
        "channel": {"id": channel.id, "name": place_name(channel)},
        "message": messages.as_json(message),
        "response_url": stage.url_of(url),
    }


def suggestion_payload(stage: Stage, user_id: str, where: ModalView | Message, place: Place, value: str) -> JsonObject:
    """`block_suggestion`: what somebody types into an external select of a view or a message."""
    if isinstance(where, Message):
        around = _at_message(where, stage.workspace.channels[where.channel])
    else:
        around = {"view": modals.shown(where), "container": {"type": "view", "view_id": where.id}}
    block_id, action_id = place
    asked: JsonObject = {"type": "block_suggestion", "block_id": block_id, "action_id": action_id, "value": value}
    return stage.identity(user_id) | around | asked
