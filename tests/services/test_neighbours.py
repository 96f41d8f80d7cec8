"""Several replicas on one database: each knows how many there are, and one does what one does for all."""

from collections.abc import AsyncIterator
from datetime import timedelta

import pytest

from bot.domain.replica import ALIVE_FOR
from bot.services.housekeeping import Housekeeping
from bot.services.neighbours import SEEN_EVERY, Neighbours, only_on_duty
from bot.services.ports import Unavailable
from tests.services.desks import Office, an_office

PRUNE = "prune"


@pytest.fixture
async def here() -> AsyncIterator[Office]:
    async with an_office() as opened:
        yield opened


def replicas(here: Office, *names: str) -> list[Neighbours]:
    return [Neighbours(here.desk, name, shared=True) for name in names]


async def look(here: Office, *each: Neighbours) -> None:
    here.clock.advance(SEEN_EVERY)
    for one in each:
        await one.look()


async def test_each_counts_those_that_are_alive(here: Office) -> None:
    first, second = replicas(here, "first", "second")
    await look(here, first, second)
    assert (first.alive, second.alive) == (1, 2)
    await look(here, first, second)
    assert (first.alive, second.alive) == (2, 2)

    await second.leave()
    await look(here, first)
    assert first.alive == 1, "one that stops is not waited for"


async def test_one_that_was_killed_is_not_counted_for_long_and_its_chores_are_taken_over(here: Office) -> None:
    first, second = replicas(here, "first", "second")
    await look(here, first, second)
    assert (first.on_duty, second.on_duty) == (True, False)

    for _ in range(ALIVE_FOR // SEEN_EVERY):
        assert not second.on_duty
        await look(here, second)

    assert (second.alive, second.on_duty) == (1, True)
    assert not first.on_duty, "should it be no more than frozen"


async def test_who_stops_hands_its_chores_over_at_the_next_look(here: Office) -> None:
    first, second = replicas(here, "first", "second")
    await look(here, first, second)
    await first.leave()
    await look(here, second)

    assert second.on_duty


async def test_a_clock_that_is_moved_kills_nobody(here: Office) -> None:
    first, second = replicas(here, "first", "second")
    for step in (0, 8 * 3600, -9 * 3600):
        here.clock.advance(timedelta(seconds=step))
        await look(here, first, second)
        await look(here, first, second)
        assert (first.alive, second.alive) == (2, 2)
        assert [first.on_duty, second.on_duty].count(True) == 1


async def test_alone_on_its_own_database_a_process_is_on_duty_and_says_nothing(here: Office) -> None:
    alone = Neighbours(here.desk, "alone", shared=False)
    await alone.look()
    await alone.leave()

    assert (alone.alive, alone.on_duty) == (1, True)
    assert await here.desk.store.read(lambda tx: tx.replicas()) == ()


async def test_a_look_is_taken_by_whoever_is_on_duty_alone(here: Office) -> None:
    taken: list[str] = []
    first, second = replicas(here, "first", "second")

    async def look_of(name: str) -> None:
        taken.append(name)

    looks = [only_on_duty(one, lambda name=name: look_of(name)) for one, name in ((first, "first"), (second, "second"))]  # type: ignore[misc]
    await look(here, first, second)
    for each in looks:
        await each()
    await first.leave()
    await look(here, second)
    await looks[1]()

    assert taken == ["first", "second"]


async def test_what_comes_round_everywhere_is_done_once(here: Office) -> None:
    done: list[str] = []
    first, second, houses = two_houses(here, done)
    await look(here, first, second)
    for house in houses:
        house.come_round(PRUNE)
    for house in (*houses, *houses):
        await house.look()
    assert done == ["first"]

    await first.leave()
    await look(here, second)
    await houses[1].look()
    assert done == ["first"], "it knows what the first has done"

    here.clock.advance(timedelta(days=1))
    await look(here, second)
    houses[1].come_round(PRUNE)
    await houses[1].look()
    assert done == ["first", "second"]


async def test_what_came_round_as_its_doer_died_is_done_by_another(here: Office) -> None:
    done: list[str] = []
    first, second, houses = two_houses(here, done)
    await look(here, first, second)
    for house in houses:
        house.come_round(PRUNE)
    await houses[1].look()
    assert done == []

    for _ in range(ALIVE_FOR // SEEN_EVERY):
        await look(here, second)
    await houses[1].look()
    assert done == ["second"]


async def test_what_could_not_be_done_is_tried_at_the_next_look(here: Office) -> None:
    tried: list[int] = []

    async def prune() -> None:
        tried.append(1)
        if len(tried) == 1:
            raise Unavailable("The database cannot be used now.")

    house = Housekeeping(here.desk, Neighbours(here.desk, "alone", shared=False), {PRUNE: prune})
    house.come_round(PRUNE)
    with pytest.raises(Unavailable):
        await house.look()
    await house.look()
    await house.look()

    assert len(tried) == 2


def two_houses(here: Office, done: list[str]) -> tuple[Neighbours, Neighbours, list[Housekeeping]]:
    """Two replicas that note in `done` who has pruned."""
    first, second = replicas(here, "first", "second")

    async def prune(name: str) -> None:
        done.append(name)

    houses = [
        Housekeeping(here.desk, one, {PRUNE: lambda name=name: prune(name)})  # type: ignore[misc]
        for one, name in ((first, "first"), (second, "second"))
    ]
    return first, second, houses
