"""A store for whoever has to answer somebody in time: a database that does not is told of instead of waited for."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import Final, TypeVar

from bot.services.ports import Desk, Store, Tx, Unavailable

T = TypeVar("T")

SLACK_WAITS: Final = 2.3
"""Seconds for one transaction of what must be answered within three."""
SENDERS_WAIT: Final = 5.0
"""Seconds for one transaction of what an alert source or a heartbeat waits for."""


class InTime:
    """Waits for no transaction longer than so many seconds. One that has not begun by then never does."""

    def __init__(self, store: Store, seconds: float) -> None:
        """Work with `store`."""
        self._store = store
        self._seconds = seconds

    async def write(self, operation: Callable[[Tx], T]) -> T:
        """Write as the store does. Raises Unavailable, too, when no answer came in time: it may have been saved."""
        async with self._patience():
            return await self._store.write(operation)

    async def read(self, operation: Callable[[Tx], T]) -> T:
        """Read as the store does. Raises Unavailable, too, when no answer came in time."""
        async with self._patience():
            return await self._store.read(operation)

    @asynccontextmanager
    async def _patience(self) -> AsyncIterator[None]:
        try:
            async with asyncio.timeout(self._seconds):
                yield
        except TimeoutError as late:
            said = (
                f"The database did not answer within {self._seconds:g} s. Whether anything was saved is not known: "
                "look first, and do it again only if not."
            )  # after a look no less: what it followed may have been saved
            raise Unavailable(said) from late


def in_time(desk: Desk, seconds: float) -> Desk:
    """The same desk with a store that answers in time."""
    return replace(desk, store=InTime(desk.store, seconds))
