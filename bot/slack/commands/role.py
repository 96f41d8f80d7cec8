"""`role`: give a role, take one, or see the panel."""

from typing import Final

from bot.services import roles
from bot.services.people import find_person
from bot.slack.asked import Asked, Reply
from bot.slack.commands.command import Command, done, first_word
from bot.slack.meta import read_about

LONGEST: Final = 9
"""Digits of a term's place that are read; there are never so many terms."""


async def run(asked: Asked, words: str) -> Reply:
    """`role commander @ana` gives it, `role commander` takes it, `role` shows the panel in the war room."""
    number, directory = asked.number, asked.desk.directory()
    if not words.strip():
        incident = await roles.panel(asked.desk, number, asked.by, delivery=asked.delivery)
        return done(f"The roles of {incident.label} are in the war room, where they stay up to date.")
    named, person = first_word(words)
    role = roles.parse_role(directory, named)
    if not person:
        await roles.take(asked.desk, number, role.id, asked.by, delivery=asked.delivery, reason=asked.reason)
        return done(f"You are {role.spoken} now.")
    who = await asked.desk.store.read(lambda tx: find_person(tx, directory, person))
    await roles.give(asked.desk, number, role.id, who, asked.by, delivery=asked.delivery, reason=asked.reason)
    return done(who, f" is {role.spoken} now, and was sent the short guide.")


async def fine_for_now_pressed(asked: Asked, value: str) -> Reply:
    """Go on with a role for now."""
    number, about = read_about(value)
    role, _, place = about.partition(":")
    at = int(place) if place.isascii() and place.isdigit() and len(place) < LONGEST else -1
    given = asked.about(number)
    await roles.fine_for_now(asked.desk, given.number, role, at, asked.by, delivery=asked.delivery)
    return None


COMMAND = Command(
    name="role",
    usage="[commander|comms|scribe] [@person]",
    help="give or take a role; alone, the roles panel",
    run=run,
    aliases=("roles", "assign"),
)
