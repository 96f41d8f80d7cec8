"""Whether the bot lives and whether it is ready, as sentences that say what is wrong."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from bot.services.ports import Store, Unavailable

SILENCE: Final = 15.0
"""Seconds without a cycle after which something that must keep going has stopped."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """One thing that must hold before the bot is ready; `says` tells what is so, or what is wrong."""

    name: str
    ok: bool
    says: str


async def database_ready(store: Store) -> Check:
    """Whether a write comes through within two seconds."""
    try:
        async with asyncio.timeout(2):
            await store.write(lambda tx: tx.touch())
    except (Unavailable, TimeoutError) as trouble:
        return Check(name="database", ok=False, says=str(trouble) or "no write came through within 2 s")
    return Check(name="database", ok=True, says="writable")


def sweep_ready(age: float) -> Check:
    """Whether the sweep goes round; `age` is how many seconds ago it last did."""
    return Check(name="sweep", ok=age <= SILENCE, says=f"last completed a cycle {age:.1f} s ago")


def directory_ready(refused: Sequence[object]) -> Check:
    """What is wrong with the last change of the directory file, if it was refused: the one before is in use."""
    says = f"the last change was refused, the older one is in use: {refused[0]}" if refused else "in use as it is"
    return Check(name="directory", ok=True, says=says)


def silent(ages: Mapping[str, float], limit: float = SILENCE) -> tuple[str, ...]:
    """Name what has not completed a cycle for `limit` seconds; `ages` are seconds since each last did."""
    return tuple(f"{name} has not completed a cycle for {age:.0f} s" for name, age in ages.items() if age > limit)
