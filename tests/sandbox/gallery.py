"""Every block and element that the page draws: one long message, and one long form. Built by Slack's own rules."""

from typing import Any

Json = dict[str, Any]

MOMENT = 1_767_225_600
"""2026-01-01 00:00 UTC: New Year's Eve in New York, New Year's Day in Berlin."""

MRKDWN = (
    "*bold* _italic_ ~struck~ `code` *_both_* 2*3*4 snake_case_name\n"
    "> quoted *well*\n> twice\n"
    "• first\n• second\n"
    "```fence <not|a link> *plain*```\n"
    "<https://example.com/a?b=1&amp;c=2|a label> <https://example.com/bare> https://example.com/loose. "
    "<mailto:cook@example.com|cook>\n"
    "&lt;b&gt; &amp;amp; :tada: :no_such_sign:"
)


def plain(text: str) -> Json:
    """A plain text object."""
    return {"type": "plain_text", "text": text}


def marked(text: str) -> Json:
    """A mrkdwn text object."""
    return {"type": "mrkdwn", "text": text}


def option(text: str, description: str = "") -> Json:
    """An option whose value is its text in lower case."""
    return {"text": plain(text), "value": text.lower()} | ({"description": plain(description)} if description else {})


def asked(block: str, label: str, kind: str, **more: object) -> Json:
    """An input block with one element; `dispatch_action`, `optional` and `hint` go to the block."""
    around: Json = {key: more.pop(key) for key in ("dispatch_action", "optional", "hint") if key in more}
    element = {"type": kind, "action_id": f"{block}_field", **more}
    return {"type": "input", "block_id": block, "label": plain(label), "element": element, **around}


def button(text: str, **more: object) -> Json:
    """A button whose action id is its text in lower case."""
    return {"type": "button", "action_id": text.lower().replace(" ", "_"), "text": plain(text), **more}


QUESTION: Json = {
    "title": plain("Throw it away?"),
    "text": marked("The *soup* cannot be brought back."),
    "confirm": plain("Throw away"),
    "deny": plain("Keep it"),
    "style": "danger",
}

RICH: Json = {
    "type": "rich_text",
    "elements": [
        {
            "type": "rich_text_section",
            "elements": [
                {"type": "text", "text": "Rich "},
                {"type": "text", "text": "bold", "style": {"bold": True}},
                {"type": "text", "text": " and "},
                {"type": "text", "text": "<script>*as typed*</script>", "style": {"code": True}},
                {"type": "link", "url": "https://example.com/menu", "text": "the menu"},
            ],
        },
        {
            "type": "rich_text_list",
            "style": "ordered",
            "elements": [
                {"type": "rich_text_section", "elements": [{"type": "text", "text": "Peel"}]},
                {"type": "rich_text_section", "elements": [{"type": "text", "text": "Boil"}]},
            ],
        },
        {"type": "rich_text_quote", "elements": [{"type": "text", "text": "Needs salt"}]},
        {"type": "rich_text_preformatted", "elements": [{"type": "text", "text": "simmer --low"}]},
    ],
}

TABLE: Json = {
    "type": "table",
    "column_settings": [{"is_wrapped": True}, {"align": "right"}],
    "rows": [
        [{"type": "raw_text", "text": "Dish"}, {"type": "raw_text", "text": "Price"}],
        [{"type": "raw_text", "text": "Soup"}, {"type": "raw_number", "value": 4, "text": "4.00"}],
    ],
}


