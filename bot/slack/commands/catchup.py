"""`catchup`: catch me up, only to me."""

from bot.services import summaries
from bot.slack.asked import Asked, Reply
from bot.slack.commands.command import Command
from bot.slack.views.lines import answer


async def run(asked: Asked, _words: str) -> Reply:
    """Where it stands, what is being done, what happened last."""
    number = asked.number
    return answer("Catch-up", await summaries.catch_up(asked.desk, number, asked.by))


COMMAND = Command(name="catchup", usage="", help="catch me up, only to me", run=run, aliases=("catch-up", "tldr"))
