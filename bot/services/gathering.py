"""Deliveries of alerts, gathered: what comes while a write is under way waits, and is taken in together in the next.

One write at a time, and no longer than that: in a storm of alerts nobody's press of a button waits behind them all.
"""

import asyncio
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from bot.domain.alert import Alert
from bot.services.alerts import Delivery, Outcome, take_in_together
from bot.services.ports import Desk, Unavailable

MOST, FEWEST = 32, 4
"""So many alerts are taken in by one write, unless a single delivery has more."""
LONG: Final = 0.2
"""Seconds; who presses a button of one of the incidents waits for the whole write."""


@dataclass(slots=True, kw_only=True, eq=False)
class _Waiting:
    """A delivery, and whoever waits for what becomes of it."""

    delivery: Delivery
    answer: asyncio.Future[Sequence[Outcome]]

    @property
    def names(self) -> frozenset[tuple[str, str]]:
        """What tells its alerts from others'."""
        return frozenset((self.delivery.source, alert.fingerprint) for alert in self.delivery.alerts)

    def succeed(self, outcomes: Sequence[Outcome]) -> None:
        """Tell what became of it; whoever hung up is not told."""
        if not self.answer.done():
            self.answer.set_result(outcomes)

    def fail(self, failure: BaseException) -> None:
        """Tell that nothing was taken in."""
        if not self.answer.done():
            self.answer.set_exception(failure)


class Gathering:
    """Takes deliveries in, in the order they came, many to a write."""

    def __init__(self, desk: Desk, seconds: Callable[[], float]) -> None:
        """Wait for the first; how long a write takes is told by `seconds`, which never jump."""
        self._desk = desk
        self._seconds = seconds
        self._at_once = MOST
        self._waiting: deque[_Waiting] = deque()
        self._writing: asyncio.Task[None] | None = None

    async def take_in(self, source: str, alerts: Sequence[Alert]) -> Sequence[Outcome]:
        """Take alerts in, and return after the commit what became of each, in the order given.

        Of several reports of one alert in one delivery the last counts. Raises Unavailable when nothing could be saved.
        """
        delivery = Delivery(source=source, alerts=tuple(alerts))
        mine = _Waiting(delivery=delivery, answer=asyncio.get_running_loop().create_future())
        self._waiting.append(mine)
        if self._writing is None or self._writing.done():
            self._writing = asyncio.create_task(self._write_all(), name="taking alerts in")
        return await mine.answer

    async def _write_all(self) -> None:
        while self._waiting:
            batch, began = self._next(), self._seconds()
            (found,) = await asyncio.gather(self._write(batch), return_exceptions=True)
            self._learn(self._seconds() - began)
            if isinstance(found, Unavailable):  # for those who wait no less than for these
                self._fail([*batch, *self._waiting], found)
                self._waiting.clear()
            elif isinstance(found, BaseException):
                await self._each_alone(batch)
            else:
                self._succeed(batch, found)

    def _next(self) -> list[_Waiting]:
        """The longest waiting, as far as no two report the same alert: what it did between is not to be lost."""
        batch = [self._waiting.popleft()]
        names, count = set(batch[0].names), len(batch[0].delivery.alerts)
        while self._waiting:
            following = self._waiting[0]
            count += len(following.delivery.alerts)
            if count > self._at_once or names & following.names:
                break
            names |= following.names
            batch.append(self._waiting.popleft())
        return batch

    def _learn(self, seconds: float) -> None:
        """Take in fewer at once after a write that was long, and more again after one that was short."""
        if seconds > LONG:
            self._at_once = max(FEWEST, self._at_once // 2)
        elif seconds < LONG / 2:
            self._at_once = min(MOST, self._at_once * 2)

    async def _write(self, batch: Sequence[_Waiting]) -> Sequence[Sequence[Outcome]]:
        now, directory, render = self._desk.clock(), self._desk.directory(), self._desk.render
        deliveries = [each.delivery for each in batch]
        return await self._desk.store.write(lambda tx: take_in_together(tx, directory, render, deliveries, now))

    async def _each_alone(self, batch: Sequence[_Waiting]) -> None:
        """Take each in by itself, so that one that cannot be taken in keeps none of the others out."""
        for each in batch:
            (found,) = await asyncio.gather(self._write([each]), return_exceptions=True)
            if isinstance(found, BaseException):
                self._fail([each], found)
            else:
                self._succeed([each], found)

    def _succeed(self, batch: Sequence[_Waiting], found: Sequence[Sequence[Outcome]]) -> None:
        for each, outcomes in zip(batch, found, strict=True):
            each.succeed(outcomes)

    def _fail(self, batch: Sequence[_Waiting], failure: BaseException) -> None:
        for each in batch:
            each.fail(failure)
