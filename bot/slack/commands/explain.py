"""`explain`: why the page went where it went."""

from bot.services import oncall
from bot.slack.asked import Asked, Reply
from bot.slack.commands.command import Command
from bot.slack.views.lines import answer


async def run(asked: Asked, _words: str) -> Reply:
    """The journey, the rule, each tier and what became of it."""
    number = asked.number
    return answer("Why the page went there", await oncall.explain(asked.desk, number, asked.by))


COMMAND = Command(name="explain", usage="[n]", help="why the page went where it went", run=run, aliases=("why",))
