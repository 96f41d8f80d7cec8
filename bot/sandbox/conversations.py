"""What happens to channels: created, joined, invited to, left, renamed, archived; with Slack's own refusals."""

from collections.abc import Sequence

from bot.sandbox.jsons import JsonObject
from bot.sandbox.messages import system_line
from bot.sandbox.models import Channel, Refusal
from bot.sandbox.workspace import BOT_USER, TEAM_ID, Workspace

LONGEST_NAME = 80
LONGEST_TOPIC = 250


def check_name(name: str) -> str:
    """The name without `#`, or a refusal with the `invalid_name_…` code that Slack gives."""
    bare = name.strip().removeprefix("#")
    if not bare:
        raise Refusal("invalid_name_required")
    if len(bare) > LONGEST_NAME:
        raise Refusal("invalid_name_maxlength")
    if all(not character.isalnum() for character in bare):
        raise Refusal("invalid_name_punctuation")
    if any(not (character.isalnum() or character in "-_") or character != character.lower() for character in bare):
        raise Refusal("invalid_name_specials")
    return bare


def create(workspace: Workspace, actor: str, name: str, *, private: bool) -> Channel:
    """A new channel with `actor` in it. A name is taken by archived and by private channels too."""
    bare = check_name(name)
    if workspace.policy.forbid_channel_creation and actor == BOT_USER:
        raise Refusal("restricted_action")
    if workspace.by_name(bare) is not None:
        raise Refusal("name_taken")
    channel = Channel(
        id=workspace.new_id("C"),
        name=bare,
        creator=actor,
        created=workspace.seconds(),
        private=private,
        members=[actor],
    )
    workspace.channels[channel.id] = channel
    if not private:
        created = {"id": channel.id, "name": bare, "created": channel.created, "creator": actor}
        workspace.emit({"type": "channel_created", "channel": created})
    workspace.touch("channel", channel=channel.id)
    return channel


def open_for_change(channel: Channel, actor: str) -> None:
    """Refuse to change an archived channel, or one that `actor` is not in."""
    if channel.archived:
        raise Refusal("is_archived")
    if actor not in channel.members:
        raise Refusal("not_in_channel")


def add_member(workspace: Workspace, channel: Channel, user: str, inviter: str = "") -> None:
    """Put a user into a channel: the system line, and `member_joined_channel`."""
    channel.members.append(user)
    kind = "group_join" if channel.private else "channel_join"
    system_line(workspace, channel, user, kind, f"<@{user}> has joined the channel")
    event: JsonObject = {
        "type": "member_joined_channel",
        "user": user,
        "channel": channel.id,
        "channel_type": "G" if channel.private else "C",
        "team": TEAM_ID,
    }
    workspace.emit(event | ({"inviter": inviter} if inviter else {}), channel)
    workspace.touch("channel", channel=channel.id)


def join(workspace: Workspace, actor: str, channel: Channel) -> bool:
    """Join a public channel; False when `actor` was in it already."""
    if channel.kind != "channel":
        raise Refusal("method_not_supported_for_channel_type")
    if channel.archived:
        raise Refusal("is_archived")
    if actor in channel.members:
        return False
    add_member(workspace, channel, actor)
    return True


def leave(workspace: Workspace, actor: str, channel: Channel) -> bool:
    """Leave a channel; False when `actor` was not in it."""
    if channel.im_with:
        raise Refusal("method_not_supported_for_channel_type")
    if channel.archived:
        raise Refusal("is_archived")
    if actor not in channel.members:
        return False
    _remove_member(workspace, channel, actor)
    return True


def _remove_member(workspace: Workspace, channel: Channel, user: str) -> None:
    event: JsonObject = {
        "type": "member_left_channel",
        "user": user,
        "channel": channel.id,
        "channel_type": "G" if channel.private else "C",
        "team": TEAM_ID,
    }
    workspace.emit(event, channel)
    channel.members.remove(user)
    kind = "group_leave" if channel.private else "channel_leave"
    system_line(workspace, channel, user, kind, f"<@{user}> has left the channel")
    workspace.touch("channel", channel=channel.id)


def invitation_error(workspace: Workspace, channel: Channel, actor: str, user_id: str) -> str:
    """Why this user cannot be invited, as an error code; empty when they can."""
    user = workspace.users.get(user_id)
    if user is None or user.deleted:
        return "user_not_found"
    if user_id == actor:
        return "cant_invite_self"
    if user_id in channel.members:
        return "already_in_channel"
    if user.guest:
        elsewhere = any(user_id in other.members and not other.im_with for other in workspace.channels.values())
        return "ura_max_channels" if elsewhere else "user_is_restricted"
    return ""


