"""Following a journey or an incident of one's own accord, and no longer."""

import re
from dataclasses import dataclass
from typing import Final

from bot.domain import notices
from bot.domain.authority import may_see
from bot.domain.change import Change
from bot.domain.directory import Directory
from bot.domain.errors import Refusal
from bot.domain.following import JOURNEY, Follow, incident_target, journey_target, split_target
from bot.domain.naming import clean_line
from bot.domain.prose import Who, Words
from bot.domain.team import ToldBy
from bot.services.loading import loaded_for
from bot.services.notices import stop as stop_messages
from bot.services.ports import Desk, Tx

NUMBER: Final = re.compile(r"(?:inc-|#)?(\d{1,9})", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Followed:
    """One thing that a person follows; `name` is as people say it, `gone` tells that it will not be heard of again."""

    follow: Follow
    name: str
    gone: bool = False


async def follow(desk: Desk, words: str, by: Who, *, email: str = "") -> Followed:
    """Follow a journey (by id or name) or an incident (42, INC-42), by direct message or, with `email`, by mail.

    Raises Refusal for what is not there for this person, is over, or is never told of: a private incident or journey.
    """
    now, directory = desk.clock(), desk.directory()

    def write(tx: Tx) -> Followed:
        target, name = _named(tx, directory, words, by)
        wanted = Follow(user=by.user or "", target=target, by=ToldBy.EMAIL if email else ToldBy.DM, email=email, at=now)
        tx.save_follow(wanted)
        return Followed(follow=wanted, name=name)

    return await desk.store.write(write)


async def stop(desk: Desk, words: str, by: Who) -> str:
    """Follow a journey no longer, or have no more messages about an incident; gives its name. Raises Refusal."""
    directory, spoken = desk.directory(), clean_line(words)
    number, journey = NUMBER.fullmatch(spoken), directory.journey(spoken)
    if journey is None and number is not None:
        return (await stop_messages(desk, int(number[1]), by)).label
    target = journey_target(journey.id) if journey else journey_target(spoken)
    if not await unfollow(desk, target, by):
        raise Refusal("You do not follow ", Words(spoken), ", so nothing was changed.")
    return journey.name if journey else spoken


async def unfollow(desk: Desk, target: str, by: Who) -> bool:
    """Follow something no longer; False if it was not followed."""
    return await desk.store.write(lambda tx: tx.drop_follow(by.user or "", target))


async def followed(desk: Desk, by: Who) -> tuple[Followed, ...]:
    """What a person follows, oldest first."""
    directory = desk.directory()
    return await desk.store.read(
        lambda tx: tuple(_spoken(tx, directory, each, by) for each in tx.follows_of(by.user or ""))
    )


def _named(tx: Tx, directory: Directory, words: str, by: Who) -> tuple[str, str]:
    spoken = clean_line(words)
    journey = directory.journey(spoken)
    if journey is not None:
        if journey.private:
            raise Refusal(
                Words(journey.name),
                " is private: nobody but its responders is told of its incidents. You do not follow it.",
            )
        return journey_target(journey.id), journey.name
    number = NUMBER.fullmatch(spoken)
    if number is None:
        close = directory.nearest_journey(spoken)
        hint = f" Did you mean {close}?" if close else " Name a journey, or an incident like 42."
        raise Refusal("There is no journey ", Words(spoken), f"; you follow nothing new.{hint}")
    return _incident(tx, directory, int(number[1]), by)


def _incident(tx: Tx, directory: Directory, number: int, by: Who) -> tuple[str, str]:
    incident = loaded_for(tx, directory, number, by)
    if incident.private:
        raise Refusal(f"{incident.label} is private: nobody is sent messages about it. Its war room has every update.")
    if not incident.open:
        raise Refusal(f"{incident.label} is resolved, so there is nothing to follow. Follow its journey instead.")
    if notices.is_muted(incident, by):
        tx.save(Change(incident=notices.unmuted(incident, by)))
    return incident_target(number), f"{incident.label} ({incident.brief.pain})"


def _spoken(tx: Tx, directory: Directory, each: Follow, by: Who) -> Followed:
    kind, key = split_target(each.target)
    if kind == JOURNEY:
        journey = directory.journeys.get(key)
        return Followed(follow=each, name=journey.name if journey else key, gone=journey is None)
    incident = tx.incident(int(key))
    if incident is None or not may_see(by, incident, directory.workspace.managers):
        return Followed(follow=each, name=f"INC-{key}", gone=True)
    return Followed(follow=each, name=f"{incident.label} ({incident.brief.pain})", gone=not incident.open)
