"""The sweep: whatever is due happens, each timer in a transaction of its own, in the order in which they were due."""

import asyncio
import logging
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from functools import partial
from typing import Final

from bot.domain.change import Change, Timer, TimerKind
from bot.domain.directory import Directory
from bot.domain.prose import Sentence
from bot.domain.telling import one_line
from bot.domain.timeline import Event, EventKind
from bot.services.database_away import DatabaseAway
from bot.services.outbox import no_beat, wait
from bot.services.ports import Desk, Render, Tx, Unavailable

Duty = Callable[[Tx, Timer, Directory, datetime, Render], Change]

TICK: Final = 1.0
AGAIN_AFTER: Final = 0.5
LOOKS_AT_THE_CLOCK: Final = 4
"""While it waits: alarms are set by a clock that somebody may put forward."""
AT_ONCE: Final = 500
TOLD_AFTER: Final = 5
LONGEST_DELAY: Final = timedelta(seconds=60)

log = logging.getLogger(__name__)


def no_lateness(_seconds: float) -> None:
    """Measure nothing."""


def no_alarm(_at: datetime | None) -> None:
    """Set no alarm: the safety tick alone finds what is due."""


class Sweep:
    """Fires timers. It waits for `wake` for at most a second, so that it never depends on whoever sets it."""

    def __init__(
        self,
        desk: Desk,
        duties: Mapping[TimerKind, Duty],
        wake: asyncio.Event,
        *,
        alarm: Callable[[datetime | None], None] = no_alarm,
        beat: Callable[[], None] = no_beat,
        lateness: Callable[[float], None] = no_lateness,
    ) -> None:
        """Prepare. `alarm` is told after each cycle when the next timer is due; `beat` that a cycle came to its end.

        A cycle that found the database away has come to its end, too: starting Tocsin anew would not help.

        `lateness` is told of each timer that fired how many seconds after it was due that was.
        """
        self._lateness = lateness
        self._desk = desk
        self._duties = duties
        self._wake = wake
        self._alarm = alarm
        self._beat = beat
        self._stopping = asyncio.Event()
        self._away = DatabaseAway("The sweep")
        self._next: datetime | None = None
        self.errors = 0

    async def run(self) -> None:
        """Go on until stopped, whatever happens; after an error the next cycle comes within half a second."""
        while not self._stopping.is_set():
            self._wake.clear()
            seconds = await self._turn()
            if seconds:
                await self._rest(seconds)

    def stop(self) -> None:
        """End after the cycle that is running."""
        self._stopping.set()
        self._wake.set()

    async def _rest(self, seconds: float) -> None:
        """Wait until woken, but no longer than this; a clock that was put past the next timer ends it within 250 ms."""
        for _ in range(LOOKS_AT_THE_CLOCK):
            await wait(self._wake, seconds / LOOKS_AT_THE_CLOCK)
            if self._wake.is_set() or (self._next is not None and self._desk.clock() >= self._next):
                return

    async def _turn(self) -> float:
        """Run a cycle; gives how many seconds to wait unless woken."""
        self._next = None
        try:
            more = await self.cycle() >= AT_ONCE
        except Unavailable as trouble:
            self.errors += 1
            self._away.goes_on(trouble)
            self._beat()
            return AGAIN_AFTER
        except Exception:
            self.errors += 1
            log.exception("A cycle of the sweep failed; the next comes within a second.")
            return AGAIN_AFTER
        self._away.is_over()
        self._beat()
        return 0 if more else TICK

    async def cycle(self) -> int:
        """Fire what is due now; gives how many timers were due. Raises Unavailable when the database is."""
        now = self._desk.clock()
        due = await self._desk.store.read(lambda tx: tx.due_timers(now, AT_ONCE))
        by_incident: dict[int, list[Timer]] = {}
        for timer in due:
            by_incident.setdefault(timer.incident, []).append(timer)
        outcomes = await asyncio.gather(
            *(self._fire_in_order(timers) for timers in by_incident.values()), return_exceptions=True
        )
        upcoming = await self._desk.store.read(lambda tx: tx.earliest_timer())
        self._alarm(upcoming)
        for outcome in outcomes:
            if outcome is not None:
                raise outcome
        self._next = upcoming
        return len(due)

    async def _fire_in_order(self, timers: Sequence[Timer]) -> None:
        for timer in timers:
            try:
                late = await self._desk.store.write(partial(self._fire, timer=timer))
                if late is not None:
                    self._lateness(late)
            except Unavailable:
                raise
            except Exception as failure:
                self.errors += 1
                log.exception("The duty of timer %s broke; it is tried again.", timer.id)
                why = f"{type(failure).__name__}: {failure}"
                await self._desk.store.write(partial(self._put_off, timer=timer, why=why))

    def _fire(self, tx: Tx, timer: Timer) -> float | None:
        """Do the duty; gives how late that was in seconds, None if the timer was taken meanwhile."""
        now = self._desk.clock()
        if not tx.fire(timer.id, now):
            return None
        tx.save(self._duties[timer.kind](tx, timer, self._desk.directory(), now, self._desk.render))
        return max(0.0, (now - timer.due_at).total_seconds())

    def _put_off(self, tx: Tx, timer: Timer, why: str) -> None:
        """Try again with a growing delay, for ever: a page must not end in silence. The fifth time, people are told."""
        now = self._desk.clock()
        failures = tx.retry_timer(timer.id, why, lambda failures: now + _delay(failures))
        if failures == TOLD_AFTER:
            tx.save(_trouble(tx, timer, now))


def _delay(failures: int) -> timedelta:
    return min(timedelta(seconds=2 ** min(failures - 1, 10)), LONGEST_DELAY)


def _trouble(tx: Tx, timer: Timer, now: datetime) -> Change:
    incident = tx.incident(timer.incident)
    if incident is None:
        return Change()
    words = (
        f"A fault in Tocsin keeps a reminder or an escalation ({timer.kind.value}) from happening. It is tried again "
        "every minute; until it works, watch this yourselves. The log says more."
    )
    said: Sentence = (words,)
    key = f"trouble:timer:{timer.id}"
    event = Event(incident=incident.number, key=key, at=now, kind=EventKind.TROUBLE, said=said)
    return Change(timeline=(event,), outgoing=one_line(incident, key, said))
