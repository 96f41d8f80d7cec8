"""Layout blocks, and which of them each surface may hold."""

from collections.abc import Iterator, Mapping

from bot.sandbox.blockkit import limits
from bot.sandbox.blockkit.checks import (
    Check,
    Problem,
    Rule,
    array,
    boolean,
    by_type,
    integer,
    nullable,
    number,
    one_of,
    record,
    string,
)
from bot.sandbox.blockkit.elements import ACCESSORIES, ACTIONS, INPUTS, PICTURE, image, picture_rule
from bot.sandbox.blockkit.objects import any_text, plain_text
from bot.sandbox.blockkit.rich_text import rich_text

_BLOCK_ID = {"block_id": string(longest=limits.BLOCK_ID)}


def _block(kind: str, *rules: Rule, optional: Mapping[str, Check] | None = None, **required: Check) -> Check:
    return record(required={"type": one_of(kind), **required}, optional={**_BLOCK_ID, **(optional or {})}, rules=rules)


def _says_something(value: Mapping[str, object], pointer: str) -> Iterator[Problem]:
    if "text" not in value and "fields" not in value:
        yield Problem(pointer=pointer, reason="a section needs text or fields")


def _dispatches_or_not(value: Mapping[str, object], pointer: str) -> Iterator[Problem]:
    element = value.get("element")
    if isinstance(element, Mapping) and element.get("response_url_enabled") and value.get("dispatch_action"):
        yield Problem(pointer=f"{pointer}/dispatch_action", reason="cannot go with response_url_enabled")


_section = _block(
    "section",
    _says_something,
    optional={
        "text": any_text(limits.SECTION_TEXT),
        "fields": array(any_text(limits.SECTION_FIELD), least=1, most=limits.SECTION_FIELDS, what="fields"),
        "accessory": by_type(ACCESSORIES, what="allowed beside a section"),
        "expand": boolean,
    },
)
_context_parts = by_type(
    {
        "image": image,
        "plain_text": any_text(),
        "mrkdwn": any_text(),
    },
    what="allowed in a context block",
)
_actions = _block(
    "actions",
    elements=array(
        by_type(ACTIONS, what="allowed in an actions block"), least=1, most=limits.ACTIONS_ELEMENTS, what="elements"
    ),
)
_input = _block(
    "input",
    _dispatches_or_not,
    label=plain_text(limits.INPUT_LABEL),
    element=by_type(INPUTS, what="allowed in an input block"),
    optional={"hint": plain_text(limits.INPUT_HINT), "optional": boolean, "dispatch_action": boolean},
)
_raw_cell = record(required={"type": one_of("raw_text"), "text": string()})
_number_cell = record(required={"type": one_of("raw_number"), "value": number}, optional={"text": string()})
_cell = by_type({"raw_text": _raw_cell, "raw_number": _number_cell, "rich_text": rich_text}, what="allowed in a table")
_table = _block(
    "table",
    rows=array(
        array(_cell, least=1, most=limits.TABLE_COLUMNS, what="cells"), least=1, most=limits.TABLE_ROWS, what="rows"
    ),
    optional={
        "column_settings": array(
            nullable(record(optional={"align": one_of("left", "center", "right"), "is_wrapped": boolean})),
            most=limits.TABLE_COLUMNS,
            what="column settings",
        )
    },
)

_EVERYWHERE: dict[str, Check] = {
    "section": _section,
    "header": _block("header", text=plain_text(limits.HEADER_TEXT), optional={"level": integer(low=1, high=4)}),
    "context": _block(
        "context", elements=array(_context_parts, least=1, most=limits.CONTEXT_ELEMENTS, what="elements")
    ),
    "divider": _block("divider"),
    "actions": _actions,
    "image": _block(
        "image",
        picture_rule,
        alt_text=string(longest=limits.IMAGE_ALT),
        optional={**PICTURE, "title": plain_text(limits.IMAGE_TITLE)},
    ),
    "input": _input,
    "rich_text": rich_text,
}
_markdown = _block("markdown", text=string(longest=limits.MARKDOWN_TEXT))
_alert = _block(
    "alert",
    text=any_text(limits.ALERT_TEXT),
    optional={"level": one_of("default", "info", "warning", "error", "success")},
)

message_block = by_type({**_EVERYWHERE, "markdown": _markdown, "table": _table}, what="a block of a message")
modal_block = by_type({**_EVERYWHERE, "alert": _alert}, what="a block of a modal")
home_block = by_type(_EVERYWHERE, what="a block of App Home")
