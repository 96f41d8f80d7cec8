"""`escalate`: page the next tier now."""

from bot.services import paging
from bot.services.paging import Paged
from bot.slack.asked import Asked, Reply
from bot.slack.commands.command import Command, done
from bot.slack.views.parts import Message


async def run(asked: Asked, words: str) -> Reply:
    """Page the next tier, with the reason on record."""
    return answer(
        await paging.escalate(asked.desk, asked.number, asked.by, words, delivery=asked.delivery, reason=asked.reason)
    )


def answer(paged: Paged) -> Message:
    """Who is asked now."""
    if paged.first is None:
        return done(f"{paged.incident.label}: nobody could be reached; the war room is told why.")
    already = "was paged already" if paged.again else "is being paged"
    return done(f"{paged.incident.label}: ", paged.first, f" {already}.")


COMMAND = Command(name="escalate", usage="[why]", help="page the next tier now", run=run)
