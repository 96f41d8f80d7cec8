"""`chat.*`: what the app says."""

from dataclasses import replace

from bot.sandbox import messages
from bot.sandbox.jsons import JsonObject
from bot.sandbox.messages import Draft
from bot.sandbox.models import Channel, Refusal
from bot.sandbox.webapi.call import ApiCall, Entry
from bot.sandbox.webapi.paging import cursor_fields, page_of
from bot.sandbox.workspace import BOT_ID, Scheduled

LONGEST_TEXT = 40_000
LONGEST_UPDATE = 4_000
SPLIT_ABOVE = 4_000
FURTHEST_SECONDS = 120 * 24 * 3600


def _draft(call: ApiCall, longest: int = LONGEST_TEXT) -> Draft:
    """The message in the arguments, refused where Slack would, noted where it would only look bad."""
    args = call.args
    text = args.text("text")
    blocks, attachments = args.objects("blocks"), args.objects("attachments")
    markdown = args.text("markdown_text")
    if markdown and (text or blocks):
        raise Refusal("markdown_text_conflict")
    if not text and not blocks and not attachments and not markdown:
        raise Refusal("no_text")
    if len(text) > longest:
        raise Refusal("msg_too_long")
    metadata = _metadata(call)
    call.check_message()
    if not text.strip() and not markdown:
        call.complain("missing_text", "No top-level text: screen readers and notifications have nothing to say.")
    if len(text) > SPLIT_ABOVE and not blocks:
        call.complain("text_would_be_split", f"{len(text)} characters of text: Slack would split the message.")
    return Draft(
        text=text or markdown,
        blocks=blocks,
        attachments=attachments,
        thread_ts=args.text("thread_ts") or None,
        metadata=metadata,
        broadcast=args.flag("reply_broadcast"),
    )


def _metadata(call: ApiCall) -> JsonObject | None:
    metadata = call.args.mapping("metadata")
    if not metadata:
        return None
    if not isinstance(metadata.get("event_type"), str) or not isinstance(metadata.get("event_payload"), dict):
        raise Refusal("invalid_metadata_format")
    return metadata


def _destination(call: ApiCall) -> Channel:
    """Where a post goes: a channel that the bot may write to, or, for a user's id, the direct message."""
    wanted = call.args.required("channel", "channel_not_found")
    workspace = call.workspace
    if wanted in workspace.users:
        if workspace.users[wanted].deleted or wanted == call.actor:
            raise Refusal("channel_not_found")
        if not workspace.manifest.messages_tab:
            raise Refusal("messages_tab_disabled")
        return workspace.direct(call.actor, wanted)
    channel = workspace.seen_by(call.actor, wanted)
    if channel.archived:
        raise Refusal("is_archived")
    if call.actor not in channel.members and "chat:write.public" not in call.scopes:
        raise Refusal("not_in_channel")
    return channel


def post_message(call: ApiCall) -> JsonObject:
    """`chat.postMessage`: a text that is too long is cut, with a warning."""
    channel = _destination(call)
    draft = _draft(call, len(call.args.text("text")))
    warnings = ["message_truncated"] if len(draft.text) > LONGEST_TEXT else []
    if warnings:
        call.complain("message_truncated", f"{len(draft.text)} characters of text: Slack cuts at {LONGEST_TEXT}.")
    message = messages.post(call.workspace, call.actor, channel, replace(draft, text=draft.text[:LONGEST_TEXT]))
    answer: JsonObject = {"channel": channel.id, "ts": message.ts, "message": messages.as_json(message, metadata=True)}
    return answer | ({"warning": warnings[0], "response_metadata": {"warnings": warnings}} if warnings else {})


def post_ephemeral(call: ApiCall) -> JsonObject:
    """`chat.postEphemeral`: only to someone who is in the channel."""
    channel = _destination(call)
    reader = call.args.required("user", "user_not_in_channel")
    if reader not in channel.members:
        raise Refusal("user_not_in_channel")
    message = messages.whisper(call.workspace, channel, reader, _draft(call))
    return {"message_ts": message.ts}


