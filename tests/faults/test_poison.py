"""Rows that can never be carried out: one that breaks Tocsin, one whose person is gone. Nothing beside them waits."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import text

from bot.domain.change import Change
from bot.domain.effects import Card, Outgoing, ShowCard
from bot.domain.incident import RoomKind
from bot.domain.outgoing import room_stream
from tests.scenarios.world import World, world
from tests.size import DATABASES, FULL, address_of

POISONED = 5 if FULL else 2
ATTEMPTS = 5
DEAD_WITHIN = timedelta(minutes=15)
"""Each attempt is looked for in the channel before the next, and a channel may be looked through every 10 s."""
DEAD = text("SELECT count(*) FROM outbox WHERE state = 'dead' AND failures = :attempts")


@pytest.mark.parametrize("database", DATABASES)
async def test_rows_that_cannot_be_rendered_end_before_peoples_eyes_and_hold_nothing_up(
    tmp_path: Path,
    database: str,
    request: pytest.FixtureRequest,
    record_property: Callable[[str, object], None],
) -> None:
    record_property("row", "24")
    record_property("on", database)
    async with world(tmp_path, postgres=address_of(database, request)) as here:
        await here["ana"].command("/incident declare sev1 checkout Poisoned", channel="general")
        await here.settled()
        before = len(here["ana"].dms)
        behind = room_stream(1, RoomKind.WAR_ROOM)
        rows = [poison(f"poison:{number}", f"poison:{number}") for number in range(POISONED - 1)]
        await here.bot.store.write(lambda tx: tx.save(Change(outgoing=(*rows, poison("poison:room", behind)))))
        began = here.clock.now
        await here["ana"].command("/incident declare sev1 checkout A neighbour", channel="general")
        await here.slack.until(lambda: len(here["maya"].dms) == 2, why="the neighbour's page, while no time passes")
        on_time = here.clock.now - began
        await here["maya"].command("/incident log Behind it", channel=(await here.war_room()).name)

        while dead(here) < POISONED:
            assert here.clock.now - began < DEAD_WITHIN
            await here.later(seconds=1)
        took = here.clock.now - began

        told = [dm.text for dm in here["ana"].dms[before:] if "a fault in Tocsin" in dm.text]
        assert told, "whoever declared is told of what the war room cannot show"
        record = await here.bot.store.read(lambda tx: tx.timeline(1))
        assert any("a fault in Tocsin" in str(event.said) for event in record)
        assert await here.bot.store.read(lambda tx: tx.figures(here.clock.now).unknown) == 0
    record_property(
        "shown",
        f"{POISONED} rows that break their rendering: each dead after {ATTEMPTS} attempts, {took.seconds} s, and told; "
        f"the page of another incident left {on_time.seconds} s after it was wanted",
    )


@pytest.mark.parametrize("database", DATABASES)
async def test_whoever_is_gone_from_slack_costs_no_time_and_the_room_reads_it(
    tmp_path: Path,
    database: str,
    request: pytest.FixtureRequest,
    record_property: Callable[[str, object], None],
) -> None:
    record_property("row", "24")
    record_property("on", database)
    async with world(tmp_path, postgres=address_of(database, request)) as here:
        here["maya"].user.deleted = True
        began = here.clock.now
        await here["ana"].command("/incident declare sev1 checkout Cards are declined", channel="general")
        await here.slack.until(lambda: bool(here["leon"].dms), why="the next person's page, while no time passes")
        took = here.clock.now - began
        await here.settled()
        room = [message.plain for message in (await here.war_room()).messages]
        assert any("could not be paged" in line and here["maya"].id in line for line in room), room
        attempts = sum(call.args.get("channel") == here["maya"].id for call in here.slack.calls("chat.postMessage"))
        assert attempts <= ATTEMPTS
    record_property(
        "shown",
        f"a page for somebody deleted in Slack: {attempts} attempt, the next person paged {took.seconds} s later, and "
        "the war room reads it",
    )


def poison(name: str, stream: str) -> Outgoing:
    """A card whose key names no update, as no rule of ours makes it: rendering it breaks."""
    return Outgoing(id=name, stream=stream, effect=ShowCard(incident=1, card=Card.COPY_BLOCK, key=name))


def dead(here: World) -> int:
    """How many rows have ended after as many attempts as they get."""
    with here.database.connect() as connection:
        return int(connection.execute(DEAD, {"attempts": ATTEMPTS - 1}).scalar() or 0)
