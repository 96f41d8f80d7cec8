"""What happens to messages: posted, edited, deleted, shown to one person; and how they look as JSON."""

from dataclasses import dataclass, replace

from bot.sandbox.blocktext import mentions, with_ids
from bot.sandbox.jsons import JsonObject
from bot.sandbox.models import BROADCAST, TOMBSTONE, Channel, Message, Refusal
from bot.sandbox.workspace import APP_ID, BOT_ID, BOT_USER, TEAM_ID, Scheduled, Workspace

# As whom Slack itself speaks in the place of what was deleted.
SLACKBOT = "USLACKBOT"


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """What somebody wants to say."""

    text: str = ""
    blocks: tuple[JsonObject, ...] = ()
    attachments: tuple[JsonObject, ...] = ()
    thread_ts: str | None = None
    metadata: JsonObject | None = None
    broadcast: bool = False
    files: tuple[JsonObject, ...] = ()


def as_json(message: Message, *, metadata: bool = False) -> JsonObject:
    """The message object of events, payloads and `conversations.history`."""
    optional: JsonObject = {
        "subtype": message.subtype,
        "blocks": list(message.blocks),
        "attachments": list(message.attachments),
        "edited": {"user": message.user, "ts": message.ts} if message.edited else None,
        "thread_ts": message.thread_ts,
        "reactions": [{"name": n, "users": list(u), "count": len(u)} for n, u in message.reactions.items()],
        "files": list(message.files),
        "metadata": message.metadata if metadata else None,
        "hidden": message.gone,
        "root": as_json(message.root) if message.root else None,
    }
    shown: JsonObject = {
        "type": "message",
        "user": message.user,
        "text": message.text,
        "ts": message.ts,
        "team": TEAM_ID,
    }
    if message.bot_id:
        shown |= {"bot_id": message.bot_id, "app_id": APP_ID, "bot_profile": {"id": message.bot_id, "app_id": APP_ID}}
    return shown | {key: value for key, value in optional.items() if value} | _thread_json(message)


def _thread_json(message: Message) -> JsonObject:
    """What a thread's first message says of the thread."""
    if not message.thread:
        return {}
    users = list(dict.fromkeys(reply.user for reply in message.thread))
    return {
        "thread_ts": message.ts,
        "reply_count": len(message.thread),
        "reply_users": users,
        "reply_users_count": len(users),
        "latest_reply": message.thread[-1].ts,
    }


def post(workspace: Workspace, actor: str, channel: Channel, draft: Draft, *, subtype: str = "") -> Message:
    """Put a message into a channel, or into a thread of it."""
    parent = channel.log.get(draft.thread_ts) if draft.thread_ts else None
    if draft.thread_ts and parent is None:
        raise Refusal("thread_not_found")
    if parent is not None and parent.thread_ts and parent.thread_ts != parent.ts:
        parent = channel.log[parent.thread_ts]
    ts = workspace.stamp(channel)
    message = Message(
        ts=ts,
        channel=channel.id,
        user=actor,
        text=draft.text,
        blocks=tuple(with_ids(draft.blocks, f"b{ts[-6:]}")),
        attachments=draft.attachments,
        thread_ts=parent.ts if parent else None,
        metadata=draft.metadata,
        bot_id=BOT_ID if actor == BOT_USER else "",
        subtype=BROADCAST if draft.broadcast and parent else subtype,
        files=draft.files,
        root=parent if draft.broadcast else None,
    )
    channel.log[ts] = message
    if parent is not None:
        parent.thread.append(message)
    _announce(workspace, channel, message)
    workspace.touch("message", channel=channel.id, ts=ts, thread_ts=message.thread_ts)
    return message


def _announce(workspace: Workspace, channel: Channel, message: Message) -> None:
    event = as_json(message) | {"channel": channel.id, "channel_type": channel.kind}
    workspace.emit(event, channel)
    mentioned = f"<@{BOT_USER}" in message.text or mentions(message.blocks, BOT_USER)
    if mentioned and message.user != BOT_USER and message.subtype in {"", BROADCAST} and channel.kind != "im":
        workspace.emit({**as_json(message), "type": "app_mention", "channel": channel.id}, channel)


def system_line(workspace: Workspace, channel: Channel, actor: str, subtype: str, text: str, **detail: object) -> None:
    """A line that Slack itself writes, such as a join or a new topic."""
    ts = workspace.stamp(channel)
    message = Message(ts=ts, channel=channel.id, user=actor, text=text, subtype=subtype)
    channel.log[ts] = message
    event = as_json(message) | {"channel": channel.id, "channel_type": channel.kind} | detail
    workspace.emit(event, channel)
    workspace.touch("message", channel=channel.id, ts=ts, thread_ts=None)


def put(workspace: Workspace, channel: Channel, message: Message) -> None:
    """Store a new version of a message that is there already; replies that were broadcast show it as their root."""
    channel.log[message.ts] = message
    for shown in [reply for reply in message.thread if reply.broadcast]:
        put(workspace, channel, replace(shown, root=message))
    if message.thread_ts and message.thread_ts in channel.log:
        thread = channel.log[message.thread_ts].thread
        thread[:] = [message if reply.ts == message.ts else reply for reply in thread]
    workspace.touch("message_changed", channel=channel.id, ts=message.ts, thread_ts=message.thread_ts)


