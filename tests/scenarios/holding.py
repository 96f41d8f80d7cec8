"""What must hold at the end of every story, whatever happened in it: the invariants, as production counts them."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import Engine
from sqlmodel import Session

from bot.sandbox.server import LocalSlack
from bot.services.figures import Invariant
from bot.store.transaction import SqlTx

SETTLES_WITHIN = 10.0
"""Seconds for what is under way when the last line of a story has been read."""


async def all_holds(
    slack: LocalSlack, database: Engine, now: datetime, tolerated: Mapping[Invariant, str] | None = None
) -> None:
    """Raise AssertionError if an invariant is broken and stays so; those that are `tolerated` have a reason each."""

    def found() -> Mapping[Invariant, int]:
        return {each: count for each, count in broken(database, now).items() if each not in (tolerated or {})}

    await slack.changed.wait_for(lambda: not found(), SETTLES_WITHIN)
    assert not found(), f"{found()} must be 0 at {now}\n{slack.described()}"


def broken(database: Engine, now: datetime) -> Mapping[Invariant, int]:
    """The invariants that are broken at a moment, and how often."""
    with Session(database) as session:
        counts = SqlTx(session, lambda: now, writing=False).figures(now).invariants
    return {each: count for each, count in counts.items() if count}
