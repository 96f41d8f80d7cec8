"""`files.*`: the three steps of an upload (an address, the bytes, their place), and what is known of a file."""

from bot.sandbox import messages
from bot.sandbox.files import file_json
from bot.sandbox.jsons import JsonObject, as_objects, as_text, parsed
from bot.sandbox.messages import Draft
from bot.sandbox.models import Refusal
from bot.sandbox.webapi.arguments import invalid_arguments, missing_field
from bot.sandbox.webapi.call import ApiCall, Entry


def upload_url(call: ApiCall) -> JsonObject:
    """`files.getUploadURLExternal`: where the bytes go, and what the file will be called."""
    name = call.args.required("filename", "missing_argument", missing="missing_argument")
    call.args.required("length", "missing_argument", missing="missing_argument")
    length = int(call.args.number("length", 0))
    if length <= 0:
        raise Refusal("missing_argument")
    file = call.files.expected(name, length, call.actor)
    return {"upload_url": f"{call.site}/upload/{file.id}", "file_id": file.id}


def complete_upload(call: ApiCall) -> JsonObject:
    """`files.completeUploadExternal`: the files are named, and shared in a channel if one is given."""
    wanted = as_objects(_decoded(call.args.values.get("files")))
    if not wanted:
        raise missing_field("files")
    channel = call.channel("", "channel_id") if call.args.has("channel_id") else None
    if channel is not None and call.actor not in channel.members:
        raise Refusal("not_in_channel")
    if channel is not None and channel.archived:
        raise Refusal("posting_to_channel_denied")
    thread = call.args.text("thread_ts") or None
    if channel is not None and thread is not None and thread not in channel.log:
        raise invalid_arguments("must be the time of a message of the channel [json-pointer:/thread_ts]")
    files = [call.files.uploaded(as_text(each.get("id"))) for each in wanted]
    for file, each in zip(files, wanted, strict=True):
        file.title = as_text(each.get("title")) or file.name
        file.shared = (channel.id,) if channel is not None else ()
    shown = [file_json(file, call.site) for file in files]
    if channel is not None:
        draft = Draft(text=call.args.text("initial_comment"), thread_ts=thread, files=tuple(shown))
        messages.post(call.workspace, call.actor, channel, draft, subtype="file_share")
    return {"files": shown}


def info(call: ApiCall) -> JsonObject:
    """`files.info`."""
    file = call.files.uploaded(call.args.required("file", "file_not_found"))
    return {"file": file_json(file, call.site), "comments": [], "response_metadata": {"next_cursor": ""}}


def delete(call: ApiCall) -> JsonObject:
    """`files.delete`: its own files alone."""
    file = call.files.uploaded(call.args.required("file", "file_not_found"))
    if file.user != call.actor:
        raise Refusal("cant_delete_file")
    call.files.remove(file.id)
    return {}


def _decoded(given: object) -> object:
    return parsed(given) if isinstance(given, str) else given


METHODS: dict[str, Entry] = {
    "files.getUploadURLExternal": Entry(upload_url, ("files:write",)),
    "files.completeUploadExternal": Entry(complete_upload, ("files:write",)),
    "files.info": Entry(info, ("files:read",)),
    "files.delete": Entry(delete, ("files:write",)),
}
