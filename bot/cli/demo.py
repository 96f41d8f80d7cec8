"""The script of `python app.py sandbox --demo`: a whole incident, with an escalation and a crash."""

from typing import Final

from bot.sandbox.show import Show

WAR_ROOM: Final = "inc-1-cards-are-declined"
UPDATES: Final = "inc-1-updates"
DECLARE: Final = "/incident declare sev1 checkout Cards are declined"
DOING: Final = "Session refresh is off; orders are coming back"
OVERDUE: Final = "not been published"
FIFTEEN_MINUTES: Final = 900
NEXT: Final = (
    "*Now it is yours.* You are Leon Brandt, and the incident is still open. Type `/incident resolve` below, give a "
    "reason, and press *Resolve*. Or press *Backstage*, top right: make Slack slow or take it down, kill Tocsin, "
    "move the clock; and declare the next one."
)


async def incident(show: Show) -> None:
    """Play it. The company is that of company.yml."""
    await declared(show)
    await escalated(show)
    await customers_told(show)
    await crashed(show)
    await show.say(NEXT)


async def declared(show: Show) -> None:
    """Ana types one line, and Maya is paged."""
    ana, maya = show.person("ana"), show.person("maya")
    await show.at(ana, "general", "*Customers are hurt.* Ana, in support, hears that cards are declined. One line:")
    await show.types(ana, DECLARE)
    await show.message_with(ana, "INC-1 is declared")
    await show.say("Tocsin opens a war room, tells those who must know, and pages the person who can help fastest.")
    await show.until(lambda: maya.find("Why you"), "a page for Maya")
    await show.at(maya, None, "*Maya is paged:* what is broken, why it is her, and what to do first. But she sleeps.")


async def escalated(show: Show) -> None:
    """Maya sleeps, so Leon is paged, and has it."""
    leon = show.person("leon")
    await show.say("Nobody has to notice that. We move the clock by 20 seconds …")
    await show.clock_moves(20)
    await show.until(lambda: leon.find("Why you"), "a page for Leon")
    await show.at(leon, None, "… and *Leon, the next in line, is paged.* He presses *Acknowledge*.")
    await show.presses(leon, "Acknowledge")
    await show.message_with(leon, "You are commander of INC-1")
    await show.say("*He has it:* he is the commander now, and nobody else is woken.")


async def customers_told(show: Show) -> None:
    """Leon publishes a first word; those who ask read it where they ask."""
    leon, sam = show.person("leon"), show.person("sam")
    await show.at(
        leon, WAR_ROOM, "*The war room.* Its pinned card says how things stand. The customers wait for a word."
    )
    await show.types(leon, "/incident update")
    await show.fills(leon, {"What we are doing": DOING})
    await show.presses_in_form(leon, "Preview")
    await show.presses_in_form(leon, "Publish")
    await show.message_with(sam, DOING, place=UPDATES)
    await show.presses(leon, "I posted it", on=DOING)
    await show.at(sam, UPDATES, "*Those who ask* read it in a channel of their own, and disturb nobody who repairs.")


async def crashed(show: Show) -> None:
    """Tocsin is killed, time passes, and it goes on where it was."""
    leon = show.person("leon")
    await show.at(leon, WAR_ROOM, "*Now Tocsin itself dies:* kill -9, in the middle of it all.")
    await show.app_dies()
    await show.types(leon, "Error rate is at 0.2 % and falling.")
    await show.say("Nobody is answered now. Fifteen minutes pass, and the next update falls due …")
    await show.clock_moves(FIFTEEN_MINUTES)
    await show.app_starts()
    await show.message_with(leon, OVERDUE)
    await show.say("… *It is started again:* nothing is lost, nothing is said twice, and Leon is reminded at once.")
