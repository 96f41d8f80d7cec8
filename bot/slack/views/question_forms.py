"""The forms of the comms queue: asking, reporting a customer, answering, merging. Each is whole when it is opened."""

from collections.abc import Sequence

from slack_sdk.models.blocks import Block
from slack_sdk.models.views import View

from bot.domain.incident import Incident
from bot.domain.prose import Sentence, Words
from bot.domain.question import Question
from bot.slack.ids import Block as BlockId
from bot.slack.ids import ViewId
from bot.slack.meta import Meta
from bot.slack.mrkdwn import plain
from bot.slack.views.inputs import OPTIONS, Choice, chosen, counted, modal, typed
from bot.slack.views.parts import context, section
from bot.slack.views.phrases import headline, short
from bot.slack.views.questions import asked_by

MOST = 10**9
SHOWN = 2000


def ask_form(incident: Incident) -> View:
    """Ask comms something."""
    blocks = [
        context((headline(incident),)),
        typed(BlockId.TEXT, "Your question", needed=True, hint="It is posted in the channel; the answer comes there"),
    ]
    return modal(ViewId.ASK, "Ask", blocks, submit="Ask", meta=Meta(incident=incident.number))


def report_form(incident: Incident) -> View:
    """Report a customer who is hurt."""
    stays = "Internal only: the name goes to comms, never into public text and not into the channel"
    blocks = [
        context((headline(incident),)),
        typed(BlockId.CUSTOMER, "Customer", needed=True, lines=False, hint=stays),
        typed(BlockId.SEES, "What they see", needed=True, hint="Posted in the channel, without the customer's name"),
        counted(BlockId.CUSTOMERS, "How many of their people", highest=MOST),
        typed(BlockId.PLAN, "Plan", lines=False),
    ]
    return modal(
        ViewId.REPORT_CUSTOMER, "Report a customer", blocks, submit="Report", meta=Meta(incident=incident.number)
    )


def answer_form(incident: Incident, question: Question, reason: str = "") -> View:
    """Answer a question; `reason` is why somebody may who is no responder."""
    blocks = [
        *_about(incident, question),
        typed(
            BlockId.TEXT,
            "Answer",
            needed=True,
            hint="Goes into the thread of whoever asked, and into the next summary under Asked and answered",
        ),
    ]
    meta = Meta(incident=incident.number, question=question.number, words=reason)
    return modal(ViewId.ANSWER_QUESTION, "Answer", blocks, submit="Answer", meta=meta)


def merge_form(incident: Incident, question: Question, others: Sequence[Question], reason: str = "") -> View:
    """Join a question to one of the others, the newest of them if they are very many."""
    choices = [_choice(each) for each in others[-OPTIONS:]]
    blocks = [
        *_about(incident, question),
        chosen(BlockId.QUESTION, "Same as", choices, hint="Both askers get that question's answer"),
    ]
    meta = Meta(incident=incident.number, question=question.number, words=reason)
    return modal(ViewId.MERGE_QUESTION, "Merge", blocks, submit="Merge", meta=meta)


def _about(incident: Incident, question: Question) -> list[Block]:
    return [context((headline(incident),)), section((*asked_by(question), " ", short(question.text, SHOWN)))]


def _choice(question: Question) -> Choice:
    said: Sentence = (f"{question.number}. ", question.asker, ": ", Words(question.text))
    return Choice(value=str(question.number), label=plain(said))
