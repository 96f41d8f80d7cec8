"""`log`: a line on the timeline."""

from bot.services import record, view
from bot.slack.asked import Asked, Reply
from bot.slack.commands.command import Command, done
from bot.slack.views.record import log_form


async def run(asked: Asked, words: str) -> Reply:
    """Add it at once; without words, the form. `log changed …` says what changed before it broke."""
    number = asked.number
    if not words.strip():
        situation = await view.situation(asked.desk, number, asked.by)
        return log_form(situation.incident, asked.desk.clock(), link=asked.link)
    incident = await record.log(asked.desk, number, words, asked.by, delivery=asked.delivery, source_link=asked.link)
    return done(f"On the record of {incident.label}.")


COMMAND = Command(
    name="log",
    usage="[changed] words",
    help="add a line to the timeline; with `changed`, what changed before it broke",
    run=run,
    aliases=("note", "timeline"),
)
