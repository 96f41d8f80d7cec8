"""The fallback: what a page says there, what it never says, and what becomes of it when a service fails or hangs."""

import asyncio
import threading
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from bot.domain.change import Change
from bot.domain.copies import Copy
from bot.domain.directory import Directory
from bot.domain.effects import Effect, Outgoing, Priority, Refused, Sent, SetTopic
from bot.domain.fallback import SendByFallback
from bot.domain.incident import RoomKind
from bot.domain.page import Ask, Page, PageKind, PageState
from bot.domain.prose import Who
from bot.notify.fallback import BadFallback, FallbackPerformer, body_of, notifier_of, title_of
from bot.services.ports import Claimed, Desk, RetryLater
from bot.store.store import SqlStore
from tests.fakes.store import file_store
from tests.services.engine import no_templates
from tests.store.samples import NOW, incident

MAYA = Who(name="Maya Ito", user="U1", person="maya", phone="+1 555 0100")
EFFECT = SendByFallback(page=1, ask="page:1:1:0:0:U1")
LEON = Who(name="Leon Brandt", person="leon")


def waiting(*, private: bool = False, who: Who = MAYA) -> Copy:
    ask = Ask(
        id="page:1:1:0:0:U1",
        who=who,
        tier=0,
        loop=0,
        why="Checkout's primary",
        asked_at=NOW,
        due_at=NOW + timedelta(minutes=5),
        next_name=LEON,
    )
    page = Page(
        id=1,
        incident=1,
        kind=PageKind.IMPACT,
        target="Checkout",
        epoch=1,
        state=PageState.RUNNING,
        tiers=(),
        asks=(ask,),
        started_at=NOW,
    )
    return Copy(incident=replace(incident(), private=private), page=page, ask=ask)


def test_it_says_whom_to_call_what_hurts_and_who_is_next() -> None:
    assert title_of(waiting()) == "Page for Maya Ito: SEV1, Customers cannot place orders (INC-1)"
    assert body_of(waiting()).splitlines() == [
        "Slack has not taken this page. Call Maya Ito at +1 555 0100: nobody can acknowledge it here.",
        "Cards are declined",
        "Next, at 07:22 UTC: Leon Brandt",
        "This message may come more than once.",
    ]
    assert "Leon Brandt (no phone number is known)" in body_of(waiting(who=LEON))


def test_of_a_private_incident_it_says_whom_to_call_and_nothing_else() -> None:
    said = title_of(waiting(private=True)) + body_of(waiting(private=True))
    assert "Page for Maya Ito: private incident INC-1" in said
    for word in ("SEV1", "orders", "declined", "Checkout"):
        assert word not in said


class Service:
    """A service that takes a page, does not, or hangs until it is let go."""

    def __init__(self, *, takes: bool, hang: threading.Event | None = None) -> None:
        self._takes, self._hang = takes, hang
        self.got: list[str] = []

    def notify(self, body: str, title: str) -> bool | None:
        self.got.append(f"{title}\n{body}")
        if self._hang is not None:
            self._hang.wait(20)
        return self._takes


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[SqlStore]:
    async with file_store(tmp_path) as opened:
        found = waiting()
        await opened.write(lambda tx: tx.save(Change(incident=found.incident, pages=(found.page,))))
        yield opened


def performer(service: Service | None, store: SqlStore) -> FallbackPerformer:
    return FallbackPerformer(Desk(store=store, clock=lambda: NOW, directory=Directory, render=no_templates), service)


def claimed(effect: Effect = EFFECT) -> Claimed:
    row = Outgoing(id="r", stream="r", effect=effect, priority=Priority.PAGE)
    return Claimed(outgoing=row, fence=1, attempts=1, unknown=False, lease_until=NOW, first_sent_at=NOW)


async def test_what_a_service_takes_is_sent_and_what_it_does_not_is_tried_again(store: SqlStore) -> None:
    service = Service(takes=True)
    receipt = await performer(service, store).perform(claimed())
    assert receipt == Sent(facts=(("fell_back", "yes"),))
    assert len(service.got) == 1
    with pytest.raises(RetryLater, match="did not take it"):
        await performer(Service(takes=False), store).perform(claimed())
    refused = await performer(None, store).perform(claimed())
    assert refused == Refused(error="no_fallback", remedy="FALLBACK_URLS is not set")


async def test_a_page_that_has_left_meanwhile_goes_no_other_way(store: SqlStore) -> None:
    service = Service(takes=True)
    assert await performer(service, store).perform(claimed(replace(EFFECT, page=2))) == Sent()
    found = await store.read(lambda tx: tx.page(1))
    assert found is not None
    left = replace(found, asks=(replace(found.asks[0], sent_at=NOW),))
    await store.write(lambda tx: tx.save(Change(pages=(left,))))
    assert await performer(service, store).perform(claimed()) == Sent()
    assert not service.got
    with pytest.raises(TypeError):
        await performer(service, store).perform(claimed(SetTopic(incident=1, room=RoomKind.WAR_ROOM)))


async def test_a_service_that_hangs_holds_nothing_else_up(store: SqlStore) -> None:
    go = threading.Event()
    hanging = performer(Service(takes=True, hang=go), store)
    held = [asyncio.create_task(hanging.perform(claimed())) for _ in range(4)]
    assert await performer(Service(takes=True), store).perform(claimed()) == Sent(facts=(("fell_back", "yes"),))
    assert not any(task.done() for task in held)
    go.set()
    await asyncio.gather(*held)
    hanging.close()


def test_an_address_that_cannot_be_read_is_said_without_its_secret() -> None:
    assert notifier_of(()) is None
    assert notifier_of(("json://127.0.0.1:1/",)) is not None
    with pytest.raises(BadFallback) as refused:
        notifier_of(("json://127.0.0.1:1/", "nonsense://token-secret@nowhere"))
    assert "FALLBACK_URLS: Apprise cannot read address 2 (nonsense://…)" in str(refused.value)
    assert "secret" not in str(refused.value)
