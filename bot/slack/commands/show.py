"""`show`: one incident."""

from bot.services import view
from bot.slack.asked import Asked, Reply
from bot.slack.commands.command import Command
from bot.slack.views.lists import show


async def run(asked: Asked, _words: str) -> Reply:
    """The incident of this channel, or the one that is named."""
    situation = await view.situation(asked.desk, asked.number, asked.by)
    return show(situation.incident, situation.pages, situation.alerts)


COMMAND = Command(name="show", usage="[n]", help="show one incident", run=run)
