"""Everything a command does, a form does too: declaring, roles, decisions, actions, impact, Home, shortcuts."""

import pytest

from tests.scenarios.test_updates import led_by_maya, with_button
from tests.scenarios.world import World


@pytest.mark.both_ways
async def test_declaring_by_the_form_needs_only_the_journey(here: World) -> None:
    ana = here["ana"]
    await ana.command("/incident declare", channel="general")
    form = ana.view
    assert form is not None
    assert form.labels() == [
        "Journey",
        "Severity",
        "What is happening",
        "Since",
        "Which system looks broken",
        "Private",
    ]
    await ana.fill(form, {"What is happening": "Nobody can sign in"})
    await ana.fill(form, {"Journey": "Sign-in"})
    again = ana.view
    assert again is not None
    assert "Leon Brandt" in again.plain or here["leon"].id in again.plain, "who is paged is said before it is sent"
    assert "Nobody can sign in" in str(again.values), "what was typed survives"
    done = await ana.submit(again)
    assert not done.errors
    await here.settled()
    assert "Customers cannot sign in" in here.page_of(here["leon"]).text
    assert (await here.incident()).severity == "SEV2", "the journey's own severity"


async def test_something_else_pages_whoever_catches_all_and_counts_as_unowned(once: World) -> None:
    ana = once["ana"]
    await ana.command("/incident declare sev2 the office is on fire", channel="general")
    form = ana.view
    assert form is not None
    assert "the office is on fire" in str(form.values), "no journey was recognised: the form has the words"
    await ana.submit(form)
    await once.settled()
    page = once.page_of(once["vic"])
    assert "No owner for this pain" in page.plain
    assert not (await once.incident()).brief.owned


async def test_an_open_incident_on_the_journey_is_shown_and_never_blocks(once: World) -> None:
    await led_by_maya(once)
    eve = once["eve"]
    await eve.command("/incident declare", channel="general")
    form = eve.view
    assert form is not None
    await eve.fill(form, {"Journey": "Checkout"})
    again = eve.view
    assert again is not None
    assert "INC-1" in again.plain
    assert "Join" in again.buttons()
    answer = await eve.command("/incident declare sev2 checkout Also carts", channel="general")
    assert "INC-2" in answer.text
    assert "INC-1" in answer.text, "the answer links the other"


async def test_roles_decisions_actions_and_impact_are_on_the_card_and_on_record(once: World) -> None:
    await led_by_maya(once)
    maya, sam = once["maya"], once["sam"]
    room = (await once.war_room()).name
    await maya.command("/incident role comms @sam", channel=room)
    await once.settled()
    assert any("You are comms lead of" in message.plain for message in sam.dms), (
        "a new holder gets a short private guide"
    )

    await maya.command("/incident decide", channel=room)
    form = maya.view
    assert form is not None
    await maya.fill(form, {"Decision": "Roll back 4.2", "Why": "It began with 4.2", "Alternatives": "Fix forward"})
    assert not (await maya.submit(form)).errors
    await maya.command("/incident action Roll back 4.2 @leon by 03:10", channel=room)
    await maya.command("/incident impact 32% 1240 customers EU", channel=room)
    await maya.command("/incident log changed Release 4.2 at 02:10", channel=room)
    await once.settled()

    incident = await once.incident()
    assert [decision.number for decision in incident.decisions] == [1]
    assert incident.actions[0].owner is not None
    assert incident.actions[0].owner.user == once["leon"].id
    card = once.card(await once.war_room()).plain
    assert "Release 4.2" in card
    assert "32 %" in card
    assert "1,240" in card
    assert "Roll back 4.2" in card
    assert sam.id in card


