"""A storm: kill -9 again and again, replicas frozen in mid-send, Slack's answers faulty. All is there, and once.

With FAULTS=full in the environment it is a thousand incidents, half of them on each database; else a handful.
"""

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.faults.process import a_field
from tests.faults.storm import Balance, Storm, balance
from tests.faults.weather import SEED
from tests.size import FULL

INCIDENTS = 5 if FULL else 2
"""For each kill on SQLite, twice as many for each kill and freeze on PostgreSQL: all kills together see a thousand."""
KILLS = 100 if FULL else 2
REPLICAS = 3 if FULL else 2
ROUNDS = 50 if FULL else 1
"""On PostgreSQL, each with one kill and one freeze."""
TO_A_KILL = (30 if FULL else 20) * INCIDENTS
"""One of so many calls is what a process is killed at. An incident takes some 30, and half as many more in a storm.

So a process is killed before it has done all, and what it leaves is more and more: none waits for something to do.
"""
TO_A_FREEZE = 8


@pytest.mark.full_size
async def test_one_process_killed_again_and_again_loses_and_doubles_nothing(
    tmp_path: Path, record_property: Callable[[str, object], None]
) -> None:
    record_property("row", "2")
    record_property("on", "SQLite")
    async with a_field(tmp_path, anew=False) as here:
        storm = Storm(here=here)
        await storm.begin()
        for number in range(KILLS):
            storm.declare(INCIDENTS)
            await storm.kill_one(number, TO_A_KILL)
        found = await calm_after(storm)
    record_property("shown", told(storm, found))
    assert_whole(found)


async def test_replicas_killed_and_frozen_in_mid_send_lose_and_double_nothing(
    tmp_path: Path, fresh_postgres: str, record_property: Callable[[str, object], None]
) -> None:
    record_property("row", "2")
    record_property("row", "16")
    record_property("on", "PostgreSQL")
    async with a_field(tmp_path, database=fresh_postgres, anew=False) as here:
        storm = Storm(here=here)
        await storm.begin(REPLICAS)
        for number in range(ROUNDS):
            storm.declare(2 * INCIDENTS)
            await storm.freeze_one(number, TO_A_FREEZE)
            storm.type_again()
            await storm.kill_one(number, TO_A_KILL)
        found = await calm_after(storm)
    record_property("shown", told(storm, found))
    assert_whole(found)


async def calm_after(storm: Storm) -> Balance:
    """What is there when the storm is over and everything has come to rest."""
    await storm.declared()
    storm.weather.end()
    await storm.at_rest()
    storm.forgive_slowness()
    return balance(storm)


def told(storm: Storm, found: Balance) -> str:
    """A storm and what came of it, in a sentence."""
    frozen = f", {storm.freezes} freezes in mid-send past the lease" if storm.freezes else ""
    processes = f"{len(storm.replicas)} processes" if len(storm.replicas) > 1 else "one process"
    return (
        f"{found.incidents} incidents, {processes}, {storm.kills} kills{frozen}, {storm.weather} "
        f"(seed {SEED}): {len(found.lost)} lost, {len(found.doubled)} doubled"
    )


def assert_whole(found: Balance) -> None:
    assert not found.lost, "lost:\n" + "\n".join(found.lost[:50]) + "\ndoubled:\n" + "\n".join(found.doubled[:50])
    assert not found.doubled, "doubled:\n" + "\n".join(found.doubled[:50])
