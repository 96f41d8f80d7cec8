"""The inputs of forms, and the form around them: labels, defaults and lengths that Slack takes, ids that stay.

What a person typed survives a redraw because an input keeps its block id and action id.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from slack_sdk.models.blocks import (
    Block,
    CheckboxesElement,
    DateTimePickerElement,
    ExternalDataSelectElement,
    InputBlock,
    InputInteractiveElement,
    NumberInputElement,
    Option,
    OptionGroup,
    PlainTextInputElement,
    StaticSelectElement,
    UserSelectElement,
)
from slack_sdk.models.views import View

from bot.slack.ids import Action, ViewId
from bot.slack.ids import Block as BlockId
from bot.slack.meta import Meta, write_meta
from bot.slack.mrkdwn import clean, cut
from bot.slack.views.parts import plain_object

TYPED: Final = 3000
OPTION: Final = 75
OPTION_VALUE: Final = 150
PLACEHOLDER: Final = 150
TITLE: Final = 24
HINT: Final = 2000
OPTIONS: Final = 100
TICKED: Final = "yes"
_TEN_DIGITS: Final = range(10**9, 10**10)


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """One entry of a menu: what is sent, what is read, and a line below it."""

    value: str
    label: str
    about: str = ""

    def option(self) -> Option:
        """Make Slack's option of it."""
        about = plain_object(self.about, OPTION) if clean(self.about) else None
        return Option(value=self.value[:OPTION_VALUE], text=plain_object(self.label, OPTION), description=about)


def typed(
    block: BlockId,
    label: str,
    *,
    initial: str = "",
    needed: bool = False,
    lines: bool = True,
    hint: str = "",
    placeholder: str = "",
) -> Block:
    """Ask for free text of up to 3,000 characters."""
    element = PlainTextInputElement(
        action_id=Action.VALUE,
        initial_value=cut(clean(initial), TYPED) or None,
        multiline=lines,
        max_length=TYPED,
        placeholder=plain_object(placeholder, PLACEHOLDER) if placeholder else None,
    )
    return asked(block, label, element, needed=needed, hint=hint)


def chosen(
    block: BlockId | str,
    label: str,
    choices: Sequence[Choice],
    *,
    initial: str | None = None,
    action: Action = Action.VALUE,
    hint: str = "",
    redraws: bool = False,
) -> Block:
    """Ask for one of a few; the first stands chosen unless `initial` names another. Above 100 they are loaded."""
    default = next((each for each in choices if each.value == initial), choices[0])
    placeholder = plain_object(f"Choose: {label}", PLACEHOLDER)
    element: InputInteractiveElement
    if len(choices) > OPTIONS:
        element = ExternalDataSelectElement(
            action_id=action, initial_option=default.option(), min_query_length=0, placeholder=placeholder
        )
    else:
        element = StaticSelectElement(
            action_id=action,
            options=[each.option() for each in choices],
            initial_option=default.option(),
            placeholder=placeholder,
        )
    return asked(block, label, element, needed=True, hint=hint, redraws=redraws)


def chosen_in_groups(
    block: BlockId, label: str, groups: Sequence[tuple[str, Sequence[Choice]]], *, action: Action
) -> Block:
    """Ask for one of several groups; the very first stands chosen. Above 100 in all the options are loaded."""
    filled = [(name, choices) for name, choices in groups if choices]
    placeholder = plain_object(f"Choose: {label}", PLACEHOLDER)
    first = filled[0][1][0].option()
    element: InputInteractiveElement
    if sum(len(choices) for _, choices in filled) > OPTIONS:
        element = ExternalDataSelectElement(
            action_id=action, initial_option=first, min_query_length=0, placeholder=placeholder
        )
    else:
        element = StaticSelectElement(
            action_id=action, option_groups=option_groups(filled), initial_option=first, placeholder=placeholder
        )
    return asked(block, label, element, needed=True)


def option_groups(groups: Iterable[tuple[str, Sequence[Choice]]]) -> list[OptionGroup]:
    """Make Slack's groups; none is empty or longer than Slack takes."""
    return [
        OptionGroup(label=plain_object(name, OPTION), options=[each.option() for each in choices[:OPTIONS]])
        for name, choices in groups
        if choices
    ]


def matching(choices: Iterable[Choice], words: str) -> tuple[Choice, ...]:
    """Choose what a menu offers for the words typed into it, at most 100."""
    wanted = words.casefold().split()
    found = (
        each for each in choices if all(word in f"{each.label} {each.about} {each.value}".casefold() for word in wanted)
    )
    return tuple(each for each, _ in zip(found, range(OPTIONS), strict=False))


def ticked(block: BlockId, label: str, words: str, *, initial: bool = False, about: str = "") -> Block:
    """Ask for a tick."""
    option = Choice(value=TICKED, label=words, about=about).option()
    element = CheckboxesElement(action_id=Action.VALUE, options=[option], initial_options=[option] if initial else None)
    return asked(block, label, element)


def moment_of(
    block: BlockId, label: str, *, initial: datetime | None = None, needed: bool = False, hint: str = ""
) -> Block:
    """Ask for a moment, in the reader's own zone."""
    seconds = int(initial.timestamp()) if initial else 0
    element = DateTimePickerElement(
        action_id=Action.VALUE, initial_date_time=seconds if seconds in _TEN_DIGITS else None
    )
    return asked(block, label, element, needed=needed, hint=hint)


def member(block: BlockId, label: str, *, initial: str | None = None, needed: bool = False, hint: str = "") -> Block:
    """Ask for a member of the workspace."""
    element = UserSelectElement(
        action_id=Action.VALUE, initial_user=initial, placeholder=plain_object("Choose a person", PLACEHOLDER)
    )
    return asked(block, label, element, needed=needed, hint=hint)


def counted(
    block: BlockId, label: str, *, initial: float | None = None, highest: int | None = None, decimals: bool = False
) -> Block:
    """Ask for a number from 0 on."""
    element = NumberInputElement(
        action_id=Action.VALUE,
        is_decimal_allowed=decimals,
        initial_value=f"{initial:f}".rstrip("0").rstrip(".") if initial is not None else None,
        min_value="0",
        max_value=str(highest) if highest is not None else None,
    )
    return asked(block, label, element)


def asked(
    block: BlockId | str,
    label: str,
    element: InputInteractiveElement,
    *,
    needed: bool = False,
    hint: str = "",
    redraws: bool = False,
) -> Block:
    """Put an input under its label; what is not needed is optional. `redraws` tells us of each change."""
    return InputBlock(
        block_id=str(block),
        label=plain_object(label, HINT),
        element=element,
        optional=not needed,
        hint=plain_object(hint, HINT) if hint else None,
        dispatch_action=True if redraws else None,
    )


def modal(
    view: ViewId, title: str, blocks: Iterable[Block | None], *, submit: str | None = None, meta: Meta | None = None
) -> View:
    """Put a modal together; one without `submit` only shows."""
    return View(
        type="modal",
        callback_id=view,
        title=plain_object(title, TITLE),
        submit=plain_object(submit, TITLE) if submit else None,
        close=plain_object("Cancel" if submit else "Close", TITLE),
        blocks=[block for block in blocks if block is not None],
        private_metadata=write_meta(meta or Meta()),
    )
