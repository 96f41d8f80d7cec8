"""`summary`: edit and post the stakeholder summary now."""

from bot.services import summaries
from bot.slack.asked import Asked, Reply
from bot.slack.commands.command import Command
from bot.slack.views.update import summary_form


async def run(asked: Asked, words: str) -> Reply:
    """The form, started from the record; words that were typed replace it."""
    drafted = await summaries.draft(asked.desk, asked.number, asked.by)
    if words.strip():
        return summary_form(drafted.incident, words.strip())
    return summary_form(drafted.incident, drafted.text, drafted.answered)


COMMAND = Command(name="summary", usage="", help="edit and post the stakeholder summary now", run=run)
