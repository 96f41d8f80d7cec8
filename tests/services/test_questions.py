"""The comms queue on a real store: who may do what in it, and what many at once come to."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from bot.domain.effects import Sent
from bot.domain.errors import ReasonNeeded, Refusal
from bot.domain.incident import RoomKind
from bot.domain.prose import Who
from bot.domain.question import QuestionState
from bot.domain.rooms import room_opened
from bot.domain.timeline import EventKind
from bot.domain.typed_questions import Heard
from bot.services import incidents, questions, summaries
from bot.services.incidents import Declare
from bot.services.ports import Desk, Tx
from bot.store.store import open_store
from bot.text import Texts
from tests.domain.lives import DIRECTORY, EVE, NOW, SAM
from tests.fakes.clock import FakeClock
from tests.fakes.store import ignore_commits
from tests.services.desks import TEMPLATES, Office, an_office

STAKEHOLDERS = "CSTAKE"


@pytest.fixture
async def office() -> AsyncIterator[Office]:
    async with an_office() as opened:
        await begun(opened.desk)
        yield opened


async def begun(desk: Desk) -> None:
    """INC-1, declared by Sam, with its stakeholder channel open."""
    await incidents.declare(desk, Declare(by=SAM, journey="checkout"), delivery="declared")

    def opened(tx: Tx) -> None:
        incident = tx.incident(1)
        assert incident is not None
        tx.save(room_opened(incident, RoomKind.STAKEHOLDERS, Sent(channel=STAKEHOLDERS), NOW))

    await desk.store.write(opened)


async def heard(desk: Desk, ts: str, by: Who, text: str, *, delivery: str, thread: str = "") -> None:
    said = Heard(ts=ts, thread=thread, by=by, text=text)
    await questions.hear(desk, STAKEHOLDERS, said, delivery=delivery)


async def test_an_event_delivered_four_times_is_one_question_and_other_channels_are_not_heard(office: Office) -> None:
    again = (heard(office.desk, "1.0", EVE, "Is the EU hit?", delivery="ev:1") for _ in range(4))
    await asyncio.gather(*again)
    assert [each.text for each in (await office.incident(1)).questions] == ["Is the EU hit?"]
    said = Heard(ts="2.0", thread="", by=EVE, text="Hello")
    await questions.hear(office.desk, "CELSEWHERE", said, delivery="ev:2")
    assert len((await office.incident(1)).questions) == 1
    assert not await questions.listens(office.desk, "CELSEWHERE")


async def test_forty_who_ask_at_once_are_all_heard_on_postgresql(fresh_postgres: str) -> None:
    clock = FakeClock(NOW)
    store = open_store(fresh_postgres, ignore_commits, clock=clock)
    await store.start()
    desk = Desk(store=store, clock=clock, directory=lambda: DIRECTORY, render=Texts(TEMPLATES).render)
    await begun(desk)
    people = [Who(name=f"p{number}", user=f"UP{number}") for number in range(40)]
    await asyncio.gather(
        *(heard(desk, f"{place}.0", who, "And me?", delivery=f"ev:{place}") for place, who in enumerate(people))
    )
    found = await store.read(lambda tx: tx.incident(1))
    await store.close()
    assert found is not None
    assert sorted(each.number for each in found.questions) == list(range(1, 41))
    assert {each.asker.name for each in found.questions} == {who.name for who in people}


async def test_anybody_asks_and_who_answers_is_a_responder_or_gives_a_reason(office: Office) -> None:
    desk = office.desk
    await questions.ask(desk, 1, "Is the EU hit?", EVE, delivery=office.delivery())
    for attempt in (
        questions.to_answer(desk, 1, 1, EVE),
        questions.answer(desk, 1, 1, "Yes", EVE, delivery=office.delivery()),
        questions.merge(desk, 1, 1, 2, EVE, delivery=office.delivery()),
        questions.finish(desk, 1, 1, EVE, delivery=office.delivery()),
    ):
        with pytest.raises(ReasonNeeded):
            await attempt
    await questions.answer(desk, 1, 1, "Yes", EVE, delivery=office.delivery(), reason="Sam sleeps")
    kinds = [event.kind for event in await office.record(1)]
    assert kinds[-2:] == [EventKind.QUESTION, EventKind.OVERRIDE]
    with pytest.raises(Refusal, match="is not open any more"):
        await questions.finish(desk, 1, 1, SAM, delivery=office.delivery())


async def test_a_double_press_answers_once(office: Office) -> None:
    await questions.ask(office.desk, 1, "Is the EU hit?", EVE, delivery=office.delivery())
    for _ in range(2):
        await questions.answer(office.desk, 1, 1, "Yes", SAM, delivery="vs:1")
    (question,) = (await office.incident(1)).questions
    assert question.state is QuestionState.ANSWERED


async def test_a_summary_by_hand_tells_what_its_draft_told_and_later_answers_wait(office: Office) -> None:
    for words in ("Is the EU hit?", "And Asia?"):
        await questions.ask(office.desk, 1, words, EVE, delivery=office.delivery())
    await questions.answer(office.desk, 1, 1, "It is", SAM, delivery=office.delivery())
    drafted = await summaries.draft(office.desk, 1, SAM)
    assert "eve: Is the EU hit?" in drafted.text
    await questions.answer(office.desk, 1, 2, "It is not", SAM, delivery=office.delivery())
    await summaries.post(office.desk, 1, drafted.text, SAM, delivery=office.delivery(), answered=drafted.answered)
    again = await summaries.draft(office.desk, 1, SAM)
    assert "Is the EU hit?" not in again.text
    assert "And Asia?" in again.text
