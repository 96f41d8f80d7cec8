"""The outbox's loop: claim what may go (one transaction), perform it (none), record what came of it (one more)."""

import asyncio
import logging
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from bot.domain.bundling import Folding
from bot.domain.delivery import Carrier, is_page
from bot.domain.effects import Priority, Refused
from bot.services.attempt import Answered, Broke, Lost, Outcome, attempt
from bot.services.completion import Recorded, record, record_without_effects, taken
from bot.services.database_away import DatabaseAway
from bot.services.gate import Gate, OpenGate
from bot.services.measuring import SendMeter, Unmeasured
from bot.services.ports import Checkpoint, Claimed, Desk, Performer, Remote, Tx, Unavailable, carry_on

LEASE: Final = timedelta(seconds=30)
AT_ONCE: Final = 32
ROOM_FOR_PAGES: Final = 8
MAILS_AT_ONCE: Final = 4
CHECKS_AT_ONCE: Final = 4
TICK: Final = 1.0
DRAIN: Final = 10.0

log = logging.getLogger(__name__)


def no_beat() -> None:
    """Tell nobody that the loop went round."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Found:
    """What a turn has claimed, whether there may be `more` that could go, and when something else may go."""

    claimed: tuple[Claimed, ...]
    more: bool
    upcoming: datetime | None


class Outbox:
    """Carries saved effects of one lane out, many at once, each stream in order; no trouble in one stops the others."""

    def __init__(
        self,
        desk: Desk,
        performer: Performer,
        wake: asyncio.Event,
        *,
        lane: Carrier = Carrier.SLACK,
        checkpoint: Checkpoint = carry_on,
        beat: Callable[[], None] = no_beat,
        meter: SendMeter | None = None,
        gate: Gate | None = None,
    ) -> None:
        """Prepare. `wake` is set by whoever makes rows ready; `beat` is called after each turn of the loop.

        `gate` tells how many rows may be in the air now; what is not claimed waits untouched.
        """
        self._meter = meter or Unmeasured()
        self._gate = gate or OpenGate()
        self._desk = desk
        self._performer = performer
        self._lane = lane
        self._at_once = AT_ONCE if lane is Carrier.SLACK else MAILS_AT_ONCE
        self._wake = wake
        self._checkpoint = checkpoint
        self._beat = beat
        self._flying: dict[asyncio.Task[None], str] = {}
        self._turning = asyncio.Lock()
        self._more = True
        self._stopping = asyncio.Event()
        self._away = DatabaseAway(f"The outbox ({lane.value})")
        self.errors = 0

    async def run(self) -> None:
        """Go on until stopped, whatever happens."""
        failed_in_a_row = 0
        while not self._stopping.is_set():
            self._wake.clear()
            try:
                seconds = await self._turn()
                failed_in_a_row = 0
                self._away.is_over()
                self._beat()
            except Exception as failure:
                failed_in_a_row += 1
                self.errors += 1
                seconds = min(TICK / 2, 0.05 * 2**failed_in_a_row)
                self._could_not_claim(failure)
            if seconds > 0:
                await wait(self._wake, seconds)

    def _could_not_claim(self, failure: Exception) -> None:
        """A turn that found the database away has come to its end all the same: starting anew would not help."""
        if isinstance(failure, Unavailable):
            self._away.goes_on(failure)
            self._beat()
        else:
            log.error("The outbox could not claim its work; it goes on.", exc_info=failure)

    async def stop(self) -> None:
        """Claim nothing more, and give what is in flight 10 s to end; what does not is given back as unknown."""
        self._stopping.set()
        self._wake.set()
        with suppress(TimeoutError):
            async with asyncio.timeout(DRAIN):
                await self._ended()
        late = tuple(self._flying)
        for task in late:
            task.cancel()
        if late:
            await asyncio.wait(late)

    async def _ended(self) -> None:
        """Wait for the turn that is being made, because what it claims is ours too, and for all that is in flight."""
        async with self._turning:
            pass
        if self._flying:
            await asyncio.wait(self._flying)

    async def drain(self) -> None:
        """Carry out everything that may go now, and what becomes ready through it."""
        while True:
            # What lands while a turn looks for work may leave more to do than that turn could see.
            alone = not self._flying
            await self._turn()
            if self._flying:
                await asyncio.wait(self._flying, return_when=asyncio.FIRST_COMPLETED)
            elif alone:
                return

    async def _turn(self) -> float:
        """Start what may go now; gives how many seconds to wait unless woken, 0 when there may be more at once."""
        async with self._turning:
            return await self._start_what_may_go()

    async def _start_what_may_go(self) -> float:
        self._more = True  # until we know better: what lands meanwhile makes room
        room = min(self._at_once, self._gate.rows_at_once()) - len(self._flying)
        if room <= 0:
            return TICK
        found = await self._desk.store.write(lambda tx: self._claim(tx, room))
        for row in found.claimed:
            self._start(row)
        self._more = found.more
        if found.claimed and found.more:
            return 0
        if found.upcoming is None:
            return TICK
        return min(TICK, max(0.001, (found.upcoming - self._desk.clock()).total_seconds()))

    def _start(self, claimed: Claimed) -> None:
        """Start an attempt; one of ours at the same row that outlived its lease (the clock jumped) ends first."""
        earlier = [task for task, row in self._flying.items() if row == claimed.outgoing.id]
        task = asyncio.create_task(self._carry_out(claimed, earlier), name=f"outbox {claimed.outgoing.id}")
        self._flying[task] = claimed.outgoing.id
        task.add_done_callback(self._landed)

    def _claim(self, tx: Tx, room: int) -> _Found:
        now = self._desk.clock()
        kept_free = ROOM_FOR_PAGES if self._lane is Carrier.SLACK else 0
        rows = tx.claim(now, room - kept_free, LEASE, lane=self._lane)
        more = len(rows) >= room - kept_free
        if self._lane is Carrier.SLACK:
            if more:  # fewer than might be claimed are all that may go, pages among them
                rows += tx.claim(now, room - len(rows), LEASE, least=Priority.PAGE)
            most = min(CHECKS_AT_ONCE, room - len(rows))
            checks = tx.claim_checks(now, most, LEASE)
            rows, more = rows + checks, more or len(checks) >= most
        return _Found(claimed=rows, more=more, upcoming=None if rows and more else tx.next_claimable(now))

    def _landed(self, task: asyncio.Task[None]) -> None:
        self._flying.pop(task, None)
        if self._more:
            self._wake.set()
        if not task.cancelled() and (failure := task.exception()) is not None:
            self.errors += 1
            _log_failure(f"{task.get_name()} is left to its lease.", failure)

    async def _carry_out(self, claimed: Claimed, earlier: Sequence[asyncio.Task[None]]) -> None:
        try:
            if earlier:
                await asyncio.wait(earlier)
            outcome = await attempt(self._performer, claimed, self._desk.clock(), self._checkpoint)
        except asyncio.CancelledError:  # we are being stopped: the lease is given back, and the next start looks it up
            outcome = Lost(why="Tocsin was stopped before the answer came")
        except Exception as failure:
            self.errors += 1
            _log_failure(f"Performing {claimed.outgoing.id} broke.", failure)
            outcome = Broke(why=f"{type(failure).__name__}: {failure}")
        taken_at = self._desk.clock()
        recorded = await self._record(claimed, outcome)
        self._measure(claimed, outcome, taken_at, recorded)
        if recorded.folded is not None:
            await self._go_together(recorded.folded)
        for copy in recorded.extra:
            await self._remove(claimed, copy)

    async def _go_together(self, folded: Folding) -> None:
        """Give a bundle the turns of what went into it; by the best of them it may go sooner than it was told."""
        seconds = self._gate.goes_instead(folded.into.id, folded.rows)
        if seconds is not None:
            at = self._desk.clock() + timedelta(seconds=seconds)
            await self._desk.store.write(lambda tx: tx.hurry(folded.into.id, at))

    def _measure(self, claimed: Claimed, outcome: Outcome, taken_at: datetime, recorded: Recorded) -> None:
        self._meter.sent(claimed.outgoing.effect.kind, word_for(outcome))
        if not recorded.held:
            self._meter.fenced()
        elif is_page(claimed.outgoing.effect) and taken(outcome) and claimed.saved_at is not None:
            self._meter.page_taken((taken_at - claimed.saved_at).total_seconds())

    async def _record(self, claimed: Claimed, outcome: Outcome) -> Recorded:
        """Save the outcome, waiting for the database as long as the lease lasts.

        What it makes ready is looked for at once: a store that gathers writes claims it in the very same commit.
        """
        while True:
            self._wake.set()
            try:
                return await self._desk.store.write(lambda tx: record(tx, claimed, outcome, self._desk.clock()))
            except Unavailable as unavailable:
                if self._desk.clock() >= claimed.lease_until or self._stopping.is_set():
                    raise
                self._away.goes_on(unavailable)
                await wait(self._stopping, TICK / 2)
            except Exception as failure:
                self.errors += 1
                _log_failure(f"What follows from {claimed.outgoing.id} could not be worked out.", failure)
                return await self._desk.store.write(
                    lambda tx: record_without_effects(tx, claimed, outcome, self._desk.clock())
                )

    async def _remove(self, claimed: Claimed, copy: Remote) -> None:
        """Remove an extra copy; what cannot be removed now is verified once more."""
        try:
            await self._performer.remove(claimed, copy)
            self._meter.removed()
        except Exception as failure:
            _log_failure(f"An extra copy of {claimed.outgoing.id} stays for now.", failure)
            again_at = self._desk.clock() + LEASE
            await self._desk.store.write(lambda tx: tx.verify_later(claimed.outgoing.id, again_at))


def word_for(outcome: Outcome) -> str:
    """Give what came of an attempt in one word, as it is counted."""
    refused = isinstance(outcome, Answered) and isinstance(outcome.receipt, Refused)
    return "refused" if refused else type(outcome).__name__.lower()


async def wait(event: asyncio.Event, seconds: float) -> None:
    """Wait for an event, but no longer than this."""
    try:
        async with asyncio.timeout(seconds):
            await event.wait()
    except TimeoutError:
        return


def _log_failure(said: str, failure: BaseException) -> None:
    if isinstance(failure, Unavailable):
        log.warning("%s %s", said, failure)
    else:
        log.error(said, exc_info=failure)