def update(call: ApiCall) -> JsonObject:
    """`chat.update`: blocks that are not sent stay as they were; an empty list takes them away."""
    channel = call.channel("")
    if channel.archived:
        raise Refusal("is_inactive")
    draft = _draft(call, LONGEST_UPDATE)
    ts, keep_blocks = call.args.required("ts", "message_not_found"), not call.args.has("blocks")
    message = messages.update(call.workspace, call.actor, channel, ts, draft, keep_blocks=keep_blocks)
    return {"channel": channel.id, "ts": message.ts, "text": message.text, "message": messages.as_json(message)}


def delete(call: ApiCall) -> JsonObject:
    """`chat.delete`."""
    channel = call.channel("")
    ts = call.args.required("ts", "message_not_found")
    messages.delete(call.workspace, call.actor, channel, ts)
    return {"channel": channel.id, "ts": ts}


def get_permalink(call: ApiCall) -> JsonObject:
    """`chat.getPermalink`."""
    channel = call.channel("")
    message = messages.existing(channel, call.args.required("message_ts", "message_not_found"))
    link = f"{call.site}/archives/{channel.id}/p{message.ts.replace('.', '')}"
    if message.thread_ts and message.thread_ts != message.ts:
        link += f"?thread_ts={message.thread_ts}&cid={channel.id}"
    return {"channel": channel.id, "permalink": link}


def schedule_message(call: ApiCall) -> JsonObject:
    """`chat.scheduleMessage`: up to 120 days ahead."""
    channel = _destination(call)
    draft = _draft(call)
    post_at, now = _time(call), call.workspace.clock.wall()
    if post_at <= now:
        raise Refusal("time_in_past")
    if post_at > now + FURTHEST_SECONDS:
        raise Refusal("time_too_far")
    item = Scheduled(
        id=call.workspace.new_id("Q"),
        channel=channel.id,
        post_at=post_at,
        text=draft.text,
        blocks=draft.blocks,
        thread_ts=draft.thread_ts,
        created=call.workspace.seconds(),
    )
    call.workspace.scheduled[item.id] = item
    call.workspace.touch("scheduled")
    message = {"type": "delayed_message", "text": draft.text, "bot_id": BOT_ID, "user": call.actor}
    return {"channel": channel.id, "scheduled_message_id": item.id, "post_at": post_at, "message": message}


def _time(call: ApiCall) -> int:
    wanted = call.args.required("post_at", "invalid_time")
    if not wanted.removeprefix("-").replace(".", "", 1).isdigit():
        raise Refusal("invalid_time")
    return int(float(wanted))


def delete_scheduled(call: ApiCall) -> JsonObject:
    """`chat.deleteScheduledMessage`."""
    wanted = call.args.required("scheduled_message_id", "invalid_scheduled_message_id")
    item = call.workspace.scheduled.get(wanted)
    if item is None or item.channel != call.channel("").id:
        raise Refusal("invalid_scheduled_message_id")
    del call.workspace.scheduled[wanted]
    return {}


def list_scheduled(call: ApiCall) -> JsonObject:
    """`chat.scheduledMessages.list`."""
    wanted = call.args.text("channel")
    if wanted and wanted not in call.workspace.channels:
        raise Refusal("invalid_channel")
    items = [item for item in call.workspace.scheduled.values() if wanted in {"", item.channel}]
    shown, following = page_of(items, call.args, refusal="invalid_arguments")
    return {"scheduled_messages": [_scheduled_json(item) for item in shown]} | cursor_fields(following)


def _scheduled_json(item: Scheduled) -> JsonObject:
    return {
        "id": item.id,
        "channel_id": item.channel,
        "post_at": item.post_at,
        "date_created": item.created,
        "text": item.text,
    }


METHODS: dict[str, Entry] = {
    "chat.postMessage": Entry(post_message, ("chat:write",)),
    "chat.postEphemeral": Entry(post_ephemeral, ("chat:write",)),
    "chat.update": Entry(update, ("chat:write",)),
    "chat.delete": Entry(delete, ("chat:write",)),
    "chat.getPermalink": Entry(get_permalink),
    "chat.scheduleMessage": Entry(schedule_message, ("chat:write",)),
    "chat.deleteScheduledMessage": Entry(delete_scheduled, ("chat:write",)),
    "chat.scheduledMessages.list": Entry(list_scheduled),
}
