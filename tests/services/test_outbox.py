"""What was saved to be sent is sent once: through refusals, limits, lost answers, late copies and our own faults."""

import asyncio
import sqlite3
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from bot.domain.effects import OpenRoom, Priority, Refused, Sent
from bot.domain.incident import RoomKind
from bot.services.attempt import Answered
from bot.services.completion import Recorded, record
from bot.services.outbox import LEASE
from bot.services.ports import NotFindable, Remote, RetryLater, Unavailable, Unknown
from tests.fakes.performer import Stored
from tests.fakes.waiting import until
from tests.services.engine import Engine, an_engine, edit, to_room
from tests.store.samples import NOW, line


@pytest.fixture
async def engine(tmp_path: Path) -> AsyncIterator[Engine]:
    async with an_engine(tmp_path) as engine:
        yield engine


async def test_what_is_saved_is_sent_and_where_it_stands_is_known(engine: Engine) -> None:
    await engine.put(to_room("a"), to_room("b"))

    await engine.run()

    assert engine.slack.performed == ["a", "b"]
    assert await engine.place("a") == engine.slack.standing["a"][0]
    assert (await engine.figures()).sent_without_ts == 0


async def test_what_slack_puts_off_goes_when_slack_said_and_what_is_behind_it_waits(engine: Engine) -> None:
    engine.slack.script("a", RetryLater(30, "ratelimited"))
    await engine.put(to_room("a"), to_room("b"), to_room("elsewhere", "other"))

    await engine.run()
    await engine.run(29)
    assert engine.slack.performed == ["a", "elsewhere"]
    await engine.run(1)
    assert engine.slack.performed == ["a", "elsewhere", "a", "b"]


async def test_a_refusal_is_on_record_before_somebodys_eyes_and_unblocks_the_stream(engine: Engine) -> None:
    engine.slack.script("a", Refused(error="is_archived", remedy="Unarchive the channel."))
    await engine.put(to_room("a"), to_room("b"))

    await engine.run()

    assert await engine.place("b") is not None
    assert await engine.record() == ["trouble:tell_room:stakeholders:is_archived"]
    assert "inc:1:tell:war_room:trouble:tell_room:stakeholders:is_archived" in engine.slack.performed


async def test_a_refusal_in_the_war_room_is_told_to_the_declarer_and_only_once(engine: Engine) -> None:
    for row in ("a", "b"):
        engine.slack.script(row, Refused(error="is_archived", remedy="Unarchive the channel."))
    await engine.put(to_room("a", room=RoomKind.WAR_ROOM), to_room("b", room=RoomKind.WAR_ROOM))

    await engine.run()

    assert engine.slack.performed.count("inc:1:dm:U1:trouble:tell_room:war_room:is_archived") == 1
    assert len(await engine.record()) == 1


async def test_trouble_that_cannot_be_told_is_recorded_and_not_told_again(engine: Engine) -> None:
    engine.slack.script("a", Refused(error="is_archived", remedy="Unarchive it."))
    told = "inc:1:tell:war_room:trouble:tell_room:stakeholders:is_archived"
    engine.slack.script(told, Refused(error="no_war_room", remedy="Create it."))
    await engine.put(to_room("a"))

    await engine.run()

    assert engine.slack.performed == ["a", told]
    assert len(await engine.record()) == 2


async def test_a_message_stored_though_its_answer_was_lost_is_found_and_not_sent_again(engine: Engine) -> None:
    engine.slack.script("a", Stored())
    await engine.put(to_room("a"), to_room("b"))

    await engine.run()
    assert engine.slack.looked_up == []
    await engine.run(2)

    assert engine.slack.performed == ["a", "b"]
    assert await engine.place("a") == engine.slack.standing["a"][0]


async def test_a_message_that_was_never_stored_is_looked_up_and_then_sent_again(engine: Engine) -> None:
    engine.slack.script("a", Unknown("503"))
    await engine.put(to_room("a"))

    await engine.run()
    await engine.run(2)

    assert engine.slack.performed == ["a", "a"]
    assert engine.slack.looked_up == ["a"]
    assert len(engine.slack.standing["a"]) == 1


async def test_a_copy_that_lands_after_the_message_was_sent_again_is_removed_when_verified(engine: Engine) -> None:
    engine.slack.script("a", Stored(late=True))
    await engine.put(to_room("a"))
    await engine.run()
    await engine.run(2)
    kept = await engine.place("a")
    assert kept is not None

    engine.slack.land()
    assert len(engine.slack.standing["a"]) == 2
    await engine.run(60)

    assert engine.slack.standing["a"] == [kept]
    assert await engine.place("a") == kept
    assert engine.slack.performed == ["a", "a"]
    looked_up = len(engine.slack.looked_up)
    await engine.run(600)
    assert len(engine.slack.looked_up) == looked_up, "verified once"