async def test_a_due_revisit_reminds_the_commander(once: World) -> None:
    await led_by_maya(once)
    maya, room = once["maya"], (await once.war_room()).name
    await maya.command("/incident decide", channel=room)
    form = maya.view
    assert form is not None
    at = once.clock.now.timestamp() + 1800
    await maya.fill(form, {"Decision": "Wait for the cache", "Revisit at": int(at)})
    assert not (await maya.submit(form)).errors
    await once.later(minutes=31)
    assert any("Wait for the cache" in message.text for message in maya.dms)


@pytest.mark.both_ways
async def test_home_shows_my_open_pages_the_open_incidents_and_who_is_on_call(here: World) -> None:
    await here["ana"].command("/incident declare sev1 checkout Cards are declined", channel="general")
    await here.settled()
    maya = here["maya"]
    await maya.open_home()
    await here.slack.until(lambda: maya.home, why="the Home tab")
    assert maya.home is not None
    assert "Acknowledge" in maya.home.buttons()
    assert "INC-1" in maya.home.plain
    assert "Checkout" in maya.home.plain

    await maya.press(maya.home, "Acknowledge")
    await here.settled()
    assert "Acknowledged by" in here.page_of(maya).plain
    await here.slack.until(lambda: maya.home and "Acknowledge" not in maya.home.buttons(), why="Home to follow")


async def test_shortcuts_declare_log_and_decide_from_a_message(once: World) -> None:
    ana = once["ana"]
    message = await ana.say("general", "Checkout gives 500 for everybody")
    await ana.message_shortcut("declare_from_message", message)
    form = ana.view
    assert form is not None
    assert "Checkout gives 500 for everybody" in str(form.values)
    await ana.fill(form, {"Journey": "Checkout"})
    again = ana.view
    assert again is not None
    assert not (await ana.submit(again)).errors
    await once.settled()

    room = await once.war_room()
    said = await ana.say(room.name, "Rolling back now")
    await ana.message_shortcut("add_to_timeline", said)
    form = ana.view
    assert form is not None
    assert not (await ana.submit(form)).errors
    await ana.message_shortcut("record_as_decision", said)
    form = ana.view
    assert form is not None
    assert not (await ana.submit(form)).errors
    record = await once.bot.store.read(lambda tx: tx.timeline(1))
    assert sum("Rolling back now" in str(event.said) for event in record) == 2


async def test_explain_show_oncall_and_catch_me_up(once: World) -> None:
    await led_by_maya(once)
    eve = once["eve"]
    explained = (await eve.command("/incident explain 1", channel="general")).text
    assert "Checkout" in explained
    assert once["maya"].id in explained
    assert "INC-1" in (await eve.command("/incident show 1", channel="general")).text
    assert once["leon"].id in (await eve.command("/incident oncall checkout", channel="general")).text
    caught = await once["maya"].command("/incident catchup", channel=(await once.war_room()).name)
    assert "Cards are declined" in caught.text
    assert "Commander" in caught.text


async def test_a_summary_is_edited_and_posted_now(once: World) -> None:
    await led_by_maya(once)
    maya = once["maya"]
    await maya.command("/incident summary", channel=(await once.war_room()).name)
    form = maya.view
    assert form is not None
    await maya.fill(form, {"Summary": "Rollback is half way; orders come in again."})
    assert not (await maya.submit(form)).errors
    await once.settled()
    assert any("Rollback is half way" in message.plain for message in (await once.stakeholders()).messages)


async def test_the_review_of_the_route_is_answered_with_a_tap(once: World) -> None:
    await led_by_maya(once)
    maya = once["maya"]
    await maya.command("/incident resolve", channel=(await once.war_room()).name)
    form = maya.view
    assert form is not None
    await maya.fill(form, {"Reason": "Rolled back"})
    await maya.submit(form)
    await once.settled()
    review = next(m for m in (await once.war_room()).messages if "did the page reach" in m.plain.lower())
    await maya.click(review, review.buttons()[0])
    await once.settled()
    assert any((await once.incident()).review)
    assert "Resolved" in with_button((await once.war_room()).messages, "I posted it").plain
