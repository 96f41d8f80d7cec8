"""Replicas replaced one after the other while people declare: each exits with 0, and nobody notices."""

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.faults.process import Field, a_field
from tests.faults.storm import Storm, balance, patient_company
from tests.size import FULL

REPLICAS = 3 if FULL else 1
AT_ONCE = 5 if FULL else 3
WITHIN = 8 * AT_ONCE
"""One of so many calls is what a process is stopped at."""
TEN_MINUTES = 600
LATE = 2.0 if FULL else 30.0
STOPS_WITHIN = 15.0 if FULL else 60.0
"""Seconds; `make test` has the machine for itself less often."""
PENDING = "SELECT count(*) FROM timer WHERE kind = 'clock_due' AND state = 'pending'"
NOT_SAID = "SELECT count(*) FROM outbox WHERE id LIKE '%:due' AND state <> 'sent'"
LATEST = (
    "SELECT count(*), max(extract(epoch FROM fired_at - due_at))::float FROM timer "
    "WHERE kind = 'clock_due' AND state = 'fired' AND id NOT LIKE 'clock:1:%'"
)


@pytest.mark.full_size
async def test_replicas_replaced_one_after_the_other_under_load_lose_and_double_nothing(
    tmp_path: Path, fresh_postgres: str, record_property: Callable[[str, object], None]
) -> None:
    record_property("row", "26")
    record_property("on", "PostgreSQL")
    async with a_field(tmp_path, database=fresh_postgres) as here:
        storm = Storm(here=here, company=patient_company(first="10s"), spoils=False)
        await storm.begin(REPLICAS)
        for number in range(REPLICAS):
            await storm.start()
            storm.declare(AT_ONCE)
            assert await storm.stop_first(number, WITHIN, STOPS_WITHIN) == 0
        await storm.declared()
        timers, lateness = await when_all_are_due(here)
        here.move_clock(TEN_MINUTES)
        await storm.at_rest()
        storm.forgive_slowness()
        found = balance(storm)
    record_property(
        "shown",
        f"{REPLICAS} of {REPLICAS} replicas stopped by SIGTERM amid {AT_ONCE} declarations and replaced, exit 0 within "
        f"{STOPS_WITHIN:g} s; {timers} timers at most {lateness:.1f} s late: "
        f"{len(found.lost)} lost, {len(found.doubled)} doubled",
    )
    assert not found.lost, found.lost
    assert not found.doubled, found.doubled
    assert timers >= found.incidents
    assert lateness <= LATE


async def when_all_are_due(here: Field) -> tuple[int, float]:
    """Wait in real time until the first word of each incident was due; how many were, and the latest in seconds."""
    await here.slack.until(lambda: here.rows(PENDING) == [(0,)], timeout=120, why="the first words to be due")
    ((timers, lateness),) = here.rows(LATEST)
    # Once it is overdue a reminder that has not left yet is withdrawn for one that says so.
    await here.slack.until(lambda: here.rows(NOT_SAID) == [(0,)], timeout=120, why="the reminders to be sent")
    assert isinstance(timers, int)
    assert isinstance(lateness, float)
    return timers, lateness
