"""One attempt at an outbox row: the calls to the outside, without any transaction, and what came of them as a value."""

import asyncio
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from bot.domain.delivery import LEAVES, Leaves
from bot.domain.effects import Priority, Receipt, Refused, Sent
from bot.services.ports import Checkpoint, Claimed, NotFindable, Performer, Remote, RetryLater, Unavailable, Unknown

SECONDS: Final = 12.0  # below the lease by more than a call may take to land after we gave up on it


@dataclass(frozen=True, slots=True, kw_only=True)
class Answered:
    """It was done, or refused for good; `extra` copies of it are to be removed."""

    receipt: Receipt
    extra: tuple[Remote, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class PutOff:
    """Nothing was done; again in so many seconds."""

    seconds: float
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Lost:
    """It may have been done; nobody knows yet. `seconds` is how long not to look, if whoever carries it said so."""

    why: str
    seconds: float = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Absent:
    """It was looked up and is not there."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Verified:
    """A message sent earlier was looked at again: `keep` stands (None: as it was), `extra` copies are to be removed."""

    keep: Remote | None = None
    extra: tuple[Remote, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Broke:
    """It broke us: our own fault, not Slack's answer."""

    why: str


Outcome = Answered | PutOff | Lost | Absent | Verified | Broke


async def attempt(performer: Performer, claimed: Claimed, now: datetime, checkpoint: Checkpoint) -> Outcome:
    """Perform a row, or look for what an earlier attempt left, or verify what was sent. Raises only what breaks us."""
    expires_at = claimed.outgoing.expires_at
    try:
        async with asyncio.timeout(SECONDS):
            if claimed.sent is not None:
                return await _verify(performer, claimed, claimed.sent)
            if claimed.unknown and LEAVES[type(claimed.outgoing.effect)] is not Leaves.STATE:
                return await _look_for(performer, claimed, checkpoint)
            if claimed.withdrawn:
                return PutOff(seconds=0, why="withdrawn")
            if expires_at is not None and expires_at <= now:
                return Answered(receipt=Refused(error="too late", remedy="It could not be sent in time."))
            return await _perform(performer, claimed, checkpoint)
    except RetryLater as later:
        return PutOff(seconds=later.seconds, why=later.why)
    except Unknown as unknown:
        return Lost(why=str(unknown), seconds=unknown.seconds)
    except (TimeoutError, Unavailable) as nothing:  # a database that is away is no fault of the row
        return Lost(why=str(nothing) or f"no answer in {SECONDS:g} s")


async def _perform(performer: Performer, claimed: Claimed, checkpoint: Checkpoint) -> Outcome:
    checkpoint(f"before {claimed.outgoing.effect.kind}")
    receipt = await performer.perform(claimed)
    checkpoint(f"after {claimed.outgoing.effect.kind}")
    return Answered(receipt=receipt)


async def _look_for(performer: Performer, claimed: Claimed, checkpoint: Checkpoint) -> Outcome:
    try:
        found = await performer.look_up(claimed)
    except RetryLater as later:
        return Lost(why=later.why, seconds=later.seconds)
    except NotFindable as unfindable:
        return await _without_looking(performer, claimed, unfindable, checkpoint)
    if not found:
        return Absent()
    first, *others = found
    return Answered(receipt=first, extra=_places(others))


async def _without_looking(
    performer: Performer, claimed: Claimed, unfindable: NotFindable, checkpoint: Checkpoint
) -> Outcome:
    """What must reach a person goes again: twice is better than never. Anything else ends, and somebody is told."""
    if claimed.withdrawn:
        return PutOff(seconds=0, why="withdrawn")
    if claimed.outgoing.priority <= Priority.URGENT:
        return await _perform(performer, claimed, checkpoint)
    remedy = f"It may or may not have arrived, and cannot be looked up: {unfindable}"
    return Answered(receipt=Refused(error="outcome unknown", remedy=remedy))


async def _verify(performer: Performer, claimed: Claimed, stands: Remote) -> Outcome:
    try:
        found = _places(await performer.look_up(claimed))
    except NotFindable:
        return Verified()
    if not found or found == (stands,):
        return Verified()
    keep = stands if stands in found else found[0]
    return Verified(keep=keep, extra=tuple(place for place in found if place != keep))


def _places(copies: tuple[Sent, ...] | list[Sent]) -> tuple[Remote, ...]:
    return tuple(Remote(channel=copy.channel, ts=copy.ts) for copy in copies if copy.ts)
