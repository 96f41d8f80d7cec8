"""What is kept of standing duties, on both databases."""

from dataclasses import replace
from datetime import timedelta

from bot.domain.heartbeat import Heard
from bot.domain.phone_tree import Dispatch
from bot.store.store import SqlStore
from tests.store.samples import NOW

LATER = NOW + timedelta(hours=1)


async def test_the_last_phone_tree_and_every_heartbeat_are_kept_and_replaced(store: SqlStore) -> None:
    first, second = Dispatch(digest="one", at=NOW), Dispatch(digest="two", at=LATER)
    beat = Heard(name="backup", noted_at=NOW)
    assert await store.read(lambda tx: (tx.phone_tree_sent(), dict(tx.heartbeats()))) == (None, {})
    for tree, heard in ((first, beat), (second, replace(beat, beat_at=NOW, missed_at=LATER))):
        await store.write(lambda tx, tree=tree, heard=heard: (tx.note_phone_tree(tree), tx.save_heartbeat(heard)))  # type: ignore[misc]
        assert await store.read(lambda tx: tx.phone_tree_sent()) == tree
        assert await store.read(lambda tx: dict(tx.heartbeats())) == {"backup": heard}
    await store.write(lambda tx: tx.drop_heartbeat("backup"))
    assert await store.read(lambda tx: dict(tx.heartbeats())) == {}
