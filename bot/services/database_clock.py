"""The database's clock is everybody's: what is due is due for all replicas at once, however wrong a machine's clock is.

Each replica asks the database for the time at its start, every minute, and at once when its machine's clock has jumped,
and counts on from there by itself.
"""

import logging
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final, Protocol

from bot.services.ports import Store, Tx, Unavailable

EVERY: Final = 60.0
ASKED: Final = 5
"""Times in a row; the answer that came quickest is off by half its time at most."""
WITHIN: Final = 1.0
"""Seconds beyond which an answer says too little."""
JUMP: Final = timedelta(seconds=0.5)
WORTH_SAYING: Final = 2.0
LONG_AGO: Final = datetime.min.replace(tzinfo=UTC)

log = logging.getLogger(__name__)


class Hands(Protocol):
    """A clock that can be made to follow another."""

    def of_this_machine(self) -> datetime:
        """Tell what the machine's own clock shows."""

    def follow(self, showed: datetime, then: float) -> None:
        """Go by a clock that showed this when the steady seconds were `then`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """What the database's clock showed at a moment (in steady seconds), and how long its answer took."""

    showed: datetime
    then: float
    took: float


class DatabaseClock:
    """Keeps the hands of this process's clock on the database's. `steady` gives seconds that never jump."""

    def __init__(self, store: Store, hands: Hands | None, steady: Callable[[], float]) -> None:
        """Prepare; the hands go by the machine's clock until the first answer. Without hands nothing is asked."""
        self._store = store
        self._hands = hands
        self._steady = steady
        self._asked_at: float | None = None
        self._zero = LONG_AGO
        """What the machine's clock showed when the steady seconds were 0; this changes only when it is set."""
        self.offset = 0.0
        """Seconds by which the database's clock is ahead of this machine's."""

    async def arrive(self) -> None:
        """Look for the first time; should the database be away, the next look tells."""
        with suppress(Unavailable):
            await self.look()

    async def look(self) -> None:
        """Ask, if it is time to or the machine's clock has jumped. Raises Unavailable; the hands go on meanwhile."""
        if self._hands is None or not self._is_time(self._hands):
            return
        sample = await self._store.read(lambda tx: ask(tx, self._steady))
        if sample.took > WITHIN:
            return
        now, machine = self._steady(), self._hands.of_this_machine()
        self._hands.follow(sample.showed, sample.then)
        offset = (sample.showed - machine).total_seconds() + now - sample.then
        self._tell(offset)
        self._asked_at, self._zero, self.offset = now, machine - timedelta(seconds=now), offset

    def _is_time(self, hands: Hands) -> bool:
        """Whether the last answer is old, or the machine's clock was set since; a suspended machine's may look so."""
        now = self._steady()
        if self._asked_at is None or now - self._asked_at >= EVERY:
            return True
        return abs(hands.of_this_machine() - timedelta(seconds=now) - self._zero) > JUMP

    def _tell(self, offset: float) -> None:
        """Say once that the machine's clock is wrong, and once that it is right again."""
        was, now_is = abs(self.offset) > WORTH_SAYING, abs(offset) > WORTH_SAYING
        if now_is and abs(offset - self.offset) > WORTH_SAYING:
            says = "The database's clock is %.1f s %s this machine's. The database's counts; let NTP set both."
            log.warning(says, abs(offset), "ahead of" if offset > 0 else "behind")
        elif was and not now_is:
            log.info("This machine's clock agrees with the database's again.")


def ask(tx: Tx, steady: Callable[[], float]) -> Sample:
    """Ask the database for the time, a few times; gives the answer that came quickest."""
    samples = []
    for _ in range(ASKED):
        before = steady()
        showed = tx.database_time()
        after = steady()
        samples.append(Sample(showed=showed, then=(before + after) / 2, took=after - before))
    return min(samples, key=lambda sample: sample.took)
