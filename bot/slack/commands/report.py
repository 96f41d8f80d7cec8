"""`report comms`: how promises of updates were kept, of the incidents that one may see."""

from bot.domain.errors import Refusal
from bot.domain.prose import Words
from bot.services import reports
from bot.slack.asked import Asked, Reply
from bot.slack.commands.command import Command, first_word
from bot.slack.views.reports import comms_report


async def run(asked: Asked, words: str) -> Reply:
    """The report; a month, a team or a severity chooses what it is about, and it is this month's otherwise."""
    kind, rest = first_word(words)
    if kind and kind.casefold() != "comms":
        raise Refusal(
            "There is no report ",
            Words(kind),
            f". Nothing was made. `{asked.command} report comms` tells how promised updates were kept; a month, a team "
            "or a severity may follow.",
        )
    return comms_report(await reports.comms(asked.desk, rest, asked.by))


async def pressed(asked: Asked, value: str) -> Reply:
    """The report of the month that a button under another report names; from elsewhere, this month's."""
    kind, _, words = value.partition(":")
    return await run(asked, f"comms {words}" if kind == "comms" else "")


COMMAND = Command(
    name="report",
    usage="comms [month] [team]",
    help="how promised updates were kept",
    run=run,
    aliases=("reports",),
    anywhere=True,
)
