"""`resolve`: always its form, with what is still open."""

from bot.domain.resolving import suggested_summary
from bot.services import incidents, view
from bot.slack.asked import Asked, Reply
from bot.slack.commands.command import Command
from bot.slack.views.changes import resolve_form


async def run(asked: Asked, words: str) -> Reply:
    """The form; words that were typed are its summary."""
    number = asked.number
    still_open = await incidents.open_items(asked.desk, number, asked.by)
    incident = (await view.situation(asked.desk, number, asked.by)).incident
    return resolve_form(incident, words.strip() or suggested_summary(incident), still_open)


COMMAND = Command(name="resolve", usage="", help="close it, with a guard", run=run, aliases=("close",))
