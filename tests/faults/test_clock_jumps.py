"""A wall clock that is put forward and back, and a machine that slept: each due timer fires once, and none late.

A real process, whose alarms were set by the clock as it was before. Nobody is paged in a burst for what lies between:
one tier further, and the next has its whole wait.
"""

import os
import signal
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.fakes.waiting import until
from tests.faults.declared import copies
from tests.faults.process import Field, a_field
from tests.size import DATABASES, FULL, address_of

IN_TIME = 1.0 if FULL else 5.0
"""Seconds; a busy machine has more in a quick run."""
TICKS = 2.5
"""Seconds in which the sweep comes round twice: what should not have happened would have."""
HOUR = 3600
ASLEEP = 600
TIERS = ("maya", "leon", "dana", "vic")
HAPPENED = "SELECT id, due_at, fired_at FROM timer WHERE state = 'fired' ORDER BY fired_at"


@dataclass(slots=True, kw_only=True)
class Jumps:
    """The process, and the moments, by its clock, to which that was put."""

    here: Field
    to: list[float] = field(default_factory=list)

    def now(self) -> float:
        """The bot's and Slack's clock, in seconds since 1970."""
        return self.here.slack.clock.wall()

    async def jump(self, seconds: float, *, paged: int) -> None:
        """Put the clock, and see that so many tiers in all have been paged, now and two rounds of the sweep later."""
        self.here.move_clock(seconds)
        await self.settled(paged)

    async def settled(self, paged: int) -> None:
        """See that so many tiers in all have been paged, now and two rounds of the sweep later."""
        since = self.now()
        self.to.append(since)
        wanted = [int(place < paged) for place in range(len(TIERS))]
        await until(lambda: self.pages() == wanted, seconds=20, why=f"{paged} tiers to be paged, not {self.pages()}")
        await until(lambda: self.now() > since + TICKS, seconds=20)
        await self.here.slack.until(self.here.settled, timeout=20, why="everything to be sent")
        assert self.pages() == wanted, "and nobody else"

    def pages(self) -> list[int]:
        """How many pages each tier has got."""
        people = (self.here.people[name] for name in TIERS)
        return [sum("Why you" in message.plain for message in person.dms) for person in people]

    def lateness(self) -> list[float]:
        """How long after it was due each timer fired, or after the jump by which it became due."""
        late = []
        for _, due_at, fired_at in self.here.rows(HAPPENED):
            due, happened = seconds_of(due_at), seconds_of(fired_at)
            jumped = max((jump for jump in self.to if jump <= happened), default=due)
            late.append(happened - max(due, jumped))
        return late


@pytest.mark.parametrize("database", DATABASES)
async def test_when_the_clock_jumps_or_the_machine_sleeps_each_timer_fires_once_and_in_time(
    tmp_path: Path,
    database: str,
    request: pytest.FixtureRequest,
    record_property: Callable[[str, object], None],
) -> None:
    postgres = address_of(database, request) or ""
    async with a_field(tmp_path, database=postgres) as here:
        await here.start()
        clock = Jumps(here=here)
        await here.declare("Cards are declined")
        await clock.settled(paged=1)

        await clock.jump(-5, paged=1)
        await clock.jump(-HOUR, paged=1)
        ((due_at,),) = here.rows("SELECT due_at FROM timer WHERE kind = 'escalate' AND state = 'pending'")
        await clock.jump(seconds_of(due_at) - clock.now() - 1, paged=2)
        await clock.jump(HOUR, paged=3)

        assert here.process is not None
        pid = here.process.running.pid
        os.kill(pid, signal.SIGSTOP)
        here.move_clock(ASLEEP)
        os.kill(pid, signal.SIGCONT)
        await clock.settled(paged=4)

        late = clock.lateness()
        assert not {row: copy for row, copy in copies(here).items() if copy > 1}
        assert await here.stop() == 0
    record_property("row", "13")
    record_property("on", database)
    record_property(
        "shown",
        f"-5 s, -1 h, +1 h, and stopped for {ASLEEP // 60} min: {len(late)} timers fired once each, the latest "
        f"{max(late):.2f} s after its time; one tier was paged for each jump over several",
    )
    assert max(late) < IN_TIME


def seconds_of(moment: object) -> float:
    """A moment as the database gives it, in seconds since 1970."""
    if isinstance(moment, datetime):
        return moment.timestamp()
    return datetime.fromisoformat(str(moment)).replace(tzinfo=UTC).timestamp()
