"""Whoever must be answered in time: a database that takes too long is told of, and nothing is claimed about it."""

import asyncio
from typing import cast

import pytest

from bot.services.in_time import InTime
from bot.services.ports import Store, Unavailable


class Hanging:
    """A store that never answers."""

    async def write(self, _operation: object) -> object:
        return await asyncio.Event().wait()

    async def read(self, _operation: object) -> object:
        return await asyncio.Event().wait()


@pytest.mark.parametrize("how", ["write", "read"])
async def test_who_is_not_answered_in_time_is_not_told_that_nothing_was_saved(how: str) -> None:
    """A look that comes too late may follow a change that was saved: whoever believed that would do it twice."""
    store = InTime(cast("Store", Hanging()), 0.01)
    with pytest.raises(Unavailable, match="not known: look first, and do it again only if not") as told:
        await getattr(store, how)(lambda tx: tx.touch())
    assert "Nothing was saved" not in str(told.value)
