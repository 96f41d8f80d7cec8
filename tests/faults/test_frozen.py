"""A loop that hangs, since a write never ends: whoever asks is told, and no heartbeat is heard outside."""

import threading
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from tests.faults.outages import (
    SENTENCE,
    Outage,
    begun,
    doubled,
    events_not_taken_are_expected,
    logged,
    pages_of,
    timed,
)
from tests.scenarios.test_heartbeats import a_switch, pass_seconds
from tests.scenarios.world import HURRIED, world
from tests.size import DATABASES, address_of

RED_WITHIN = 15.0
A_LITTLE = 5.0
"""Seconds that the last cycle before it, and the asking, may take."""


class Hanging:
    """A checkpoint that nothing passes while it hangs."""

    def __init__(self) -> None:
        self._free = threading.Event()
        self._free.set()
        self.reached = threading.Event()

    def __call__(self, point: str) -> None:
        if point == "before commit" and not self._free.is_set():
            self.reached.set()
            self._free.wait()

    @asynccontextmanager
    async def in_use(self) -> AsyncIterator[None]:
        """Let go at the end, whatever happens: the bot could not stop otherwise."""
        try:
            yield
        finally:
            self.let_go()

    def hang(self) -> None:
        self._free.clear()

    def let_go(self) -> None:
        self._free.set()


@pytest.mark.parametrize("database", DATABASES)
async def test_when_a_write_never_ends_healthz_turns_red_and_the_heartbeat_stops(
    tmp_path: Path,
    database: str,
    request: pytest.FixtureRequest,
    record_property: Callable[[str, object], None],
) -> None:
    postgres = address_of(database, request)
    disk = Hanging()
    async with (
        a_switch() as (switch, address),
        world(
            tmp_path, postgres=postgres, settings={"HEARTBEAT_URL": address}, checkpoint=disk, patience=HURRIED
        ) as here,
        disk.in_use(),
    ):
        await begun(here)
        outage = Outage(here=here, switch=switch)
        disk.hang()
        here.clock.advance(5 * 60)
        await timed(disk.reached.is_set, 5, "the engine to hang")
        heard = switch.beats
        pass_seconds(here, 60)

        told = await outage.log_line("During the hang")
        assert SENTENCE.search(told), "it hangs, or another waits for it in vain"
        status, answer = await outage.alert()
        assert (status, bool(SENTENCE.search(str(answer)))) == (503, True)

        def sweep_stands_still() -> bool:
            return any(reason.startswith("sweep has not completed a cycle") for reason in here.bot.alive())

        red = await timed(sweep_stands_still, RED_WITHIN + A_LITTLE, "the silence to be noticed")
        assert await outage.status("healthz") == 503
        assert switch.beats == heard

        disk.let_go()
        late = await timed(lambda: pages_of(here, "leon"), 10, "the next tier to be paged")
        await timed(lambda: not here.bot.alive(), 5, "the loops to come round again")
        await outage.well_again()
        await here.settled()
        assert len(await logged(here, "During the hang")) <= 1
        assert pages_of(here, "leon") == 1
        assert not doubled(here)
        events_not_taken_are_expected(here)
    record_property("row", "27")
    record_property("on", database)
    record_property(
        "shown",
        f"a write that never ends: /healthz red {red:.1f} s after a command and an alert had been answered that it is "
        f"not known, no heartbeat; let go, the due page left {late:.1f} s after",
    )
