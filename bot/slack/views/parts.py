"""The pieces that every message and form is built of: sentences in, Slack's blocks out, always within Slack's limits.

Whatever text goes in is a sentence of `bot.domain.prose`, so that nothing typed by a person can reach Slack unescaped.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from slack_sdk.models.blocks import (
    ActionsBlock,
    Block,
    ButtonElement,
    ConfirmObject,
    ContextBlock,
    DividerBlock,
    HeaderBlock,
    MarkdownTextObject,
    PlainTextObject,
    RichTextBlock,
    RichTextElementParts,
    RichTextPreformattedElement,
    SectionBlock,
)

from bot.domain.prose import Button, Fragment, Sentence, Strong
from bot.slack.ids import Action
from bot.slack.mrkdwn import MESSAGE, SECTION, clean, cut, joined, mrkdwn, one_line, plain

HEADER: Final = 150
BUTTON: Final = 75
BUTTON_VALUE: Final = 2000
URL: Final = 3000
CONFIRM: Final = 300
IN_A_ROW: Final = 25
NOTHING: Final = "–"
"""Stands where there is no text; Slack refuses an empty one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """What is posted: `text` alone says everything (lock screens and screen readers show only that)."""

    text: str
    blocks: tuple[Block, ...] = ()

    def payload(self) -> dict[str, object]:
        """Give the arguments of chat.postMessage and its like."""
        return {"text": self.text, "blocks": [block.to_dict() for block in self.blocks]}


def message(said: Iterable[Fragment], *blocks: Block | None) -> Message:
    """Put a message together; blocks that are None are left out."""
    return Message(
        text=mrkdwn(said, MESSAGE).strip() or NOTHING, blocks=tuple(block for block in blocks if block is not None)
    )


def plain_object(text: str, limit: int) -> PlainTextObject:
    """Make a plain_text object of one line, never empty and never longer than `limit`."""
    return PlainTextObject(text=cut(one_line(text), limit) or NOTHING, emoji=True)


def mrkdwn_object(said: Iterable[Fragment], limit: int = SECTION) -> MarkdownTextObject:
    """Make a mrkdwn object that Slack does not search for further links and mentions."""
    return MarkdownTextObject(text=mrkdwn(said, limit).strip() or NOTHING, verbatim=True)


def header(said: Iterable[Fragment]) -> HeaderBlock:
    """Make a headline; times in it are UTC, because a headline knows no zones."""
    return HeaderBlock(text=plain_object(plain(said), HEADER))


def section(said: Iterable[Fragment], *, accessory: ButtonElement | None = None, block_id: str | None = None) -> Block:
    """Make a paragraph, with a button beside it if given."""
    return SectionBlock(text=mrkdwn_object(said), accessory=accessory, block_id=block_id)


def lines(*sentences: Sentence | None) -> Block | None:
    """Make one paragraph of several lines; nothing if there is no line."""
    said = in_lines(*sentences)
    return section(said) if said else None


def in_lines(*sentences: Sentence | None) -> Sentence:
    """Put sentences under each other; those that are None or empty are left out."""
    return joined((each for each in sentences if each), "\n")


def in_a_row(*sentences: Sentence | None) -> Sentence:
    """Put sentences beside each other; those that are None or empty are left out."""
    return joined((each for each in sentences if each), " · ")


def labelled(label: str, *said: Fragment) -> Sentence:
    """Say something under its label."""
    return (Strong(label), ": ", *said)


def context(said: Iterable[Fragment]) -> Block:
    """Make a line in small print."""
    return ContextBlock(elements=[mrkdwn_object(said)])


def divider() -> Block:
    """Draw a line."""
    return DividerBlock()


def button(
    action: Action | str,
    label: str,
    value: str,
    *,
    style: str | None = None,
    about: str = "",
    url: str | None = None,
    confirm: str | None = None,
) -> ButtonElement:
    """Make a button. `about` tells buttons of one label apart for a screen reader: *Acknowledge INC-42*."""
    return ButtonElement(
        text=plain_object(label, BUTTON),
        action_id=str(action),
        value=value[:BUTTON_VALUE] or None,
        style=style,
        url=url if url and len(url) <= URL else None,
        accessibility_label=cut(one_line(f"{label} {about}"), BUTTON) if about else None,
        confirm=_confirm(label, confirm) if confirm else None,
    )


def actions(*buttons: ButtonElement | None) -> Block | None:
    """Make a row of buttons; nothing if there is none."""
    row = [each for each in buttons if each is not None]
    return ActionsBlock(elements=row[:IN_A_ROW]) if row else None


def told_buttons(buttons: Sequence[Button]) -> tuple[Block, ...]:
    """Make rows of buttons that a service named; an action that repeats begins a new row, where its id is free again.

    Only the first that asks for it is primary, and a destructive one without its question is an ordinary one.
    """
    rows: list[list[ButtonElement]] = []
    taken: set[str] = set()
    primary = False
    for each in buttons:
        if not rows or each.action in taken or len(rows[-1]) == IN_A_ROW:
            rows.append([])
            taken = set()
        taken.add(each.action)
        style = (
            None
            if (each.style == "primary" and primary) or (each.style == "danger" and not each.confirm)
            else each.style
        )
        primary = primary or style == "primary"
        rows[-1].append(button(each.action, each.label, each.value, style=style, url=each.url, confirm=each.confirm))
    return tuple(ActionsBlock(elements=row) for row in rows)


def preformatted(text: str, *, block_id: str | None = None) -> Block:
    """Show text exactly as it is, to be copied: nothing in it is parsed."""
    shown = cut(clean(text), SECTION) or NOTHING
    element = RichTextPreformattedElement(elements=[RichTextElementParts.Text(text=shown)])
    return RichTextBlock(elements=[element], block_id=block_id)


def pieces(text: str, limit: int = SECTION) -> tuple[str, ...]:
    """Split clean text into pieces of at most `limit` characters, between lines or words where possible."""
    rest, parts = clean(text), []
    while len(rest) > limit:
        end = max(rest.rfind("\n", 1, limit), 0) or max(rest.rfind(" ", 1, limit), 0) or limit
        parts.append(rest[:end])
        rest = rest[end:].lstrip("\n ")
    return (*parts, rest) if rest else tuple(parts)


def _confirm(label: str, question: str) -> ConfirmObject:
    return ConfirmObject(
        title=plain_object(label.rstrip("…"), 100),
        text=plain_object(question, CONFIRM),
        confirm=plain_object(label.rstrip("…"), 30),
        deny=plain_object("Cancel", 30),
    )
