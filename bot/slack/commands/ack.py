"""`ack`: acknowledge the page that waits for you."""

from bot.domain.errors import Refusal
from bot.domain.prose import At
from bot.services import paging, view
from bot.services.paging import Acknowledged
from bot.slack.asked import Asked, Reply
from bot.slack.commands.command import Command, done
from bot.slack.views.parts import Message


async def run(asked: Asked, _words: str) -> Reply:
    """Acknowledge here, or the one page that waits for this person anywhere."""
    if asked.incident is not None:
        took = await paging.acknowledge_incident(
            asked.desk, asked.incident, asked.by, "command", delivery=asked.delivery
        )
        return answer(took)
    waiting = (await view.home(asked.desk, asked.by)).my_pages
    if len(waiting) != 1:
        labels = ", ".join(incident.label for _, incident in waiting)
        raise Refusal(
            f"Several pages wait for you ({labels}). Nothing was acknowledged; press the button of the one you take."
            if waiting
            else "No page waits for you, so nothing was acknowledged. In an incident's channel, ack takes its page."
        )
    page, _ = waiting[0]
    return answer(
        await paging.acknowledge(asked.desk, page.id, page.epoch, asked.by, "command", delivery=asked.delivery)
    )


def answer(took: Acknowledged) -> Message:
    """Who has it now."""
    label = took.incident.label
    if took.mine:
        return done(f"{label} is yours; everyone can see it.")
    return done(f"{label} is taken already: ", took.by, " acknowledged at ", At(took.at), ".")


COMMAND = Command(name="ack", usage="", help="acknowledge the page", run=run, aliases=("acknowledge",), anywhere=True)
