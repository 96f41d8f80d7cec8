"""A restart after a long night: a thousand timers of many incidents are overdue; how soon each has fired."""

import tempfile
from pathlib import Path

from tests.bench.figures import Line, Stopwatch
from tests.faults.test_overdue import INCIDENTS, MORNING, TIMERS_EACH, slept_through, still_due
from tests.scenarios.world import world

TITLE = "A restart with a thousand overdue timers"
RUNS = 3
FIRED_WITHIN = 5.0
PATIENCE = 60.0
FIRED = f"{INCIDENTS * TIMERS_EACH:,} overdue timers: the last has fired, from ready"
ROWS = (FIRED,)
MISSED = {
    FIRED: "each timer is a decision about an incident, with what follows from it, in a dozen statements of its own; "
    "what fires sets messages going, and the outbox that sends them shares the processor."
}


async def measure() -> list[Line]:
    """Measure on a SQLite file; takes about half a minute."""
    return [
        Line(
            what=FIRED,
            measured=[await one_run() for _ in range(RUNS)],
            worst=FIRED_WITHIN,
        )
    ]


async def one_run() -> float:
    """Seconds from a ready bot until nothing is due."""
    with tempfile.TemporaryDirectory() as folder:
        await slept_through(Path(folder))
        async with world(Path(folder), start=MORNING) as here:
            watch = Stopwatch()
            await here.slack.until(lambda: not still_due(here), timeout=PATIENCE, why="everything overdue to fire")
            return watch.seconds()
