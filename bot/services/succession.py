"""What a process does when a newer version has brought the shared database to its own schema: it falls quiet.

It claims no work and saves no change of an incident (the store sees to that), because it would not know all that the
newer version has written there. Here it is noticed and said once, and Slack's events are left to the others.
"""

import logging
from collections.abc import Callable
from typing import Final

from bot.services.ports import Store

SUPERSEDED: Final = "a newer version of Tocsin has taken over the database; this process takes no more work: stop it"

log = logging.getLogger(__name__)


class Succession:
    """Looks whether the tables still belong to this version."""

    def __init__(self, store: Store, retire: Callable[[str], None]) -> None:
        """Have `retire` called, once, with a sentence that says why."""
        self._store = store
        self._retire = retire
        self._over = False

    async def look(self) -> None:
        """Look once. Raises Unavailable."""
        if self._over or await self._store.read(lambda tx: tx.engine_is_current()):
            return
        self._over = True
        log.error("This process is out of date: %s.", SUPERSEDED)
        self._retire(SUPERSEDED)
