"""`bookmarks.*`: the links at the top of a channel."""

from dataclasses import replace

from bot.sandbox.jsons import JsonObject
from bot.sandbox.models import Bookmark, Channel, Refusal
from bot.sandbox.webapi.arguments import invalid_arguments
from bot.sandbox.webapi.call import ApiCall, Entry
from bot.sandbox.workspace import APP_ID, BOT_USER

MOST = 100
LONGEST_TITLE = 256
LONGEST_LINK = 2048


def _json(bookmark: Bookmark) -> JsonObject:
    return {
        "id": bookmark.id,
        "channel_id": bookmark.channel,
        "title": bookmark.title,
        "link": bookmark.link,
        "type": bookmark.type,
        "emoji": bookmark.emoji,
        "date_created": bookmark.created,
        "date_updated": bookmark.created,
        "rank": "i",
        "last_updated_by_user_id": BOT_USER,
        "app_id": APP_ID,
    }


def _channel(call: ApiCall) -> Channel:
    channel = call.channel("", "channel_id")
    if call.actor not in channel.members:
        raise Refusal("access_denied")
    return channel


def _title(call: ApiCall) -> str:
    title = call.args.required("title")
    if len(title) > LONGEST_TITLE:
        raise invalid_arguments(f"must be at most {LONGEST_TITLE} characters [json-pointer:/title]")
    return title


def _link(call: ApiCall) -> str:
    link = call.args.text("link")
    if len(link) > LONGEST_LINK:
        raise invalid_arguments(f"must be at most {LONGEST_LINK} characters [json-pointer:/link]")
    if not link.startswith(("http://", "https://")):
        raise Refusal("invalid_link")
    return link


def add(call: ApiCall) -> JsonObject:
    """`bookmarks.add`: Slack does not look whether the link is there already."""
    channel = _channel(call)
    if channel.archived:
        raise Refusal("permission_denied")
    if len(channel.bookmarks) >= MOST:
        raise Refusal("too_many_bookmarks")
    if call.args.required("type", "invalid_bookmark_type") != "link":
        raise Refusal("invalid_bookmark_type")
    bookmark = Bookmark(
        id=call.workspace.new_id("Bk"),
        channel=channel.id,
        title=_title(call),
        link=_link(call),
        emoji=call.args.text("emoji"),
        created=call.workspace.seconds(),
    )
    channel.bookmarks.append(bookmark)
    call.workspace.touch("channel", channel=channel.id)
    return {"bookmark": _json(bookmark)}


def _position(call: ApiCall, channel: Channel) -> int:
    wanted = call.args.required("bookmark_id", "not_found")
    for index, bookmark in enumerate(channel.bookmarks):
        if bookmark.id == wanted:
            return index
    raise Refusal("not_found")


def edit(call: ApiCall) -> JsonObject:
    """`bookmarks.edit`: only what is given changes."""
    channel = _channel(call)
    index = _position(call, channel)
    old = channel.bookmarks[index]
    link = _link(call) if call.args.has("link") else old.link
    title = _title(call) if call.args.has("title") else old.title
    new = replace(old, title=title, link=link, emoji=call.args.text("emoji", old.emoji))
    channel.bookmarks[index] = new
    call.workspace.touch("channel", channel=channel.id)
    return {"bookmark": _json(new)}


def remove(call: ApiCall) -> JsonObject:
    """`bookmarks.remove`."""
    channel = _channel(call)
    del channel.bookmarks[_position(call, channel)]
    call.workspace.touch("channel", channel=channel.id)
    return {}


def list_bookmarks(call: ApiCall) -> JsonObject:
    """`bookmarks.list`."""
    return {"bookmarks": [_json(bookmark) for bookmark in _channel(call).bookmarks]}


METHODS: dict[str, Entry] = {
    "bookmarks.add": Entry(add, ("bookmarks:write",)),
    "bookmarks.edit": Entry(edit, ("bookmarks:write",)),
    "bookmarks.remove": Entry(remove, ("bookmarks:write",)),
    "bookmarks.list": Entry(list_bookmarks, ("bookmarks:read",)),
}
