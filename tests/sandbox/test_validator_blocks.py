"""What Slack takes of each block and element, and what it refuses of a block, with the documented limit."""

import pytest
from slack_sdk.models.blocks import Block

from bot.sandbox.blockkit import validate_message
from tests.sandbox.payloads import (
    Json,
    actions,
    asked,
    beside,
    button,
    confirm,
    element,
    marked,
    message,
    option,
    options,
    plain,
    rich,
    section,
    source_of,
    table,
)

GOOD: dict[str, Json] = {
    "a section of text": section(text=marked("*3,000*")),
    "a section of 3000 characters": section(text=plain("x" * 3000)),
    "ten fields of 2000": section(fields=[marked("x" * 2000)] * 10),
    "a section with a channel mention": section(text=marked("<!channel> <!here>")),
    "a header of 150": {"type": "header", "text": plain("x" * 150)},
    "a context of ten": {"type": "context", "elements": [marked()] * 10},
    "a context with a picture": {
        "type": "context",
        "elements": [{"type": "image", "image_url": "https://acme.test/a.png", "alt_text": "A"}],
    },
    "a divider": {"type": "divider", "block_id": "line"},
    "twenty-five buttons": actions(*(button(action_id=f"b{index}") for index in range(25))),
    "a button with everything": actions(
        button(url="https://a.test", value="v" * 2000, style="danger", confirm=confirm(style="danger"))
    ),
    "an image": {"type": "image", "image_url": "https://acme.test/a.png", "alt_text": "A", "title": plain()},
    "a button beside a section": beside(button(text=plain("x" * 75), accessibility_label="y" * 75)),
    "a hundred options": beside(element("static_select", options=options(100), placeholder=plain("x" * 150))),
    "option groups": beside(
        element(
            "static_select", option_groups=[{"label": plain(), "options": options(2)}], initial_option=options(1)[0]
        )
    ),
    "a select that starts somewhere": actions(
        element("static_select", options=options(2), initial_option=option("v1", "Option 1"))
    ),
    "an external select": actions(element("external_select", min_query_length=0)),
    "a users select": actions(element("users_select", initial_user="U1")),
    "a conversations select": actions(element("conversations_select", filter={"include": ["public"]})),
    "a channels select": actions(element("channels_select", initial_channel="C1")),
    "a multi select": beside(element("multi_static_select", options=options(3), initial_options=options(2))),
    "a multi external select": beside(element("multi_external_select", max_selected_items=2)),
    "a multi users select": beside(element("multi_users_select", initial_users=["U1"])),
    "a multi conversations select": beside(element("multi_conversations_select")),
    "a multi channels select": beside(element("multi_channels_select", initial_channels=["C1"])),
    "a date": actions(element("datepicker", initial_date="2026-11-21")),
    "a time": actions(element("timepicker", initial_time="23:59", timezone="America/New_York")),
    "a date and time": actions(element("datetimepicker", initial_date_time=1_790_000_000)),
    "ten radio buttons": actions(element("radio_buttons", options=options(10), initial_option=options(1)[0])),
    "ten checkboxes": actions(element("checkboxes", options=options(10), initial_options=options(2))),
    "five overflow options": beside(element("overflow", options=[*options(4), option(url="https://a.test")])),
    "an input": asked(element("plain_text_input", multiline=True, max_length=3000), hint=plain(), optional=True),
    "a number": asked(
        element("number_input", is_decimal_allowed=True, min_value="0", initial_value="1.5", max_value="9")
    ),
    "an e-mail": asked(element("email_text_input", placeholder=plain())),
    "a link": asked(element("url_text_input", initial_value="https://a.test")),
    "rich text typed": asked(element("rich_text_input", initial_value=rich({"type": "text", "text": "Hi"}))),
    "a date and time asked": asked(element("datetimepicker")),
    "rich text": rich({"type": "user", "user_id": "U1"}, {"type": "text", "text": "!", "style": {"bold": True}}),
    "a rich list": {
        "type": "rich_text",
        "elements": [
            {"type": "rich_text_list", "style": "bullet", "elements": [{"type": "rich_text_section", "elements": []}]}
        ],
    },
    "markdown": {"type": "markdown", "text": "# Draft\n" + "x" * 11_000},
    "a full table": table(100, 20),
    "a table with settings": {**table(), "column_settings": [{"align": "right", "is_wrapped": True}, None]},
}


