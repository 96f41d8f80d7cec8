"""The outbox's rows: who may go, in which order, under whose lease, and who may say how it ended."""

import asyncio
from dataclasses import replace
from datetime import timedelta
from operator import methodcaller

import pytest
from sqlalchemy import create_engine, text

from bot.domain.change import Change
from bot.domain.effects import Outgoing, Priority
from bot.services.ports import Claimed, Remote
from bot.store.engines import read_url
from bot.store.store import SqlStore
from tests.store.samples import LEASE, NOW, incident, line

THERE = Remote(channel="C1", ts="1.1")
LATER = NOW + timedelta(seconds=31)


async def put(store: SqlStore, *rows: Outgoing, withdraw: tuple[str, ...] = ()) -> None:
    await store.write(lambda tx: tx.save(Change(outgoing=rows, withdraw=withdraw)))


async def claim(store: SqlStore, seconds: float = 0, limit: int = 100) -> dict[str, Claimed]:
    now = NOW + timedelta(seconds=seconds)
    claimed = await store.write(lambda tx: tx.claim(now, limit, LEASE))
    return {row.outgoing.id: row for row in claimed}


async def end(store: SqlStore, row: Claimed) -> bool:
    return await store.write(lambda tx: tx.mark_sent(row, THERE, NOW))


async def test_a_stream_goes_one_row_at_a_time_and_streams_do_not_wait_for_each_other(store: SqlStore) -> None:
    await put(store, line("a1", "a"), line("a2", "a"), line("b1", "b"))

    first = await claim(store)
    assert list(first) == ["a1", "b1"]
    assert await claim(store) == {}
    await end(store, first["a1"])
    assert list(await claim(store)) == ["a2"]


async def test_pages_go_first_and_may_be_asked_for_alone(store: SqlStore) -> None:
    page = line("page", "p", priority=Priority.PAGE)
    await put(store, line("low", "l", priority=Priority.LOW), line("normal", "n"), page)

    only = await store.write(lambda tx: tx.claim(NOW, 9, LEASE, least=Priority.PAGE))
    assert [row.outgoing.id for row in only] == ["page"]
    assert list(await claim(store)) == ["normal", "low"]


async def test_a_row_waits_until_all_that_it_names_have_ended_well_or_badly(store: SqlStore) -> None:
    await put(store, line("rooms", "1"), line("card", "2"), line("pin", "3", after=("rooms", "card", "unheard of")))

    first = await claim(store)
    assert list(first) == ["rooms", "card"]
    await end(store, first["rooms"])
    assert await claim(store) == {}
    await store.write(lambda tx: tx.mark_failed(first["card"], "is_archived", dead=False))
    assert list(await claim(store)) == ["pin"]


async def test_a_row_saved_twice_goes_once(store: SqlStore) -> None:
    await put(store, line("a"))
    await put(store, line("a", "elsewhere"))

    (claimed,) = (await claim(store)).values()
    await end(store, claimed)
    await put(store, line("a"))
    assert await claim(store) == {}


async def test_of_edits_that_wait_only_the_last_goes(store: SqlStore) -> None:
    await put(store, *(line(f"edit:{n}", "e", collapse="card") for n in (1, 2)))
    await put(store, line("edit:3", "e", collapse="card"), line("other", "o", collapse="another"))

    assert list(await claim(store)) == ["edit:3", "other"]


async def test_an_edit_asked_for_while_one_is_on_its_way_goes_after_it(store: SqlStore) -> None:
    await put(store, line("edit:1", "e", collapse="card"))
    (first,) = (await claim(store)).values()
    await put(store, line("edit:1", "e", collapse="card"))

    assert await claim(store) == {}
    await end(store, first)
    (second,) = (await claim(store)).values()
    assert second.outgoing.id != first.outgoing.id


async def test_an_edit_given_back_after_a_later_one_was_asked_for_ends(store: SqlStore) -> None:
    await put(store, line("edit:1", "e", collapse="card"))
    (first,) = (await claim(store)).values()
    await put(store, line("edit:2", "e", collapse="card"))

    assert await store.write(lambda tx: tx.release(first, NOW, "rate limited"))

    assert list(await claim(store)) == ["edit:2"]


async def test_what_is_withdrawn_before_it_went_never_goes(store: SqlStore) -> None:
    await put(store, line("page:7:1:0:0:U1", "a"), line("page:7:1:0:1:U2", "b"), line("page:70:1:0:0:U3", "c"))
    await put(store, line("told", "d"), withdraw=("page:7:*",))

    assert list(await claim(store)) == ["page:70:1:0:0:U3", "told"]


async def test_what_is_withdrawn_in_flight_ends_when_it_is_given_back(store: SqlStore) -> None:
    await put(store, line("page", "a"))
    (claimed,) = (await claim(store)).values()
    await put(store, withdraw=("page",))

    assert await store.write(lambda tx: tx.release(claimed, NOW, "rate limited"))

    assert await claim(store, seconds=60) == {}


