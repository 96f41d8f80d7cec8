"""Replicas and leases, on both databases."""

import asyncio
import threading
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from bot.domain.change import Change
from bot.domain.replica import ALIVE_FOR, living
from bot.services.ports import Tx, Unavailable
from bot.store.store import SqlStore, open_store
from tests.fakes.clock import FakeClock
from tests.fakes.store import ignore_commits
from tests.store.samples import NOW, incident

SECOND = timedelta(seconds=1)
TERM = timedelta(seconds=15)


async def test_a_replica_is_known_until_it_stops_and_alive_while_it_is_seen(store: SqlStore) -> None:
    def seen(tx: Tx) -> None:
        tx.note_replica("a", NOW, NOW, 0.0)
        tx.note_replica("b", NOW + SECOND, NOW + SECOND, 0.0)
        tx.note_replica("a", NOW, NOW + ALIVE_FOR, -90.5)

    await store.write(seen)
    first, second = await store.read(lambda tx: tx.replicas())
    assert (first.id, first.started_at, first.seen_at, first.clock_offset) == ("a", NOW, NOW + ALIVE_FOR, -90.5)
    assert (second.id, second.clock_offset) == ("b", 0.0)
    assert living((first, second), NOW + ALIVE_FOR) == (first, second)
    assert living((first, second), NOW + ALIVE_FOR + SECOND) == (first,)

    await store.write(lambda tx: tx.drop_replica("a"))
    assert [replica.id for replica in await store.read(lambda tx: tx.replicas())] == ["b"]


async def test_one_long_unseen_is_forgotten_by_the_others(store: SqlStore) -> None:
    await store.write(lambda tx: tx.note_replica("killed", NOW, NOW, 0.0))
    await store.write(lambda tx: tx.note_replica("other", NOW, NOW + timedelta(hours=2), 0.0))

    assert [replica.id for replica in await store.read(lambda tx: tx.replicas())] == ["other"]


async def test_a_lease_has_one_holder_until_it_ends_or_is_given_back(store: SqlStore) -> None:
    async def take(holder: str, seconds: float) -> bool:
        now = NOW + timedelta(seconds=seconds)
        return await store.write(lambda tx: tx.take_lease("chores", holder, now, TERM))

    assert await take("a", 0)
    assert not await take("b", 1)
    assert not await take("b", -1), "though its clock is a little behind"
    assert await take("a", 10)
    assert not await take("b", 20)
    assert await take("b", 25)
    assert not await take("a", 26)

    await store.write(lambda tx: tx.drop_replica("b"))
    assert await take("a", 27)
    assert await take("b", -3600), "what was taken until long from now was taken by a clock that has been set right"


async def test_when_a_chore_was_done_last_is_kept(store: SqlStore) -> None:
    assert await store.read(lambda tx: tx.chore_done_at("prune")) is None
    for at in (NOW, NOW + SECOND):
        await store.write(lambda tx, at=at: tx.note_chore("prune", "a", at))  # type: ignore[misc]
        assert await store.read(lambda tx: tx.chore_done_at("prune")) == at


async def test_the_databases_clock_goes_on_within_a_transaction(fresh_postgres: str) -> None:
    store = open_store(fresh_postgres, ignore_commits, clock=FakeClock())
    await store.start()
    before, after = await store.read(lambda tx: (tx.database_time(), tx.database_time()))
    await store.close()

    assert before.tzinfo is not None
    assert before < after


def test_postgres_alone_is_shared(fresh_postgres: str, tmp_path: Path) -> None:
    urls = (fresh_postgres, f"sqlite:///{tmp_path / 'tocsin.db'}")
    assert [open_store(url, ignore_commits, clock=FakeClock()).shared for url in urls] == [True, False]


async def test_a_replica_frozen_in_the_middle_of_saving_keeps_the_others_out_for_a_few_seconds_only(
    fresh_postgres: str,
) -> None:
    begun, reached, thawed = threading.Event(), threading.Event(), threading.Event()

    def freezes(point: str) -> None:
        if point == "before commit" and begun.is_set():
            reached.set()
            thawed.wait()

    frozen = open_store(fresh_postgres, ignore_commits, clock=FakeClock(), checkpoint=freezes)
    other = open_store(fresh_postgres, ignore_commits, clock=FakeClock())
    await frozen.start()
    await other.start()
    await frozen.write(lambda tx: tx.save(Change(incident=incident())))
    begun.set()
    saving = asyncio.create_task(frozen.write(renamed("By the one that froze")))
    assert await asyncio.to_thread(reached.wait, 10)
    try:
        async with asyncio.timeout(25):
            while not await saved(other, renamed("By another")):
                assert not saving.done()
    finally:
        thawed.set()
    with pytest.raises(Unavailable, match="whether it was saved is not known"):
        await saving
    found = await other.read(lambda tx: tx.incident(1))
    assert found is not None
    assert found.words == "By another"
    await frozen.close()
    await other.close()


def renamed(words: str) -> Callable[[Tx], None]:
    """An operation that gives the incident other words."""

    def rename(tx: Tx) -> None:
        found = tx.incident(1)
        assert found is not None
        tx.save(Change(incident=replace(found, words=words)))

    return rename


async def saved(store: SqlStore, operation: Callable[[Tx], None]) -> bool:
    """Whether it could be saved now."""
    try:
        await store.write(operation)
    except Unavailable:
        return False
    return True
