"""How a question leaves the comms queue: answered, merged, or done without words; and what summaries tell of it."""

from dataclasses import replace
from datetime import datetime
from typing import Final

from bot.domain.change import Change
from bot.domain.comms_queue import (
    ANSWER,
    ON_RECORD,
    card_key,
    event,
    joined_to,
    numbered,
    open_questions,
    refreshed,
    with_question,
)
from bot.domain.effects import Card, Outgoing
from bot.domain.errors import Refusal
from bot.domain.incident import Incident
from bot.domain.naming import WORDS_LIMIT, clean, clean_line
from bot.domain.outgoing import show_card, tell_person
from bot.domain.prose import At, Fragment, Sentence, Who, Words
from bot.domain.question import Question, QuestionState

IN_A_SUMMARY: Final = 5
"""As many answers as a summary tells of; the others stand in the next one."""
SHORT_QUESTION: Final = 120
SHORT_ANSWER: Final = 280
ANSWERED: Final = frozenset({QuestionState.ANSWERED})


def to_answer(incident: Incident, number: int) -> Question:
    """Find a question that waits. Raises Refusal, saying what became of it, for one that does not."""
    question = numbered(incident, number)
    if question.open:
        return question
    raise Refusal(
        f"Question {number} of {incident.label} is not open any more: ", *fate(question), ". Nothing changed."
    )


def fate(question: Question) -> Sentence:
    """What became of a question that is not open, after *it is* or *it was*."""
    by: Sentence = (" by ", question.closed_by) if question.closed_by else ()
    at: Sentence = (" at ", At(question.closed_at)) if question.closed_at else ()
    match question.state:
        case QuestionState.ANSWERED:
            return ("answered", *by, *at)
        case QuestionState.MERGED:
            return (f"merged with question {question.joined}", *by, *at)
        case QuestionState.DONE:
            return ("closed without words", *by, *at)
        case QuestionState.WITHDRAWN:
            return ("taken back by who asked", *at)
        case QuestionState.OPEN:
            return ("open",)


def answer(incident: Incident, number: int, text: str, by: Who, now: datetime) -> Change:
    """Answer a question and all that were merged into it, each in its own thread. Raises Refusal naming the field."""
    question = to_answer(incident, number)
    words = clean(text)
    if not words:
        raise Refusal("The answer is empty, so nothing was posted. Write a line, or close the form.", field="text")
    if len(words) > WORDS_LIMIT:
        raise Refusal(
            f"The answer has {len(words):,} characters and 3,000 fit; nothing was posted. Shorten it.", field="text"
        )
    answered = replace(question, state=QuestionState.ANSWERED, answer=words, closed_by=by, closed_at=now)
    saved = with_question(incident, answered)
    everyone = (answered, *joined_to(saved, answered))
    rows = [_told(saved, each, answered) for each in everyone]
    said: Sentence = (by, f" answered question {number}: ", Words(words[:ON_RECORD]))
    noted = event(saved, answered, "answered", said, by, now)
    return Change(incident=saved, timeline=(noted,), outgoing=(*rows, *refreshed(saved, *everyone)))


def merge(incident: Incident, number: int, into: int, by: Who, now: datetime) -> Change:
    """Join a question to another open one, with all that were merged into it: who asked hears that one's answer."""
    question, other = to_answer(incident, number), to_answer(incident, into)
    if question.number == other.number:
        raise Refusal("That is the same question. Nothing was changed; choose another.", field="question")
    joined = replace(question, state=QuestionState.MERGED, joined=into, closed_by=by, closed_at=now)
    saved = with_question(incident, joined)
    for each in joined_to(incident, question):
        saved = with_question(saved, replace(each, joined=into))
    said: Sentence = (by, f" merged question {number} into question {into}")
    noted = event(saved, joined, f"merged:{into}", said, by, now)
    return Change(incident=saved, timeline=(noted,), outgoing=refreshed(saved, joined, *joined_to(saved, other), other))


def finish(incident: Incident, number: int, by: Who, now: datetime) -> Change:
    """Close a question without words, and all that were merged into it."""
    closed = replace(to_answer(incident, number), state=QuestionState.DONE, closed_by=by, closed_at=now)
    saved = with_question(incident, closed)
    noted = event(saved, closed, "done", (by, f" closed question {number} without words"), by, now)
    shown = refreshed(saved, closed, *joined_to(saved, closed))
    return Change(incident=saved, timeline=(noted,), outgoing=shown)


def others_open(incident: Incident, number: int) -> tuple[Question, ...]:
    """What a question can be merged into. Raises Refusal when there is nothing."""
    others = tuple(each for each in open_questions(incident) if each.number != number)
    if not others:
        raise Refusal(f"{incident.label} has no other open question to merge with. Nothing was changed.")
    return others


def untold(incident: Incident) -> tuple[Question, ...]:
    """The answers that no summary has told of, oldest first, as many as one summary tells of."""
    waiting = [each for each in incident.questions if each.state in ANSWERED and each.summary is None]
    return tuple(sorted(waiting, key=lambda each: (each.closed_at or each.at, each.number))[:IN_A_SUMMARY])


def told_in_summary(incident: Incident, numbers: tuple[int, ...], summary: int) -> Incident:
    """The incident with these answers told of, in the summary of this number."""
    told = tuple(
        replace(each, summary=summary) if each.number in numbers and each.summary is None else each
        for each in incident.questions
    )
    return replace(incident, questions=told)


def asked_and_answered(incident: Incident) -> tuple[dict[str, str], ...]:
    """What a summary's template tells of each answer: who asked, what, who answered, and with what words."""
    return tuple(
        {
            "askers": _names([each, *joined_to(incident, each)]),
            "question": _short(each.text, SHORT_QUESTION),
            "answer": _short(each.answer, SHORT_ANSWER),
            "by": each.closed_by.name if each.closed_by else "",
        }
        for each in untold(incident)
    )


def _told(saved: Incident, to: Question, answered: Question) -> Outgoing:
    """The answer in the asker's thread; without a channel to say it in, in a direct message."""
    if saved.stakeholders.channel and not saved.stakeholders.archived:
        return show_card(saved, Card.QUESTION, card_key(ANSWER, to))
    by: tuple[Fragment, ...] = (answered.closed_by,) if answered.closed_by else ()
    said: Sentence = (f"{saved.label}: ", *by, " answers your question: ", Words(answered.answer))
    return tell_person(saved, to.asker, f"answer:{to.number}", said)


def _names(questions: list[Question]) -> str:
    names = list(dict.fromkeys(each.asker.name for each in questions))
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"


def _short(text: str, limit: int) -> str:
    line = clean_line(text)
    return line if len(line) <= limit else f"{line[: limit - 1].rstrip()}…"
