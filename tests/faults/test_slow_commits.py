"""A disk that takes 100 ms for every commit: many people press at once, and Slack has an answer for each in time.

They press the same button of the same incident, which is the worst that they can do: each changes what the others have
just read.
"""

import asyncio
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from bot.domain.people import Contact
from bot.sandbox.client import Person
from bot.services.ports import Tx
from tests.scenarios.world import HURRIED, World, world
from tests.size import FULL, address_of

ROUNDS = 10 if FULL else 1
AT_ONCE = 50 if FULL else 8
COMMIT_TAKES = 0.1
SLACK_WAITS = 3.0


class SlowDisk:
    """A checkpoint at which each commit takes its time, while it is told to."""

    def __init__(self) -> None:
        self.slow = False
        self._never = threading.Event()

    def __call__(self, point: str) -> None:
        if self.slow and point == "before commit":
            self._never.wait(COMMIT_TAKES)


@pytest.mark.parametrize("database", ["SQLite", "PostgreSQL"])
async def test_all_who_press_at_once_are_answered_in_time_while_every_commit_is_slow(
    tmp_path: Path,
    database: str,
    request: pytest.FixtureRequest,
    record_property: Callable[[str, object], None],
) -> None:
    postgres = address_of(database, request)
    disk, took = SlowDisk(), list[float]()
    async with world(tmp_path, postgres=postgres, checkpoint=disk, patience=HURRIED) as here:
        crowd = [here.slack.add_person(f"p{n}", email=f"p{n}@acme.test", real_name=f"P {n}") for n in range(AT_ONCE)]
        if not FULL:
            await met_before(here, crowd)
        for number in range(1, ROUNDS + 1):
            await here["ana"].command(f"/incident declare sev1 checkout Number {number}", channel="general")
            await here.settled()
            card = here.card(await here.war_room(number))
            disk.slow = True
            answers = await asyncio.gather(*(each.click(card, "I'm helping") for each in crowd))
            disk.slow = False
            assert {answer.ack.error for answer in answers} == {""}
            assert all(f"You are helping with INC-{number}" in answer.plain for answer in answers)
            took += [answer.ack.seconds for answer in answers]
            helping = {who.user for who in (await here.incident(number)).responders}
            assert helping >= {each.id for each in crowd}, "each of them is on record"
            if number < ROUNDS:
                await here.settled()
    record_property("row", "9")
    record_property("on", database)
    record_property(
        "shown",
        f"{len(took)} presses, {AT_ONCE} at once on one incident, each commit {COMMIT_TAKES * 1000:.0f} ms slow: "
        f"the slowest was answered after {max(took):.1f} s, 0 lost",
    )
    assert max(took) < SLACK_WAITS


async def met_before(here: World, crowd: list[Person]) -> None:
    """Have them known, as those are who did something before."""

    def note(tx: Tx) -> None:
        for each in crowd:
            tx.save_contact(Contact(user=each.id, name=each.user.name))

    await here.bot.store.write(note)
