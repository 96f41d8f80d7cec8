"""What is done with a message that is there: reactions, pins, and edits and deletions by the person who wrote it."""

from collections.abc import Callable
from dataclasses import replace

from bot.sandbox import messages
from bot.sandbox.jsons import JsonObject, as_text
from bot.sandbox.messages import Draft
from bot.sandbox.models import Channel, Message, Refusal
from bot.sandbox.payloads import as_sent
from bot.sandbox.workspace import Workspace


def react(workspace: Workspace, actor: str, channel: Channel, message: Message, name: str) -> None:
    """Add a reaction; raises Refusal `already_reacted`."""
    users = message.reactions.get(name, ())
    if actor in users:
        raise Refusal("already_reacted")
    messages.put(workspace, channel, replace(message, reactions={**message.reactions, name: (*users, actor)}))
    _tell_of_reaction(workspace, actor, channel, message, ("reaction_added", name))


def take_back_reaction(workspace: Workspace, actor: str, channel: Channel, message: Message, name: str) -> None:
    """Remove one's own reaction; raises Refusal `no_reaction`."""
    users = message.reactions.get(name, ())
    if actor not in users:
        raise Refusal("no_reaction")
    left = {**message.reactions, name: tuple(user for user in users if user != actor)}
    messages.put(workspace, channel, replace(message, reactions={n: u for n, u in left.items() if u}))
    _tell_of_reaction(workspace, actor, channel, message, ("reaction_removed", name))


def _tell_of_reaction(
    workspace: Workspace, actor: str, channel: Channel, message: Message, what: tuple[str, str]
) -> None:
    item = {"type": "message", "channel": channel.id, "ts": message.ts}
    kind, name = what
    workspace.emit({"type": kind, "user": actor, "reaction": name, "item_user": message.user, "item": item}, channel)


def pin(workspace: Workspace, actor: str, channel: Channel, message: Message) -> None:
    """Pin a message to its channel; raises Refusal `already_pinned`."""
    if message.ts in channel.pins:
        raise Refusal("already_pinned")
    channel.pins.append(message.ts)
    channel.pinned[message.ts] = (actor, workspace.seconds())
    _tell_of_pin(workspace, actor, channel, message, "pin_added")


def unpin(workspace: Workspace, actor: str, channel: Channel, message: Message) -> None:
    """Take a pin away; raises Refusal `no_pin`."""
    if message.ts not in channel.pins:
        raise Refusal("no_pin")
    channel.pins.remove(message.ts)
    _tell_of_pin(workspace, actor, channel, message, "pin_removed")


def _tell_of_pin(workspace: Workspace, actor: str, channel: Channel, message: Message, kind: str) -> None:
    item = {"type": "message", "channel": channel.id, "message": messages.as_json(message)}
    workspace.emit({"type": kind, "user": actor, "channel_id": channel.id, "item": item}, channel)
    workspace.touch("channel", channel=channel.id)


# --- What the page's buttons ask for ----------------------------------------------------------------------------------

_Gesture = Callable[[Workspace, str, Channel, JsonObject], None]


def _message(channel: Channel, body: JsonObject) -> Message:
    found = channel.log.get(as_text(body.get("ts")))
    if found is None or found.gone:
        raise Refusal("That message is not there any more. Nothing was changed.")
    return found


def _toggle_reaction(workspace: Workspace, actor: str, channel: Channel, body: JsonObject) -> None:
    message, name = _message(channel, body), as_text(body.get("name"))
    turn = take_back_reaction if actor in message.reactions.get(name, ()) else react
    turn(workspace, actor, channel, message, name)


def _toggle_pin(workspace: Workspace, actor: str, channel: Channel, body: JsonObject) -> None:
    message = _message(channel, body)
    turn = unpin if message.ts in channel.pins else pin
    turn(workspace, actor, channel, message)


def _edit(workspace: Workspace, actor: str, channel: Channel, body: JsonObject) -> None:
    text = as_text(body.get("text")).strip()
    if not text:
        raise Refusal("A message cannot be empty. Nothing was changed; delete it if it should go.")
    draft = Draft(text=as_sent(workspace, text, labelled=False))
    messages.update(workspace, actor, channel, _message(channel, body).ts, draft, keep_blocks=False)


def _delete(workspace: Workspace, actor: str, channel: Channel, body: JsonObject) -> None:
    messages.delete(workspace, actor, channel, _message(channel, body).ts)
    workspace.touch("channel", channel=channel.id)


_GESTURES: dict[str, _Gesture] = {
    "react": _toggle_reaction,
    "pin": _toggle_pin,
    "edit": _edit,
    "delete": _delete,
}
VERBS = tuple(_GESTURES)


def make(verb: str, workspace: Workspace, actor: str, channel: Channel, body: JsonObject) -> None:
    """Carry out one of VERBS on the message `ts` of a body. Raises Refusal where `actor` may not write."""
    if actor not in channel.members:
        raise Refusal("not_in_channel")
    if channel.archived:
        raise Refusal("is_archived")
    _GESTURES[verb](workspace, actor, channel, body)
