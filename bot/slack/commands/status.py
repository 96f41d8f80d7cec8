"""`status`: change where the incident stands."""

from bot.services import incidents, view
from bot.slack.asked import Asked, Reply
from bot.slack.commands.command import Command, done, first_word
from bot.slack.views.changes import status_form


async def run(asked: Asked, words: str) -> Reply:
    """`status monitoring [why]`; without words, the form."""
    number = asked.number
    if not words.strip():
        situation = await view.situation(asked.desk, number, asked.by)
        return status_form(situation.incident)
    status, why = first_word(words)
    incident = await incidents.set_status(
        asked.desk, number, status, why, asked.by, delivery=asked.delivery, reason=asked.reason
    )
    return done(f"{incident.label} is {incident.status.value}.")


COMMAND = Command(name="status", usage="[monitoring] [why]", help="change the status", run=run)
