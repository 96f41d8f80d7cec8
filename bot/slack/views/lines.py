"""Lines: what happened, said once and never edited; published text as it stands; answers of several lines."""

from collections.abc import Sequence
from datetime import datetime

from bot.domain.prose import At, Button, Sentence, Strong, Words
from bot.slack.mrkdwn import mrkdwn
from bot.slack.views.parts import HEADER, Message, in_lines, message, pieces, section, told_buttons

FULL = 2900
MANY = 40
PIECES = 8


def told(said: Sentence, buttons: Sequence[Button] = ()) -> Message:
    """One thing that happened, with what can be done about it."""
    return message(said, section(said), *told_buttons(buttons))


def posted(title: str, text: str, next_at: datetime | None = None, buttons: Sequence[Button] = ()) -> Message:
    """Published text word for word under its title; it ends with the next time in the reader's own zone."""
    shown = pieces(text, FULL // 2)[:PIECES]
    due: Sentence = ("Next update: ", At(next_at)) if next_at else ()
    return message(
        in_lines((Strong(title[:HEADER]),), (Words(text),), due),
        section((Strong(title[:HEADER]),)),
        *(section((Words(piece),)) for piece in shown),
        section(due) if due else None,
        *told_buttons(buttons),
    )


def answer(title: str, sentences: Sequence[Sentence], buttons: Sequence[Button] = ()) -> Message:
    """An answer of several lines to one person: explain, catch-up, who is on call."""
    said = [each for each in sentences if each]
    return message(
        in_lines((Strong(title),), *said),
        section((Strong(title),)),
        *(section(paragraph) for paragraph in _paragraphs(said)[:MANY]),
        *told_buttons(buttons),
    )


def refused(said: Sentence, buttons: Sequence[Button] = ()) -> Message:
    """Why something was not done, and what to do instead."""
    return told(said or ("That could not be done.",), buttons)


def _paragraphs(sentences: Sequence[Sentence]) -> list[Sentence]:
    """Join lines into paragraphs that Slack shows whole."""
    paragraphs: list[Sentence] = []
    length = 0
    for each in sentences:
        more = len(mrkdwn(each)) + 1
        if paragraphs and length + more <= FULL:
            paragraphs[-1] = in_lines(paragraphs[-1], each)
            length += more
        else:
            paragraphs.append(each)
            length = more
    return paragraphs
