"""Whether the bot lives and whether it is ready, as sentences that say what is wrong."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

SILENCE: Final = 15.0
"""Seconds without a cycle after which something that must keep going has stopped."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """One thing that must hold before the bot is ready; `says` tells what is so, or what is wrong."""

    name: str
    ok: bool
    says: str


def silent(ages: Mapping[str, float], limit: float = SILENCE) -> tuple[str, ...]:
    """Name what has not completed a cycle for `limit` seconds; `ages` are seconds since each last did."""
    return tuple(f"{name} has not completed a cycle for {age:.0f} s" for name, age in ages.items() if age > limit)
