"""Timers: due once, cancelled by prefix, moved, set again; and the figures that say whether the engine keeps up."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.domain.change import Change
from bot.domain.effects import Priority
from bot.domain.page import PageState
from bot.services.figures import Invariant
from bot.services.ports import Remote
from bot.store.store import SqlStore
from tests.store.samples import LEASE, NOW, incident, line, page, timer

MINUTE = timedelta(minutes=1)


@pytest.fixture(autouse=True)
async def _an_incident(store: SqlStore) -> None:
    await save(store, Change(incident=incident()))


async def save(store: SqlStore, change: Change) -> None:
    await store.write(lambda tx: tx.save(change))


async def due(store: SqlStore, minutes: float = 0) -> list[str]:
    timers = await store.read(lambda tx: tx.due_timers(NOW + minutes * MINUTE, 100))
    return [one.id for one in timers]


async def test_what_is_due_comes_in_the_order_in_which_it_was_due(store: SqlStore) -> None:
    await save(store, Change(timers=(timer("b", NOW + MINUTE), timer("a", NOW), timer("c", NOW + 2 * MINUTE))))

    assert await due(store, 1.5) == ["a", "b"]
    assert await store.read(lambda tx: tx.earliest_timer()) == NOW


async def test_a_timer_fires_once(store: SqlStore) -> None:
    await save(store, Change(timers=(timer("a"),)))

    assert await store.write(lambda tx: tx.fire("a", NOW))
    assert not await store.write(lambda tx: tx.fire("a", NOW))
    assert await due(store) == []


async def test_cancelling_ends_what_begins_so_and_a_change_cancels_before_it_sets(store: SqlStore) -> None:
    await save(store, Change(timers=(timer("esc:1:1:0:0"), timer("esc:1:1:0:1"), timer("esc:12:1:0:0"), timer("x"))))
    await save(store, Change(cancel=("esc:1:*", "x"), timers=(timer("esc:1:2:0:0"),)))

    assert await due(store) == ["esc:12:1:0:0", "esc:1:2:0:0"]
    assert not await store.write(lambda tx: tx.fire("esc:1:1:0:0", NOW))


async def test_setting_a_pending_timer_moves_it(store: SqlStore) -> None:
    await save(store, Change(timers=(timer("a", NOW + MINUTE),)))
    await save(store, Change(timers=(timer("a", NOW + 5 * MINUTE),)))

    assert await due(store, 2) == []
    assert await due(store, 5) == ["a"]


async def test_a_timer_that_fired_is_set_again_for_a_later_moment_only(store: SqlStore) -> None:
    await save(store, Change(timers=(timer("archive:1"),)))
    await store.write(lambda tx: tx.fire("archive:1", NOW))

    await save(store, Change(timers=(timer("archive:1"),)))
    assert await due(store, 60) == []
    await save(store, Change(timers=(timer("archive:1", NOW + MINUTE),)))
    assert await due(store, 60) == ["archive:1"]


async def test_a_timer_whose_duty_broke_is_put_off_without_moving_when_it_was_due(store: SqlStore) -> None:
    await save(store, Change(timers=(timer("a"), timer("b", NOW + 9 * MINUTE))))

    broken = [await store.write(lambda tx: tx.retry_timer("a", "why", lambda n: NOW + n * MINUTE)) for _ in range(2)]

    assert broken == [1, 2]
    assert await due(store, 1) == []
    assert await store.read(lambda tx: tx.earliest_timer()) == NOW + 2 * MINUTE
    (late,) = await store.read(lambda tx: tx.due_timers(NOW + 2 * MINUTE, 9))
    assert late.due_at == NOW


async def test_a_timer_comes_back_as_it_was_set(store: SqlStore) -> None:
    whole = replace(timer("a", page=1), fence=3, about="public")
    await save(store, Change(pages=(page(),), timers=(whole,)))

    assert await store.read(lambda tx: tx.due_timers(NOW, 9)) == (whole,)


async def test_a_page_that_waits_without_a_timer_is_counted(store: SqlStore) -> None:
    asked = timer("esc:1:1:0:0", NOW + MINUTE, page=1)
    await save(store, Change(pages=(page(1), page(2), page(3, state=PageState.ACKNOWLEDGED)), timers=(asked,)))

    assert await store.read(lambda tx: tx.figures(NOW).pages_without_timer) == 1
    await save(store, Change(cancel=("esc:1:*",)))
    assert await store.read(lambda tx: tx.figures(NOW).pages_without_timer) == 2


async def test_the_figures_say_what_waits_and_what_is_late(store: SqlStore) -> None:
    rows = (line("page", "p", priority=Priority.PAGE), line("a", "a"), line("b", "a"), line("lost", "l"))
    await save(store, Change(outgoing=rows, timers=(timer("late"), timer("soon", NOW + MINUTE))))
    now = NOW + timedelta(seconds=31)
    taken = {row.outgoing.id: row for row in await store.write(lambda tx: tx.claim(NOW, 9, LEASE))}
    await store.write(lambda tx: tx.mark_unknown(taken["lost"], now, "reset"))
    await store.write(lambda tx: tx.mark_sent(taken["page"], Remote(channel="C1", ts=""), NOW))
    await store.write(lambda tx: tx.release(taken["a"], NOW + timedelta(seconds=5), "429"))

    figures = await store.read(lambda tx: tx.figures(now))

    assert figures.ready_by_priority == ((int(Priority.NORMAL), 2),)
    assert figures.oldest_ready == ((int(Priority.NORMAL), NOW),)
    assert (figures.unknown, figures.oldest_unknown, figures.dead) == (1, NOW, 0)
    assert (figures.timers_pending, figures.timers_overdue, figures.earliest_timer) == (2, 1, NOW)
    assert figures.sent_without_ts == 1
    later = await store.read(lambda tx: tx.figures(NOW + 5 * MINUTE + timedelta(seconds=1)))
    assert (figures.long_unknown, later.long_unknown) == (0, 1)
    assert later.invariants == {
        Invariant.PAGE_WITHOUT_TIMER: 0,
        Invariant.TIMER_OVERDUE: 2,
        Invariant.LONG_UNKNOWN: 1,
        Invariant.SENT_WITHOUT_TS: 1,
    }
