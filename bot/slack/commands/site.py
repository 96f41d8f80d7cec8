"""`site`: a link to the internal status page, for whoever asks and nobody else."""

from bot.domain.prose import At, Link
from bot.services import internal_view
from bot.slack.asked import Asked, Reply
from bot.slack.commands.command import Command, done


async def run(asked: Asked, _words: str) -> Reply:
    """A link that holds for twelve hours."""
    link = internal_view.link_for(asked.desk, asked.by)
    here = () if link.reachable else (" No PUBLIC_URL is set, so it opens only on the machine that runs Tocsin.",)
    return done(
        Link(link.url, "Open the internal status page"),
        ": every open incident that you may see, with owner, commander, war room, impact and next update. The link is "
        "yours alone, so keep it to yourself; it opens until ",
        At(link.until),
        ".",
        *here,
    )


COMMAND = Command(
    name="site",
    usage="",
    help="a link of your own to the internal status page",
    run=run,
    aliases=("internal",),
    anywhere=True,
)
