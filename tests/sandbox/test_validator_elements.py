"""What Slack refuses inside an element, each with its documented limit."""

from collections.abc import Mapping

import pytest

from bot.sandbox.blockkit import validate_message, validate_view
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
    source_of,
)

BAD: dict[str, tuple[Json, str, str]] = {
    "one action_id twice": (actions(button(), button()), "/elements/1/action_id", "unique"),
    "a button of 76": (actions(button(text=plain("x" * 76))), "/elements/0/text/text", "at most 75"),
    "a button in mrkdwn": (actions(button(text=marked())), "/elements/0/text/type", "plain_text"),
    "a button value of 2001": (actions(button(value="x" * 2001)), "/elements/0/value", "at most 2000"),
    "a button link of 3001": (actions(button(url="x" * 3001)), "/elements/0/url", "at most 3000"),
    "a button in blue": (actions(button(style="blue")), "/elements/0/style", "primary, danger"),
    "a spoken label of 76": (
        actions(button(accessibility_label="x" * 76)),
        "/elements/0/accessibility_label",
        "at most 75",
    ),
    "a long action_id": (actions(button(action_id="x" * 256)), "/elements/0/action_id", "at most 255"),
    "an empty action_id": (actions(button(action_id="")), "/elements/0/action_id", "at least 1"),
    "a confirm title of 101": (
        actions(button(confirm=confirm(title=plain("x" * 101)))),
        "/elements/0/confirm/title/text",
        "at most 100",
    ),
    "a confirm text of 301": (
        actions(button(confirm=confirm(text=plain("x" * 301)))),
        "/elements/0/confirm/text/text",
        "at most 300",
    ),
    "a confirm button of 31": (
        actions(button(confirm=confirm(confirm=plain("x" * 31)))),
        "/elements/0/confirm/confirm/text",
        "at most 30",
    ),
    "a deny button of 31": (
        actions(button(confirm=confirm(deny=plain("x" * 31)))),
        "/elements/0/confirm/deny/text",
        "at most 30",
    ),
    "a confirm without title": (
        actions(button(confirm={"text": marked(), "confirm": plain(), "deny": plain()})),
        "/elements/0/confirm/title",
        "required",
    ),
    "a picture without words": ({"type": "image", "image_url": "https://a.test"}, "/alt_text", "required"),
    "a picture without picture": ({"type": "image", "alt_text": "A"}, "", "image_url or slack_file"),
    "a picture described in 2001": (
        {"type": "image", "image_url": "https://a.test", "alt_text": "x" * 2001},
        "/alt_text",
        "at most 2000",
    ),
    "101 options": (beside(element("static_select", options=options(101))), "/accessory/options", "at most 100"),
    "no options": (beside(element("static_select", options=[])), "/accessory/options", "at least 1"),
    "neither options nor groups": (beside(element("static_select")), "/accessory", "options or option_groups"),
    "options and groups": (
        beside(element("static_select", options=options(1), option_groups=[{"label": plain(), "options": options(1)}])),
        "/accessory",
        "one of the two",
    ),
    "101 groups": (
        beside(element("static_select", option_groups=[{"label": plain(), "options": options(1)}] * 101)),
        "/accessory/option_groups",
        "at most 100",
    ),
    "a group label of 76": (
        beside(element("static_select", option_groups=[{"label": plain("x" * 76), "options": options(1)}])),
        "/accessory/option_groups/0/label/text",
        "at most 75",
    ),
    "an option of 76": (
        beside(element("static_select", options=[option(text="x" * 76)])),
        "/accessory/options/0/text/text",
        "at most 75",
    ),
    "an option value of 151": (
        beside(element("static_select", options=[option("x" * 151)])),
        "/accessory/options/0/value",
        "at most 150",
    ),
    "an option described in 76": (
        beside(element("static_select", options=[option(description=plain("x" * 76))])),
        "/accessory/options/0/description/text",
        "at most 75",
    ),
    "an option in mrkdwn": (
        beside(element("static_select", options=[{"text": marked(), "value": "v"}])),
        "/accessory/options/0/text/type",
        "plain_text",
    ),
    "a link on a menu's option": (
        beside(element("static_select", options=[option(url="https://a.test")])),
        "/accessory/options/0/url",
        "not a field",
    ),
    "a placeholder of 151": (
        beside(element("users_select", placeholder=plain("x" * 151))),
        "/accessory/placeholder/text",
        "at most 150",
    ),
    "a start that is not offered": (
        beside(element("static_select", options=options(2), initial_option=option("v9"))),
        "/accessory/initial_option",
        "one of the options",
    ),
    "starts that are not offered": (
        beside(element("multi_static_select", options=options(2), initial_options=[options(1)[0], option("v9")])),
        "/accessory/initial_options/1",
        "one of the options",
    ),
    "more starts than allowed": (
        beside(element("multi_users_select", initial_users=["U1", "U2"], max_selected_items=1)),
        "/accessory/initial_users",
        "max_selected_items (1)",
    ),
    "nobody may be chosen": (
        beside(element("multi_users_select", max_selected_items=0)),
        "/accessory/max_selected_items",
        "at least 1",
    ),
    "a date in words": (actions(element("datepicker", initial_date="tomorrow")), "/elements/0/initial_date", "YYYY"),
    "a time after midnight": (
        actions(element("timepicker", initial_time="24:00")),
        "/elements/0/initial_time",
        "HH:MM",
    ),
    "a moment in milliseconds": (
        actions(element("datetimepicker", initial_date_time=1_790_000_000_000)),
        "/elements/0/initial_date_time",
        "at most",
    ),
    "eleven radio buttons": (
        actions(element("radio_buttons", options=options(11))),
        "/elements/0/options",
        "at most 10",
    ),
    "eleven checkboxes": (actions(element("checkboxes", options=options(11))), "/elements/0/options", "at most 10"),
    "six overflow options": (beside(element("overflow", options=options(6))), "/accessory/options", "at most 5"),
    "an empty overflow": (beside(element("overflow", options=[])), "/accessory/options", "at least 1"),
}


