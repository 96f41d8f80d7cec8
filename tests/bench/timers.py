"""Timers: how late each fires with ten thousand pending, and how long a thousand take that are due at one moment.

The bot is a real process. Every timer is a real one of an incident, and what it sets going is saved with it: each is
the end of a tier, so that the next person is paged. Lateness is when it fired, less when it was due, as they are saved.
"""

import asyncio
import sqlite3
import tempfile
from datetime import UTC, datetime, timedelta
from functools import partial
from itertools import cycle, repeat
from pathlib import Path
from shutil import copyfile

from bot.directory.file import parse
from bot.domain.change import Change
from bot.domain.declaring import Declare
from bot.domain.directory import Directory
from bot.domain.prose import Who
from bot.services.incidents import declare_in
from bot.services.ports import Render, Tx
from bot.text import Texts
from tests.bench.figures import Line, Stopwatch, pause, percentile
from tests.fakes.clock import FakeClock
from tests.fakes.store import file_store
from tests.faults.process import a_field
from tests.scenarios.world import COMPANY, NIGHT, ROOT

TITLE = "Timers, with 10,000 pending"
RUNS = 3
PENDING = 10_000
WARM, ONE_BY_ONE, EVERY = 5, 60, timedelta(seconds=0.1)
"""With its first few a process composes its statements and texts, and is up to 60 ms late: those are not counted."""
AT_ONCE, AFTER = 1000, timedelta(seconds=8)
LATER, MUCH_LATER = 60, timedelta(hours=1)
JOURNEYS = ("checkout", "sign-in")
TIER = timedelta(minutes=5)
STARTS = timedelta(seconds=15)
"""From when a run begins until the first timer is due: by then the bot is ready."""
DONE_BEFORE = ("half:*", "undelivered:*")
"""What would have been due before."""
FIRED = "SELECT due_at, fired_at FROM timer WHERE kind = 'escalate' AND state = 'fired' ORDER BY due_at"
PATIENCE = 180.0
LATE = "late by, 99 of 100"
LAST = "1,000 due at once: the last has fired"
ROWS = (LATE, LAST)
REFERENCE = "a poll each second of a table with the same timers, written here"
MISSED = {
    LATE: "half of them are less than 5 ms late; one in some thirty falls due while the one writer saves what has come "
    "of the page before, and waits for that commit.",
    LAST: "each of the thousand is a decision about an incident of its own, with what follows from it: a dozen "
    "statements in a savepoint of its own, so that none can take another down with it. That takes some milliseconds "
    "of one processor; 250 ms for a thousand would leave a quarter of one.",
}


async def measure() -> list[Line]:
    """Measure on SQLite files; takes about two minutes."""
    late, last, polled = [], [], []
    with tempfile.TemporaryDirectory() as kept:
        await fill(Path(kept))
        for _ in range(RUNS):
            (each, once), waited = await asyncio.gather(one_run(Path(kept)), polling())
            late.append(percentile(each, 99))
            last.append(once)
            polled.append(percentile(waited, 99))
    return [
        Line(what=LATE, measured=late, reference=polled, ratio=0.05),
        Line(what=LAST, measured=last, worst=0.250),
    ]


def dues(first: datetime) -> list[datetime]:
    """When the timers are due that are measured one by one."""
    return [first + number * EVERY for number in range(WARM + ONE_BY_ONE)]


async def fill(folder: Path) -> None:
    """Write a database of a company that is in trouble: a thousand incidents whose first tier ends soon."""
    directory = parse(COMPANY.read_bytes(), COMPANY.name, {}, NIGHT).directory
    render = Texts(ROOT / "templates").render
    by = Who(name="ana", user="U0ANA")
    ends = [*dues(NIGHT + STARTS), *[NIGHT + STARTS + AFTER] * AT_ONCE, *[NIGHT + MUCH_LATER] * LATER]
    async with file_store(folder, clock=FakeClock(NIGHT)) as store:
        for journey, end in zip(cycle(JOURNEYS), ends, strict=False):
            declare = partial(declared, directory=directory, render=render, by=by, journey=journey, now=end - TIER)
            await store.write(declare)
        await store.write(lambda tx: tx.save(Change(withdraw=("*",), cancel=DONE_BEFORE)))
        counted = await store.read(lambda tx: tx.figures(NIGHT))
        assert counted.timers_pending >= PENDING, counted


def declared(tx: Tx, directory: Directory, render: Render, by: Who, journey: str, now: datetime) -> None:
    """Declare one incident."""
    declare_in(tx, directory, render, Declare(by=by, journey=journey, words="Requests fail"), now)


async def one_run(kept: Path) -> tuple[list[float], float]:
    """How late each of the first timers fired, and the last of the thousand, in seconds."""
    with tempfile.TemporaryDirectory() as folder:
        copyfile(kept / "tocsin.db", Path(folder) / "tocsin.db")
        async with a_field(Path(folder), anew=True, moves=False) as here:
            await here.start()
            assert not here.rows(FIRED), "the machine is too busy: timers were due before the bot was ready"
            async with asyncio.timeout(PATIENCE):
                while len(here.rows(FIRED)) < WARM + ONE_BY_ONE + AT_ONCE:
                    await pause(EVERY.total_seconds())
            late = [(moment(fired) - moment(due)).total_seconds() for due, fired in here.rows(FIRED)]
            await here.stop()
    return late[WARM : WARM + ONE_BY_ONE], max(late[WARM + ONE_BY_ONE :])


def moment(kept: object) -> datetime:
    """A moment as SQLite keeps it."""
    return datetime.fromisoformat(str(kept)).replace(tzinfo=UTC)


async def polling() -> list[float]:
    """How late timers are, due at the same pace, when somebody looks for them each second."""
    table = sqlite3.connect(":memory:")
    table.execute("CREATE TABLE timer (due REAL, fired REAL)")
    table.execute("CREATE INDEX due ON timer (due) WHERE fired IS NULL")
    watch = Stopwatch()
    soon = [1 + number * EVERY.total_seconds() for number in range(ONE_BY_ONE)]
    later = repeat(3600.0, PENDING)
    table.executemany("INSERT INTO timer (due) VALUES (?)", [(due,) for due in (*soon, *later)])
    while watch.seconds() < soon[-1]:
        await pause(1)
        now = watch.seconds()
        table.execute("UPDATE timer SET fired = ? WHERE fired IS NULL AND due <= ?", (now, now))
    late = [fired - due for due, fired in table.execute("SELECT due, fired FROM timer WHERE fired IS NOT NULL")]
    table.close()
    return late
