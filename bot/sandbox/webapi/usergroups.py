"""`usergroups.*`: groups such as @oncall, and who is in them."""

from dataclasses import replace

from bot.sandbox.jsons import JsonObject
from bot.sandbox.models import Refusal
from bot.sandbox.webapi.call import ApiCall, Entry
from bot.sandbox.workspace import TEAM_ID, UserGroup


def group_json(group: UserGroup, *, with_users: bool = True) -> JsonObject:
    """The user group object of the Web API."""
    shown: JsonObject = {
        "id": group.id,
        "team_id": TEAM_ID,
        "is_usergroup": True,
        "is_subteam": True,
        "name": group.name,
        "description": group.description,
        "handle": group.handle,
        "is_external": False,
        "date_create": group.created,
        "date_update": group.updated,
        "date_delete": 0,
        "auto_type": None,
        "auto_provision": False,
        "enterprise_subteam_id": "",
        "created_by": group.created_by,
        "updated_by": group.updated_by,
        "deleted_by": None,
        "prefs": {"channels": list(group.channels), "groups": []},
        "user_count": len(group.members),
        "channel_count": len(group.channels),
    }
    return shown | ({"users": list(group.members)} if with_users else {})


def list_groups(call: ApiCall) -> JsonObject:
    """`usergroups.list`; the members only where they are asked for."""
    with_users = call.args.flag("include_users")
    return {"usergroups": [group_json(group, with_users=with_users) for group in call.workspace.groups.values()]}


def create(call: ApiCall) -> JsonObject:
    """`usergroups.create`: a group without anybody in it; its handle is its name unless one is given."""
    name = call.args.required("name", "missing_subteam_name", missing="missing_argument")
    handle = _checked_handle(call.args.text("handle") or name.lower().replace(" ", "-"))
    _refuse_taken(call, name, handle)
    now = call.workspace.seconds()
    group = UserGroup(
        id=call.workspace.new_id("S"),
        handle=handle,
        name=name,
        members=(),
        description=call.args.text("description"),
        channels=tuple(call.args.words("channels")),
        created=now,
        updated=now,
        created_by=call.actor,
        updated_by=call.actor,
    )
    return _saved(call, group)


def update(call: ApiCall) -> JsonObject:
    """`usergroups.update`: only what is given changes."""
    group = _group(call, missing="missing_argument")
    name = call.args.text("name") or group.name
    handle = _checked_handle(call.args.text("handle") or group.handle)
    _refuse_taken(call, name, handle, but=group.id)
    channels = tuple(call.args.words("channels")) if call.args.has("channels") else group.channels
    description = call.args.text("description", group.description)
    return _saved(call, replace(group, name=name, handle=handle, channels=channels, description=description))


def members(call: ApiCall) -> JsonObject:
    """`usergroups.users.list`."""
    return {"users": list(_group(call).members)}


def set_members(call: ApiCall) -> JsonObject:
    """`usergroups.users.update`: these and nobody else; a group is never left empty."""
    group = _group(call, missing="missing_argument")
    wanted = call.args.words("users")
    if not wanted:
        raise Refusal("no_users_provided")
    if any(user not in call.workspace.users for user in wanted):
        raise Refusal("invalid_users")
    return _saved(call, replace(group, members=tuple(dict.fromkeys(wanted))))


def _group(call: ApiCall, missing: str = "invalid_arguments") -> UserGroup:
    group = call.workspace.groups.get(call.args.required("usergroup", "no_such_subteam", missing=missing))
    if group is None:
        raise Refusal("no_such_subteam")
    return group


def _saved(call: ApiCall, group: UserGroup) -> JsonObject:
    group = replace(group, updated=call.workspace.seconds(), updated_by=call.actor)
    call.workspace.groups[group.id] = group
    call.workspace.touch("people")
    return {"usergroup": group_json(group)}


def _checked_handle(given: str) -> str:
    handle = given.removeprefix("@")
    if not handle or len(handle) > LONGEST or not handle.replace("-", "").replace("_", "").replace(".", "").isalnum():
        raise Refusal("bad_handle")
    return handle


LONGEST = 21


def _refuse_taken(call: ApiCall, name: str, handle: str, *, but: str = "") -> None:
    others = [group for group in call.workspace.groups.values() if group.id != but]
    if any(group.name == name for group in others):
        raise Refusal("name_already_exists")
    if any(group.handle == handle for group in others):
        raise Refusal("handle_already_exists")


METHODS: dict[str, Entry] = {
    "usergroups.list": Entry(list_groups, ("usergroups:read",)),
    "usergroups.create": Entry(create, ("usergroups:write",)),
    "usergroups.update": Entry(update, ("usergroups:write",)),
    "usergroups.users.list": Entry(members, ("usergroups:read",)),
    "usergroups.users.update": Entry(set_members, ("usergroups:write",)),
}
