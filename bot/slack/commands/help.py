"""`help`: what can be done here, as buttons, for this person in this channel."""

from bot.services import view
from bot.slack.asked import Asked, Reply
from bot.slack.commands.command import Command
from bot.slack.views.lists import help_here


async def run(asked: Asked, _words: str, hint: str = "") -> Reply:
    """The buttons for here; `hint` is what a slip of the fingers may have meant."""
    incident = None
    if asked.incident is not None:
        incident = (await view.situation(asked.desk, asked.incident, asked.by)).incident
    waiting = (await view.home(asked.desk, asked.by)).my_pages
    mine = any(incident is not None and about.number == incident.number for _, about in waiting)
    return help_here(asked.command, incident, waiting_for_you=mine, hint=hint)


COMMAND = Command(name="help", usage="", help="what can be done here", run=run, aliases=("?",), anywhere=True)
