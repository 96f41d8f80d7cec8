"""Slack answers everything with 429 and Retry-After for two minutes: it is obeyed to the second, and pages go first."""

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from itertools import pairwise
from pathlib import Path

import pytest

from bot.sandbox.jsons import JsonObject
from tests.faults.away import at_rest, pass_time
from tests.faults.declared import copies_in, row_of
from tests.scenarios.world import World, world
from tests.size import DATABASES, FULL, address_of

INCIDENTS = 5 if FULL else 2
LIMITED_FOR = 125
RETRY_AFTER = 30
POST = "chat.postMessage"


@dataclass(slots=True, kw_only=True)
class Calls:
    """When each method was called, by the bot's clock, and for which messages."""

    here: World
    moments: dict[str, list[datetime]] = field(default_factory=lambda: defaultdict(list))
    posts: list[tuple[datetime, str]] = field(default_factory=list)

    def note_from_now_on(self) -> None:
        """Note every call of every method that the bot has ever called, and of those that it calls for an incident."""
        known = {call.method for call in self.here.slack.calls()} | {POST, "conversations.create", "users.info"}
        for method in known:
            self.here.slack.faults.add(method, "latency", when=self._noting(method))

    def _noting(self, method: str) -> Callable[[JsonObject], bool]:
        def noted(args: JsonObject) -> bool:
            now = self.here.clock.now
            self.moments[method].append(now)
            if method == POST:
                self.posts.append((now, row_of(args)))
            return False

        return noted

    def too_early(self) -> list[str]:
        """The calls made while Slack had asked to wait; those that were on their way together count as one."""
        return [
            f"{method} after {(later - earlier).total_seconds():g} s"
            for method, moments in self.moments.items()
            for earlier, later in pairwise(moments)
            if 0 < (later - earlier).total_seconds() < RETRY_AFTER
        ]


@pytest.mark.parametrize("database", DATABASES)
async def test_two_minutes_of_429_are_waited_out_and_pages_go_first(
    tmp_path: Path,
    database: str,
    request: pytest.FixtureRequest,
    record_property: Callable[[str, object], None],
) -> None:
    record_property("row", "3")
    record_property("on", database)
    async with world(tmp_path, postgres=address_of(database, request)) as here:
        await here["ana"].command("/incident declare sev1 checkout Before it", channel="general")
        await here.settled()
        calls = Calls(here=here)
        calls.note_from_now_on()
        here.slack.faults.add("*", "429", retry_after=RETRY_AFTER)
        for number in range(INCIDENTS):
            await here["ana"].command(f"/incident declare sev1 checkout Trouble {number}", channel="general")
        await here.slack.until(lambda: bool(calls.posts), why="the first page is tried")
        await pass_time(here, LIMITED_FOR, step=1 if FULL else 5)
        limited, early = sum(map(len, calls.moments.values())), calls.too_early()
        assert not here.bot.breaker.is_open, "a Slack that says wait is there"

        here.slack.faults.clear()
        calls.note_from_now_on()
        tried = len(calls.posts)
        await here.later(minutes=2)

        after = calls.posts[tried:]
        paged = [at for at, row in after if row.startswith(("page:", "bundle:"))]
        doubled = [row for row, count in copies_in(here.slack).items() if count > 1]
        waiting = await at_rest(here)
        pages = sum(dm.buttons().count("Acknowledge") for dm in here["maya"].dms)
        record_property(
            "shown",
            f"{limited} calls met 429 in {LIMITED_FOR} s, {len(early)} of them before Slack allowed it; then "
            f"{pages - 1} pages of {INCIDENTS} at the first moment at which anything was posted; "
            f"{sum(waiting)} lost, {len(doubled)} doubled",
        )
        assert not early, early
        assert max(paged) == min(at for at, _ in after), "no page waits for anything else"
        assert pages == INCIDENTS + 1
        assert waiting == (0, 0, 0)
        assert not doubled, doubled