async def test_a_row_given_back_goes_again_at_its_time_and_not_before(store: SqlStore) -> None:
    await put(store, line("a"))
    (claimed,) = (await claim(store)).values()
    await store.write(lambda tx: tx.release(claimed, NOW + timedelta(seconds=30), "429"))

    assert await store.read(lambda tx: tx.next_claimable(NOW)) == NOW + timedelta(seconds=30)
    assert await claim(store, seconds=29) == {}
    (again,) = (await claim(store, seconds=30)).values()
    assert (again.attempts, again.unknown, again.failures) == (2, False, 0)
    assert again.first_sent_at == NOW


async def test_a_lease_that_ran_out_is_claimed_as_unknown_and_its_holder_is_fenced_out(store: SqlStore) -> None:
    await put(store, line("a"))
    (dead,) = (await claim(store)).values()

    assert await claim(store, seconds=29) == {}
    (alive,) = (await claim(store, seconds=30)).values()

    assert alive.unknown
    assert alive.fence > dead.fence
    assert not await end(store, dead)
    assert not await store.write(lambda tx: tx.release(dead, NOW, "late"))
    assert await end(store, alive)
    assert not await end(store, alive)
    assert await store.read(lambda tx: tx.sent("a")) == THERE


async def test_an_unknown_row_is_claimed_as_unknown_when_it_is_to_be_looked_up(store: SqlStore) -> None:
    await put(store, line("a"), line("behind"))
    (claimed,) = (await claim(store)).values()
    await store.write(lambda tx: tx.mark_unknown(claimed, NOW + timedelta(seconds=2), "reset", broke=True))

    assert await claim(store, seconds=1) == {}
    (again,) = (await claim(store, seconds=2)).values()
    assert (again.outgoing.id, again.unknown, again.failures) == ("a", True, 1)


async def test_only_a_row_that_was_once_unknown_is_verified_after_it_is_sent(store: SqlStore) -> None:
    await put(store, line("sure", "s"), line("doubtful", "d"))
    claimed = await claim(store)
    await store.write(lambda tx: tx.mark_unknown(claimed["doubtful"], NOW, "reset"))
    claimed |= await claim(store)
    for row in claimed.values():
        assert await store.write(methodcaller("mark_sent", row, THERE, NOW, verify_at=LATER))

    assert await store.write(lambda tx: tx.claim_checks(NOW, 9, LEASE)) == ()
    (check,) = await store.write(lambda tx: tx.claim_checks(LATER, 9, LEASE))
    assert (check.outgoing.id, check.sent) == ("doubtful", THERE)
    assert await store.write(lambda tx: tx.claim_checks(LATER, 9, LEASE)) == ()

    moved = Remote(channel="C1", ts="2.2")
    assert await store.write(lambda tx: tx.mark_verified(check, moved))
    assert await store.read(lambda tx: (tx.sent("doubtful"), tx.next_claimable(NOW))) == (moved, None)


async def test_claims_made_at_once_share_the_rows_without_overlap(store: SqlStore) -> None:
    await put(store, *(line(f"{stream}{n}", stream) for stream in "abcdefghij" for n in range(3)))

    claims = await asyncio.gather(*(store.write(lambda tx: tx.claim(NOW, 4, LEASE)) for _ in range(8)))

    taken = [row.outgoing.id for claimed in claims for row in claimed]
    assert sorted(taken) == [f"{stream}0" for stream in "abcdefghij"]


async def test_an_engine_of_another_version_is_given_no_work(store: SqlStore, database: str) -> None:
    await store.write(lambda tx: tx.save(Change(incident=incident(), outgoing=(line("a"),))))
    engine = create_engine(read_url(database))
    with engine.begin() as connection:
        connection.execute(text("UPDATE engine_version SET version = 99"))
    engine.dispose()

    assert await claim(store) == {}
    assert await store.write(lambda tx: tx.claim_checks(NOW, 9, LEASE)) == ()
    assert await store.read(lambda tx: tx.due_timers(NOW, 9)) == ()


@pytest.mark.parametrize("dead", [True, False])
async def test_a_row_that_ended_badly_unblocks_its_stream(store: SqlStore, *, dead: bool) -> None:
    await put(store, line("a"), line("b"))
    (claimed,) = (await claim(store)).values()

    assert await store.write(lambda tx: tx.mark_failed(claimed, "why", dead=dead))

    assert list(await claim(store)) == ["b"]
    assert await store.read(lambda tx: tx.figures(NOW).dead) == int(dead)
    assert await store.read(lambda tx: (tx.is_waiting("a"), tx.is_waiting("b"))) == (False, True)


async def test_expiry_and_the_time_not_to_go_before_come_with_the_row(store: SqlStore) -> None:
    timed = replace(line("a"), not_before=NOW + timedelta(seconds=5), expires_at=NOW + timedelta(minutes=5))
    await put(store, timed)

    assert await claim(store) == {}
    (claimed,) = (await claim(store, seconds=5)).values()
    assert claimed.outgoing == timed
