"""`list`: all open incidents that one may see."""

from bot.services import view
from bot.slack.asked import Asked, Reply
from bot.slack.commands.command import Command
from bot.slack.views.lists import open_list


async def run(asked: Asked, _words: str) -> Reply:
    """The open incidents, newest first."""
    return open_list(await view.open_list(asked.desk, asked.by))


COMMAND = Command(name="list", usage="", help="list the open incidents", run=run, aliases=("ls",), anywhere=True)
