"""A synthetic page every two minutes: it proves that what this process saves is fired, claimed, carried out and noted.

Each process sends its own. It takes the way of a page: a timer, the sweep, a row of the outbox at a page's priority,
in Slack's lane, so that it waits where pages wait. Instead of Slack a sink takes it. Any replica may carry it, as with
pages.
"""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from math import nan
from types import MappingProxyType
from typing import Final

from bot.domain.change import NO_INCIDENT, Change, Timer, TimerKind
from bot.domain.directory import Directory
from bot.domain.effects import Outgoing, Priority, Receipt, Sent
from bot.domain.synthetic import SyntheticPage
from bot.services.ports import Claimed, Desk, Remote, Render, Tx
from bot.services.sweep import Duty
from bot.services.trips import TRIPS

FIRST_AFTER: Final = 60.0
EVERY: Final = 120.0
ARRIVES_WITHIN: Final = 30.0
NOBODY_S_AFTER: Final = timedelta(hours=1)


def _fired(_tx: Tx, timer: Timer, _directory: Directory, _now: datetime, _render: Render) -> Change:
    """The timer is due: the page goes out."""
    page = Outgoing(id=timer.id, stream=timer.id, effect=SyntheticPage(), priority=Priority.PAGE)
    return Change(outgoing=(page,))


DUTIES: Final[Mapping[TimerKind, Duty]] = MappingProxyType({TimerKind.SYNTHETIC: _fired})


class Sink:
    """The Performer port for synthetic pages: they arrive, and that is all."""

    async def perform(self, claimed: Claimed) -> Receipt:  # noqa: ARG002 - the port's signature
        """Let it arrive."""
        return Sent()

    async def look_up(self, claimed: Claimed) -> tuple[Sent, ...]:  # noqa: ARG002
        """Find nothing: it leaves nothing behind."""
        return ()

    async def remove(self, claimed: Claimed, copy: Remote) -> None:
        """Remove nothing, as the port says."""


class SyntheticPages:
    """Sends them, one at a time, and knows how long the last one took and whether one is overdue."""

    def __init__(self, desk: Desk, name: str, seconds: Callable[[], float]) -> None:
        """Send the first in a minute; `name` is this process's own, `seconds` never jump."""
        self._desk = desk
        self._trip = f"{TRIPS}{name}"
        self._seconds = seconds
        self._next_at = seconds() + FIRST_AFTER
        self._begun_at: datetime | None = None
        self._waits_since: float | None = None
        self._arrived = seconds()
        self.took = nan

    async def look(self) -> None:
        """Note an arrival, and send another if it is time to. Raises Unavailable."""
        if self._begun_at is not None:
            await self._look_for(self._begun_at)
        if self._seconds() >= self._next_at:
            await self._send()

    def age(self) -> float:
        """Tell how many seconds ago one was seen to arrive; before the first, since the start."""
        return self._seconds() - self._arrived

    def trouble(self) -> str:
        """What is wrong, in words; empty while each arrives in time."""
        waited = 0.0 if self._waits_since is None else self._seconds() - self._waits_since
        return f"a synthetic page has been on its way for {waited:.0f} s" if waited > ARRIVES_WITHIN else ""

    async def _send(self) -> None:
        """Begin a trip; what is left of an earlier one that did not arrive ends, and counts as waiting on."""
        self._waits_since = self._seconds() if self._waits_since is None else self._waits_since
        self._begun_at = await self._desk.store.write(self._begin)
        self._next_at = self._seconds() + EVERY

    def _begin(self, tx: Tx) -> datetime:
        now = self._desk.clock()
        tx.forget_trip(self._trip, now - NOBODY_S_AFTER)
        timer = Timer(id=self._trip, kind=TimerKind.SYNTHETIC, due_at=now, incident=NO_INCIDENT)
        tx.save(Change(timers=(timer,)))
        return now

    async def _look_for(self, begun_at: datetime) -> None:
        arrived_at = await self._desk.store.read(lambda tx: tx.arrived_at(self._trip))
        if arrived_at is None:
            return
        self.took = max(0.0, (arrived_at - begun_at).total_seconds())
        self._arrived = self._seconds()
        self._begun_at = self._waits_since = None
        await self._desk.store.write(lambda tx: tx.forget_trip(self._trip, begun_at - NOBODY_S_AFTER))
