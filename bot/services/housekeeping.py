"""Housekeeping: duties that come round by the calendar, done by one replica for all, or by another if it dies."""

from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime, timedelta
from typing import Final

from bot.services.neighbours import Neighbours
from bot.services.ports import Desk

SAME_TIME: Final = timedelta(hours=1)
"""Done so shortly before it came round here, it came round there first: clocks differ."""

Chore = Callable[[], Awaitable[None]]


class Housekeeping:
    """Keeps in mind what has come round until this replica, or the one that is on duty, has done it."""

    def __init__(self, desk: Desk, neighbours: Neighbours, chores: Mapping[str, Chore]) -> None:
        """Prepare; each of `chores` is safe to do twice."""
        self._desk = desk
        self._neighbours = neighbours
        self._chores = chores
        self._came_round: dict[str, datetime] = {}

    def come_round(self, name: str) -> None:
        """Note that it is time for a chore; it is done at the next look of whoever is on duty."""
        self._came_round[name] = self._desk.clock()

    async def look(self) -> None:
        """Do what has come round, if we are on duty. Raises Unavailable; what was not done is done at a later look."""
        for name, at in tuple(self._came_round.items()):
            if not self._neighbours.on_duty:
                return
            done_at = await self._desk.store.read(lambda tx, name=name: tx.chore_done_at(name))  # type: ignore[misc]
            if done_at is None or done_at < at - SAME_TIME:
                await self._chores[name]()
                await self._neighbours.note_done(name)
            if self._came_round.get(name) == at:
                del self._came_round[name]
