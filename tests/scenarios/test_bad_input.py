"""Bad input at every door: a clear sentence, nothing lost, nothing done twice, and no traceback."""

import json
from pathlib import Path

import pytest
from sqlalchemy import text

from bot.sandbox.screens import Answer
from tests.scenarios.test_updates import led_by_maya, with_button
from tests.scenarios.world import COMPANY, World, world

HOSTILE = (
    "x" * 3000,
    "🔥" * 300,
    "مرحبا بالعالم \u202e reversed",
    "<!channel> <!here> <!everyone> <@U0HACKED> <https://evil.test|click>",
    "*bold* _it_ `code` ~no~ & < > &amp; {{ 7 * 7 }} {% raw %}",
)


def refused(answer: Answer) -> str:
    """The sentence of a refusal: there is one, and it is not a traceback."""
    assert not answer.error, answer.error
    words = answer.text
    assert len(words) > 10
    assert "Traceback" not in words
    return words


@pytest.mark.parametrize("words", HOSTILE, ids=["long", "emoji", "right-to-left", "markup", "template"])
async def test_hostile_words_are_shown_as_typed_everywhere(once: World, words: str) -> None:
    ana, maya = once["ana"], once["maya"]
    answer = await ana.command(f"/incident declare sev1 checkout {words}", channel="general")
    assert "INC-1" in answer.text
    await once.settled()
    await maya.click(once.page_of(maya), "Acknowledge")
    await once.settled()
    room = (await once.war_room()).name
    for line in ("log", "decide", "action", "update"):
        await maya.command(f"/incident {line} {words}", channel=room)
        if maya.view:
            await maya.close(maya.view, whole_stack=True)
    await maya.command("/incident update", channel=room)
    form = maya.view
    assert form is not None
    texts = ("What customers see", "What we are doing")
    await maya.fill(form, dict.fromkeys(texts, words))
    assert not (await maya.submit(form)).errors
    preview = maya.view
    assert preview is not None
    assert not (await maya.submit(preview)).errors
    await once.settled()

    everything = [message for channel in once.slack.channels for message in channel.messages]
    ours = [message for message in everything if message.user == once.slack.bot_user]
    assert not any("<!channel>" in message.text or "<!here>" in message.text for message in ours)
    assert not any("<@U0HACKED" in message.text for message in ours)
    failed = await once.bot.store.read(lambda tx: tx.figures(once.clock.now))
    assert failed.dead == 0


async def test_slips_of_the_fingers_get_the_nearest_match(once: World) -> None:
    ana = once["ana"]
    assert "declare" in refused(await ana.command("/incident decalre sev1 checkout x", channel="general"))
    assert "INC-" not in (await ana.command("/incident list", channel="general")).text
    assert "resolve" in refused(await ana.command("/incident resolv", channel="general"))
    assert "/incident" in refused(await ana.command("/incident", channel="general"))


async def test_commands_outside_an_incident_say_how_to_name_one(once: World) -> None:
    ana = once["ana"]
    for line in ("ack", "resolve", "update", "status monitoring", "decide Roll back", "summary", "catchup"):
        words = refused(await ana.command(f"/incident {line}", channel="general"))
        assert "incident" in words.lower(), line


async def test_unknown_people_journeys_severities_and_statuses(once: World) -> None:
    await led_by_maya(once)
    maya, room = once["maya"], (await once.war_room()).name
    assert "Nobody" in refused(await maya.command("/incident role commander @nobody-here", channel=room))
    refused(await maya.command("/incident page @nobody-here", channel=room))
    assert "SEV1" in refused(await maya.command("/incident severity sev9", channel=room))
    assert "monitoring" in refused(await maya.command("/incident status montoring", channel=room))
    refused(await maya.command("/incident role juggler @leon", channel=room))
    refused(await maya.command("/incident show 99", channel=room))
    refused(await maya.command("/incident show none", channel=room))
    incident = await once.incident()
    assert incident.severity == "SEV1"
    assert incident.status == "investigating"