def update(workspace: Workspace, actor: str, channel: Channel, ts: str, draft: Draft, *, keep_blocks: bool) -> Message:
    """Edit one's own message. Blocks that are not given go, unless `keep_blocks`."""
    old = existing(channel, ts)
    if old.user != actor or old.subtype not in {"", "bot_message", BROADCAST}:
        raise Refusal("cant_update_message")
    blocks = old.blocks if keep_blocks else tuple(with_ids(draft.blocks, f"b{ts[-6:]}"))
    root = channel.log.get(old.thread_ts or "") if draft.broadcast else old.root
    new = replace(
        old,
        text=draft.text,
        blocks=blocks,
        attachments=draft.attachments,
        edited=True,
        subtype=BROADCAST if root else old.subtype,
        root=root,
        metadata=draft.metadata if draft.metadata is not None else old.metadata,
    )
    put(workspace, channel, new)
    _tell_of_edit(workspace, channel, "message_changed", old, {"message": as_json(new)})
    return new


def existing(channel: Channel, ts: str) -> Message:
    """A message of a channel. Refuses with `message_not_found`, also where only a deleted one's thread is left."""
    found = channel.log.get(ts)
    if found is None or found.gone:
        raise Refusal("message_not_found")
    return found


def _tell_of_edit(workspace: Workspace, channel: Channel, subtype: str, old: Message, detail: JsonObject) -> None:
    event: JsonObject = {
        "type": "message",
        "subtype": subtype,
        "channel": channel.id,
        "channel_type": channel.kind,
        "hidden": True,
        "ts": workspace.event_ts(),
        "previous_message": as_json(old),
    }
    workspace.emit(event | detail, channel)


def delete(workspace: Workspace, actor: str, channel: Channel, ts: str) -> None:
    """Take back one's own message. A thread under it stays, under a line that says so, until its last reply goes."""
    old = existing(channel, ts)
    if old.user != actor:
        raise Refusal("cant_delete_message")
    if ts in channel.pins:
        channel.pins.remove(ts)
    if not old.thread:
        _remove(workspace, channel, old)
        return
    stone = Message(
        ts=ts,
        channel=channel.id,
        user=SLACKBOT,
        text="This message was deleted.",
        subtype=TOMBSTONE,
        thread_ts=ts,
        thread=old.thread,
    )
    put(workspace, channel, stone)
    _tell_of_edit(workspace, channel, "message_changed", old, {"message": as_json(stone)})


def _remove(workspace: Workspace, channel: Channel, old: Message) -> None:
    del channel.log[old.ts]
    parent = channel.log.get(old.thread_ts or "")
    if parent is not None:
        parent.thread[:] = [reply for reply in parent.thread if reply.ts != old.ts]
    _tell_of_edit(workspace, channel, "message_deleted", old, {"deleted_ts": old.ts})
    workspace.touch("message_deleted", channel=channel.id, ts=old.ts, thread_ts=old.thread_ts)
    if parent is not None and parent.gone and not parent.thread:
        _remove(workspace, channel, parent)


def whisper(workspace: Workspace, channel: Channel, reader: str, draft: Draft) -> Message:
    """A message from the bot that only `reader` sees."""
    ts = workspace.stamp(channel)
    message = Message(
        ts=ts,
        channel=channel.id,
        user=BOT_USER,
        text=draft.text,
        blocks=tuple(with_ids(draft.blocks, f"e{ts[-6:]}")),
        attachments=draft.attachments,
        thread_ts=draft.thread_ts,
        bot_id=BOT_ID,
        ephemeral_to=reader,
    )
    workspace.ephemerals.append(message)
    workspace.touch("ephemeral", channel=channel.id, ts=ts, user=reader)
    return message


def replace_whisper(workspace: Workspace, old: Message, draft: Draft | None) -> None:
    """Change a message that only one person sees, or take it away (None)."""
    where = next((i for i, message in enumerate(workspace.ephemerals) if message.ts == old.ts), None)
    if where is None:
        return
    if draft is None:
        del workspace.ephemerals[where]
    else:
        blocks = tuple(with_ids(draft.blocks, f"e{old.ts[-6:]}"))
        workspace.ephemerals[where] = replace(old, text=draft.text, blocks=blocks, edited=True)
    workspace.touch("ephemeral", channel=old.channel, ts=old.ts, user=old.ephemeral_to)


def post_due(workspace: Workspace) -> None:
    """Post the scheduled messages whose time has come."""
    now = workspace.clock.wall()
    due = [item for item in workspace.scheduled.values() if item.post_at <= now]
    for item in sorted(due, key=lambda entry: entry.post_at):
        del workspace.scheduled[item.id]
        _post_scheduled(workspace, item)


def _post_scheduled(workspace: Workspace, item: Scheduled) -> None:
    channel = workspace.channels[item.channel]
    if not channel.archived:
        thread = item.thread_ts if item.thread_ts in channel.log else None
        post(workspace, BOT_USER, channel, Draft(text=item.text, blocks=item.blocks, thread_ts=thread))
