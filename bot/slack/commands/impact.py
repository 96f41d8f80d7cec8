"""`impact`: what it costs customers, by hand."""

from bot.domain.reading import parse_impact
from bot.services import record, view
from bot.slack.asked import Asked, Reply
from bot.slack.commands.command import Command, done
from bot.slack.views.record import impact_form


async def run(asked: Asked, words: str) -> Reply:
    """Put it on record, `32% 1240 customers EU`; without words, the form."""
    number = asked.number
    if not words.strip():
        incident = (await view.situation(asked.desk, number, asked.by)).incident
        return impact_form(incident, incident.impact[-1] if incident.impact else None)
    form = parse_impact(words)
    incident = await record.report_impact(
        asked.desk, number, form, asked.by, delivery=asked.delivery, reason=asked.reason
    )
    return done(f"The impact of {incident.label} is on record, and on both cards.")


COMMAND = Command(name="impact", usage="[32% 1240 customers EU]", help="what it costs customers, by hand", run=run)
