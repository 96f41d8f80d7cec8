"""The replicas beside this one: how many are alive, and which of them does what one does for all.

Nothing here decides what is right: whatever a replica does for all is safe to do twice. It saves work, and tells each
what share of a common budget is its own.
"""

import logging
from collections.abc import Awaitable, Callable
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import Final

from bot.domain.replica import ALIVE_FOR, living
from bot.services.ports import Desk, Tx, Unavailable

SEEN_EVERY: Final = timedelta(seconds=5)
CHORES: Final = "chores"
LONG_AGO: Final = datetime.min.replace(tzinfo=UTC)

log = logging.getLogger(__name__)


def on_time() -> float:
    """Be a clock that is not ahead, nor behind."""
    return 0.0


class Neighbours:
    """Says that this replica is alive, and counts the others."""

    def __init__(self, desk: Desk, name: str, *, shared: bool, clock_offset: Callable[[], float] = on_time) -> None:
        """Begin alone; `name` is this replica's own, never used by another.

        `shared`: whether others may work on the same database. Where they may not, there is nothing to say to anybody.
        """
        self._desk = desk
        self._name = name
        self._shared = shared
        self._clock_offset = clock_offset
        self._started_at: datetime | None = None
        self._looked_at = LONG_AGO
        self._on_duty_until = LONG_AGO
        self.alive = 1

    @property
    def name(self) -> str:
        """This replica's own name."""
        return self._name

    @property
    def on_duty(self) -> bool:
        """Whether this replica is the one that does the chores; of several, one at a time says yes."""
        return not self._shared or self._desk.clock() < self._on_duty_until

    async def look(self) -> None:
        """Every few seconds say that we are alive, and look who else is. Raises Unavailable."""
        now = self._desk.clock()
        if not self._shared or abs(now - self._looked_at) < SEEN_EVERY:
            return
        self._started_at = self._started_at or now
        self.alive, duty = await self._desk.store.write(self._say_so)
        if duty != (now < self._on_duty_until) and self.alive > 1:
            log.info("%s of %d replicas does the chores.", "This one" if duty else "Another", self.alive)
        self._on_duty_until = now + ALIVE_FOR if duty else LONG_AGO
        self._looked_at = now

    def _say_so(self, tx: Tx) -> tuple[int, bool]:
        now = self._desk.clock()
        tx.note_replica(self._name, self._started_at or now, now, self._clock_offset())
        duty = tx.take_lease(CHORES, self._name, now, ALIVE_FOR)
        return len(living(tx.replicas(), now)), duty

    async def note_done(self, chore: str) -> None:
        """Note that this replica has done a chore for all. Raises Unavailable."""
        now = self._desk.clock()
        await self._desk.store.write(lambda tx: tx.note_chore(chore, self._name, now))

    async def arrive(self) -> None:
        """Look for the first time; should the database be away, the next look tells."""
        with suppress(Unavailable):
            await self.look()

    async def leave(self) -> None:
        """Say that we stop; should the database be away, the others find out."""
        if self._started_at is not None:
            with suppress(Unavailable):
                await self._desk.store.write(lambda tx: tx.drop_replica(self._name))


def only_on_duty(neighbours: Neighbours, look: Callable[[], Awaitable[None]]) -> Callable[[], Awaitable[None]]:
    """Have a look taken by the replica that is on duty alone."""

    async def look_on_duty() -> None:
        if neighbours.on_duty:
            await look()

    return look_on_duty
