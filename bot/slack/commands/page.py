"""`page`: pull in a person, a team, or whoever a journey belongs to."""

from bot.domain.target import first_words
from bot.services import paging, view
from bot.slack.asked import Asked, Reply
from bot.slack.commands.command import Command
from bot.slack.commands.escalate import answer
from bot.slack.views.calling import page_someone_form


async def run(asked: Asked, words: str) -> Reply:
    """Page the target that the words begin with; without words, the form."""
    directory = asked.desk.directory()
    number = asked.number
    if not words.strip():
        situation = await view.situation(asked.desk, number, asked.by)
        return page_someone_form(directory, situation.incident)
    target, why = first_words(directory, words)
    return answer(
        await paging.page(asked.desk, number, target, asked.by, why, delivery=asked.delivery, reason=asked.reason)
    )


COMMAND = Command(name="page", usage="@person|team|journey [why]", help="pull someone in", run=run, aliases=("pull",))
