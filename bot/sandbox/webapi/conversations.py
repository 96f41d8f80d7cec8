"""`conversations.*`: channels and direct messages, their members and their history."""

from math import isnan, nan

from bot.sandbox import conversations as rules
from bot.sandbox import messages
from bot.sandbox.jsons import JsonObject
from bot.sandbox.models import Channel, Message, Refusal
from bot.sandbox.webapi.call import ApiCall, Entry
from bot.sandbox.webapi.paging import cursor_fields, page_of
from bot.sandbox.workspace import TEAM_ID

_TYPES = {"public_channel": "channel", "private_channel": "group", "im": "im", "mpim": "mpim"}
BELOW_1000 = 999
_READ = {
    "channel": ("channels:read",),
    "group": ("groups:read",),
    "im": ("im:read",),
    "mpim": ("mpim:read",),
}


def channel_json(channel: Channel, actor: str, *, members: bool = False) -> JsonObject:
    """The channel object of the Web API."""
    if channel.im_with:
        other = next((user for user in channel.im_with if user != actor), actor)
        return {
            "id": channel.id,
            "created": channel.created,
            "is_im": True,
            "user": other,
            "is_archived": False,
            "is_open": True,
        }
    shown: JsonObject = {
        "id": channel.id,
        "name": channel.name,
        "name_normalized": channel.name,
        "is_channel": not channel.private,
        "is_group": channel.private,
        "is_im": False,
        "is_mpim": False,
        "is_private": channel.private,
        "created": channel.created,
        "creator": channel.creator,
        "is_archived": channel.archived,
        "is_general": False,
        "is_member": actor in channel.members,
        "is_shared": False,
        "is_ext_shared": False,
        "is_org_shared": False,
        "is_pending_ext_shared": False,
        "pending_shared": [],
        "previous_names": [],
        "shared_team_ids": [TEAM_ID],
        "unlinked": 0,
        "updated": channel.created * 1000,
        "context_team_id": TEAM_ID,
        "topic": {"value": channel.topic, "creator": "", "last_set": 0},
        "purpose": {"value": channel.purpose, "creator": "", "last_set": 0},
    }
    return shown | ({"num_members": len(channel.members)} if members else {})


def _answer(call: ApiCall, channel: Channel) -> JsonObject:
    return {"channel": channel_json(channel, call.actor)}


def create(call: ApiCall) -> JsonObject:
    """`conversations.create`."""
    private = call.args.flag("is_private")
    call.need(("groups:write",) if private else ("channels:manage",))
    name = call.args.sent("name", missing="missing_argument")
    return _answer(call, rules.create(call.workspace, call.actor, name, private=private))


def invite(call: ApiCall) -> JsonObject:
    """`conversations.invite`: errors for each user; `force` goes on with the rest."""
    channel = call.channel("invite")
    errors = rules.invite(call.workspace, call.actor, channel, call.args.words("users"), force=call.args.flag("force"))
    return _answer(call, channel) | ({"errors": errors} if errors else {})


def open_direct(call: ApiCall) -> JsonObject:
    """`conversations.open` for one user, or for a direct message by its id; for several users there is none here."""
    if call.args.has("channel"):
        channel = call.channel("")
        if not channel.im_with:
            raise Refusal("method_not_supported_for_channel_type")
        return {"channel": {"id": channel.id}}
    users = call.args.words("users")
    if len(users) != 1:
        raise Refusal("users_list_not_supplied" if not users else "too_many_users")
    user = call.workspace.user(users[0])
    if user.deleted:
        raise Refusal("user_disabled")
    known = any(set(c.im_with) == {call.actor, user.id} for c in call.workspace.channels.values())
    channel = call.workspace.direct(call.actor, user.id)
    shown = channel_json(channel, call.actor) if call.args.flag("return_im") else {"id": channel.id}
    return {"channel": shown} | ({"no_op": True, "already_open": True} if known else {})


def join(call: ApiCall) -> JsonObject:
    """`conversations.join`."""
    channel = call.channel("")
    if rules.join(call.workspace, call.actor, channel):
        return _answer(call, channel)
    return _answer(call, channel) | {
        "warning": "already_in_channel",
        "response_metadata": {"warnings": ["already_in_channel"]},
    }


def leave(call: ApiCall) -> JsonObject:
    """`conversations.leave`; the last one there cannot, while a person may on the page."""
    channel = call.channel("manage")
    if channel.members == [call.actor] and not channel.archived:
        raise Refusal("last_member")
    return {} if rules.leave(call.workspace, call.actor, channel) else {"not_in_channel": True}


def kick(call: ApiCall) -> JsonObject:
    """`conversations.kick`."""
    channel = call.channel("manage")
    user = call.workspace.user(call.args.required("user", "user_not_found", missing="no_user"))
    rules.kick(call.workspace, call.actor, channel, user.id)
    return {}


def info(call: ApiCall) -> JsonObject:
    """`conversations.info`."""
    channel = call.channel("read")
    return {"channel": channel_json(channel, call.actor, members=call.args.flag("include_num_members"))}


def list_channels(call: ApiCall) -> JsonObject:
    """`conversations.list`: public ones, and the private ones that the app is in."""
    found = [c for c in _of_types(call) if c.kind == "channel" or call.actor in c.members]
    shown, following = page_of(found, call.args, largest=BELOW_1000)
    return {"channels": [channel_json(c, call.actor, members=True) for c in shown]} | cursor_fields(following)


