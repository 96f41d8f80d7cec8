"""`make bench`: every benchmark, its table, and exit 1 when a target is missed."""

import asyncio
import sys

from tests.bench import overdue, slow_slack, status_site, workspaces
from tests.bench.figures import show

BENCHES = (slow_slack, overdue, status_site, workspaces)


async def run() -> bool:
    """Run and show them all; tells whether every target was met."""
    met = True
    for bench in BENCHES:
        lines = await bench.measure()
        show(bench.TITLE, lines)
        met = met and all(line.met for line in lines)
    return met


if __name__ == "__main__":
    sys.exit(0 if asyncio.run(run()) else 1)
