"""Tasks that must never end: whoever does is noticed, logged and started again."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from typing import Final

from bot.services.outbox import wait

RESTART_AFTER: Final = 1.0

log = logging.getLogger(__name__)


class Supervisor:
    """Keeps loops running until it is told to stop."""

    def __init__(self) -> None:
        """Keep nothing yet."""
        self._stopping = asyncio.Event()
        self._tasks: list[asyncio.Task[None]] = []
        self.restarts = 0

    def keep(self, name: str, run: Callable[[], Awaitable[None]]) -> None:
        """Run a loop, and again whenever it ends by an error or on its own."""
        self._tasks.append(asyncio.create_task(self._keep(name, run), name=f"keeping {name}"))

    def expect_the_end(self) -> None:
        """Note that the loops are being told to stop: whichever ends now is not started again."""
        self._stopping.set()

    async def stop(self, seconds: float) -> None:
        """Wait for the loops, which were told to stop, and cancel those that have not ended in time."""
        self._stopping.set()
        if self._tasks:
            _, late = await asyncio.wait(self._tasks, timeout=seconds)
            for task in late:
                task.cancel()
            if late:
                await asyncio.wait(late)

    async def _keep(self, name: str, run: Callable[[], Awaitable[None]]) -> None:
        while not self._stopping.is_set():
            task = asyncio.ensure_future(run())
            try:
                await asyncio.wait({task})
            except asyncio.CancelledError:
                task.cancel()
                await asyncio.wait({task})
                raise
            failure = None if task.cancelled() else task.exception()
            if self._stopping.is_set() and failure is None:
                return
            self.restarts += 1
            log.error("The %s ended and is started again.", name, exc_info=failure)
            await wait(self._stopping, RESTART_AFTER)
