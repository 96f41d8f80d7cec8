"""What subscribers are told is public, all of it and nothing else, whatever an incident holds."""

from collections.abc import AsyncIterator
from dataclasses import asdict, dataclass, replace
from datetime import timedelta
from operator import methodcaller
from pathlib import Path

import pytest

from bot.domain.change import Change
from bot.domain.delivery import Carrier
from bot.domain.effects import Effect, Outgoing, Refused, Sent
from bot.domain.mail import SendMail
from bot.domain.maintenance import maintenance_id
from bot.domain.subscriber import Means, Standing, Subscriber, asked, confirmed
from bot.domain.webhook import PostToWebhook, TellSubscribers
from bot.services import subscribers
from bot.services.announcing import Announcer
from bot.services.ports import Claimed, Desk, Tx
from bot.services.public_view import PublicView
from bot.services.site import Site
from bot.store.store import SqlStore
from bot.text import Texts
from tests.domain import marked
from tests.domain.lives import NOW
from tests.domain.marked import MARK, NUMBER
from tests.fakes.clock import FakeClock
from tests.fakes.store import file_store

TEMPLATES = Path(__file__).parents[2] / "templates"
SITE = Site(base=lambda: "https://status.acme.test", key=b"a key", reachable=True)
KIM = confirmed(asked(None, Means.EMAIL, "kim@customer.test", SITE.key, NOW), NOW)
HOOK = confirmed(asked(None, Means.WEBHOOK, "https://hooks.test/", SITE.key, NOW), NOW)
WAITS = asked(None, Means.EMAIL, "waits@customer.test", SITE.key, NOW)


@dataclass
class Office:
    store: SqlStore
    announcer: Announcer

    async def told(self, effect: TellSubscribers) -> list[Effect]:
        """What was written to subscribers because of this."""
        outgoing = Outgoing(id=f"tell:{effect}", stream="tell", effect=effect)
        claimed = Claimed(
            outgoing=outgoing,
            fence=1,
            attempts=1,
            unknown=False,
            first_sent_at=None,
            lease_until=NOW + timedelta(hours=1),
        )
        assert isinstance(await self.announcer.perform(claimed), Sent)
        rows = await self.ready()
        assert isinstance(await self.announcer.perform(claimed), Sent), "done twice it is done once"
        assert not await self.ready()

        def end(tx: Tx) -> None:
            for row in rows:
                tx.mark_sent(row, None, NOW)

        await self.store.write(end)
        return [row.outgoing.effect for row in rows]

    async def ready(self) -> list[Claimed]:
        lanes = (Carrier.MAIL, Carrier.SUBSCRIBERS)
        hour = timedelta(hours=1)
        claimed = [await self.store.write(methodcaller("claim", NOW, 99, hour, lane=lane)) for lane in lanes]
        return [row for rows in claimed for row in rows]

    async def known(self, token: str) -> Subscriber:
        found = await self.store.read(lambda tx: tx.subscriber(token))
        assert found is not None
        return found


@pytest.fixture
async def office(tmp_path: Path) -> AsyncIterator[Office]:
    clock = FakeClock(NOW)
    async with file_store(tmp_path, clock=clock) as store:
        desk = Desk(
            store=store, clock=clock, directory=lambda: marked.DIRECTORY, render=Texts(TEMPLATES).render, site=SITE
        )
        public = replace(marked.an_incident(), version=0)
        hidden = replace(marked.an_incident(private=True), number=NUMBER + 1, version=0)

        for incident in (public, hidden):
            await store.write(methodcaller("save", Change(incident=incident)))
        for each in (KIM, HOOK, WAITS):
            await store.write(methodcaller("save_subscriber", each))
        yield Office(store=store, announcer=Announcer(desk, PublicView(desk)))


async def test_a_published_update_is_told_to_those_who_confirmed_and_nothing_else_ever_is(office: Office) -> None:
    mail, post = await office.told(TellSubscribers(incident=NUMBER, update=1))
    assert isinstance(mail, SendMail)
    assert isinstance(post, PostToWebhook)
    assert "Cards are declined & <b>nothing</b> else.\nWe are at work." in mail.text
    assert mail.headers == (
        ("List-Unsubscribe", f"<https://status.acme.test/status/subscriptions/{KIM.token}/unsubscribe>"),
        ("List-Unsubscribe-Post", "List-Unsubscribe=One-Click"),
    )
    for effect in (mail, post):
        said = str(asdict(effect))
        assert "Cards are declined" in said
        for inside in (MARK, str(NUMBER), "SEV", "INC-"):
            assert inside not in said, inside
    for never in (
        *(TellSubscribers(incident=NUMBER, update=each) for each in (2, 3, 4)),
        *(TellSubscribers(incident=NUMBER + 1, update=each) for each in (1, 2, 3, 4)),
        TellSubscribers(incident=NUMBER + 2, update=1),
    ):
        assert await office.told(never) == []


async def test_maintenance_is_told_as_it_stands_and_never_that_of_private_journeys(office: Office) -> None:
    shown, hidden = (maintenance_id(each) for each in marked.DIRECTORY.maintenance)
    mail, post = await office.told(TellSubscribers(maintenance=shown, status="in_progress"))
    for effect in (mail, post):
        assert "Cards may be declined." in str(asdict(effect))
        assert MARK not in str(asdict(effect))
    assert await office.told(TellSubscribers(maintenance=shown, status="completed")) == []
    assert await office.told(TellSubscribers(maintenance=hidden, status="in_progress")) == []


async def test_who_cannot_be_reached_is_told_nothing_more_and_who_answers_is_kept(office: Office) -> None:
    mail = SendMail(to=KIM.address, subject="s", text="t", about=f"subscriber:{KIM.token}")
    post = PostToWebhook(subscriber=HOOK.token, url=HOOK.address, body="{}")
    no_server = Refused(error="550", remedy="The mail server refuses: 550 relaying denied.")
    bounced = Refused(error="550", remedy=f"The mail server does not take mail for {KIM.address}: 550 no such user.")

    async def ended(effect: Effect, receipt: Sent | Refused) -> None:
        def write(tx: Tx) -> None:
            change = subscribers.ended(tx, effect, receipt, NOW)
            assert change is not None
            tx.save(change)

        await office.store.write(write)

    await ended(mail, no_server)
    assert (await office.known(KIM.token)).standing is Standing.CONFIRMED
    await ended(mail, bounced)
    gone = await office.known(KIM.token)
    assert (gone.standing, "no such user" in gone.trouble) == (Standing.DISABLED, True)
    for receipt in (Refused(error="500", remedy="No."), Refused(error="500", remedy="No."), Sent()):
        await ended(post, receipt)
    assert (await office.known(HOOK.token)).failures == 0
    await ended(post, Refused(error="410", remedy="It says that it is gone."))
    assert (await office.known(HOOK.token)).standing is Standing.DISABLED
    assert await office.told(TellSubscribers(incident=NUMBER, update=1)) == []
    stranger = asked(None, Means.EMAIL, "named@by.others.test", SITE.key, NOW)
    await office.store.write(methodcaller("save_subscriber", stranger))
    asking = SendMail(to=stranger.address, subject="s", text="t", about=f"subscriber:{stranger.token}")
    await ended(asking, Refused(error="550", remedy=f"The mail server does not take mail for {stranger.address}: 550."))
    assert await office.store.read(lambda tx: tx.subscriber(stranger.token)) is None, "of strangers nothing is kept"
    await office.store.write(lambda tx: tx.prune_subscribers(NOW + timedelta(seconds=1)))
    assert await office.store.read(lambda tx: tx.subscriber(WAITS.token)) is None
