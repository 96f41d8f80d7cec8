"""Waking those who wait for the workspace to change."""

import asyncio
from collections.abc import Callable

from bot.sandbox.clock import monotonic_seconds

# A predicate may also look at what changes outside the workspace (the app's own database): that wakes nobody.
LOOK_AGAIN_SECONDS = 0.1


class Notifier:
    """Like a condition without its lock: `notify` wakes everyone who waits at that moment."""

    def __init__(self) -> None:
        self._waiting: set[asyncio.Future[None]] = set()

    def notify(self) -> None:
        """Wake all waiters; they look for themselves whether it concerns them."""
        waiting, self._waiting = self._waiting, set()
        for future in waiting:
            if not future.done():
                future.set_result(None)

    async def wait_for(self, predicate: Callable[[], object], timeout_seconds: float) -> bool:
        """True as soon as `predicate()` is true, asked again after each change; False after `timeout_seconds`."""
        deadline = monotonic_seconds() + timeout_seconds
        while not predicate():
            left = deadline - monotonic_seconds()
            if left <= 0:
                return False
            future = asyncio.get_running_loop().create_future()
            self._waiting.add(future)
            try:
                await asyncio.wait({future}, timeout=min(left, LOOK_AGAIN_SECONDS))
            finally:
                self._waiting.discard(future)
        return True
