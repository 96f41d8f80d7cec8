"""`reopen`: open a resolved incident again."""

from bot.services import incidents, view
from bot.slack.asked import Asked, Reply
from bot.slack.commands.command import Command, done
from bot.slack.views.changes import reopen_form


async def run(asked: Asked, words: str) -> Reply:
    """`reopen why`; without words, the form that asks for them."""
    number = asked.number
    if not words.strip():
        situation = await view.situation(asked.desk, number, asked.by)
        return reopen_form(situation.incident)
    incident = await incidents.reopen(asked.desk, number, words, asked.by, delivery=asked.delivery, reason=asked.reason)
    return done(f"{incident.label} is open again.")


COMMAND = Command(name="reopen", usage="[why]", help="open a resolved incident again", run=run)
