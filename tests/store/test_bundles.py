"""Pages that go together, in the store: whoever is taken up in between is not told twice, and nobody is left out."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.domain.bundle import Bundled, SendBundle
from bot.domain.effects import Outgoing, Priority, SendPage
from bot.domain.prose import Who
from bot.services.ports import Unavailable
from bot.store.store import SqlStore
from tests.store.samples import LEASE, NOW
from tests.store.test_outbox_rows import claim, put

MAYA = Who(name="maya", user="U1")


def page(number: int, user: str = "U1") -> Outgoing:
    name = f"page:{number}:1:0:0:{user}"
    return Outgoing(id=name, stream=name, effect=SendPage(page=number, ask=name), priority=Priority.PAGE)


def together(*pages: Outgoing) -> Outgoing:
    name = f"bundle:{pages[0].id}"
    asks = tuple(Bundled(page=number, ask=row.id) for number, row in enumerate(pages))
    return Outgoing(id=name, stream=name, effect=SendBundle(to=MAYA, asks=asks), priority=Priority.PAGE)


async def waiting(store: SqlStore, user: str = "U1") -> list[str]:
    return [row.id for row in await store.read(lambda tx: tx.waiting_for(user))]


async def test_what_waits_for_a_person_is_theirs_alone_and_has_never_left(store: SqlStore) -> None:
    await put(store, page(1), page(2, "u1"), page(3, "AU1"), page(4), page(5, "U_1"), page(6))
    gone = (await claim(store, limit=1))[page(1).id]
    assert await waiting(store) == [page(4).id, page(6).id]
    assert await waiting(store, "U_1") == [page(5, "U_1").id]

    await store.write(lambda tx: tx.release(gone, NOW, "429"))
    assert await waiting(store) == [page(1).id, page(4).id, page(6).id], "what was turned away has not left"
    again = (await claim(store, limit=1))[page(1).id]
    await store.write(lambda tx: tx.mark_unknown(again, NOW, "lost"))
    lost = (await claim(store, seconds=1, limit=1))[page(1).id]
    await store.write(lambda tx: tx.release(lost, NOW, "absent"))
    assert await waiting(store) == [page(4).id, page(6).id], "one copy of it may still land"


async def test_what_is_folded_ends_and_the_bundle_goes_in_its_place_and_grows(store: SqlStore) -> None:
    rows = [page(number) for number in range(1, 5)]
    await put(store, *rows)
    first = together(*rows[1:3])
    await store.write(lambda tx: tx.fold([row.id for row in rows[1:3]], first))
    assert await waiting(store) == [rows[0].id, rows[3].id, first.id]

    grown = replace(together(*rows[1:4]), id=first.id)
    await store.write(lambda tx: tx.fold([rows[3].id], grown))
    assert await waiting(store) == [rows[0].id, first.id]
    assert list(await claim(store)) == [rows[0].id, first.id]
    assert await store.read(lambda tx: tx.bundle(first.id)) == grown.effect
    assert await store.read(lambda tx: tx.bundle(rows[0].id)) is None
    oldest = (await store.read(lambda tx: tx.figures(NOW + timedelta(minutes=1)))).oldest_unsent_page
    assert oldest == NOW, "a page waits as long as it has waited, alone or with others"


async def test_a_bundle_goes_sooner_than_it_was_told_and_never_later(store: SqlStore) -> None:
    rows = [page(1), page(2)]
    await put(store, *rows)
    told = replace(together(*rows), not_before=NOW + timedelta(seconds=20))
    await store.write(lambda tx: tx.fold([row.id for row in rows], told))
    await store.write(lambda tx: tx.hurry(told.id, NOW + timedelta(seconds=3)))
    await store.write(lambda tx: tx.hurry(told.id, NOW + timedelta(seconds=9)))
    assert list(await claim(store, seconds=2)) == []
    assert list(await claim(store, seconds=3)) == [told.id]


async def test_whatever_was_taken_up_in_between_is_neither_folded_nor_joined(store: SqlStore) -> None:
    rows = [page(number) for number in range(1, 4)]
    await put(store, *rows)
    await claim(store, limit=1)
    with pytest.raises(Unavailable, match="at the same moment"):
        await store.write(lambda tx: tx.fold([row.id for row in rows], together(*rows)))
    assert await waiting(store) == [rows[1].id, rows[2].id], "nothing of it was saved"

    first = together(rows[1])
    await store.write(lambda tx: tx.fold([rows[1].id], first))
    await store.write(lambda tx: tx.claim(NOW, 9, LEASE))
    await put(store, page(9))
    with pytest.raises(Unavailable, match="at the same moment"):
        await store.write(lambda tx: tx.fold([page(9).id], replace(together(rows[1], page(9)), id=first.id)))
    assert await waiting(store) == [page(9).id]
