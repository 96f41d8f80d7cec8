"""`reactions.*` and `pins.*`: what the app marks."""

import re

from bot.sandbox import gestures, messages
from bot.sandbox.jsons import JsonObject
from bot.sandbox.models import Channel, Message, Refusal
from bot.sandbox.webapi.call import ApiCall, Entry
from bot.sandbox.webapi.paging import cursor_fields, page_of

_NAME = re.compile(r"[a-z0-9_+'-]{1,100}(::skin-tone-[2-6])?")
UNSAID = "no_item_specified"


def _marked(call: ApiCall, outside: str = "channel_not_found", unsaid: str = UNSAID) -> tuple[Channel, Message]:
    """The message that is to be marked.

    `outside` refuses an app that is not in the channel, `unsaid` one that names no channel.
    """
    channel = call.channel("", missing=unsaid)
    if call.actor not in channel.members:
        raise Refusal(outside)
    return channel, messages.existing(channel, call.args.required("timestamp", "message_not_found", missing=UNSAID))


def add_reaction(call: ApiCall) -> JsonObject:
    """`reactions.add`."""
    channel, message = _marked(call)
    if channel.archived:
        raise Refusal("is_archived")
    gestures.react(call.workspace, call.actor, channel, message, _reaction(call))
    return {}


def remove_reaction(call: ApiCall) -> JsonObject:
    """`reactions.remove`."""
    channel, message = _marked(call)
    gestures.take_back_reaction(call.workspace, call.actor, channel, message, _reaction(call))
    return {}


def _reaction(call: ApiCall) -> str:
    name = call.args.required("name", "invalid_name").strip(":")
    if not _NAME.fullmatch(name):
        raise Refusal("invalid_name")
    return name


def add_pin(call: ApiCall) -> JsonObject:
    """`pins.add`."""
    channel, message = _marked(call, outside="not_in_channel", unsaid="channel_not_found")
    if channel.archived:
        raise Refusal("restricted_action")
    gestures.pin(call.workspace, call.actor, channel, message)
    return {}


def remove_pin(call: ApiCall) -> JsonObject:
    """`pins.remove`."""
    channel, message = _marked(call, unsaid="channel_not_found")
    gestures.unpin(call.workspace, call.actor, channel, message)
    return {}


def list_pins(call: ApiCall) -> JsonObject:
    """`pins.list`."""
    channel = call.channel("")
    return {"items": [_pin_json(channel, ts) for ts in reversed(channel.pins)]}


def _pin_json(channel: Channel, ts: str) -> JsonObject:
    by, at = channel.pinned.get(ts, (channel.creator, channel.created))
    message = messages.as_json(channel.log[ts])
    return {"type": "message", "channel": channel.id, "created": at, "created_by": by, "message": message}


def get_reactions(call: ApiCall) -> JsonObject:
    """`reactions.get`: a message with the reactions to it."""
    channel = call.channel("", missing=UNSAID)
    message = messages.existing(channel, call.args.required("timestamp", "message_not_found", missing=UNSAID))
    return {"type": "message", "channel": channel.id, "message": messages.as_json(message)}


def list_reactions(call: ApiCall) -> JsonObject:
    """`reactions.list`: what somebody has reacted to, newest first; oneself unless said otherwise."""
    user = call.workspace.user(call.args.text("user") or call.actor).id
    seen = [each for each in call.workspace.channels.values() if call.actor in each.members]
    found = [(channel, message) for channel in seen for message in channel.log.values() if _reacted(user, message)]
    found.sort(key=lambda each: each[1].ts, reverse=True)
    shown, following = page_of(found, call.args, refusal="invalid_arguments")
    items = [{"type": "message", "channel": c.id, "message": messages.as_json(m)} for c, m in shown]
    return {"items": items} | cursor_fields(following)


def _reacted(user: str, message: Message) -> bool:
    return any(user in users for users in message.reactions.values())


METHODS: dict[str, Entry] = {
    "reactions.add": Entry(add_reaction, ("reactions:write",)),
    "reactions.remove": Entry(remove_reaction, ("reactions:write",)),
    "pins.add": Entry(add_pin, ("pins:write",)),
    "pins.remove": Entry(remove_pin, ("pins:write",)),
    "pins.list": Entry(list_pins, ("pins:read",)),
    "reactions.get": Entry(get_reactions, ("reactions:read",)),
    "reactions.list": Entry(list_reactions, ("reactions:read",)),
}
