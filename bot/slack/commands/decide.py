"""`decide`: record a decision."""

from bot.domain.recording import DecisionForm
from bot.services import record, view
from bot.slack.asked import Asked, Reply
from bot.slack.commands.command import Command, done
from bot.slack.views.record import decide_form


async def run(asked: Asked, words: str) -> Reply:
    """Record it at once; without words, the form."""
    if not words.strip():
        situation = await view.situation(asked.desk, asked.number, asked.by)
        return decide_form(situation.incident, link=asked.link)
    form = DecisionForm(text=words, source=asked.link)
    incident = await record.decide(
        asked.desk, asked.number, form, asked.by, delivery=asked.delivery, reason=asked.reason
    )
    return done(f"Recorded as decision {len(incident.decisions)} of {incident.label}.")


COMMAND = Command(name="decide", usage="[decision]", help="record a decision", run=run, aliases=("decision",))
