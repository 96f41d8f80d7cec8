"""Whole payloads: a message's arguments, a modal, App Home; and what only shows when blocks stand together."""

import json
from collections.abc import Iterator, Mapping, Sequence

from bot.sandbox.blockkit import limits
from bot.sandbox.blockkit.blocks import home_block, message_block, modal_block
from bot.sandbox.blockkit.checks import Check, Problem, anything, array, boolean, by_type, one_of, record, string
from bot.sandbox.blockkit.objects import plain_text

_MESSAGE_TEXT = string(longest=limits.MESSAGE_TEXT, shortest=0)
_MARKDOWN_TEXT = string(longest=limits.MARKDOWN_TEXT)
_MESSAGE_BLOCKS = array(message_block, most=limits.MESSAGE_BLOCKS, what="blocks")
_ATTACHMENT_LIST = array(anything, most=limits.MESSAGE_ATTACHMENTS, what="attachments")


def validate_message(args: Mapping[str, object]) -> list[Problem]:
    """Check what is given to a method that writes a message. Other arguments (channel …) are not looked at."""
    return list(_message(args))


def validate_view(view: Mapping[str, object]) -> list[Problem]:
    """Check a view given to views.open, push, update or publish."""
    if view.get("type") not in _VIEWS:
        return list(_by_view_type(view, ""))
    blocks = _objects(view.get("blocks"))
    return [*_by_view_type(view, ""), *_together(blocks, "/blocks"), *_submit(view, blocks), *_view_size(view)]


def _message(args: Mapping[str, object]) -> Iterator[Problem]:
    given = {key: value for key, value in args.items() if value is not None}
    yield from _words(given)
    if "blocks" in given:
        yield from _MESSAGE_BLOCKS(given["blocks"], "/blocks")
        yield from _together(_objects(given["blocks"]), "/blocks")
    if "attachments" in given:
        yield from _attachments(given["attachments"])
    if "metadata" in given:
        yield from _METADATA(given["metadata"], "/metadata")
    yield from _one_table(given)


def _words(given: Mapping[str, object]) -> Iterator[Problem]:
    if "markdown_text" in given:
        yield from _MARKDOWN_TEXT(given["markdown_text"], "/markdown_text")
        if given.get("text") or given.get("blocks"):
            yield Problem(pointer="/markdown_text", reason="cannot go with text or blocks (markdown_text_conflict)")
        return
    if "text" in given:
        yield from _MESSAGE_TEXT(given["text"], "/text")
    if not given.get("text"):
        if given.get("blocks"):
            yield Problem(
                pointer="/text", reason="is required beside blocks: it is the notification and the spoken text"
            )
        elif not given.get("attachments"):
            yield Problem(pointer="/text", reason="is required: a message needs text, blocks or attachments (no_text)")


def _attachments(value: object) -> Iterator[Problem]:
    yield from _ATTACHMENT_LIST(value, "/attachments")
    for index, each in enumerate(_objects(value)):
        if "blocks" in each:
            pointer = f"/attachments/{index}/blocks"
            yield from _MESSAGE_BLOCKS(each["blocks"], pointer)
            yield from _together(_objects(each["blocks"]), pointer)


def _one_table(given: Mapping[str, object]) -> Iterator[Problem]:
    lists = [
        _objects(given.get("blocks")),
        *(_objects(each.get("blocks")) for each in _objects(given.get("attachments"))),
    ]
    tables = sum(block.get("type") == "table" for blocks in lists for block in blocks)
    if tables > limits.MESSAGE_TABLES:
        # Slack counts tables as attachments, and answers `invalid_attachments`.
        most = f"must have at most {limits.MESSAGE_TABLES} table, has {tables} (only_one_table_allowed)"
        yield Problem(pointer="/attachments", reason=most)


