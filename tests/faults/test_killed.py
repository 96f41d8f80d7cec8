"""kill -9 at any point of a declaration, then a new start: everything arrives, and arrives once.

Checkpoints are passed before and after every commit and every call. They are counted, not listed: declarations are
killed at one point after the other until one gets through unharmed. The points of a quick run lie ever further apart;
with FAULTS=full in the environment each point is tried. Nobody answers a page meanwhile, and nothing falls due.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from itertools import count, takewhile
from pathlib import Path

import pytest

from tests.faults.declared import as_declared, copies
from tests.faults.process import Field, a_field
from tests.faults.storm import patient_company, with_company
from tests.scenarios.world import UNHURRIED
from tests.size import FULL, PATIENT, address_of

STRANDS = 4
"""Runs side by side, each with every so-manieth point."""
QUICK = {("SQLite", 0): (2, 24), ("SQLite", 1): (10, 36)}
RUNS = [(on, strand) for on in ("SQLite", "PostgreSQL") for strand in range(STRANDS)] if FULL else list(QUICK)
BEYOND = 1000
RECONCILED = 45
"""Seconds after the restart within which everything has arrived."""


@dataclass(slots=True, kw_only=True)
class Tally:
    """What a run of kills has come to."""

    killed_at: list[int] = field(default_factory=list)
    lost: list[str] = field(default_factory=list)
    doubled: list[str] = field(default_factory=list)

    def add(self, point: int, found: tuple[list[str], list[str]]) -> None:
        """Count one declaration that was killed at `point`."""
        self.killed_at.append(point)
        self.lost += [f"killed at {point}: {what}" for what in found[0]]
        self.doubled += [f"killed at {point}: {what}" for what in found[1]]

    def __str__(self) -> str:
        """Say what a run has shown."""
        points = f"{self.killed_at[0]} to {self.killed_at[-1]}" if self.killed_at else "none"
        return (
            f"kill -9 at {len(self.killed_at)} points of a declaration ({points}): "
            f"{len(self.lost)} lost, {len(self.doubled)} doubled"
        )


def points(on: str, strand: int) -> Iterable[int]:
    """The points that a strand tries, in order."""
    return takewhile(lambda point: point < BEYOND, count(strand + 1, STRANDS)) if FULL else QUICK[on, strand]


@pytest.mark.parametrize(("on", "strand"), RUNS)
async def test_killed_while_declaring_everything_arrives_once(
    request: pytest.FixtureRequest, tmp_path: Path, on: str, strand: int, record_property: Callable[[str, object], None]
) -> None:
    record_property("row", "1")
    record_property("on", on)
    tally = Tally()
    database = address_of(on, request) or ""
    async with a_field(tmp_path, "http" if strand % 2 else "socket", database, anew=False) as here:
        here.slack.delivery.ack_seconds = UNHURRIED
        with_company(here, patient_company())
        await here.start()
        await here.declare("Nothing disturbs this")
        await here.settle()
        whole = as_declared(here, 1, "Nothing disturbs this")
        assert sum(whole.messages.values()) >= 5
        for number, point in enumerate(points(on, strand), start=2):
            words = f"Killed at point {point} of all"
            if not await declared_and_killed(here, point, words):
                break
            tally.add(point, as_declared(here, number, words).compared(whole))
        assert not [row for row, copy in copies(here).items() if copy > 1]
        assert await here.stop() == 0
    record_property("shown", str(tally))
    assert not tally.lost, tally
    assert not tally.doubled, tally
    assert len(tally.killed_at) >= 2, tally


async def declared_and_killed(here: Field, point: int, words: str) -> bool:
    """Declare, be killed, start again, declare again if nothing was saved; False if nothing killed it in time."""
    before = here.rows("SELECT count(*) FROM incident")
    here.kill_at(point)
    await here.declare(words)

    def through() -> bool:
        return here.settled() and here.rows("SELECT count(*) FROM incident") != before

    await here.slack.until(lambda: here.killed or through(), timeout=PATIENT, why=f"the kill at {point}, or the end")
    killed = here.killed
    if not killed:
        await here.kill()
    await here.start_again()
    if here.rows("SELECT count(*) FROM incident") == before:
        await here.declare(words)
    here.move_clock(RECONCILED)
    await here.settle()
    return killed
