"""The bell: on PostgreSQL a replica tells the others at once what its commits have brought, by NOTIFY.

It only wakes. Whoever does not hear it finds the same rows at its next look, within a second. So it is rung after the
commit, by a connection of its own: NOTIFY inside a transaction has all of PostgreSQL's notifying commits wait for each
other's disk, and ten writers then committed a quarter as much. What comes while it is being rung goes with the next.
"""

import asyncio
import json
import logging
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Final

import psycopg
from psycopg.conninfo import make_conninfo
from sqlalchemy import URL

from bot.domain.delivery import Carrier
from bot.services.outbox import wait
from bot.store.part import Notes

CHANNEL: Final = "tocsin"
SOON: Final = timedelta(seconds=2)
"""Whoever looks once a second knows of every timer that is due later."""
APART: Final = 0.01
"""Seconds between two rings."""
AGAIN_AFTER: Final = 1.0
QUIET_FOR: Final = 20.0
"""Seconds without a word after which a listener asks whether the line still stands."""
ANSWERS_WITHIN: Final = 5.0
KEEPALIVES: Final = {"keepalives_idle": 10, "keepalives_interval": 5, "keepalives_count": 3}
LISTEN: Final = f"LISTEN {CHANNEL}"
RING: Final = "SELECT set_config('synchronous_commit', 'off', true), pg_notify(%s, %s)"
"""A ring is worth no wait for the disk."""

Heard = Callable[[datetime | None, frozenset[Carrier]], None]
Line = psycopg.AsyncConnection[tuple[object, ...]]

log = logging.getLogger(__name__)


class Bell:
    """Rings for the other replicas, and hears them. Everything is called on the event loop's thread."""

    def __init__(self, url: URL, heard: Heard, clock: Callable[[], datetime]) -> None:
        """Prepare; `heard` is told when the earliest timer set is due, if soon, and which lanes have new rows."""
        address = url.set(drivername="postgresql").render_as_string(hide_password=False)
        self._address = make_conninfo(address, application_name="tocsin", **KEEPALIVES)
        self._heard = heard
        self._clock = clock
        self._news = Notes()
        self._to_tell = asyncio.Event()
        self._stopping = asyncio.Event()
        self._silent = False

    def ring(self, notes: Notes) -> None:
        """Tell the others of a commit, if there is something in it that they could do."""
        soon = notes.earliest is not None and notes.earliest < self._clock() + SOON
        if soon and notes.earliest is not None:
            self._news.timer_set(notes.earliest)
        self._news.fresh |= notes.fresh
        if soon or notes.fresh:
            self._to_tell.set()

    def stop(self) -> None:
        """Neither ring nor hear any more."""
        self._stopping.set()

    async def run(self) -> None:
        """Ring and hear until stopped; after a broken line again within a second."""
        while not self._stopping.is_set():
            try:
                await self._ring_and_hear()
            except* (psycopg.Error, OSError, TimeoutError) as broken:
                self._tell(broken.exceptions[0])
            await wait(self._stopping, AGAIN_AFTER)

    async def _ring_and_hear(self) -> None:
        async with await self._connected() as hearing, await self._connected() as ringing:
            await hearing.execute(LISTEN)
            self._tell(None)
            self._heard(None, frozenset(Carrier))  # what was rung meanwhile was not heard
            async with asyncio.TaskGroup() as both:
                loops = [
                    both.create_task(self._hear(hearing, ringing.info.backend_pid)),
                    both.create_task(self._ring(ringing)),
                ]
                await self._stopping.wait()
                for loop in loops:
                    loop.cancel()

    async def _connected(self) -> Line:
        async with asyncio.timeout(ANSWERS_WITHIN):
            return await psycopg.AsyncConnection.connect(self._address, autocommit=True)

    async def _hear(self, line: Line, own: int) -> None:
        while True:
            async for said in line.notifies(timeout=QUIET_FOR):
                if said.pid != own:
                    self._heard(*read(said.payload))
            async with asyncio.timeout(ANSWERS_WITHIN):
                await line.execute("SELECT 1")

    async def _ring(self, line: Line) -> None:
        while True:
            await self._to_tell.wait()
            self._to_tell.clear()
            news, self._news = self._news, Notes()
            async with asyncio.timeout(ANSWERS_WITHIN):
                await line.execute(RING, (CHANNEL, written(news.earliest, news.fresh)))
            await wait(self._stopping, APART)

    def _tell(self, trouble: BaseException | None) -> None:
        """Say once that the others are not heard, and once that they are again."""
        if trouble is not None and not self._silent:
            reason = str(trouble).strip().splitlines()
            log.warning("The other replicas are not heard (%s): each looks once a second.", reason[0] if reason else "")
        elif trouble is None and self._silent:
            log.info("The other replicas are heard again.")
        self._silent = trouble is not None


def written(earliest: datetime | None, lanes: frozenset[Carrier]) -> str:
    """Write what a ring tells."""
    return json.dumps({"due": earliest and earliest.isoformat(), "lanes": sorted(lane.value for lane in lanes)})


def read(payload: str) -> tuple[datetime | None, frozenset[Carrier]]:
    """Read what a ring tells; one of another version of Tocsin, which cannot be understood, wakes everything."""
    try:
        told = json.loads(payload)
        due, lanes = told["due"], told["lanes"]
        return due and datetime.fromisoformat(due), frozenset(lane for lane in Carrier if lane.value in lanes)
    except (ValueError, TypeError, KeyError):
        return None, frozenset(Carrier)
