"""A copy taken under load, and everything else lost: the copy is put in the database's place as the documentation says.

Then a new process goes on: what was running runs, and what has become due since fires once.
"""

import asyncio
from collections.abc import Callable
from pathlib import Path

import pytest

from bot.store.backup import back_up
from tests.faults.process import Field, a_field

FIVE_MINUTES = 300
LOAD = 2
BESIDE = ("tocsin.db", "tocsin.db-wal", "tocsin.db-shm")


@pytest.mark.full_size
async def test_a_copy_taken_under_load_is_restored_and_a_new_process_goes_on(
    tmp_path: Path, record_property: Callable[[str, object], None]
) -> None:
    async with a_field(tmp_path) as here:
        await here.start()
        await here.declare("Cards are declined")
        await here.settle()

        declaring = asyncio.gather(*(here.declare(f"Meanwhile {number}") for number in range(LOAD)))
        await asyncio.to_thread(back_up, f"sqlite:///{tmp_path / 'tocsin.db'}", tmp_path / "copy.db")
        await declaring
        await here.settle()
        await here.declare("After the copy")
        await here.settle()
        await here.slack.until(lambda: not here.slack.delivery.under_way, why="every event to be taken")
        assert await here.stop() == 0

        lost = tmp_path / "lost"
        lost.mkdir()
        for name in BESIDE:
            if (tmp_path / name).exists():
                (tmp_path / name).rename(lost / name)
        (tmp_path / "copy.db").rename(tmp_path / "tocsin.db")
        before = here.rows("SELECT body FROM incident")
        here.move_clock(FIVE_MINUTES)
        await here.start()
        await here.slack.until(lambda: pages(here, "leon") >= len(before), timeout=20, why="the tiers that were due")
        await here.settle()

        assert 1 <= len(before) <= 1 + LOAD, "a moment between two commits"
        assert not [body for (body,) in before if "After the copy" in str(body)]
        assert pages(here, "leon") == len(before), "each once"
        assert here.rows("SELECT id FROM outbox WHERE state IN ('failed', 'dead')") == []
        assert not (await here.declare("It goes on")).ack.error
        await here.settle()
        assert len(here.rows("SELECT 1 FROM incident")) == len(before) + 1
        assert await here.stop() == 0
    record_property("shown", f"restored a copy of {len(before)} incidents made under load; a new process went on")


def pages(here: Field, person: str) -> int:
    """How many pages somebody has got."""
    return sum("Why you" in message.plain for message in here.people[person].dms)