def _together(blocks: Sequence[Mapping[str, object]], pointer: str) -> Iterator[Problem]:
    """Check what no block shows by itself: ids that repeat, markdown that adds up, a focus that is asked for twice."""
    yield from _repeated("block_id", blocks, pointer)
    written = sum(
        len(text) for block in blocks if block.get("type") == "markdown" and isinstance(text := block.get("text"), str)
    )
    if written > limits.MARKDOWN_TEXT:
        yield Problem(
            pointer=pointer,
            reason=f"markdown must have at most {limits.MARKDOWN_TEXT} characters in all, has {written}",
        )
    focused = []
    for index, block in enumerate(blocks):
        inside = dict(_elements(block))
        yield from _repeated("action_id", list(inside.values()), f"{pointer}/{index}", list(inside))
        focused += [f"{pointer}/{index}/{place}" for place, each in inside.items() if each.get("focus_on_load") is True]
    for place in focused[1:]:
        yield Problem(pointer=f"{place}/focus_on_load", reason="only one element may have it")


def _repeated(
    key: str, objects: Sequence[Mapping[str, object]], pointer: str, places: Sequence[str] = ()
) -> Iterator[Problem]:
    seen: set[object] = set()
    for index, each in enumerate(objects):
        name = each.get(key)
        if isinstance(name, str) and name in seen:
            place = places[index] if places else str(index)
            yield Problem(pointer=f"{pointer}/{place}/{key}", reason=f'"{name}" is used twice; it must be unique')
        seen.add(name if isinstance(name, str) else None)


def _elements(block: Mapping[str, object]) -> Iterator[tuple[str, Mapping[str, object]]]:
    for key in ("accessory", "element"):
        inner = block.get(key)
        if isinstance(inner, Mapping):
            yield key, inner
    for index, each in enumerate(_objects(block.get("elements"))):
        yield f"elements/{index}", each


def _objects(value: object) -> list[Mapping[str, object]]:
    """Only the objects of a list; what is not an object has its own problem already."""
    return [each if isinstance(each, Mapping) else {} for each in value] if isinstance(value, list | tuple) else []


def _submit(view: Mapping[str, object], blocks: Sequence[Mapping[str, object]]) -> Iterator[Problem]:
    if view.get("type") == "modal" and "submit" not in view and any(each.get("type") == "input" for each in blocks):
        yield Problem(pointer="/submit", reason="is required when the modal has an input block")


def size_of(view: Mapping[str, object]) -> int:
    """The bytes of a view as JSON."""
    return len(json.dumps(view, ensure_ascii=False, default=str).encode())


def _view_size(view: Mapping[str, object]) -> Iterator[Problem]:
    size = size_of(view)
    if size > limits.VIEW_BYTES:
        yield Problem(pointer="", reason=f"must have at most {limits.VIEW_BYTES} bytes, has {size} (view_too_large)")


def _open_object(value: object, pointer: str) -> Iterator[Problem]:
    if not isinstance(value, Mapping):
        yield Problem(pointer=pointer, reason="must be an object")


_METADATA = record(
    required={"event_type": string(longest=limits.CALLBACK_ID), "event_payload": _open_object},
    optional={"entities": anything},
)
_VIEW: dict[str, Check] = {
    "callback_id": string(longest=limits.CALLBACK_ID, shortest=0),
    "external_id": string(longest=limits.EXTERNAL_ID, shortest=0),
    "private_metadata": string(longest=limits.PRIVATE_METADATA, shortest=0),
}
_LABEL = plain_text(limits.VIEW_TITLE)

_modal = record(
    required={
        "type": one_of("modal"),
        "title": _LABEL,
        "blocks": array(modal_block, least=1, most=limits.VIEW_BLOCKS, what="blocks"),
    },
    optional={**_VIEW, "submit": _LABEL, "close": _LABEL, "clear_on_close": boolean, "notify_on_close": boolean},
)
_home = record(
    required={"type": one_of("home"), "blocks": array(home_block, least=1, most=limits.VIEW_BLOCKS, what="blocks")},
    optional=_VIEW,
)
_VIEWS = {"modal": _modal, "home": _home}
_by_view_type = by_type(_VIEWS, what="a view")
