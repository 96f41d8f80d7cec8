"""What is kept for the status site: subscribers, one for each address, and since when maintenance is known."""

from dataclasses import replace
from datetime import timedelta
from operator import methodcaller

from bot.domain.change import Change
from bot.domain.effects import Outgoing
from bot.domain.subscriber import Means, Standing, asked, confirmed, failed
from bot.domain.webhook import PostToWebhook
from bot.store.store import SqlStore
from tests.store.samples import NOW

HOUR = timedelta(hours=1)
KIM = asked(None, Means.EMAIL, "kim@customer.test", b"a key", NOW)
HOOK = confirmed(asked(None, Means.WEBHOOK, "https://hooks.test/", b"a key", NOW), NOW + HOUR)


async def test_subscribers_are_kept_changed_found_and_forgotten(store: SqlStore) -> None:
    for each in (KIM, HOOK, failed(HOOK, "500", for_good=False)):
        await store.write(methodcaller("save_subscriber", each))
    assert await store.read(lambda tx: tx.subscriber(KIM.token)) == KIM
    assert await store.write(lambda tx: tx.subscriber_at(Means.EMAIL, KIM.address)) == KIM
    assert await store.read(lambda tx: tx.subscriber_at(Means.WEBHOOK, KIM.address)) is None
    assert await store.read(lambda tx: tx.subscribers(Standing.CONFIRMED)) == (
        replace(HOOK, failures=1, trouble="500"),
    )
    assert await store.write(lambda tx: tx.prune_subscribers(NOW)) == 0
    assert await store.write(lambda tx: tx.prune_subscribers(NOW + HOUR)) == 1
    post = PostToWebhook(subscriber=HOOK.token, url=HOOK.address, body="{}")
    row = Outgoing(id=f"subscriber:{HOOK.token}:1", stream=f"subscriber:{HOOK.token}", effect=post)
    await store.write(lambda tx: tx.save(Change(outgoing=(row,))))
    await store.write(lambda tx: tx.remove_subscriber(HOOK.token))
    assert await store.read(lambda tx: tx.subscriber(HOOK.token)) is None
    assert not await store.read(lambda tx: tx.is_waiting(row.id)), "what has not gone is withdrawn"
    assert await store.write(lambda tx: tx.prune_told(NOW + HOUR)) == 0, "and what was told is forgotten with them"
    told = replace(row, id=f"subscriber:{KIM.token}:2")
    await store.write(lambda tx: tx.save(Change(outgoing=(told,))))
    assert await store.write(lambda tx: tx.prune_told(NOW + HOUR)) == 0, "what waits is not old"
    await store.write(lambda tx: tx.save(Change(withdraw=(told.id,))))
    assert await store.write(lambda tx: tx.prune_told(NOW + HOUR)) == 1


async def test_maintenance_is_noted_once(store: SqlStore) -> None:
    await store.write(lambda tx: tx.note_maintenance(["a"], NOW))
    await store.write(lambda tx: tx.note_maintenance(["a", "b"], NOW + HOUR))
    assert await store.read(lambda tx: tx.noted_maintenance()) == {"a": NOW, "b": NOW + HOUR}