async def test_a_look_up_that_was_told_when_its_turn_is_comes_then_however_often_it_has_waited(engine: Engine) -> None:
    engine.slack.script("a", Stored())
    engine.slack.look_up_fails = [RetryLater(10, "conversations.history is at its limit") for _ in range(6)]
    await engine.put(to_room("a"))
    await engine.run()
    await engine.run(2)

    for _ in range(6):
        assert await engine.place("a") is None
        await engine.run(10)

    assert await engine.place("a") == engine.slack.standing["a"][0]


async def test_a_look_up_that_fails_is_made_again_and_nothing_is_sent_meanwhile(engine: Engine) -> None:
    engine.slack.script("a", Stored())
    engine.slack.look_up_fails = [Unknown("timeout"), RetryLater(30, "ratelimited")]
    await engine.put(to_room("a"))

    await engine.run()
    for _ in range(12):
        await engine.run(5)

    assert engine.slack.performed == ["a"]
    assert len(engine.slack.looked_up) >= 3
    assert await engine.place("a") is not None


@pytest.mark.parametrize(("priority", "attempts"), [(Priority.PAGE, 2), (Priority.NORMAL, 1)])
async def test_what_can_never_be_looked_up_goes_again_only_if_it_must_reach_a_person(
    engine: Engine, priority: Priority, attempts: int
) -> None:
    engine.slack.script("a", Unknown("timeout"))
    engine.slack.look_up_fails = [NotFindable("missing_scope: im:history")]
    await engine.put(replace(to_room("a"), priority=priority))

    await engine.run()
    await engine.run(2)

    assert engine.slack.performed.count("a") == attempts
    assert (await engine.record() == []) is (attempts == 2)


async def test_a_message_of_a_process_that_died_is_looked_up_when_its_lease_ends(engine: Engine) -> None:
    await engine.put(to_room("a"))
    (claimed,) = await engine.store.write(lambda tx: tx.claim(NOW, 1, LEASE))
    await engine.slack.perform(claimed)  # stored, and then the process died

    await engine.run(29)
    assert engine.slack.looked_up == []
    await engine.run(1)

    assert engine.slack.performed == ["a"]
    assert await engine.place("a") == engine.slack.standing["a"][0]


async def test_a_sender_that_was_fenced_out_removes_its_own_copy(engine: Engine) -> None:
    await engine.put(to_room("a"))
    (frozen,) = await engine.store.write(lambda tx: tx.claim(NOW, 1, LEASE))
    await engine.run(31)
    kept = await engine.place("a")
    late = Answered(receipt=Sent(channel="C1", ts="9.9"))

    recorded = await engine.store.write(lambda tx: record(tx, frozen, late, engine.clock()))

    assert recorded == Recorded(held=False, extra=(Remote(channel="C1", ts="9.9"),))
    assert await engine.place("a") == kept


async def test_a_sender_fenced_out_while_another_still_looks_removes_nothing_before_it_is_verified(
    engine: Engine,
) -> None:
    await engine.put(to_room("a"))
    (frozen,) = await engine.store.write(lambda tx: tx.claim(NOW, 1, LEASE))
    engine.clock.advance(31)
    (looking,) = await engine.store.write(lambda tx: tx.claim(engine.clock(), 1, LEASE))
    receipt = await engine.slack.perform(frozen)

    late = Answered(receipt=receipt)
    assert await engine.store.write(lambda tx: record(tx, frozen, late, engine.clock())) == Recorded(held=False)
    # The one who looks had found nothing yet, and sends a copy of its own.
    again = Answered(receipt=await engine.slack.perform(looking))
    await engine.store.write(lambda tx: record(tx, looking, again, engine.clock()))
    assert len(engine.slack.standing["a"]) == 2
    await engine.run(31)

    assert engine.slack.standing["a"] == [await engine.place("a")]


async def test_an_edit_whose_answer_was_lost_is_simply_made_again(engine: Engine) -> None:
    engine.slack.script("edit", Unknown("reset"))
    await engine.put(edit("edit"))

    await engine.run()
    await engine.run(2)

    assert engine.slack.performed == ["edit", "edit"]
    assert engine.slack.looked_up == []


async def test_a_channel_whose_answer_was_lost_is_looked_for_and_adopted(engine: Engine) -> None:
    row = line("open", "open", effect=OpenRoom(incident=1, room=RoomKind.WAR_ROOM))
    engine.slack.script("open", Stored())
    await engine.put(row)

    await engine.run()
    await engine.run(2)

    incident = await engine.store.read(lambda tx: tx.incident(1))
    assert incident is not None
    assert incident.war_room.channel == "C1"
    assert engine.slack.performed[:1] == ["open"]
    assert engine.slack.performed.count("open") == 1


async def test_a_message_withdrawn_while_its_outcome_is_unknown_is_adopted_if_it_landed(engine: Engine) -> None:
    engine.slack.script("a", Stored(late=True))
    await engine.put(to_room("a"))
    await engine.run()
    await engine.put(withdraw=("a",))
    await engine.run(2)
    engine.slack.land()
    await engine.run(30)

    assert engine.slack.performed == ["a"]
    assert await engine.place("a") == engine.slack.standing["a"][0]


