"""Slack carries calls out long after they were given up, sent again and done: the extra copies are gone in time."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from bot.sandbox.jsons import JsonObject
from bot.sandbox.webapi.arguments import Arguments
from tests.faults.away import at_rest, pass_time, rows
from tests.faults.declared import copies_in, row_of
from tests.scenarios.world import World, world
from tests.size import DATABASES, FULL, PATIENT, address_of

INCIDENTS = 3 if FULL else 1
LATE = timedelta(seconds=30)
"""Ten seconds for which the bot itself waits for an answer, and twenty after it has given up: past the lease."""
GONE_WITHIN = 90
POST = "chat.postMessage"


@dataclass(slots=True, kw_only=True)
class Late:
    """Takes the first attempt at every message, resets the connection, and carries it out when its time has come."""

    here: World
    on_their_way: dict[str, tuple[datetime, JsonObject]] = field(default_factory=dict)
    landed: list[str] = field(default_factory=list)
    most: int = 0

    def strikes(self, args: JsonObject) -> bool:
        row = row_of(args)
        first = row not in self.on_their_way
        self.on_their_way.setdefault(row, (self.here.clock.now, dict(args)))
        return first

    def land(self) -> None:
        """Carry out what is due by the bot's clock."""
        for row, (tried_at, args) in self.on_their_way.items():
            if row not in self.landed and self.here.clock.now - tried_at >= LATE:
                answer = self.here.slack.web_api.run(POST, self.here.slack.bot_token, Arguments(args))
                assert answer["ok"], answer
                self.landed.append(row)
        self.most = max(self.most, *copies_in(self.here.slack).values(), 0)

    @property
    def on_their_way_since(self) -> datetime:
        return min(tried_at for tried_at, _ in self.on_their_way.values())

    @property
    def all_landed(self) -> bool:
        return len(self.landed) == len(self.on_their_way)


@pytest.mark.parametrize("database", DATABASES)
async def test_what_lands_after_it_was_sent_again_is_there_twice_for_a_moment_only(
    tmp_path: Path,
    database: str,
    request: pytest.FixtureRequest,
    record_property: Callable[[str, object], None],
) -> None:
    record_property("row", "6")
    record_property("on", database)
    async with world(tmp_path, postgres=address_of(database, request)) as here:
        late = Late(here=here)
        here.clock.on_move(late.land)  # what is due lands at its moment, however far the clock is put at once
        fault = here.slack.faults.add(POST, "reset", when=late.strikes)
        for number in range(INCIDENTS):
            await here["ana"].command(f"/incident declare sev1 checkout Late {number}", channel="general")
        await here.slack.until(lambda: bool(late.on_their_way), why="the first message is tried")
        while not (late.all_landed and await at_rest(here) == (0, 0, 0)):
            assert here.clock.now - late.on_their_way_since < timedelta(minutes=10), "it never comes to rest"
            await pass_time(here, 1, step=1)
        fault.times = 0
        twice = sum(count > 1 for count in copies_in(here.slack).values())

        # A look at what is there is taken when its time has come, so time passes as it does, and not at once.
        for _ in range(GONE_WITHIN // 5):
            await pass_time(here, 5, step=5)
            await here.slack.until(lambda: not looking_due(here), timeout=PATIENT, why="every second look that is due")
        await here.slack.changed.wait_for(lambda: max(copies_in(here.slack).values()) == 1, 10)
        await here.settled()

        copies = copies_in(here.slack)
        left = [row for row, count in copies.items() if count > 1]
        missing = [row for row in late.on_their_way if not copies[row]]
        record_property(
            "shown",
            f"{len(late.landed)} messages landed {LATE.seconds} s after their first try, when all stood already: "
            f"{late.most} copies of one at most; {twice} were there twice after the last had landed, {len(left)} "
            f"{GONE_WITHIN} s later; {len(missing)} lost",
        )
        assert len(late.landed) >= 5
        assert late.most == 2
        assert not left, left
        assert not missing, missing
        assert await at_rest(here) == (0, 0, 0)


def looking_due(here: World) -> bool:
    """Whether a message was to be looked at once more by the second before this."""
    later = rows(here, "SELECT verify_at FROM outbox WHERE verify_at IS NOT NULL")
    return any(str(at)[:19] < f"{here.clock.now:%Y-%m-%d %H:%M:%S}" for (at,) in later)
