"""Several pages of one person in one message: each with what hurts, why them, who is next, and its own buttons."""

from collections.abc import Sequence
from typing import Final

from slack_sdk.models.blocks import Block

from bot.domain.copies import Copy
from bot.domain.prose import Sentence, Strong
from bot.slack.views.page import became, comes_next, page_buttons, page_heading, page_title, why_you
from bot.slack.views.parts import Message, in_a_row, in_lines, labelled, message, section
from bot.slack.views.phrases import short, what_happens

SPOKEN_WORDS: Final = 60
"""Characters of what was declared in a line of the text: twenty lines of them fit."""
OTHERS_ASKED: Final = "Others are asked by now, and some of these pages are not answered yet"
ANSWERED_ALL: Final = "Every page of this message is answered or over"


def bundle(copies: Sequence[Copy]) -> Message:
    """Tell of all of them as they are now; a lock screen says no more of a private incident than its number.

    No button is the primary one: there are several of each kind.
    """
    heading = _heading(copies)
    blocks: list[Block | None] = [section(heading)]
    for copy in copies:
        told = in_lines(page_title(copy.incident), what_happens(copy.incident), *_told(copy))
        blocks += [section(told), page_buttons(copy.page, copy.ask, copy.incident, first=None)]
    return message(in_lines(heading, *(_spoken(copy) for copy in copies)), *blocks)


def _heading(copies: Sequence[Copy]) -> Sentence:
    waiting = sum(copy.waits for copy in copies)
    if not waiting:
        untaken = any(copy.may_be_taken for copy in copies)
        return (Strong(OTHERS_ASKED), ". Acknowledge what you can take.") if untaken else (Strong(ANSWERED_ALL),)
    wanted = "1 page waits" if waiting == 1 else f"{waiting} pages wait"
    return Strong(f"{wanted} for you here"), ". They came faster than Slack takes messages, so they share this one."


def _told(copy: Copy) -> tuple[Sentence, ...]:
    state, following = became(copy.page, copy.ask, copy.incident), comes_next(copy.page, copy.ask, copy.incident)
    if state:
        return (in_a_row(state, following),)
    return labelled("Why you", *why_you(copy.page, copy.ask, copy.incident)), following


def _spoken(copy: Copy) -> Sentence:
    """One line for each: twenty of them fit into what Slack shows of a text."""
    if copy.incident.private:
        return page_heading(copy.incident)
    state, following = became(copy.page, copy.ask, copy.incident), comes_next(copy.page, copy.ask, copy.incident)
    words = short(copy.incident.words, SPOKEN_WORDS)
    return in_a_row(page_title(copy.incident), (words,) if words.text else None, state or following)
