"""`oncall`: who is on call now and next."""

from collections.abc import Sequence

from bot.services import oncall
from bot.services.oncall import OnCall
from bot.slack.asked import Asked, Reply
from bot.slack.commands.command import Command
from bot.slack.views.lists import OnCallRow, on_call


async def run(asked: Asked, words: str) -> Reply:
    """Every team, or the one that is named."""
    return on_call(rows(await oncall.on_call(asked.desk, words.strip() or None)))


def rows(found: Sequence[OnCall]) -> tuple[OnCallRow, ...]:
    """The rows that the list and Home show."""
    return tuple(
        OnCallRow(team=each.team, rotation=each.rotation, now=each.now, until=each.until, following=each.following)
        for each in found
    )


COMMAND = Command(
    name="oncall",
    usage="[team]",
    help="who is on call now and next",
    run=run,
    aliases=("on-call", "who"),
    anywhere=True,
)
