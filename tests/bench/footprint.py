"""What the bot takes of a machine: memory after a thousand incidents, and the time from its start until it is ready.

Of the thousand, every twentieth has channels, pages and a clock, and the others are a single customer's. Ready means
that `/readyz` says so: the database migrated and written to, Slack connected. The start is that of a bot that was there
before, with those incidents in its database.
"""

import asyncio
import tempfile
from pathlib import Path

from tests.bench.beside import answered, free_port, served
from tests.bench.figures import Line, Stopwatch, Unit, pause
from tests.faults.process import Field, Process, a_field
from tests.scenarios.world import COMPANY

TITLE = "Memory and start"
RUNS = 3
INCIDENTS, AT_ONCE, EVERY = 1000, 8, 20
JOURNEYS = 100
SETTLES_WITHIN = 120.0
LOOKS_EVERY = 0.2
FACTS = "owner: checkout, policy: standard, pain: Nobody can order, customers_see: Some orders fail, severity: SEV1"
MEMORY = "memory after 1,000 incidents"
START = "from start to ready"
ROWS = (MEMORY, START)
REFERENCE = "a process with the same libraries that serves `/healthz` and does no more"
MISSED = {
    MEMORY: "a sixth more than the bare process is Tocsin's own four hundred modules; the rest is what a thousand "
    "incidents leave in use: compiled statements and templates, and memory that Python does not give back.",
    START: "the difference is Tocsin's own four hundred modules, whose values and tables are classes made at import, "
    "and reading a directory of a hundred journeys; the database and Slack are a tenth of the start.",
}


async def measure() -> list[Line]:
    """Measure both in turn; takes about two minutes."""
    memory, start, bare_memory, bare_start = [], [], [], []
    for run in range(RUNS + 1):
        async with served("tests.bench.bare", "/healthz") as bare:
            if run:  # in the first its modules were compiled
                bare_start.append(bare.seconds)
                bare_memory.append(await megabytes(bare.running.pid))
    with tempfile.TemporaryDirectory() as folder:
        async with a_field(Path(folder), anew=True, moves=False) as here:
            here.more.update(LIMITS_TIMES="1000", DIRECTORY=str(a_large_company(Path(folder))))
            for run in range(RUNS):
                await here.start()
                await declare_many(here, run * INCIDENTS)
                memory.append(await megabytes(pid_of(here)))
                await here.stop()
                start.append(await started(here))
                await here.stop()
    return [
        Line(what=MEMORY, measured=memory, reference=bare_memory, ratio=1.3, unit=Unit.MEGABYTES),
        Line(what=START, measured=start, reference=bare_start, ratio=1.5),
    ]


async def declare_many(here: Field, begin: int) -> None:
    """Declare a thousand, numbered from `begin`, some at a time, and wait until all that they need is done."""
    ana = here.people["ana"]
    for first in range(begin, begin + INCIDENTS, AT_ONCE):
        some = range(first, first + AT_ONCE)
        lines = [f"/incident declare {severity(each)} shop-{each % JOURNEYS} Number {each}" for each in some]
        answers = await asyncio.gather(*(ana.command(line, channel="general") for line in lines))
        refused = [answer.error or answer.text[:200] for answer in answers if "is declared" not in answer.text]
        assert not refused, refused
    async with asyncio.timeout(SETTLES_WITHIN):
        while not here.settled():
            await pause(LOOKS_EVERY)


def a_large_company(folder: Path) -> Path:
    """Write the company of the stories with a hundred journeys more."""
    file = folder / "directory.yml"
    more = "".join(f"  shop-{each}: {{{FACTS}, name: Shop {each}}}\n" for each in range(JOURNEYS))
    file.write_text(COMPANY.read_text(encoding="utf-8").replace("\nrules:", f"{more}\nrules:"), encoding="utf-8")
    return file


def severity(number: int) -> str:
    """Mostly a single customer's trouble; each twentieth is an outage."""
    return "sev4" if number % EVERY else "sev1"


async def started(here: Field) -> float:
    """Start the bot again; seconds until it is ready."""
    port = free_port()
    environ = {**here.environ(), "PORT": str(port)}
    watch = Stopwatch()
    here.process = await Process.begin(here.folder, environ, here.folder / "log-again", anew=True)
    await answered(port, "/readyz")
    return watch.seconds()


def pid_of(here: Field) -> int:
    """The process of the bot."""
    assert here.process is not None
    return here.process.running.pid


async def megabytes(pid: int) -> float:
    """What a process keeps in memory."""
    words = ("ps", "-o", "rss=", "-p", str(pid))
    asked = await asyncio.create_subprocess_exec(*words, stdout=asyncio.subprocess.PIPE)
    said, _ = await asked.communicate()
    return int(said) / 1024
