"""Limits that replicas share: together they ask no more than one may, in a database that is really there, or not."""

import asyncio
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from itertools import count
from typing import Self

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.domain.effects import Priority
from bot.slack.limits import Allowance, Budget, Limits
from bot.slack.shared_limits import Neighbourhood, SharedLimits
from bot.store.budget_tables import SlackBudgetRow
from bot.store.budgets import PostgresBudgets
from bot.store.engines import open_autocommitting, read_url
from bot.store.part import table_of
from bot.store.tables import Row

WHOLE, EACH = Budget(burst=6, per_second=0.5), Budget(burst=3, per_second=0.25)
BUDGETS = {"post": Allowance(whole=WHOLE, each=EACH), "list": Allowance(whole=Budget(burst=1, per_second=0.1))}
NOWHERE = "postgresql://postgres@127.0.0.1:1/none"


class Town:
    """Replicas on one database, each with limits and a connection of its own, and the clock that all go by."""

    def __init__(self, url: str, replicas: int = 2, budgets: Mapping[str, Allowance] = BUDGETS) -> None:
        self.now = 1_795_000_000.0
        self.alive = replicas
        self.budgets = [PostgresBudgets(read_url(url)) for _ in range(replicas)]
        self.limits = [
            SharedLimits(
                Limits(lambda: self.now, budgets),
                Neighbourhood(
                    budgets=shared,
                    clock=lambda: datetime.fromtimestamp(self.now, UTC),
                    seconds=lambda: self.now,
                    alive=lambda: self.alive,
                ),
            )
            for shared in self.budgets
        ]
        self._rows = count()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        for budgets in self.budgets:
            await budgets.close()

    async def take(self, replica: int, method: str = "post", place: str = "C1", **more: Priority) -> float:
        """Have a replica ask for a call of a row that never asked before."""
        priority = more.get("priority", Priority.NORMAL)
        return await self.limits[replica].take(method, f"row{next(self._rows)}", priority, place)


@pytest.fixture
def database(fresh_postgres: str) -> str:
    engine = open_autocommitting(read_url(fresh_postgres))
    Row.metadata.create_all(engine, tables=[table_of(SlackBudgetRow)])
    engine.dispose()
    return fresh_postgres


async def test_a_channels_burst_is_one_for_all_replicas(database: str) -> None:
    async with Town(database) as town:
        assert [await town.take(turn % 2) for turn in range(3)] == [0, 0, 0]
        for replica in (0, 1):
            assert await town.take(replica) == pytest.approx(4, abs=0.1)
            assert await town.take(replica, place="C2") == 0


async def test_of_many_that_ask_at_once_the_burst_goes_and_nobody_waits_in_a_circle(database: str) -> None:
    async with Town(database, replicas=4) as town:
        asked = [town.take(number % 4, place=f"C{number % 3}") for number in range(48)]
        waits = await asyncio.gather(*asked)
        assert waits.count(0) == WHOLE.burst


async def test_when_a_place_has_nothing_left_nothing_is_counted_on_the_method(database: str) -> None:
    async with Town(database) as town:
        for _ in range(3):
            await town.take(0)
        assert await town.take(1) > 0
        assert [await town.take(1, place="C2") for _ in range(3)] == [0, 0, 0], "the method's six are not used up"


async def test_who_is_turned_away_by_the_others_keeps_its_turn(database: str) -> None:
    async with Town(database, budgets={"list": BUDGETS["list"]}) as town:
        assert await town.take(0, "list") == 0
        first, second = town.limits[1], "later"
        wait = await first.take("list", "first", Priority.NORMAL)
        assert wait == pytest.approx(10, abs=0.1)
        assert await first.take("list", second, Priority.NORMAL) == pytest.approx(20, abs=0.1)
        town.now += wait
        assert await first.take("list", second, Priority.NORMAL) > 0
        assert await first.take("list", "first", Priority.NORMAL) == 0


async def test_what_a_page_waits_for_is_not_taken_by_another_replicas_update(database: str) -> None:
    async with Town(database) as town:
        for _ in range(3):
            await town.take(0)
        wait = await town.limits[1].take("post", "page", Priority.PAGE, "C1")
        town.now += wait
        assert await town.take(0) > 0
        assert await town.limits[1].take("post", "page", Priority.PAGE, "C1") == 0
        town.now += 60
        assert await town.take(0) == 0


async def test_a_retry_after_told_to_one_holds_for_all(database: str) -> None:
    async with Town(database) as town:
        await town.limits[0].block("post", 30)
        for replica in (0, 1):
            assert await town.take(replica, priority=Priority.PAGE) == pytest.approx(30, abs=0.1)
        assert await town.take(1, "list") == 0
        town.now += 31
        assert await town.take(1) == 0


async def test_alone_nobody_is_asked(caplog: pytest.LogCaptureFixture) -> None:
    async with Town(NOWHERE) as town:
        town.alive = 1
        assert [await town.take(0) for _ in range(3)] == [0, 0, 0]
        assert await town.take(0) > 0
    assert not caplog.messages, "no trouble with a database that is not there"


async def test_what_was_used_alone_is_told_when_another_comes(database: str) -> None:
    async with Town(database) as town:
        town.alive = 1
        for _ in range(3):
            assert await town.take(0) == 0
        town.alive = 2
        assert await town.take(0, place="C2") == 0
        assert await town.take(1) > 0
        assert [await town.take(1, place="C2") for _ in range(2)] == [0, 0]
        assert await town.take(1, place="C3") > 0, "six in all"


async def test_without_the_database_each_replica_keeps_to_its_share_and_nothing_waits_for_it(
    caplog: pytest.LogCaptureFixture,
) -> None:
    async with Town(NOWHERE) as town:
        taken = [await town.take(replica) for replica in (0, 1) for _ in range(6)]
        assert taken.count(0) == 4, "burst of three, two of them for each"
        assert len(caplog.messages) == 2, "each replica asked once"
        town.now += 60
        assert await town.take(0) == 0


async def test_a_clock_that_was_far_ahead_holds_nobody_up(database: str) -> None:
    async with Town(database) as town:
        await town.limits[1].block("list", 5)
        for _ in range(3):
            await town.take(0)
        town.now -= 3600
        assert await town.take(1) == pytest.approx(4, abs=0.1)
        assert await town.take(0, "list") == pytest.approx(10, abs=0.1)


NUMBERS: Iterator[int] = count()
ASKED = st.tuples(st.integers(0, 2), st.sampled_from(["C1", "C2"]), st.sampled_from(Priority), st.floats(0, 5))


@given(st.lists(ASKED, min_size=1, max_size=30))
@settings(
    max_examples=12,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],  # each example has a method of its own
)
def test_together_replicas_never_exceed_a_budget(database: str, asked: list[tuple[int, str, Priority, float]]) -> None:
    method = f"post{next(NUMBERS)}"

    async def ask() -> None:
        async with Town(database, replicas=3, budgets={method: BUDGETS["post"]}) as town:
            began, through = town.now, {"C1": 0, "C2": 0}
            for replica, place, priority, pause in asked:
                town.now += pause
                through[place] += await town.take(replica, method, place, priority=priority) == 0
                passed = town.now - began + 0.001
                assert sum(through.values()) <= WHOLE.burst + passed * WHOLE.per_second
                assert through[place] <= EACH.burst + passed * EACH.per_second

    asyncio.run(ask())
