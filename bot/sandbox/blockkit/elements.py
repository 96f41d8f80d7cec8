"""Interactive elements and images, and which of them each block may hold."""

from collections.abc import Iterator, Mapping

from bot.sandbox.blockkit import limits
from bot.sandbox.blockkit.checks import (
    Check,
    Problem,
    array,
    boolean,
    integer,
    one_of,
    record,
    string,
)
from bot.sandbox.blockkit.objects import (
    choice_option,
    confirm,
    conversation_filter,
    dispatch_config,
    initial_among_options,
    option_group,
    options_or_groups,
    overflow_option,
    plain_text,
    select_option,
)
from bot.sandbox.blockkit.rich_text import rich_text

_ACTION_ID = {"action_id": string(longest=limits.ACTION_ID)}
_PRESSED = {**_ACTION_ID, "confirm": confirm}
_FOCUSED = {**_PRESSED, "focus_on_load": boolean}
_MENU = {**_FOCUSED, "placeholder": plain_text(limits.PLACEHOLDER)}
_TYPED = {
    **_ACTION_ID,
    "focus_on_load": boolean,
    "placeholder": plain_text(limits.PLACEHOLDER),
    "dispatch_action_config": dispatch_config,
}
_OPTIONS = {
    "options": array(select_option, least=1, most=limits.SELECT_OPTIONS, what="options"),
    "option_groups": array(option_group, least=1, most=limits.OPTION_GROUPS, what="option groups"),
}
_MANY = {"max_selected_items": integer(low=1)}
_ID = string()
_NUMERAL = string(pattern=r"-?\d+(\.\d+)?", shape="a number written as a string")


def _kind(name: str) -> dict[str, Check]:
    return {"type": one_of(name)}


def _lengths(value: Mapping[str, object], pointer: str) -> Iterator[Problem]:
    low, high, initial = (
        value.get("min_length", 0),
        value.get("max_length", limits.INPUT_VALUE),
        value.get("initial_value", ""),
    )
    if isinstance(low, int) and isinstance(high, int) and low > high:
        yield Problem(pointer=f"{pointer}/min_length", reason=f"must not be above max_length ({high})")
    if isinstance(initial, str) and isinstance(high, int) and len(initial) > high:
        yield Problem(pointer=f"{pointer}/initial_value", reason=f"must have at most max_length ({high}) characters")


def _number_range(value: Mapping[str, object], pointer: str) -> Iterator[Problem]:
    whole = value.get("is_decimal_allowed") is False
    numbers = {key: float(str(value[key])) for key in ("min_value", "initial_value", "max_value") if key in value}
    for key, each in numbers.items():
        if whole and not each.is_integer():
            yield Problem(pointer=f"{pointer}/{key}", reason="must be a whole number: is_decimal_allowed is false")
    if sorted(numbers.values()) != list(numbers.values()):
        yield Problem(pointer=pointer, reason="needs min_value ≤ initial_value ≤ max_value")


def _picture(value: Mapping[str, object], pointer: str) -> Iterator[Problem]:
    if ("image_url" in value) == ("slack_file" in value):
        yield Problem(pointer=pointer, reason="needs image_url or slack_file, one of the two")


def _within_maximum(value: Mapping[str, object], pointer: str) -> Iterator[Problem]:
    most = value.get("max_selected_items")
    for key, chosen in value.items():
        if key.startswith("initial_") and isinstance(chosen, list) and isinstance(most, int) and len(chosen) > most:
            yield Problem(pointer=f"{pointer}/{key}", reason=f"must have at most max_selected_items ({most})")


PICTURE: dict[str, Check] = {
    "image_url": string(longest=limits.IMAGE_URL),
    "slack_file": record(optional={"id": _ID, "url": _ID}),
}
picture_rule = _picture

image = record(
    required={**_kind("image"), "alt_text": string(longest=limits.IMAGE_ALT)}, optional=PICTURE, rules=(_picture,)
)

_button = record(
    required={**_kind("button"), "text": plain_text(limits.BUTTON_TEXT)},
    optional={
        **_PRESSED,
        "url": string(longest=limits.BUTTON_URL),
        "value": string(longest=limits.BUTTON_VALUE),
        "style": one_of("primary", "danger"),
        "accessibility_label": string(longest=limits.ACCESSIBILITY_LABEL),
        "visible_to_user_ids": array(_ID, least=1, most=limits.BUTTON_AUDIENCE, what="people"),
    },
)

_overflow = record(
    required={
        **_kind("overflow"),
        "options": array(overflow_option, least=1, most=limits.OVERFLOW_OPTIONS, what="options"),
    },
    optional=_PRESSED,
)

_CHOICES = array(choice_option, least=1, most=limits.CHOICE_OPTIONS, what="options")

