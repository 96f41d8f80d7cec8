"""A question's messages: its line in the channel, its card with whoever has it, the answer in the asker's thread."""

from typing import Final

from slack_sdk.models.blocks import Block

from bot.domain.comms_answers import fate
from bot.domain.comms_queue import ANSWER, ASKED, MINE, PASSED, joined_to
from bot.domain.incident import Incident
from bot.domain.prose import Sentence, Strong, Words
from bot.domain.question import Question, QuestionState, Report
from bot.domain.role import COMMANDER, COMMS
from bot.slack.ids import Action
from bot.slack.meta import write_about
from bot.slack.views.parts import Message, actions, button, in_a_row, in_lines, message, pieces, section
from bot.slack.views.phrases import headline

PIECE: Final = 1450
PIECES: Final = 8
MERGED_SHOWN: Final = 5
PIECES_OF_MERGED: Final = 2
NOT_YET: Final = "nobody can take this yet: nobody has comms or commands. It waits, and goes to whoever does so first"


def question_message(incident: Incident, key: str) -> Message | None:
    """One of a question's messages as it reads now, by its card's key; None where there is nothing to say."""
    part, number, turn, *_ = [*key.split(":"), "", ""]
    question = next((each for each in incident.questions if str(each.number) == number), None)
    if question is None:
        return None
    if part == ASKED:
        return _asked(question)
    if part == PASSED:
        return _passed(incident, question)
    if part == MINE:
        return _card(incident, question, current=turn == str(question.turn))
    return _answer(incident, question) if part == ANSWER else None


def question_buttons(incident: Incident, question: Question, *, alone: bool = True) -> Block | None:
    """What can be done about a question that waits; one of many has no button that stands out."""
    value, about = write_about(incident.number, str(question.number)), f"{incident.label} question {question.number}"
    return actions(
        button(Action.ANSWER_QUESTION, "Answer", value, style="primary" if alone else None, about=about),
        button(Action.MERGE_QUESTION, "Merge", value, about=about),
        button(Action.FINISH_QUESTION, "Done", value, about=about),
    )


def asked_by(question: Question) -> Sentence:
    """Who asks, or which customer is hurt: for insiders, who may read the name."""
    report = question.report
    if report is None:
        return (question.asker, " asks:")
    return (question.asker, " reports ", Words(report.customer), *_how_many(report), ". They see:")


def cuts(question: Question) -> Sentence | None:
    """Say what of the asker's words is not there; None if all is."""
    cut = next((said for said in question.words if said.cut), None)
    short = (f"Only the first {len(cut.text):,} of {cut.length:,} characters are kept here.",) if cut else None
    more = (f"{question.unread} more in the thread.",) if question.unread else None
    return in_a_row(short, more) or None


def _asked(question: Question) -> Message:
    """What was asked in a form, where everybody in the channel reads it; a reported customer's name is not in it."""
    opening: Sentence = (question.asker, " reports a customer. They see:" if question.report else " asks:")
    return _with_words(opening, question)


def _passed(incident: Incident, question: Question) -> Message:
    """Who has the question, or what became of it."""
    if question.state is QuestionState.OPEN:
        said = in_lines((*_whom(incident, question), "."), cuts(question))
    elif question.state is QuestionState.MERGED:
        said = (f"Asked before, as question {question.joined}: its answer comes here too.",)
    else:
        said = ("It was ", *fate(question), ".")
    return message(said, section(said))


def _whom(incident: Incident, question: Question) -> Sentence:
    holder = question.holder
    if holder is None:
        return (NOT_YET,)
    if holder.same_as(incident.holder(COMMS)):
        return ("passed to ", holder)
    if holder.same_as(incident.holder(COMMANDER)):
        return ("passed to ", holder, ", the commander: nobody has comms")
    return ("passed to ", holder, ", who declared it: nobody has comms")


def _card(incident: Incident, question: Question, *, current: bool) -> Message:
    """A question with whoever has it: all that was said, and what can be done; no buttons once that is over."""
    title: Sentence = (Strong(f"Question {question.number}"), " · ", headline(incident))
    said: list[Sentence | None] = [title]
    blocks: list[Block] = [section(title)]
    merged = joined_to(incident, question)
    for each in (question, *merged[:MERGED_SHOWN]):
        opening, cut = asked_by(each), cuts(each)
        shown = pieces(each.text, PIECE)[: PIECES if each is question else PIECES_OF_MERGED]
        said += [opening, (Words(each.text),), cut]
        blocks += [section(opening), *(section((Words(piece),)) for piece in shown)]
        blocks += [section(cut)] if cut else []
    ended = in_lines(_others(len(merged)), _ended(question, current=current))
    row = question_buttons(incident, question) if question.open and current else None
    return message(in_lines(*said, ended), *blocks, section(ended) if ended else None, row)


def _others(merged: int) -> Sentence | None:
    return (f"And {merged - MERGED_SHOWN} more who asked the same.",) if merged > MERGED_SHOWN else None


def _ended(question: Question, *, current: bool) -> Sentence | None:
    """Why there is nothing more to do about a card; None while there is."""
    if question.state is QuestionState.ANSWERED:
        return ("It was ", *fate(question), ": ", Words(question.answer))
    if not question.open:
        return ("It was ", *fate(question), ".")
    if current:
        return None
    return ("Passed on to ", question.holder, ".") if question.holder else ("It waits for whoever takes comms.",)


def _answer(incident: Incident, question: Question) -> Message | None:
    """The answer, to the asker by name; a merged question's is that of the question it was joined to."""
    answered = next((each for each in incident.questions if each.number == question.joined), question)
    if not answered.answer:
        return None
    by: Sentence = (answered.closed_by, " answers:") if answered.closed_by else ("the answer:",)
    opening: Sentence = (question.asker, ", ", *by)
    return message(
        in_lines(opening, (Words(answered.answer),)),
        section(opening),
        *(section((Words(piece),)) for piece in pieces(answered.answer, PIECE)[:PIECES]),
    )


def _with_words(opening: Sentence, question: Question) -> Message:
    cut = cuts(question)
    return message(
        in_lines(opening, (Words(question.text),), cut),
        section(opening),
        *(section((Words(piece),)) for piece in pieces(question.text, PIECE)[:PIECES]),
        section(cut) if cut else None,
    )


def _how_many(report: Report) -> Sentence:
    people = f"{report.people:,} people" if report.people is not None else ""
    plan: Sentence = ("plan ", Words(report.plan)) if report.plan else ()
    about = in_a_row((people,) if people else None, plan or None)
    return (" (", *about, ")") if about else ()
