"""The invariants, looked at each minute: whatever is broken is counted, and said once."""

import logging
from collections.abc import Callable, Mapping
from datetime import datetime
from types import MappingProxyType
from typing import Final

from bot.services.figures import Invariant
from bot.services.ports import Store

EVERY: Final = 60.0
AGAIN_AFTER: Final = 5.0

SAYS: Final[Mapping[Invariant, str]] = MappingProxyType(
    {
        Invariant.PAGE_WITHOUT_TIMER: "unanswered pages that no timer watches: nobody else will be paged by them. Ask "
        "in their war rooms who has it, and press Escalate",
        Invariant.TIMER_OVERDUE: "timers pending 30 s after they were due: reminders and escalations are late. Look at "
        "/healthz and the database",
        Invariant.LONG_UNKNOWN: "messages of which nobody has known for 5 minutes whether Slack has them. They are "
        "looked for until Slack answers",
        Invariant.SENT_WITHOUT_TS: "sent messages whose place in Slack is not known: they cannot be edited any more",
    }
)

log = logging.getLogger(__name__)


class InvariantWatch:
    """Counts what must never be.

    What is found is said when it is found again some seconds later: a clock that has just been moved makes timers late
    for a moment, and that is nobody's fault.
    """

    def __init__(
        self,
        store: Store,
        clock: Callable[[], datetime],
        seconds: Callable[[], float],
        note: Callable[[Mapping[Invariant, int]], None],
    ) -> None:
        """Look first in a minute; `note` is given each count, `seconds` never jump."""
        self._store = store
        self._clock = clock
        self._seconds = seconds
        self._note = note
        self._next_at = seconds() + EVERY
        self._found: frozenset[Invariant] = frozenset()
        self._told: frozenset[Invariant] = frozenset()

    async def look(self) -> None:
        """Count, if it is time to. Raises Unavailable."""
        if self._seconds() < self._next_at:
            return
        self._next_at = self._seconds() + EVERY
        now = self._clock()
        counts = (await self._store.read(lambda tx: tx.figures(now))).invariants
        self._note(counts)
        found = frozenset(each for each, count in counts.items() if count)
        if found - self._found:
            self._next_at = self._seconds() + AGAIN_AFTER
        for each in sorted((found & self._found) - self._told):
            log.error("An invariant is broken (%s): %d %s.", each.value, counts[each], SAYS[each])
        for each in sorted(self._told - found):
            log.info("The invariant %s holds again.", each.value)
        self._told = (self._told | self._found) & found
        self._found = found