def _of_types(call: ApiCall) -> list[Channel]:
    kinds = [_TYPES.get(name, "") for name in call.args.words("types") or ["public_channel"]]
    if "" in kinds:
        raise Refusal("invalid_types")
    for kind in kinds:
        call.need(_READ[kind])
    without_archived = call.args.flag("exclude_archived")
    return [c for c in call.workspace.channels.values() if c.kind in kinds and not (without_archived and c.archived)]


def users_conversations(call: ApiCall) -> JsonObject:
    """`users.conversations`: those that a user (by default the app) is in."""
    user = call.args.text("user") or call.actor
    call.workspace.user(user, "invalid_arguments")
    found = [c for c in _of_types(call) if user in c.members and (c.kind == "channel" or call.actor in c.members)]
    shown, following = page_of(found, call.args, largest=BELOW_1000)
    return {"channels": [channel_json(c, call.actor) for c in shown]} | cursor_fields(following)


def members(call: ApiCall) -> JsonObject:
    """`conversations.members`."""
    shown, following = page_of(call.channel("read").members, call.args)
    return {"members": shown} | cursor_fields(following)


def _between(call: ApiCall, found: list[Message]) -> list[Message]:
    """Only what lies between `oldest` and `latest`, both exclusive unless `inclusive`."""
    oldest, latest = _moment(call, "oldest", 0), _moment(call, "latest", float("inf"))
    edges = {call.args.text("oldest"), call.args.text("latest")} if call.args.flag("inclusive") else set()
    return [
        m
        for m in found
        if oldest < float(m.ts) < latest or m.ts in edges or (edges and float(m.ts) in {oldest, latest})
    ]


def _moment(call: ApiCall, name: str, default: float) -> float:
    found = call.args.number(name, nan) if call.args.text(name) else default
    if isnan(found):
        raise Refusal(f"invalid_ts_{name}")
    return found


def history(call: ApiCall) -> JsonObject:
    """`conversations.history`: the top level, newest first."""
    channel = call.channel("history")
    if call.actor not in channel.members:
        raise Refusal("not_in_channel")
    found = _between(call, channel.messages[::-1])
    shown, following = page_of(found, call.args, largest=BELOW_1000, refusal="invalid_arguments")
    metadata = call.args.flag("include_all_metadata")
    answer: JsonObject = {
        "messages": [messages.as_json(m, metadata=metadata) for m in shown],
        "has_more": bool(following),
    }
    return answer | {"pin_count": len(channel.pins)} | (cursor_fields(following) if following else {})


def replies(call: ApiCall) -> JsonObject:
    """`conversations.replies`: the parent, then the thread, oldest first."""
    channel = call.channel("history", missing="channel_not_found")
    if call.actor not in channel.members:
        raise Refusal("channel_not_found")
    parent = channel.log.get(call.args.required("ts", "thread_not_found", missing="thread_not_found"))
    if parent is None:
        raise Refusal("thread_not_found")
    found = [parent, *_between(call, parent.replies)]
    shown, following = page_of(found, call.args, usual=1000, refusal="invalid_arguments")
    metadata = call.args.flag("include_all_metadata")
    answer: JsonObject = {
        "messages": [messages.as_json(m, metadata=metadata) for m in shown],
        "has_more": bool(following),
    }
    return answer | (cursor_fields(following) if following else {})


def archive(call: ApiCall) -> JsonObject:
    """`conversations.archive`."""
    rules.archive(call.workspace, call.actor, call.channel("manage"))
    return {}


def unarchive(call: ApiCall) -> JsonObject:
    """`conversations.unarchive`."""
    rules.unarchive(call.workspace, call.actor, call.channel("manage"))
    return {}


def rename(call: ApiCall) -> JsonObject:
    """`conversations.rename`."""
    channel = call.channel("manage")
    rules.rename(call.workspace, call.actor, channel, call.args.sent("name"))
    return _answer(call, channel)


def set_topic(call: ApiCall) -> JsonObject:
    """`conversations.setTopic`."""
    channel = call.channel("topic")
    rules.set_topic(call.workspace, call.actor, channel, call.args.sent("topic"))
    return _answer(call, channel) | {"topic": channel.topic}


def set_purpose(call: ApiCall) -> JsonObject:
    """`conversations.setPurpose`."""
    channel = call.channel("topic")
    rules.set_purpose(call.workspace, call.actor, channel, call.args.sent("purpose"))
    return _answer(call, channel) | {"purpose": channel.purpose}


METHODS: dict[str, Entry] = {
    "conversations.create": Entry(create),
    "conversations.invite": Entry(invite),
    "conversations.open": Entry(open_direct, ("im:write",)),
    "conversations.join": Entry(join, ("channels:join",)),
    "conversations.leave": Entry(leave),
    "conversations.kick": Entry(kick),
    "conversations.info": Entry(info),
    "conversations.list": Entry(list_channels),
    "conversations.members": Entry(members),
    "conversations.history": Entry(history),
    "conversations.replies": Entry(replies),
    "conversations.archive": Entry(archive),
    "conversations.unarchive": Entry(unarchive),
    "conversations.rename": Entry(rename),
    "conversations.setTopic": Entry(set_topic),
    "conversations.setPurpose": Entry(set_purpose),
    "users.conversations": Entry(users_conversations),
}