async def test_a_message_withdrawn_that_never_landed_is_not_sent_again(engine: Engine) -> None:
    engine.slack.script("a", Unknown("503"))
    await engine.put(to_room("a"))
    await engine.run()
    await engine.put(withdraw=("a",))
    for _ in range(4):
        await engine.run(20)

    assert engine.slack.performed == ["a"]
    assert (await engine.figures()).unknown == 0


async def test_what_breaks_us_is_given_up_after_five_attempts_on_record_and_neighbours_go(engine: Engine) -> None:
    engine.slack.script("poison", *(ValueError("template") for _ in range(9)))
    await engine.put(to_room("poison", "p"), to_room("behind", "p"), to_room("neighbour", "n"))

    await engine.run()
    assert await engine.place("neighbour") is not None
    for _ in range(30):
        await engine.run(1)

    assert engine.slack.performed.count("poison") == 5
    assert (await engine.figures()).dead == 1
    assert await engine.place("behind") is not None
    assert await engine.record() == ["trouble:tell_room:stakeholders:a fault in Tocsin"]
    assert engine.outbox.errors == 5


async def test_what_is_too_late_is_refused_and_not_sent(engine: Engine) -> None:
    await engine.put(replace(to_room("a"), expires_at=NOW + timedelta(seconds=10)))

    await engine.run(10)

    assert "a" not in engine.slack.performed
    assert await engine.record() == ["trouble:tell_room:stakeholders:too late"]


async def test_what_has_nothing_to_do_ends_without_a_message_and_without_trouble(engine: Engine) -> None:
    engine.slack.script("a", Sent(facts=(("skipped", "no announce channel is set"),)))
    await engine.put(to_room("a"), to_room("b"))

    await engine.run()

    assert await engine.place("a") is None
    assert await engine.place("b") is not None
    assert await engine.record() == []
    assert (await engine.figures()).sent_without_ts == 0


async def test_many_go_at_once_but_not_all_and_a_page_always_finds_room(engine: Engine) -> None:
    engine.slack.hold = asyncio.Event()
    await engine.put(*(to_room(f"line{n}", f"s{n}") for n in range(100)))
    running = asyncio.create_task(engine.outbox.run())
    await until(lambda: engine.slack.flying == 24)

    await engine.put(replace(to_room("page", "p"), priority=Priority.PAGE))
    engine.wake.set()
    await until(lambda: "page" in engine.slack.performed)
    assert engine.slack.most_flying == 25
    engine.slack.hold.set()
    await until(lambda: len(engine.slack.performed) == 101)
    await engine.outbox.stop()
    await running


async def test_a_row_that_becomes_ready_is_sent_without_waiting_for_the_tick(engine: Engine) -> None:
    running = asyncio.create_task(engine.outbox.run())
    await until(lambda: engine.beats > 0)
    await engine.put(to_room("a"))
    engine.wake.set()

    await until(lambda: engine.slack.performed == ["a"], seconds=0.5)
    await engine.outbox.stop()
    await running


async def test_an_outcome_waits_for_the_database_and_is_not_lost(engine: Engine) -> None:
    engine.slack.hold = asyncio.Event()
    await engine.put(to_room("a"))
    draining = asyncio.create_task(engine.outbox.drain())
    await until(lambda: engine.slack.flying == 1)
    intruder = sqlite3.connect(engine.file, isolation_level=None)
    intruder.execute("BEGIN IMMEDIATE")

    engine.slack.hold.set()
    await until(lambda: engine.slack.flying == 0)
    with pytest.raises(Unavailable):
        await engine.store.write(lambda tx: tx.next_page_id())
    intruder.execute("ROLLBACK")
    intruder.close()
    await draining

    assert await engine.place("a") == engine.slack.standing["a"][0]
    assert engine.slack.looked_up == []


async def test_stopping_lets_what_is_in_flight_end_and_claims_nothing_more(engine: Engine) -> None:
    engine.slack.hold = asyncio.Event()
    await engine.put(to_room("a"), to_room("b"))
    running = asyncio.create_task(engine.outbox.run())
    await until(lambda: engine.slack.flying == 1)

    stopping = asyncio.create_task(engine.outbox.stop())
    await running
    engine.slack.hold.set()
    await stopping

    assert engine.slack.performed == ["a"]
    assert await engine.place("a") is not None


async def test_the_loop_outlives_a_database_that_fails_it(engine: Engine) -> None:
    await engine.put(to_room("a"))
    intruder = sqlite3.connect(engine.file, isolation_level=None)
    intruder.execute("BEGIN IMMEDIATE")
    running = asyncio.create_task(engine.outbox.run())
    await until(lambda: engine.outbox.errors > 0)
    intruder.execute("ROLLBACK")
    intruder.close()

    await until(lambda: engine.slack.performed == ["a"], seconds=2)
    await engine.outbox.stop()
    await running
