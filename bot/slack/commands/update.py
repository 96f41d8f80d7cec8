"""`update`: the status-update form."""

from dataclasses import replace

from bot.domain import clock
from bot.domain.update import Audience
from bot.services import updates, view
from bot.slack.asked import Asked, Reply
from bot.slack.commands.command import Command
from bot.slack.views.update import update_form


async def run(asked: Asked, words: str) -> Reply:
    """The form, started from the last update; words that were typed become what is being done."""
    number, now = asked.number, asked.desk.clock()
    prefilled = await updates.prefilled(asked.desk, number, asked.by)
    prefilled = replace(prefilled, doing=words.strip() or prefilled.doing)
    situation = await view.situation(asked.desk, number, asked.by)
    incident, severity = situation.incident, situation.severity
    age = now - incident.times.declared
    every = clock.interval(severity, Audience.PUBLIC, age) or clock.interval(severity, Audience.INTERNAL, age)
    return update_form(incident, prefilled, now, every=every)


COMMAND = Command(name="update", usage="", help="publish a status update", run=run, aliases=("publish",))
