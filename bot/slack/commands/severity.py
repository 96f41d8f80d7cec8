"""`severity`: change it, with the reason on record."""

from bot.services import incidents, view
from bot.slack.asked import Asked, Reply
from bot.slack.commands.command import Command, done, first_word
from bot.slack.views.changes import severity_form


async def run(asked: Asked, words: str) -> Reply:
    """`severity sev2 [why]`; without words, the form."""
    number = asked.number
    if not words.strip():
        situation = await view.situation(asked.desk, number, asked.by)
        return severity_form(situation.incident, asked.desk.directory().severities)
    severity, why = first_word(words)
    incident = await incidents.set_severity(
        asked.desk, number, severity, why, asked.by, delivery=asked.delivery, reason=asked.reason
    )
    return done(f"{incident.label} is {incident.severity}.")


COMMAND = Command(name="severity", usage="[sev2] [why]", help="change the severity", run=run, aliases=("sev",))
