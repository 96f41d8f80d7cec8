"""Somebody acknowledges while the page is on its way to somebody else: what arrives reads acknowledged at once."""

from collections.abc import Callable
from datetime import timedelta
from functools import partial
from pathlib import Path

import pytest

from bot.sandbox.jsons import as_text
from tests.faults.away import at_rest, rows
from tests.scenarios.world import World, world
from tests.size import DATABASES, FULL, PATIENT, address_of

TIMES = 8 if FULL else 1
WITHIN = timedelta(seconds=5)
HELD = "held"
ANSWERS = {HELD: "still to come", "5xx_stored": "503, though it was taken"}
POST = "chat.postMessage"
TO_VERIFY = "SELECT count(*) FROM outbox WHERE verify_at IS NOT NULL"


@pytest.mark.parametrize("database", DATABASES)
@pytest.mark.parametrize("fault", ANSWERS)
async def test_a_page_that_arrives_after_it_was_acknowledged_says_so(
    tmp_path: Path,
    database: str,
    fault: str,
    request: pytest.FixtureRequest,
    record_property: Callable[[str, object], None],
) -> None:
    record_property("row", "22")
    record_property("on", database)
    slowest = timedelta(0)
    async with world(tmp_path, postgres=address_of(database, request)) as here:
        for number in range(1, TIMES + 1):
            begin(here, fault)
            answer = await here["ana"].command(f"/incident declare sev1 checkout Number {number}", channel="general")
            assert not answer.error
            await here.slack.until(partial(on_its_way, here, number), why="the page to be on its way")
            room = f"inc-{number}-number-{number}"
            taken = await here["ana"].command("/incident ack", channel=room)
            assert "is yours" in taken.text, taken
            began = here.clock.now
            here.slack.faults.clear()
            while not reads_acknowledged(here, number):
                assert here.clock.now - began <= WITHIN, here.slack.described()
                if not await here.slack.changed.wait_for(partial(reads_acknowledged, here, number), 1.0):
                    here.clock.advance(1)
            slowest = max(slowest, here.clock.now - began)
            # The page is looked at once more, and a channel may be looked through every 10 s.
            await here.later(seconds=40)
            await here.slack.until(lambda: rows(here, TO_VERIFY) == [(0,)], timeout=PATIENT, why="that second look")
            await here.later(seconds=20)
        await here.later(minutes=1)
        assert await at_rest(here) == (0, 0, 0)
        assert len(here["maya"].dms) == TIMES
    record_property(
        "shown",
        f"{TIMES} pages acknowledged by somebody else while they were on their way (the answer: {ANSWERS[fault]}): "
        f"each read acknowledged {slowest.total_seconds():g} s later at most by the bot's clock, none was there twice",
    )


def begin(here: World, fault: str) -> None:
    """From now on Slack does not answer the page; whether it has taken it is another matter."""
    if fault == HELD:
        here.slack.faults.hold(POST)
    else:
        here.slack.faults.add(POST, fault, times=1, when=lambda args: as_text(args.get("channel")) == here["maya"].id)


def on_its_way(here: World, number: int) -> bool:
    """Whether Slack has received this incident's page, and Ana is in its war room."""
    paged = sum(as_text(call.args.get("channel")) == here["maya"].id for call in here.slack.calls(POST))
    room = next((each for each in here.slack.channels if each.name == f"inc-{number}-number-{number}"), None)
    return paged >= number and room is not None and here["ana"].id in room.members


def reads_acknowledged(here: World, number: int) -> bool:
    """Whether the page of this incident is there, and nothing of it asks for an answer any more."""
    pages = [dm for dm in here["maya"].dms if f"INC-{number}" in dm.plain]
    return bool(pages) and all("Acknowledge" not in dm.buttons() and "acknowledged" in dm.plain.lower() for dm in pages)
