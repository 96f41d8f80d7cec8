"""The watch: what is looked after beside the sweep, because no incident's timer belongs to it."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import Final

from bot.services.database_away import DatabaseAway
from bot.services.outbox import no_beat, wait
from bot.services.ports import Unavailable

TICK: Final = 1.0

Look = Callable[[], Awaitable[None]]


class Watch:
    """Takes each look every second, and at once when it is woken. A database that is away is waited for."""

    def __init__(self, looks: Sequence[Look], every: float = TICK) -> None:
        """Take these looks, in this order; `every` is how many seconds lie between, `beat` is called after them."""
        self.beat: Callable[[], None] = no_beat
        self._looks = looks
        self._every = every
        self._wake = asyncio.Event()
        self._stopping = asyncio.Event()
        self._away = DatabaseAway("The watch")

    async def run(self) -> None:
        """Go on until stopped."""
        while not self._stopping.is_set():
            self._wake.clear()
            await self._look()
            self.beat()
            await wait(self._wake, self._every)

    def wake(self) -> None:
        """Look at once."""
        self._wake.set()

    def stop(self) -> None:
        """End after the look that is being taken."""
        self._stopping.set()
        self._wake.set()

    async def _look(self) -> None:
        try:
            for look in self._looks:
                await look()
        except Unavailable as trouble:
            self._away.goes_on(trouble)
        else:
            self._away.is_over()