@pytest.mark.both_ways
async def test_a_double_click_and_a_double_submit_do_it_once(here: World) -> None:
    ana, maya = here["ana"], here["maya"]
    await ana.command("/incident declare", channel="general")
    form = ana.view
    assert form is not None
    await ana.fill(form, {"Journey": "Checkout", "What is happening": "Cards are declined"})
    await ana.submit(form)
    await here.slack.deliver(here.slack.last_envelopes[-1], times=3)
    await here.settled()
    assert len(await here.bot.store.read(lambda tx: tx.open_incidents())) == 1

    page = here.page_of(maya)
    await maya.click(page, "Acknowledge")
    await here.slack.deliver(here.slack.last_envelopes[-1], times=4)
    await maya.click(page, "Acknowledge")
    await here.settled()
    record = await here.bot.store.read(lambda tx: tx.timeline(1))
    assert len([event for event in record if event.kind == "acknowledged"]) == 1


async def test_a_stale_button_says_what_is_true_now(once: World) -> None:
    await led_by_maya(once)
    maya, leon = once["maya"], once["leon"]
    first_word = with_button((await once.war_room()).messages, "Publish")
    await maya.click(first_word, "Publish")
    await once.settled()
    before = len((await once.incident()).updates)
    await maya.click(first_word, "Publish")
    await once.settled()
    assert len((await once.incident()).updates) == before
    assert maya.ephemerals() or maya.view, "the second press is answered"
    assert leon.id != maya.id


def helps(here: World, user: str) -> bool:
    """Whether the record counts somebody among the responders."""
    with here.database.connect() as connection:
        (body,) = connection.execute(text("SELECT body FROM incident")).one()
    return any(each["user"] == user for each in json.loads(body)["responders"])


async def test_somebody_who_is_not_a_responder_may_do_it_with_a_reason(once: World) -> None:
    await led_by_maya(once)
    eve = once["eve"]
    war_room = await once.war_room()
    await eve.join(war_room.name)
    await once.slack.until(lambda: helps(once, eve.id), why="whoever walks in to be counted as helping")
    sam = once["sam"]
    stakeholders = await once.stakeholders()
    if sam.id not in stakeholders.members:
        await sam.join(stakeholders.name)
    answer = await sam.command("/incident status monitoring", channel=stakeholders.name)
    assert "responders" in answer.text
    assert "anyway" in answer.text.lower()
    assert (await once.incident()).status == "investigating"


async def test_a_deleted_owner_means_the_next_target_on_record(once: World) -> None:
    once["maya"].user.deleted = True
    await once["ana"].command("/incident declare sev1 checkout Cards are declined", channel="general")
    await once.settled()
    assert "Why you" in once.page_of(once["leon"]).plain, "the next tier at once"
    assert any(
        "Maya" in message.text or once["maya"].id in message.text for message in (await once.war_room()).messages
    )


async def test_guests_and_refused_invitations_are_said_one_by_one(once: World) -> None:
    once["sam"].user.guest = True
    await once["ana"].command("/incident declare sev1 checkout Cards are declined", channel="general")
    await once.settled()
    war_room = await once.war_room()
    said = "\n".join(message.plain for message in war_room.thread(once.card(war_room).ts))
    assert "Not in the stakeholder channel" in said
    assert once["sam"].id in said


async def test_a_workspace_that_forbids_creating_channels_still_pages(once: World) -> None:
    once.slack.policy.forbid_channel_creation = True
    ana, maya = once["ana"], once["maya"]
    await ana.command("/incident declare sev1 checkout Cards are declined", channel="general")
    await once.settled()
    await maya.click(once.page_of(maya), "Acknowledge")
    await once.settled()
    told = "\n".join(message.plain for message in ana.dms)
    assert "channel" in told.lower()
    assert "INC-1" in told
    assert (await once.incident()).war_room.channel is None
    general = "\n".join(message.plain for message in once.slack.channel("general").messages)
    assert "INC-1" in general, "it goes on where it was declared"


async def test_an_archived_war_room_does_not_stop_the_incident(once: World) -> None:
    await led_by_maya(once)
    maya = once["maya"]
    await maya.archive((await once.war_room()).name)
    await maya.command("/incident log 1 Still working", channel="general")
    await once.later(minutes=16)
    assert (await once.incident()).open
    assert (await once.bot.store.read(lambda tx: tx.figures(once.clock.now))).dead == 0


async def test_an_empty_schedule_is_skipped_at_once(tmp_path: Path) -> None:
    company = COMPANY.read_text(encoding="utf-8").replace("primary: {members: [maya],", "primary: {members: [],")
    async with world(tmp_path, company=company) as here:
        await here["ana"].command("/incident declare sev1 checkout Cards are declined", channel="general")
        await here.settled()
        assert "Why you" in here.page_of(here["leon"]).plain
