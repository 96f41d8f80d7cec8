"""What the performer makes of a Slack that limits, fails, hangs or loses answers: nothing is lost or there twice."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.domain.effects import OpenRoom, Outgoing, Refused, SendPage, Sent, TellRoom
from bot.domain.incident import Incident, RoomKind
from bot.services.ports import NotFindable, RetryLater, Unknown
from bot.slack.api import Errand
from bot.slack.posting import metadata
from tests.slack.outbound import SCOPES, Company, a_company, claimed


def to_general(company: Company, row: str, said: str = "Hello") -> Outgoing:
    general = company.slack.channel("general").id
    return Outgoing(id=row, stream=row, effect=TellRoom(room=RoomKind.ORIGIN, channel=general, said=(said,)))


def said_in_general(company: Company, text: str = "Hello") -> int:
    return sum(message.text == text for message in company.slack.channel("general").messages)


@pytest.mark.parametrize("kind", ["5xx", "5xx_stored", "reset", "reset_stored", "hang", "hang_stored"])
async def test_a_message_stands_once_whatever_became_of_the_answer(hasty: Company, kind: str) -> None:
    hasty.slack.faults.add("chat.postMessage", kind, times=1)
    await hasty.put(to_general(hasty, "hello"))
    await hasty.run(45)
    assert said_in_general(hasty) == 1
    assert await hasty.place("hello") is not None


@pytest.mark.parametrize("ahead", [90.0, -90.0])
async def test_what_was_stored_is_found_though_the_clocks_are_apart(ahead: float) -> None:
    async with a_company(ahead=ahead) as company:
        company.slack.faults.add("chat.postMessage", "5xx_stored", times=1)
        await company.put(to_general(company, "hello"))
        await company.run(45)
        assert said_in_general(company) == 1


@pytest.mark.parametrize("error", ["internal_error", "fatal_error", "request_timeout", "service_unavailable"])
async def test_an_error_of_slacks_own_leaves_the_outcome_unknown(company: Company, error: str) -> None:
    company.slack.faults.add("chat.postMessage", "error", times=1, error=error)
    with pytest.raises(Unknown, match=error):
        await company.perform(to_general(company, "hello").effect)


@pytest.mark.parametrize("kind", ["5xx_stored", "hang_stored"])
async def test_a_page_whose_answer_was_lost_is_found_in_the_direct_message(hasty: Company, kind: str) -> None:
    hasty.slack.faults.add("chat.postMessage", kind, times=1, when=lambda args: args["channel"] == hasty.maya.id)
    incident = await hasty.declare()
    await hasty.run(45)
    assert len([dm for dm in hasty.maya.dms if "Acknowledge" in dm.buttons()]) == 1
    page = (await hasty.desk.store.read(lambda tx: tx.pages_of(incident.number)))[0]
    assert page.asks[0].sent_at is not None


async def test_a_copy_that_lands_after_it_was_sent_again_is_taken_away(company: Company) -> None:
    company.slack.faults.add("chat.postMessage", "5xx", times=1)
    await company.put(to_general(company, "hello"))
    await company.run(5)
    assert said_in_general(company) == 1
    general = company.slack.channel("general").id
    arguments = {"channel": general, "text": "Hello", "metadata": metadata("hello")}
    await company.api.call("chat.postMessage", Errand(row="late"), arguments)
    assert said_in_general(company) == 2
    await company.run(45)
    assert said_in_general(company) == 1


async def test_a_call_that_takes_effect_long_after_we_gave_up_leaves_one_copy(hasty: Company) -> None:
    hasty.slack.faults.add("chat.postMessage", "late_stored", times=1, seconds=6)
    await hasty.put(to_general(hasty, "hello"))
    await hasty.run(5)
    assert said_in_general(hasty) == 1
    await hasty.slack.until(lambda: said_in_general(hasty) == 2, timeout=20, why="the late one lands")
    await hasty.run(45)
    assert said_in_general(hasty) == 1


async def test_slacks_own_wait_is_kept_and_pages_go_first_after_it(company: Company) -> None:
    company.slack.faults.add("chat.postMessage", "429", retry_after=30, times=1)
    await company.declare()
    refused_at, tried = company.clock(), len(company.slack.calls("chat.postMessage"))
    assert tried <= 2, "what was on its way when the refusal came, and nothing more"
    await company.run(29)
    assert len(company.slack.calls("chat.postMessage")) == tried
    while len(company.slack.calls("chat.postMessage")) == tried:
        await company.run(1)
        assert company.clock() - refused_at <= timedelta(seconds=32)
    # What leaves together arrives in any order: the page is among the first, and nothing was let go a second before it.
    assert len([dm for dm in company.maya.dms if "Acknowledge" in dm.buttons()]) == 1


@pytest.mark.parametrize("error", ["ratelimited", "rate_limited", "message_limit_exceeded"])
async def test_all_three_words_for_too_much_mean_later(company: Company, error: str) -> None:
    company.slack.faults.add("chat.postMessage", "error", times=1, error=error)
    with pytest.raises(RetryLater):
        await company.perform(to_general(company, "hello").effect)


async def test_a_slack_that_cannot_be_reached_was_asked_for_nothing(company: Company) -> None:
    effect = to_general(company, "hello").effect
    await company.slack.stop()
    with pytest.raises(RetryLater, match="cannot be reached"):
        await company.perform(effect)


async def test_a_lost_answer_to_a_mere_question_means_later(company: Company) -> None:
    company.slack.faults.add("conversations.list", "5xx", times=1)
    with pytest.raises(RetryLater):
        await company.perform(TellRoom(room=RoomKind.ANNOUNCE, said=("Hello",)))


async def test_a_channel_created_without_an_answer_is_taken_over(company: Company) -> None:
    company.slack.faults.add("conversations.create", "5xx_stored", times=2)
    await company.declare()
    await company.run(20)
    incident = await company.incident(1)
    assert company.channel(incident.war_room).name == "inc-1-cards-are-declined"
    assert company.channel(incident.stakeholders).name == "inc-1-updates"
    assert len([channel for channel in company.slack.channels if channel.name.startswith("inc-1")]) == 2


async def test_a_channel_that_landed_after_the_look_up_is_taken_over_too(company: Company) -> None:
    incident = await company.declare()
    name = company.channel(incident.war_room)
    await company.change(_without_channel(incident))
    receipt = await company.perform(OpenRoom(incident=1, room=RoomKind.WAR_ROOM))
    assert receipt == Sent(channel=name.id, facts=(("name", name.name),))


async def test_a_strangers_channel_of_that_name_is_left_alone(company: Company) -> None:
    stranger = company.slack.add_channel("inc-1-cards-are-declined", private=True, members=[company.dana])
    incident = await company.declare()
    assert company.channel(incident.war_room).name == "inc-1-cards-are-declined-2"
    assert incident.war_room.name == "inc-1-cards-are-declined-2"
    assert company.slack.channel(stranger).members == [company.dana.id]


async def test_our_own_channel_of_long_ago_is_not_taken_over(company: Company) -> None:
    incident = await company.declare()
    old = incident.war_room.channel
    await company.change(_without_channel(incident))
    await company.run(60)
    receipt = await company.perform(OpenRoom(incident=1, room=RoomKind.WAR_ROOM))
    assert isinstance(receipt, Sent)
    assert receipt.channel != old
    assert dict(receipt.facts) == {"name": "inc-1-cards-are-declined-2"}


async def test_five_names_taken_are_refused_with_what_to_do(company: Company) -> None:
    for suffix in ("", "-2", "-3", "-4", "-5"):
        company.slack.add_channel(f"inc-1-cards-are-declined{suffix}", members=[company.dana])
    incident = await company.declare()
    assert incident.war_room.channel is None
    assert "channel_prefix" in (incident.war_room.trouble or "")


async def test_without_the_scope_to_look_a_page_goes_again() -> None:
    async with a_company(scopes=[scope for scope in SCOPES if scope != "im:history"]) as poor:
        poor.slack.faults.add("chat.postMessage", "5xx", times=1, when=lambda args: args["channel"] == poor.maya.id)
        await poor.declare()
        await poor.run(20)
        assert len([dm for dm in poor.maya.dms if "Acknowledge" in dm.buttons()]) == 1
        page = (await poor.desk.store.read(lambda tx: tx.pages_of(1)))[0]
        with pytest.raises(NotFindable):
            await poor.performer.look_up(claimed(SendPage(page=page.id, ask=page.asks[0].id), "x", poor.clock))
        assert {item.error for item in poor.slack.unexpected} == {"missing_scope"}


async def test_a_look_up_goes_on_where_a_limit_stopped_it() -> None:
    async with a_company(history_page=15) as company:
        sam = company.sam
        await company.perform(to_general(company, "hello").effect, "hello")
        for number in range(40):
            await sam.say("general", f"chatter {number}")
        row = claimed(to_general(company, "hello").effect, "hello", company.clock, unknown=True)
        stops = 0
        while True:
            try:
                found = await company.performer.look_up(row)
                break
            except RetryLater as later:
                stops += 1
                company.clock.advance(later.seconds)
        assert len(found) == 1
        assert stops == len(company.slack.calls("conversations.history")) - 1 == 2


async def test_a_look_up_begins_anew_after_another_process_had_the_row() -> None:
    """The first half of the search has not seen what that has sent, and may have seen what it has removed."""
    async with a_company(history_page=15) as company:
        effect = to_general(company, "hello").effect
        for number in range(40):
            await company.sam.say("general", f"chatter {number}")
        row = replace(claimed(effect, "hello", company.clock, unknown=True), fence=3)
        with pytest.raises(RetryLater) as stopped:
            await company.performer.look_up(row)
        await company.perform(effect, "hello")
        company.clock.advance(stopped.value.seconds)
        with pytest.raises(RetryLater) as stopped:
            await company.performer.look_up(replace(row, fence=5))
        company.clock.advance(stopped.value.seconds)
        with pytest.raises(RetryLater) as stopped:
            await company.performer.look_up(replace(row, fence=6))
        company.clock.advance(stopped.value.seconds)
        assert len(await company.performer.look_up(replace(row, fence=7))) == 1


async def test_a_row_that_never_left_is_not_found(company: Company) -> None:
    row = claimed(to_general(company, "hello").effect, "hello", company.clock, unknown=True)
    assert await company.performer.look_up(row) == ()


async def test_a_reply_is_found_in_its_thread(company: Company) -> None:
    await company.put(to_general(company, "parent", "Parent"))
    await company.run()
    general = company.slack.channel("general").id
    effect = TellRoom(room=RoomKind.ORIGIN, channel=general, said=("Reply",), thread_of="parent")
    company.slack.faults.add("chat.postMessage", "reset_stored", times=1)
    await company.put(Outgoing(id="reply", stream="reply", effect=effect))
    await company.run(45)
    parent = await company.place("parent")
    assert parent is not None
    assert [reply.text for reply in company.slack.channel("general").thread(parent.ts)] == ["Reply"]
    assert said_in_general(company, "Reply") == 0


async def test_a_token_that_is_refused_says_where_to_put_a_new_one(company: Company) -> None:
    company.slack.faults.add("chat.postMessage", "error", times=1, error="token_revoked")
    receipt = await company.perform(to_general(company, "hello").effect)
    assert isinstance(receipt, Refused)
    assert "SLACK_BOT_TOKEN" in receipt.remedy


def _without_channel(incident: Incident) -> Incident:
    return replace(incident, war_room=replace(incident.war_room, channel=None))