@pytest.mark.parametrize("block", GOOD.values(), ids=GOOD.keys())
def test_slack_takes_it(block: Json) -> None:
    assert validate_message(message(block)) == []
    parsed = Block.parse(block)
    assert parsed is not None
    parsed.validate_json()


BAD: dict[str, tuple[Json, str, str]] = {
    "an empty text": (section(text=marked("")), "/text/text", "at least 1"),
    "a section of 3001": (section(text=marked("x" * 3001)), "/text/text", "at most 3000"),
    "a section of nothing": (section(), "", "text or fields"),
    "eleven fields": (section(fields=[marked()] * 11), "/fields", "at most 10"),
    "no fields": (section(fields=[]), "/fields", "at least 1"),
    "a field of 2001": (section(fields=[marked("x" * 2001)]), "/fields/0/text", "at most 2000"),
    "text that is a string": (section(text="words"), "/text", "an object"),
    "an unknown key": (section(text=marked(), colour="red"), "/colour", "not a field"),
    "emoji in mrkdwn": (section(text={**marked(), "emoji": True}), "/text/emoji", "not a field"),
    "verbatim in plain text": (section(text={**plain(), "verbatim": True}), "/text/verbatim", "not a field"),
    "a long block_id": (section(text=marked(), block_id="x" * 256), "/block_id", "at most 255"),
    "an input beside a section": (beside(element("plain_text_input")), "/accessory/type", "allowed beside a section"),
    "a date and time beside a section": (beside(element("datetimepicker")), "/accessory/type", "beside a section"),
    "a header of 151": ({"type": "header", "text": plain("x" * 151)}, "/text/text", "at most 150"),
    "a header in mrkdwn": ({"type": "header", "text": marked()}, "/text/type", "plain_text"),
    "a header without text": ({"type": "header"}, "/text", "required"),
    "a context of eleven": ({"type": "context", "elements": [marked()] * 11}, "/elements", "at most 10"),
    "an empty context": ({"type": "context", "elements": []}, "/elements", "at least 1"),
    "a button in a context": ({"type": "context", "elements": [button()]}, "/elements/0/type", "context"),
    "twenty-six buttons": (actions(*(button(action_id=f"b{i}") for i in range(26))), "/elements", "at most 25"),
    "no buttons": (actions(), "/elements", "at least 1"),
    "a picture among actions": (actions({"type": "image"}), "/elements/0/type", "actions block"),
    "rich text of nothing": ({"type": "rich_text", "elements": []}, "/elements", "at least 1"),
    "rich text with an empty text": (rich({"type": "text", "text": ""}), "/elements/0/elements/0/text", "at least 1"),
    "rich text with a picture": (rich({"type": "image"}), "/elements/0/elements/0/type", "inline part"),
    "markdown of 12001": ({"type": "markdown", "text": "x" * 12_001}, "/text", "at most 12000"),
    "a table of 101 rows": (table(rows=101), "/rows", "at most 100"),
    "a table of 21 columns": (table(cells=21), "/rows/0", "at most 20"),
    "a table of strings": ({"type": "table", "rows": [["a"]]}, "/rows/0/0", "an object"),
    "a block without a type": ({"text": marked()}, "/type", "required"),
    "a block nobody knows": ({"type": "carousel_of_doom"}, "/type", "a block of a message"),
}


@pytest.mark.parametrize(("block", "pointer", "reason"), BAD.values(), ids=BAD.keys())
def test_slack_refuses_it_and_says_where_and_why(block: Json, pointer: str, reason: str) -> None:
    found = validate_message(message(block))

    assert [each.pointer for each in found][:1] == [f"/blocks/0{pointer}"]
    assert reason in found[0].reason, source_of(block, pointer)
