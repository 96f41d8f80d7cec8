"""What people follow is kept once for each, found by what is followed, and forgotten when they stop."""

from datetime import timedelta
from operator import methodcaller

from bot.domain.following import Follow, incident_target, journey_target
from bot.domain.team import ToldBy
from bot.store.store import SqlStore
from tests.store.samples import NOW


async def test_a_follow_is_replaced_found_and_dropped(store: SqlStore) -> None:
    mine = Follow(user="U1", target=journey_target("checkout"), at=NOW)
    by_mail = Follow(user="U1", target=mine.target, by=ToldBy.EMAIL, email="maya@acme.test", at=NOW)
    later = Follow(user="U1", target=incident_target(7), at=NOW + timedelta(minutes=1))
    other = Follow(user="U2", target=incident_target(7), at=NOW)
    for each in (mine, by_mail, later, other):
        await store.write(methodcaller("save_follow", each))

    assert await store.read(lambda tx: tx.follows_of("U1")) == (by_mail, later)
    assert await store.read(lambda tx: tx.followers_of([later.target, mine.target])) == (later, by_mail, other)
    assert await store.write(lambda tx: tx.drop_follow("U1", later.target))
    assert not await store.write(lambda tx: tx.drop_follow("U1", later.target))
    assert await store.read(lambda tx: tx.followers_of([later.target])) == (other,)