_checkboxes = record(
    required={**_kind("checkboxes"), "options": _CHOICES},
    optional={**_FOCUSED, "initial_options": array(choice_option, least=1)},
    rules=(initial_among_options("initial_options"),),
)

_radio_buttons = record(
    required={**_kind("radio_buttons"), "options": _CHOICES},
    optional={**_FOCUSED, "initial_option": choice_option},
    rules=(initial_among_options("initial_option"),),
)


def _one_select(name: str, **more: Check) -> Check:
    return record(required=_kind(name), optional={**_MENU, **more})


def _many_select(name: str, **more: Check) -> Check:
    return record(required=_kind(name), optional={**_MENU, **_MANY, **more}, rules=(_within_maximum,))


_CONVERSATIONS = {"default_to_current_conversation": boolean, "filter": conversation_filter}
_QUERY = {"min_query_length": integer(low=0)}
_IDS = array(_ID, least=1)

SELECTS: dict[str, Check] = {
    "static_select": record(
        required=_kind("static_select"),
        optional={**_MENU, **_OPTIONS, "initial_option": select_option},
        rules=(options_or_groups, initial_among_options("initial_option")),
    ),
    "external_select": _one_select("external_select", initial_option=select_option, **_QUERY),
    "users_select": _one_select("users_select", initial_user=_ID),
    "conversations_select": _one_select(
        "conversations_select", initial_conversation=_ID, response_url_enabled=boolean, **_CONVERSATIONS
    ),
    "channels_select": _one_select("channels_select", initial_channel=_ID, response_url_enabled=boolean),
}

MULTI_SELECTS: dict[str, Check] = {
    "multi_static_select": record(
        required=_kind("multi_static_select"),
        optional={**_MENU, **_MANY, **_OPTIONS, "initial_options": array(select_option, least=1)},
        rules=(options_or_groups, initial_among_options("initial_options"), _within_maximum),
    ),
    "multi_external_select": _many_select(
        "multi_external_select", initial_options=array(select_option, least=1), **_QUERY
    ),
    "multi_users_select": _many_select("multi_users_select", initial_users=_IDS),
    "multi_conversations_select": _many_select(
        "multi_conversations_select", initial_conversations=_IDS, **_CONVERSATIONS
    ),
    "multi_channels_select": _many_select("multi_channels_select", initial_channels=_IDS),
}

_datepicker = _one_select(
    "datepicker", initial_date=string(pattern=r"\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])", shape="a date YYYY-MM-DD")
)
_timepicker = _one_select(
    "timepicker", initial_time=string(pattern=r"([01]\d|2[0-3]):[0-5]\d", shape="a time HH:MM"), timezone=_ID
)
_datetimepicker = record(
    required=_kind("datetimepicker"),
    optional={**_FOCUSED, "initial_date_time": integer(low=limits.UNIX_SECONDS_LOW, high=limits.UNIX_SECONDS_HIGH)},
)

_CHOOSERS = {
    "checkboxes": _checkboxes,
    "radio_buttons": _radio_buttons,
    "datepicker": _datepicker,
    "timepicker": _timepicker,
    **SELECTS,
    **MULTI_SELECTS,
}

TEXT_INPUTS: dict[str, Check] = {
    "plain_text_input": record(
        required=_kind("plain_text_input"),
        optional={
            **_TYPED,
            "initial_value": string(shortest=0, longest=limits.INPUT_VALUE),
            "multiline": boolean,
            "min_length": integer(low=0, high=limits.INPUT_VALUE),
            "max_length": integer(low=1, high=limits.INPUT_VALUE),
        },
        rules=(_lengths,),
    ),
    "number_input": record(
        required={**_kind("number_input"), "is_decimal_allowed": boolean},
        optional={**_TYPED, "initial_value": _NUMERAL, "min_value": _NUMERAL, "max_value": _NUMERAL},
        rules=(_number_range,),
    ),
    "email_text_input": _one_select("email_text_input", **{**_TYPED, "initial_value": string()}),
    "url_text_input": _one_select("url_text_input", **{**_TYPED, "initial_value": string()}),
    "rich_text_input": _one_select("rich_text_input", **{**_TYPED, "initial_value": rich_text}),
}
"""Elements that a person types into: in input blocks only."""

ACCESSORIES: dict[str, Check] = {"image": image, "button": _button, "overflow": _overflow, **_CHOOSERS}
"""What may stand beside a section."""

ACTIONS: dict[str, Check] = {
    "button": _button,
    "overflow": _overflow,
    "datetimepicker": _datetimepicker,
    **_CHOOSERS,
}
"""What may stand in an actions block."""

INPUTS: dict[str, Check] = {"datetimepicker": _datetimepicker, **_CHOOSERS, **TEXT_INPUTS}
"""What may stand in an input block."""
