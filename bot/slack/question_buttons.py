"""The comms queue's buttons and what its forms do when they are sent: each one service call."""

from collections.abc import Awaitable, Callable, Mapping
from types import MappingProxyType
from typing import Final

from bot.domain.comms_answers import others_open
from bot.domain.comms_queue import ReportForm
from bot.services import questions, view
from bot.slack.asked import Asked, Reply
from bot.slack.commands.command import done
from bot.slack.forms import Filled
from bot.slack.ids import Action, Block, ViewId
from bot.slack.meta import read_about
from bot.slack.views.question_forms import answer_form, ask_form, merge_form, report_form


async def ask_pressed(asked: Asked, value: str) -> Reply:
    """The form that asks comms something."""
    situation = await view.situation(asked.desk, asked.about(read_about(value)[0]).number, asked.by)
    return ask_form(situation.incident)


async def report_pressed(asked: Asked, value: str) -> Reply:
    """The form that reports a customer."""
    situation = await view.situation(asked.desk, asked.about(read_about(value)[0]).number, asked.by)
    return report_form(situation.incident)


async def answer_pressed(asked: Asked, value: str) -> Reply:
    """The form that answers, for those who may."""
    given, number = _question(asked, value)
    incident, question = await questions.to_answer(asked.desk, given.number, number, asked.by, reason=asked.reason)
    return answer_form(incident, question, asked.reason)


async def merge_pressed(asked: Asked, value: str) -> Reply:
    """The form that merges, for those who may, where there is something to merge with."""
    given, number = _question(asked, value)
    incident, question = await questions.to_answer(asked.desk, given.number, number, asked.by, reason=asked.reason)
    return merge_form(incident, question, others_open(incident, number), asked.reason)


async def finish_pressed(asked: Asked, value: str) -> Reply:
    """Close a question without words."""
    given, number = _question(asked, value)
    await questions.finish(asked.desk, given.number, number, asked.by, delivery=asked.delivery, reason=asked.reason)
    return done(f"Question {number} is closed; its thread says so, without words of yours.")


async def ask_submitted(asked: Asked, filled: Filled) -> Reply:
    """Put the question to comms."""
    await questions.ask(asked.desk, asked.number, filled.text(Block.TEXT), asked.by, delivery=asked.delivery)
    return None


async def report_submitted(asked: Asked, filled: Filled) -> Reply:
    """Put the customer on record, and before comms."""
    people = filled.number(Block.CUSTOMERS)
    form = ReportForm(
        customer=filled.text(Block.CUSTOMER),
        sees=filled.text(Block.SEES),
        people=int(people) if people is not None else None,
        plan=filled.text(Block.PLAN),
    )
    await questions.report(asked.desk, asked.number, form, asked.by, delivery=asked.delivery)
    return None


async def answer_submitted(asked: Asked, filled: Filled) -> Reply:
    """Post the answer where it was asked."""
    await questions.answer(
        asked.desk,
        asked.number,
        filled.meta.question or 0,
        filled.text(Block.TEXT),
        asked.by,
        delivery=asked.delivery,
        reason=asked.reason or filled.meta.words,
    )
    return None


async def merge_submitted(asked: Asked, filled: Filled) -> Reply:
    """Join the question to the one that was chosen."""
    into = filled.text(Block.QUESTION)
    await questions.merge(
        asked.desk,
        asked.number,
        filled.meta.question or 0,
        int(into) if into.isascii() and into.isdigit() else 0,
        asked.by,
        delivery=asked.delivery,
        reason=asked.reason or filled.meta.words,
    )
    return None


def _question(asked: Asked, value: str) -> tuple[Asked, int]:
    number, about = read_about(value)
    return asked.about(number), int(about) if about.isascii() and about.isdigit() else 0


QUESTION_BUTTONS: Final[Mapping[Action, Callable[[Asked, str], Awaitable[Reply]]]] = MappingProxyType(
    {
        Action.ASK: ask_pressed,
        Action.REPORT_CUSTOMER: report_pressed,
        Action.ANSWER_QUESTION: answer_pressed,
        Action.MERGE_QUESTION: merge_pressed,
        Action.FINISH_QUESTION: finish_pressed,
    }
)
QUESTION_SUBMISSIONS: Final[Mapping[ViewId, Callable[[Asked, Filled], Awaitable[Reply]]]] = MappingProxyType(
    {
        ViewId.ASK: ask_submitted,
        ViewId.REPORT_CUSTOMER: report_submitted,
        ViewId.ANSWER_QUESTION: answer_submitted,
        ViewId.MERGE_QUESTION: merge_submitted,
    }
)
