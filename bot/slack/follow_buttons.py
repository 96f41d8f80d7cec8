"""The buttons of messages that somebody is sent of their own: follow, stop, seen."""

from collections.abc import Awaitable, Callable, Mapping
from types import MappingProxyType
from typing import Final

from bot.services import following, notices
from bot.slack.asked import Asked, Reply
from bot.slack.commands import follow
from bot.slack.commands.command import done
from bot.slack.ids import Action
from bot.slack.meta import read_about
from bot.slack.views.notices import follows


async def follow_pressed(asked: Asked, value: str) -> Reply:
    """Follow the incident of a card, by direct message; from the help outside of one, show what is followed."""
    number, _ = read_about(value)
    return await follow.run(asked, "" if number is None else str(number))


async def unfollow_pressed(asked: Asked, value: str) -> Reply:
    """Follow something no longer, and show what is left."""
    await following.unfollow(asked.desk, value, asked.by)
    return follows(asked.command, await following.followed(asked.desk, asked.by))


async def seen_pressed(asked: Asked, value: str) -> Reply:
    """Note that they are aware; their card says so, too."""
    number, _ = read_about(value)
    incident = await notices.seen(asked.desk, asked.about(number).number, asked.by)
    return done(f"Noted: you have seen {incident.label}.")


async def stop_messages_pressed(asked: Asked, value: str) -> Reply:
    """Send them no more messages about this incident."""
    number, _ = read_about(value)
    incident = await notices.stop(asked.desk, asked.about(number).number, asked.by)
    return done(f"You are sent no more messages about {incident.label}; that is on record. Follow brings them back.")


FOLLOW_BUTTONS: Final[Mapping[Action, Callable[[Asked, str], Awaitable[Reply]]]] = MappingProxyType(
    {
        Action.FOLLOW: follow_pressed,
        Action.UNFOLLOW: unfollow_pressed,
        Action.SEEN: seen_pressed,
        Action.STOP_MESSAGES: stop_messages_pressed,
    }
)
