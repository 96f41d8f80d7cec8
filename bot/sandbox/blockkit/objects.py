"""Composition objects: text, options, confirmation dialogs, filters."""

from collections.abc import Iterator, Mapping, Sequence

from bot.sandbox.blockkit import limits
from bot.sandbox.blockkit.checks import Check, Problem, Rule, array, boolean, by_type, one_of, record, string


def plain_text(longest: int = limits.TEXT_OBJECT) -> Check:
    """Accept a plain_text object of 1 to ``longest`` characters, and no mrkdwn."""
    return by_type({"plain_text": _plain(longest)}, what="allowed here")


def any_text(longest: int = limits.TEXT_OBJECT) -> Check:
    """Accept a plain_text or mrkdwn object of 1 to ``longest`` characters."""
    return by_type({"plain_text": _plain(longest), "mrkdwn": _mrkdwn(longest)}, what="a text object")


def _plain(longest: int) -> Check:
    return record(required={"type": one_of("plain_text"), "text": string(longest=longest)}, optional={"emoji": boolean})


def _mrkdwn(longest: int) -> Check:
    return record(required={"type": one_of("mrkdwn"), "text": string(longest=longest)}, optional={"verbatim": boolean})


def _option(text: Check, description: Check, more: Mapping[str, Check]) -> Check:
    return record(
        required={"text": text, "value": string(longest=limits.OPTION_VALUE)},
        optional={"description": description, **more},
    )


_PLAIN_OPTION = (plain_text(limits.OPTION_TEXT), plain_text(limits.OPTION_DESCRIPTION))
_MARKED_OPTION = (any_text(limits.OPTION_TEXT), any_text(limits.OPTION_DESCRIPTION))

select_option = _option(*_PLAIN_OPTION, {})
"""An option of a menu: plain text only."""
choice_option = _option(*_MARKED_OPTION, {})
"""An option of checkboxes or radio buttons: mrkdwn too."""
overflow_option = _option(*_PLAIN_OPTION, {"url": string(longest=limits.OPTION_URL)})
"""An option of an overflow menu: the only kind that may carry a link."""

option_group = record(
    required={
        "label": plain_text(limits.OPTION_GROUP_LABEL),
        "options": array(select_option, least=1, most=limits.SELECT_OPTIONS, what="options"),
    }
)

confirm = record(
    required={
        "title": plain_text(limits.CONFIRM_TITLE),
        "text": any_text(limits.CONFIRM_TEXT),
        "confirm": plain_text(limits.CONFIRM_BUTTON),
        "deny": plain_text(limits.CONFIRM_BUTTON),
    },
    optional={"style": one_of("primary", "danger")},
)

conversation_filter = record(
    optional={
        "include": array(one_of("im", "mpim", "private", "public"), least=1),
        "exclude_external_shared_channels": boolean,
        "exclude_bot_users": boolean,
    }
)

dispatch_config = record(
    required={"trigger_actions_on": array(one_of("on_enter_pressed", "on_character_entered"), least=1)}
)


def options_or_groups(value: Mapping[str, object], pointer: str) -> Iterator[Problem]:
    """Slack wants a list of options or a list of groups, and not both."""
    if ("options" in value) == ("option_groups" in value):
        yield Problem(pointer=pointer, reason="needs options or option_groups, one of the two")


def initial_among_options(key: str) -> Rule:
    """Every initial choice under ``key`` must be one of the element's options, the same in each field."""

    def rule(value: Mapping[str, object], pointer: str) -> Iterator[Problem]:
        initial = value.get(key)
        chosen = _sequence(initial) if key.endswith("s") else [initial] if initial is not None else []
        offered = [*_sequence(value.get("options"))]
        for group in _sequence(value.get("option_groups")):
            if isinstance(group, Mapping):
                offered += _sequence(group.get("options"))
        for index, option in enumerate(chosen):
            if not any(_same(option, each) for each in offered):
                place = f"{pointer}/{key}/{index}" if key.endswith("s") else f"{pointer}/{key}"
                yield Problem(pointer=place, reason="must be one of the options, the same in every field")

    return rule


def _same(one: object, other: object) -> bool:
    """Compare two options as Slack does: a text's ``emoji`` flag does not count."""
    return _bare(one) == _bare(other)


def _bare(option: object) -> object:
    if isinstance(option, Mapping):
        return {key: _bare(each) for key, each in option.items() if key != "emoji"}
    return option


def _sequence(value: object) -> Sequence[object]:
    return value if isinstance(value, list | tuple) else []
