"""After the end: the review of the route in three questions, and the postmortem's draft."""

from typing import Final

from slack_sdk.models.blocks import Block

from bot.domain.incident import Incident
from bot.domain.prose import At, Sentence, Strong, Words
from bot.slack.ids import Action
from bot.slack.meta import write_about
from bot.slack.mrkdwn import clean
from bot.slack.views.parts import Message, actions, button, in_lines, message, pieces, preformatted, section

QUESTIONS: Final = (
    "Did the page reach the right person?",
    "Did it reach them soon enough?",
    "Could they act on it?",
)
SHOWN_PIECES: Final = 10


def review(incident: Incident) -> Message:
    """The route in three questions, each with its answer once there is one; a button's value ends in 1, 2 or 3."""
    title: Sentence = (Strong(f"How did the page of {incident.label} go?"),)
    answers = [*incident.review, "", "", ""]
    rows: list[Block | None] = []
    said: list[Sentence] = []
    for number, (question, answer) in enumerate(zip(QUESTIONS, answers, strict=False), start=1):
        line: Sentence = (question, " ", Strong(answer)) if answer.strip() else (question,)
        said.append(line)
        rows.append(section(line))
        rows.append(_yes_or_no(incident, number) if not answer.strip() else None)
    return message(in_lines(title, *said), section(title), *rows)


def postmortem(incident: Incident) -> Message:
    """The draft made from the record, as plain Markdown to be copied; where Slack would refuse it, cut."""
    due: Sentence = (", due ", At(incident.postmortem_due, dated=True)) if incident.postmortem_due else ()
    title: Sentence = (Strong(f"Postmortem draft of {incident.label}"), *due)
    text = clean(incident.postmortem) or "The record holds nothing yet."
    shown = pieces(text)
    cut: Sentence = ("The draft goes on beyond what Slack shows in one message.",) if len(shown) > SHOWN_PIECES else ()
    return message(
        in_lines(title, (Words(text),)),
        section(title),
        *(preformatted(piece) for piece in shown[:SHOWN_PIECES]),
        section(cut) if cut else None,
    )


def _yes_or_no(incident: Incident, number: int) -> Block | None:
    value = write_about(incident.number, str(number))
    return actions(
        button(Action.REVIEW_YES, "Yes", value, about=QUESTIONS[number - 1]),
        button(Action.REVIEW_NO, "No", value, about=QUESTIONS[number - 1]),
    )
