"""Heartbeats that others send: each is noted, and one that stays away is an alert until it beats again."""

import logging
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Final

from bot.domain.directory import Directory
from bot.domain.errors import Refusal
from bot.domain.heartbeat import SOURCE, Heard, alarm, all_clear, beaten, missed, missing_at
from bot.services.alerts import Outcome, take_in_now
from bot.services.ports import Desk, Tx

LOOK_EVERY: Final = timedelta(seconds=5)
HELD: Final = "heartbeats"
LONG_AGO: Final = datetime.min.replace(tzinfo=UTC)

TookIn = Callable[[str, Sequence[Outcome]], None]

log = logging.getLogger(__name__)


class NotDeclared(Exception):
    """Nobody waits for this heartbeat; the text is a sentence for whoever sends it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Beat:
    """A heartbeat that was noted: when it counts as missing if no other comes, and what became of its alert, if any."""

    name: str
    missing_at: datetime
    outcomes: tuple[Outcome, ...]


async def beat(desk: Desk, name: str) -> Beat:
    """Note a heartbeat; if it was missing, its alert is over. Raises NotDeclared, Unavailable."""
    now, directory = desk.clock(), desk.directory()
    declared = directory.heartbeats.get(name)
    if declared is None:
        known = ", ".join(directory.heartbeats) or "none"
        raise NotDeclared(
            f"No heartbeat of this name is in the directory file, so nobody waits for it. Known: {known}."
        )

    def write(tx: Tx) -> Beat:
        tx.hold(HELD)
        before = tx.heartbeats().get(name) or Heard(name=name, noted_at=now)
        heard = beaten(before, now)
        tx.save_heartbeat(heard)
        ended = _over(tx, desk, before, now)
        return Beat(name=name, missing_at=missing_at(declared, heard, now), outcomes=ended)

    return await desk.store.write(write)


class HeartbeatWatch:
    """Finds out which heartbeats stay away, and raises an alert for each; `took_in` is told what became of it."""

    def __init__(self, desk: Desk, took_in: TookIn) -> None:
        """Count from now on: what was sent before could not be heard."""
        self._desk = desk
        self._took_in = took_in
        self._started = desk.clock()
        self._seen: Directory | None = None
        self._looked_at = LONG_AGO
        self._refused: set[str] = set()

    async def look(self) -> None:
        """Look every few seconds, and at once when the directory was read anew. Raises Unavailable."""
        now, directory = self._desk.clock(), self._desk.directory()
        anew = directory is not self._seen
        if not anew and (not directory.heartbeats or abs(now - self._looked_at) < LOOK_EVERY):
            return
        known = await self._desk.store.read(lambda tx: tx.heartbeats())
        for name in self._unsettled(directory, known, now):
            await self._settle_one(directory, name, now)
        self._seen, self._looked_at = directory, now

    async def _settle_one(self, directory: Directory, name: str, now: datetime) -> None:
        try:
            self._took_in(SOURCE, await self._desk.store.write(partial(self._settle, directory, name, now)))
        except Refusal as refusal:
            if name not in self._refused:
                log.error("The missing heartbeat %s could not be told of, and is tried again: %s", name, refusal)  # noqa: TRY400 - a refusal is a sentence
            self._refused.add(name)
        else:
            self._refused.discard(name)

    def _unsettled(self, directory: Directory, known: Mapping[str, Heard], now: datetime) -> Iterator[str]:
        """Names that are new, that have just been found missing, or that nobody declares any more."""
        for name, declared in directory.heartbeats.items():
            heard = known.get(name)
            if heard is None or (heard.missed_at is None and now >= missing_at(declared, heard, self._started)):
                yield name
        yield from (name for name in known if name not in directory.heartbeats)

    def _settle(self, directory: Directory, name: str, now: datetime, tx: Tx) -> tuple[Outcome, ...]:
        tx.hold(HELD)
        known = tx.heartbeats()
        if name not in self._unsettled(directory, known, now):
            return ()
        declared, heard = directory.heartbeats.get(name), known.get(name)
        if heard is None:
            tx.save_heartbeat(Heard(name=name, noted_at=now))
            return ()
        if declared is None:
            tx.drop_heartbeat(name)
            return _over(tx, self._desk, heard, now)
        missing = missed(heard, now)
        tx.save_heartbeat(missing)
        return take_in_now(tx, directory, self._desk.render, SOURCE, [alarm(declared, missing, now)], now)


def _over(tx: Tx, desk: Desk, heard: Heard, now: datetime) -> tuple[Outcome, ...]:
    """End the alert of a heartbeat that was missing."""
    known = None if heard.missed_at is None else tx.alert(SOURCE, heard.name, heard.missed_at)
    return () if known is None else take_in_now(tx, desk.directory(), desk.render, SOURCE, [all_clear(known, now)], now)
