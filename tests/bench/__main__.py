"""`make bench`: every benchmark, its table, docs/performance.md, and exit 1 when a target is missed.

`python -m tests.bench NAME …` runs those alone, and leaves the page as it is.
"""

import asyncio
import sys
from collections.abc import Sequence
from types import ModuleType

from aiohttp import ClientError

from bot.services.ports import Unavailable
from tests.bench import alerts, declaring, footprint, idle, overdue, slow_slack, status_site, timers, workspaces
from tests.bench.page import PAGE, Measured, of_this_run, written

LONGEST = 300.0
"""Seconds that one may take."""
BENCHES = (declaring, slow_slack, idle, alerts, timers, overdue, footprint, status_site, workspaces)


async def run(names: Sequence[str]) -> bool:
    """Run and show them; tells whether every target was met."""
    this_run = of_this_run()
    measured = []
    for bench in BENCHES:
        if not names or name_of(bench) in names:
            each = await measured_by(bench)
            measured.append(each)
            sys.stdout.write(f"\n{each.section()}")
            sys.stdout.flush()
    if not names:
        PAGE.write_text(written(PAGE.read_text(encoding="utf-8"), this_run, measured), encoding="utf-8")
    return all(each.met for each in measured)


async def measured_by(bench: ModuleType) -> Measured:
    """Run one. What breaks it is told in its place, so that a night's run does not end with the first."""
    against = getattr(bench, "REFERENCE", "")
    try:
        async with asyncio.timeout(LONGEST):
            lines = await bench.measure()
    except (AssertionError, ClientError, OSError, TimeoutError, Unavailable) as trouble:
        why = f"{type(trouble).__name__} {trouble}".splitlines()[0]
        return Measured(title=bench.TITLE, against=against, why={}, broke=why, rows=bench.ROWS)
    return Measured(title=bench.TITLE, against=against, lines=lines, why=bench.MISSED)


def name_of(bench: ModuleType) -> str:
    """The word by which a benchmark is asked for."""
    return bench.__name__.rpartition(".")[2]


if __name__ == "__main__":
    sys.exit(0 if asyncio.run(run(sys.argv[1:])) else 1)
