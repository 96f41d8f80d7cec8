"""What the page shows to one person, as JSON: who, where, which messages. Nothing that this person may not see."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from bot.sandbox import messages, modals
from bot.sandbox.blocktext import mentions
from bot.sandbox.jsons import JsonObject
from bot.sandbox.models import Channel, Happening, Message, User
from bot.sandbox.stage import Stage
from bot.sandbox.workspace import BOT_USER, Workspace

LAST_MESSAGES = 200
COLOUR = "#7a1f2b"


def visible(workspace: Workspace, me: str, channel_id: object) -> bool:
    """Whether a person may know of a channel: it is public, or they are in it."""
    channel = workspace.channels.get(str(channel_id))
    return channel is None or channel.kind == "channel" or me in channel.members


def concerns(workspace: Workspace, me: str, happening: Happening) -> bool:
    """Whether a happening is for this person's eyes."""
    detail = happening.detail
    if "user" in detail and detail["user"] != me:
        return False
    return "channel" not in detail or visible(workspace, me, detail["channel"])


def state(stage: Stage, me: str, welcome: JsonObject | None) -> JsonObject:
    """Everything around the messages: people, channels, direct messages, what can be typed."""
    workspace = stage.workspace
    workspace.direct(BOT_USER, me)
    manifest = workspace.manifest
    seen = [channel for channel in workspace.channels.values() if visible(workspace, me, channel.id)]
    commands = [
        {"command": c.command, "description": c.description, "usage_hint": c.usage_hint} for c in manifest.commands
    ]
    shortcuts = [
        {"name": s.name, "type": s.kind, "callback_id": s.callback_id, "description": s.description}
        for s in manifest.shortcuts
    ]
    return {
        "me": _person(workspace.users[me], stage),
        "people": [_person(user, stage) for user in workspace.users.values()],
        "channels": [_channel(workspace, me, channel) for channel in seen if not channel.im_with],
        "dms": [_direct(workspace, me, channel) for channel in seen if me in channel.im_with],
        "groups": [{"id": g.id, "handle": g.handle, "mine": me in g.members} for g in workspace.groups.values()],
        "commands": commands,
        "shortcuts": shortcuts,
        "bot": {"user_id": BOT_USER, "name": manifest.bot_name, "color": COLOUR, "home": manifest.home_tab},
        "now": stage.clock.wall(),
        "born": workspace.born,
        "welcome": welcome,
    }


def _person(user: User, stage: Stage) -> JsonObject:
    return {
        "id": user.id,
        "name": user.name,
        "real_name": user.real_name,
        "tz": user.tz,
        "tz_offset": _offset(user.tz, stage.clock.wall()),
        "deleted": user.deleted,
        "is_bot": user.bot,
        "muted": user.muted,
    }


def _offset(zone: str, now: float) -> int:
    try:
        offset = datetime.fromtimestamp(now, UTC).astimezone(ZoneInfo(zone)).utcoffset()
    except (ZoneInfoNotFoundError, ValueError):
        return 0
    return int(offset.total_seconds()) if offset is not None else 0


def _unread(workspace: Workspace, me: str, channel: Channel) -> list[Message]:
    """What others wrote since this person was there; of the replies in threads, those that speak to them."""
    mark = _read_ts(workspace, me, channel)
    fresh = [m for m in channel.log.values() if m.ts > mark and m.user != me and (not m.subtype or m.broadcast)]
    return [m for m in fresh if not m.in_thread_only or channel.im_with or _speaks_to(workspace, me, m)]


def _read_ts(workspace: Workspace, me: str, channel: Channel) -> str:
    return workspace.read_marks.get((me, channel.id), "")


def _speaks_to(workspace: Workspace, me: str, message: Message) -> bool:
    """Whether a message mentions this person: by name, in a group of theirs, or with everybody there."""
    names = [f"<@{me}", "<!here", "<!channel", "<!everyone"]
    names += [f"<!subteam^{group.id}" for group in workspace.groups.values() if me in group.members]
    said = message.plain
    return any(name in said for name in names) or mentions(message.blocks, me)


def _last(channel: Channel) -> str | None:
    return channel.messages[-1].ts if channel.messages else None


def _channel(workspace: Workspace, me: str, channel: Channel) -> JsonObject:
    unread = _unread(workspace, me, channel) if me in channel.members else []
    return {
        "id": channel.id,
        "name": channel.name,
        "private": channel.private,
        "archived": channel.archived,
        "topic": channel.topic,
        "purpose": channel.purpose,
        "is_member": me in channel.members,
        "members": channel.members,
        "creator": channel.creator,
        "pins": channel.pins,
        "bookmarks": [{"id": b.id, "title": b.title, "link": b.link, "emoji": b.emoji} for b in channel.bookmarks],
        "unread": len(unread),
        "mentions": len([m for m in unread if _speaks_to(workspace, me, m)]),
        "read_ts": _read_ts(workspace, me, channel),
        "last_ts": _last(channel),
    }


def _direct(workspace: Workspace, me: str, channel: Channel) -> JsonObject:
    other = next((user for user in channel.im_with if user != me), me)
    return {
        "id": channel.id,
        "user": other,
        "unread": len(_unread(workspace, me, channel)),
        "read_ts": _read_ts(workspace, me, channel),
        "last_ts": _last(channel),
    }


def message_json(channel: Channel, message: Message) -> JsonObject:
    """A message as the page draws it."""
    return (
        {"edited": None, "thread_ts": None, "subtype": None}
        | messages.as_json(message)
        | {
            "channel": channel.id,
            "ephemeral": bool(message.ephemeral_to),
            "pinned": message.ts in channel.pins,
            "pinned_by": channel.pinned[message.ts][0] if message.ts in channel.pins else None,
            "blocks": list(message.blocks),
        }
    )


def channel_messages(workspace: Workspace, me: str, channel: Channel) -> JsonObject:
    """The top level of a channel and what only this person sees there, oldest first."""
    whispers = [m for m in _whispers(workspace, me, channel) if not m.thread_ts]
    found = sorted([*channel.messages, *whispers], key=lambda message: message.ts)
    shown = [message_json(channel, message) for message in found[-LAST_MESSAGES:]]
    return {"messages": shown, "whole": len(found) <= LAST_MESSAGES}


def thread_messages(workspace: Workspace, me: str, channel: Channel, ts: str) -> JsonObject:
    """A message and its thread."""
    if ts not in channel.log:
        return {"messages": []}
    whispers = [m for m in _whispers(workspace, me, channel) if m.thread_ts == ts]
    replies = sorted([*channel.log[ts].replies, *whispers], key=lambda message: message.ts)
    return {"messages": [message_json(channel, message) for message in [channel.log[ts], *replies]]}


def _whispers(workspace: Workspace, me: str, channel: Channel) -> list[Message]:
    return [m for m in workspace.ephemerals if m.ephemeral_to == me and m.channel == channel.id]


def top_view(workspace: Workspace, me: str) -> JsonObject:
    """The modal on top of this person's stack, and how deep the stack is."""
    stack = workspace.modals.get(me, [])
    return {"view": modals.shown(stack[-1]) if stack else None, "depth": len(stack)}


def home_view(workspace: Workspace, me: str) -> JsonObject:
    """This person's Home tab."""
    home = workspace.homes.get(me)
    return {"view": modals.shown(home) if home is not None else None}