def invite(
    workspace: Workspace, actor: str, channel: Channel, users: Sequence[str], *, force: bool
) -> list[JsonObject]:
    """Invite users; returns the errors that `force` let pass.

    Without `force`, or when nobody is left, the first error refuses the whole call and the rest is beside it.
    """
    if channel.im_with:
        raise Refusal("method_not_supported_for_channel_type")
    open_for_change(channel, actor)
    if workspace.policy.forbid_inviting and actor == BOT_USER:
        raise Refusal("no_permission")
    if not users:
        raise Refusal("no_user")
    if len(users) > 100:  # noqa: PLR2004 (the method's own limit)
        raise Refusal("too_many_users")
    codes = {user: invitation_error(workspace, channel, actor, user) for user in users}
    errors: list[JsonObject] = [{"user": user, "ok": False, "error": code} for user, code in codes.items() if code]
    welcome = [user for user, code in codes.items() if not code]
    if errors and (not force or not welcome):
        raise Refusal(str(errors[0]["error"]), errors=errors)
    for user in welcome:
        add_member(workspace, channel, user, inviter=actor)
    return errors


def kick(workspace: Workspace, actor: str, channel: Channel, user: str) -> None:
    """Take a user out of a channel."""
    if channel.im_with:
        raise Refusal("method_not_supported_for_channel_type")
    if channel.archived:
        raise Refusal("not_supported")
    if user == actor:
        raise Refusal("cant_kick_self")
    if not {actor, user} <= set(channel.members):
        raise Refusal("not_in_channel")
    _remove_member(workspace, channel, user)


def set_topic(workspace: Workspace, actor: str, channel: Channel, topic: str) -> None:
    """Change the topic; a change is a line in the channel, an equal one is nothing."""
    open_for_change(channel, actor)
    if len(topic) > LONGEST_TOPIC:
        raise Refusal("too_long")
    if topic != channel.topic:
        channel.topic = topic
        prefix = "group" if channel.private else "channel"
        system_line(
            workspace, channel, actor, f"{prefix}_topic", f"<@{actor}> set the channel topic: {topic}", topic=topic
        )
        workspace.touch("channel", channel=channel.id)


def set_purpose(workspace: Workspace, actor: str, channel: Channel, purpose: str) -> None:
    """Change the description; a change is a line in the channel."""
    open_for_change(channel, actor)
    if len(purpose) > LONGEST_TOPIC:
        raise Refusal("too_long")
    if purpose != channel.purpose:
        channel.purpose = purpose
        prefix = "group" if channel.private else "channel"
        words = f"<@{actor}> set the channel description: {purpose}"
        system_line(workspace, channel, actor, f"{prefix}_purpose", words, purpose=purpose)
        workspace.touch("channel", channel=channel.id)


def rename(workspace: Workspace, actor: str, channel: Channel, name: str) -> None:
    """Give the channel another name."""
    if channel.im_with:
        raise Refusal("method_not_supported_for_channel_type")
    open_for_change(channel, actor)
    bare = check_name(name)
    taken = workspace.by_name(bare)
    if taken is not None and taken is not channel:
        raise Refusal("name_taken")
    old, channel.name = channel.name, bare
    prefix = "group" if channel.private else "channel"
    renamed = {"id": channel.id, "name": bare, "name_normalized": bare, "created": channel.created}
    workspace.emit({"type": f"{prefix}_rename", "channel": renamed}, channel)
    words = f'<@{actor}> has renamed the channel from "{old}" to "{bare}"'
    system_line(workspace, channel, actor, f"{prefix}_name", words, old_name=old, name=bare)
    workspace.touch("channel", channel=channel.id)


def archive(workspace: Workspace, actor: str, channel: Channel) -> None:
    """Archive a channel."""
    if channel.im_with:
        raise Refusal("method_not_supported_for_channel_type")
    if channel.archived:
        raise Refusal("already_archived")
    if workspace.policy.forbid_archiving and actor == BOT_USER:
        raise Refusal("restricted_action")
    if actor not in channel.members:
        raise Refusal("not_in_channel")
    prefix = "group" if channel.private else "channel"
    system_line(workspace, channel, actor, f"{prefix}_archive", f"<@{actor}> archived the channel")
    workspace.emit({"type": f"{prefix}_archive", "channel": channel.id, "user": actor}, channel)
    channel.archived = True
    workspace.touch("channel", channel=channel.id)


def unarchive(workspace: Workspace, actor: str, channel: Channel) -> None:
    """Bring an archived channel back, with `actor` in it."""
    if channel.im_with:
        raise Refusal("method_not_supported_for_channel_type")
    if not channel.archived:
        raise Refusal("not_archived")
    channel.archived = False
    if actor not in channel.members:
        channel.members.append(actor)
    prefix = "group" if channel.private else "channel"
    workspace.emit({"type": f"{prefix}_unarchive", "channel": channel.id, "user": actor}, channel)
    system_line(workspace, channel, actor, f"{prefix}_unarchive", f"<@{actor}> un-archived the channel")
    workspace.touch("channel", channel=channel.id)
