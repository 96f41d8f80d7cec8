"""`summary`: edit and post the stakeholder summary now."""

from bot.domain.prose import At
from bot.services import summaries
from bot.slack.asked import Asked, Reply
from bot.slack.commands.command import Command, done
from bot.slack.meta import read_about
from bot.slack.views.update import summary_form


async def run(asked: Asked, words: str) -> Reply:
    """The form, started from the record; words that were typed replace it."""
    drafted = await summaries.draft(asked.desk, asked.number, asked.by)
    if words.strip():
        return summary_form(drafted.incident, words.strip())
    return summary_form(drafted.incident, drafted.text, drafted.answered)


async def nothing_changed_pressed(asked: Asked, value: str) -> Reply:
    """Leave the next summary out."""
    number, which = read_about(value)
    given = asked.about(number)
    incident = await summaries.leave_out(
        asked.desk,
        given.number,
        int(which) if which.isdigit() else 0,
        asked.by,
        delivery=asked.delivery,
        reason=asked.reason,
    )
    due = incident.next_summary_at
    return done("Noted; no summary is posted this time.", *((" The next is due at ", At(due), ".") if due else ()))


COMMAND = Command(name="summary", usage="", help="edit and post the stakeholder summary now", run=run)