@pytest.mark.parametrize(("block", "pointer", "reason"), BAD.values(), ids=BAD.keys())
def test_slack_refuses_it_and_says_where_and_why(block: Json, pointer: str, reason: str) -> None:
    found = validate_message(message(block))

    assert [each.pointer for each in found][:1] == [f"/blocks/0{pointer}"]
    assert reason in found[0].reason, source_of(block, pointer)


BAD_INPUT: dict[str, tuple[Json, str, str]] = {
    "a label of 2001": (asked(element("plain_text_input"), label=plain("x" * 2001)), "/label/text", "at most 2000"),
    "a label in mrkdwn": (asked(element("plain_text_input"), label=marked()), "/label/type", "plain_text"),
    "a hint of 2001": (asked(element("plain_text_input"), hint=plain("x" * 2001)), "/hint/text", "at most 2000"),
    "a button as an input": (asked(button()), "/element/type", "input block"),
    "max_length 3001": (asked(element("plain_text_input", max_length=3001)), "/element/max_length", "at most 3000"),
    "max_length 0": (asked(element("plain_text_input", max_length=0)), "/element/max_length", "at least 1"),
    "min above max": (
        asked(element("plain_text_input", min_length=9, max_length=3)),
        "/element/min_length",
        "max_length (3)",
    ),
    "more typed than allowed": (
        asked(element("plain_text_input", max_length=3, initial_value="four")),
        "/element/initial_value",
        "max_length (3)",
    ),
    "an initial value of 5000": (
        asked(element("plain_text_input", initial_value="x" * 5000)),
        "/element/initial_value",
        "at most 3000",
    ),
    "a number without its kind": (asked(element("number_input")), "/element/is_decimal_allowed", "required"),
    "a number that is a number": (
        asked(element("number_input", is_decimal_allowed=False, initial_value=3)),
        "/element/initial_value",
        "a string",
    ),
    "a fraction where none may be": (
        asked(element("number_input", is_decimal_allowed=False, initial_value="1.5")),
        "/element/initial_value",
        "whole number",
    ),
    "a number out of range": (
        asked(element("number_input", is_decimal_allowed=False, initial_value="9", max_value="5")),
        "/element",
        "max_value",
    ),
    "a confirm on typed text": (
        asked(element("plain_text_input", confirm=confirm())),
        "/element/confirm",
        "not a field",
    ),
    "an input without an element": ({"type": "input", "label": plain()}, "/element", "required"),
}


@pytest.mark.parametrize(("block", "pointer", "reason"), BAD_INPUT.values(), ids=BAD_INPUT.keys())
def test_a_form_is_refused_for_its_input(block: Mapping[str, object], pointer: str, reason: str) -> None:
    found = validate_view({"type": "modal", "title": plain(), "submit": plain(), "blocks": [block]})

    assert [each.pointer for each in found] == [f"/blocks/0{pointer}"]
    assert reason in found[0].reason, source_of(block, pointer)
