"""Methods about people, the team and the app itself: `users.*`, `dnd.info`, `auth.test` and such."""

from datetime import datetime
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from bot.sandbox.jsons import JsonObject
from bot.sandbox.models import Refusal, User
from bot.sandbox.webapi.call import ApiCall, Entry
from bot.sandbox.webapi.paging import cursor_fields, page_of
from bot.sandbox.workspace import APP_ID, BOT_ID, BOT_USER, TEAM_DOMAIN, TEAM_ID

HOUR = 3600


def user_json(user: User, *, with_email: bool, now: float) -> JsonObject:
    """The user object of the Web API; the address only where the token may see it."""
    profile: JsonObject = {
        "real_name": user.real_name or user.name,
        "display_name": user.name,
        "image_72": "",
        "team": TEAM_ID,
    }
    if with_email and user.email:
        profile["email"] = user.email
    return {
        "id": user.id,
        "team_id": TEAM_ID,
        "name": user.name,
        "real_name": user.real_name or user.name,
        "deleted": user.deleted,
        "tz": user.tz,
        "tz_label": user.tz,
        "tz_offset": _offset_of(user.tz, now),
        "color": "9f69e7",
        "profile": profile,
        "is_admin": user.admin,
        "is_owner": False,
        "is_primary_owner": False,
        "is_email_confirmed": bool(user.email),
        "who_can_share_contact_card": "EVERYONE",
        "is_bot": user.bot,
        "is_restricted": user.guest,
        "is_ultra_restricted": user.guest,
        "is_app_user": False,
        "updated": 0,
    }


def _shown(call: ApiCall, user: User) -> JsonObject:
    return user_json(user, with_email="users:read.email" in call.scopes, now=call.workspace.clock.wall())


def _offset_of(zone: str, now: float) -> int:
    """Seconds east of UTC at a moment (Unix seconds); 0 for a zone that this machine does not know."""
    try:
        offset = datetime.fromtimestamp(now, ZoneInfo(zone)).utcoffset()
    except (ZoneInfoNotFoundError, ValueError):
        return 0
    return int(offset.total_seconds()) if offset else 0


def info(call: ApiCall) -> JsonObject:
    """`users.info`; deleted users are found, marked as such."""
    return {"user": _shown(call, call.workspace.user(call.args.required("user", "user_not_found")))}


def list_users(call: ApiCall) -> JsonObject:
    """`users.list`."""
    shown, following = page_of(list(call.workspace.users.values()), call.args, usual=1000, refusal="invalid_arguments")
    return {"members": [_shown(call, user) for user in shown], "cache_ts": call.workspace.seconds()} | cursor_fields(
        following
    )


def lookup_by_email(call: ApiCall) -> JsonObject:
    """`users.lookupByEmail`; deleted users are not found."""
    email = call.args.required("email", "users_not_found").lower()
    for user in call.workspace.users.values():
        if user.email.lower() == email and not user.deleted:
            return {"user": _shown(call, user)}
    raise Refusal("users_not_found")


def do_not_disturb(call: ApiCall) -> JsonObject:
    """`dnd.info`: a muted person is in their quiet hours now; everyone else's begin some hours from now."""
    user = call.workspace.user(call.args.text("user") or call.actor)
    now = call.workspace.seconds()
    start, end = (now - HOUR, now + 8 * HOUR) if user.muted else (now + 8 * HOUR, now + 18 * HOUR)
    return {
        "dnd_enabled": True,
        "next_dnd_start_ts": start,
        "next_dnd_end_ts": end,
        "snooze_enabled": user.muted,
        "snooze_endtime": end if user.muted else 0,
    }


def team_info(call: ApiCall) -> JsonObject:
    """`team.info`: of this team alone."""
    if call.args.text("team", TEAM_ID) != TEAM_ID:
        raise Refusal("team_not_found")
    return {
        "team": {
            "id": TEAM_ID,
            "name": "Local workspace",
            "domain": TEAM_DOMAIN,
            "email_domain": "",
            "url": f"{call.site}/",
            "icon": {"image_default": True},
        }
    }


def bots_info(call: ApiCall) -> JsonObject:
    """`bots.info`."""
    if call.args.text("bot", BOT_ID) != BOT_ID:
        raise Refusal("bot_not_found")
    bot = {
        "id": BOT_ID,
        "deleted": False,
        "name": call.workspace.manifest.bot_name,
        "app_id": APP_ID,
        "user_id": BOT_USER,
        "updated": 0,
        "icons": dict.fromkeys(("image_36", "image_48", "image_72"), ""),
    }
    return {"bot": bot}


def api_test(call: ApiCall) -> JsonObject:
    """`api.test`: what was sent comes back, as an error if `error` was sent."""
    if error := call.args.text("error"):
        raise Refusal(error, args=call.args.values)
    return {"args": call.args.values}


def auth_test(call: ApiCall) -> JsonObject:
    """`auth.test`: who this token is."""
    return {
        "url": f"{call.site}/",
        "team": "Local workspace",
        "user": call.workspace.manifest.bot_name,
        "team_id": TEAM_ID,
        "user_id": call.actor,
        "bot_id": BOT_ID,
        "is_enterprise_install": False,
    }


def open_connection(call: ApiCall) -> JsonObject:
    """`apps.connections.open`: a single-use WebSocket address."""
    return {"url": call.socket_url()}


METHODS: dict[str, Entry] = {
    "auth.test": Entry(auth_test),
    "api.test": Entry(api_test),
    "apps.connections.open": Entry(open_connection),
    "users.info": Entry(info, ("users:read",)),
    "users.list": Entry(list_users, ("users:read",)),
    "users.lookupByEmail": Entry(lookup_by_email, ("users:read.email",)),
    "dnd.info": Entry(do_not_disturb, ("dnd:read",)),
    "team.info": Entry(team_info, ("team:read",)),
    "bots.info": Entry(bots_info, ("users:read",)),
}