def showcase(picture: str, person: str, channel: str, group: str) -> list[Json]:
    """A message with every block; `picture` is an image's address, the others are ids to mention."""
    mentions = f"<@{person}> <#{channel}> <!subteam^{group}> <!here> <!channel>"
    dated = f"<!date^{MOMENT}^{{date_long}} at {{time}}|New Year> and <!date^{MOMENT}^{{no_such_token}}|the fallback>"
    image = {"type": "image", "image_url": picture, "alt_text": "A bowl"}
    sizes = [option("Small"), option("Large", "For two")]
    return [
        {"type": "header", "text": plain("The gallery :tada:")},
        {"type": "section", "text": marked(MRKDWN)},
        {"type": "section", "text": marked(f"{mentions}\n{dated}")},
        {
            "type": "section",
            "fields": [marked("*Dish*\nSoup"), marked("*Cook*\nMaya"), plain("As *typed*"), marked("*Table*\n7")],
        },
        {"type": "section", "text": marked("Beside this stands a picture"), "accessory": image},
        {
            "type": "section",
            "text": marked("Beside this stands a menu"),
            "accessory": {"type": "overflow", "action_id": "more", "options": [option("Reheat"), option("Freeze")]},
        },
        {"type": "divider"},
        {"type": "context", "elements": [image, marked("Served *daily*"), plain("by the kitchen")]},
        {
            "type": "actions",
            "elements": [
                button("Serve", style="primary", value="1"),
                button("Throw away", style="danger", confirm=QUESTION),
                button("Plain one", accessibility_label="A plain button"),
            ],
        },
        {
            "type": "actions",
            "block_id": "choosers",
            "elements": [
                {
                    "type": "static_select",
                    "action_id": "portion",
                    "placeholder": plain("Portion"),
                    "options": sizes,
                },
                {"type": "users_select", "action_id": "waiter", "placeholder": plain("Waiter"), "initial_user": person},
                {"type": "datepicker", "action_id": "day", "initial_date": "2026-01-01"},
                {"type": "radio_buttons", "action_id": "spicy", "options": [option("Mild"), option("Hot")]},
            ],
        },
        {"type": "image", "image_url": picture, "alt_text": "The bowl again", "title": plain("A bowl of soup")},
        RICH,
        {
            "type": "markdown",
            "text": "## Recipe\n\n1. **Cut** _leeks_\n2. [Boil](https://example.com/b)\n\n> done",
        },
        TABLE,
    ]


def counter() -> list[Json]:
    """A message with fields: menus of its own and of the app's, boxes to tick, a day, words to type, and a button."""
    sides = [option("Rice"), option("Radish"), option("Leek")]
    portion = {
        "type": "static_select",
        "action_id": "portion",
        "placeholder": plain("Portion"),
        "options": [option("Small"), option("Large")],
    }
    side = {"type": "external_select", "action_id": "side_field", "min_query_length": 1, "placeholder": plain("Side")}
    return [
        {"type": "actions", "block_id": "choosers", "elements": [portion, side]},
        asked("sides", "Sides", "multi_external_select", min_query_length=1, optional=True),
        asked("extras", "Extras", "checkboxes", options=sides, dispatch_action=True, optional=True),
        asked("remark", "Remark", "plain_text_input", optional=True),
        {
            "type": "actions",
            "block_id": "counter",
            "elements": [
                {"type": "datepicker", "action_id": "day", "initial_date": "2026-01-01"},
                button("Serve", style="primary", value="1"),
            ],
        },
    ]


def every_input() -> Json:
    """A form with every element that stands in an input."""
    sizes, sides = [option("Small"), option("Large", "For two")], [option("Rice"), option("Radish"), option("Leek")]
    groups = [{"label": plain("Hot"), "options": sides[:2]}, {"label": plain("Cold"), "options": sides[2:]}]
    blocks = [
        {"type": "alert", "level": "warning", "text": plain("The oven is hot.")},
        asked("text", "Name", "plain_text_input", placeholder=plain("e.g. soup"), max_length=20, hint=plain("Short")),
        asked("lines", "Story", "plain_text_input", multiline=True, optional=True),
        asked("number", "Guests", "number_input", is_decimal_allowed=False, min_value="1", max_value="12"),
        asked("email", "Mail", "email_text_input"),
        asked("url", "Page", "url_text_input", optional=True),
        asked("one", "Size", "static_select", options=sizes, initial_option=sizes[0]),
        asked("grouped", "Course", "static_select", option_groups=groups, optional=True),
        asked("many", "Toppings", "multi_static_select", options=sides, max_selected_items=2),
        asked("remote", "Side", "external_select", min_query_length=1, optional=True),
        asked("person", "Cook", "users_select"),
        asked("people", "Guests by name", "multi_users_select", optional=True),
        asked("room", "Room", "channels_select", optional=True),
        asked("place", "Place", "conversations_select", optional=True, filter={"include": ["public", "private"]}),
        asked("day", "Day", "datepicker", initial_date="2026-01-01"),
        asked("hour", "Hour", "timepicker", initial_time="18:30"),
        asked("moment", "Moment", "datetimepicker", initial_date_time=MOMENT),
        asked("spice", "Spice", "radio_buttons", options=[option("Mild"), option("Hot", "Very")]),
        asked("extras", "Extras", "checkboxes", options=sides, optional=True),
        asked("rich", "Notes", "rich_text_input", optional=True),
    ]
    return {
        "type": "modal", "callback_id": "gallery", "title": plain("Every field"), "submit": plain("Send"),
        "blocks": blocks,
    }  # fmt: skip
