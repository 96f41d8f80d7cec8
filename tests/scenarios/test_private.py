"""A private incident: those who work on it see it, and nobody else learns that it exists."""

import json
import logging
from itertools import chain

import pytest

from bot.sandbox.models import Message
from tests.scenarios.test_updates import publish
from tests.scenarios.world import World

SECRET = "A customer's data was read by another customer"
LOCK_SCREEN = "Private incident INC-1"
ALERT = {"journey": "invoices", "summary": "Invoices of strangers"}


async def a_private_life(here: World) -> None:
    """All that can happen to an incident which Ana declares: Sam and Leon are paged, and Sam answers too late."""
    ana, sam = here["ana"], here["sam"]
    await ana.command(f"/incident declare private sev2 invoices {SECRET}", channel="general")
    await here.later(minutes=50)
    room = (await here.war_room()).name
    await sam.click(here.page_of(sam), "I have it")
    await here.settled()
    await here.alert("generic", ALERT)
    for line in ("severity sev1 more of them", "decide Stop the mail queue", "impact 3% 12 customers EU", "role comms"):
        await sam.command(f"/incident {line}", channel=room)
    await here.settled()
    await publish(here, sam, {"Status": "Monitoring", "What we are doing": "the queue is stopped"})
    await here.later(minutes=90)
    await sam.command("/incident resolve", channel=room)
    form = sam.view
    assert form is not None
    if (await sam.submit(form)).errors:
        await sam.fill(form, {"Reason": "The queue is empty"})
        assert not (await sam.submit(form)).errors
    await here.later(minutes=60)
    assert not (await here.incident()).open
    await sam.command("/incident reopen More of them", channel=room)
    await here.settled()


async def seen_outside(here: World) -> list[Message]:
    """Every message that somebody can read who is not in the incident and manages nothing, replies included."""
    outsiders = (here["eve"], here["maya"], here["vic"])
    public = (channel.log.values() for channel in here.slack.channels if not channel.private)
    theirs = ([*person.dms, *person.ephemerals()] for person in outsiders)
    return list(chain.from_iterable([*public, *theirs]))


async def test_a_private_incident_is_private_everywhere(here: World) -> None:
    ana, maya, eve = here["ana"], here["maya"], here["eve"]

    answer = await ana.command(f"/incident declare private sev1 checkout {SECRET}", channel="general")
    assert "INC-1" in answer.text
    await here.settled()

    war_room, stakeholders = await here.war_room(), await here.stakeholders()
    assert war_room.private
    assert stakeholders.private
    assert war_room.name == "inc-1", "the words are in no name"
    assert maya.dms[0].text == "Private incident INC-1", "the lock screen tells nothing"
    assert SECRET in maya.dms[0].plain
    assert not here.slack.channel("incidents").messages[len(here.people) + 1 :], "nothing is announced"
    assert here["vic"].id not in stakeholders.members, "no list is invited"

    assert "INC-1" not in (await eve.command("/incident list", channel="general")).text
    refused = await eve.command("/incident show 1", channel="general")
    unknown = await eve.command("/incident show 99", channel="general")
    assert refused.text.replace("INC-1", "INC-99") == unknown.text, "it does not exist for outsiders"
    await eve.open_home()
    await here.slack.until(lambda: eve.home, why="the Home tab")
    assert eve.home is not None
    assert "INC-1" not in eve.home.plain
    assert "INC-1" in (await maya.command("/incident list", channel="general")).text

    async with here.http.get(f"http://127.0.0.1:{here.bot.port}/metrics") as metrics:
        assert "checkout" not in await metrics.text()


async def test_the_public_clock_of_a_private_incident_is_off(once: World) -> None:
    await once["ana"].command(f"/incident declare private sev1 checkout {SECRET}", channel="general")
    await once.settled()
    incident = await once.incident()
    assert [clock.audience for clock in incident.clocks] == ["internal"]
    assert all(update.audience == "internal" for update in incident.updates)


async def test_a_refusal_on_a_private_incident_offers_no_anyway(once: World) -> None:
    ana, eve = once["ana"], once["eve"]
    await ana.command(f"/incident declare private sev1 checkout {SECRET}", channel="general")
    await once.settled()
    answer = await eve.command("/incident explain 1", channel="general")
    assert "Do it anyway" not in answer.text
    assert SECRET not in answer.text


async def test_no_outlet_tells_outsiders_of_a_private_incident(once: World, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    await a_private_life(once)
    eve = once["eve"]

    rooms = [await once.war_room(), await once.stakeholders()]
    inside = chain.from_iterable([*(room.log.values() for room in rooms), *(once[name].dms for name in ("ana", "sam"))])
    said = [message for message in inside if message.user == once.slack.bot_user and message.blocks]
    assert len(said) > 20
    assert {message.text for message in said} == {LOCK_SCREEN}
    assert any(SECRET in message.plain for message in said)

    for line in ("", "list", "help", "ack", "oncall", "declare", "decide Something", "resolve"):
        await eve.command(f"/incident {line}", channel="general")
    assert eve.view is not None
    form = await eve.fill(eve.view, {"Journey": "Invoices"})
    answers = [form.plain, *(message.plain for message in eve.ephemerals())]
    await eve.close(form)
    answers.append((await eve.command("/incident declare sev3 invoices Mine is missing", channel="general")).text)
    await once.settled()
    assert any("INC-2" in answer for answer in answers)
    _, taken = await once.alert("generic", ALERT)
    await once.settled()
    async with once.http.get(f"http://127.0.0.1:{once.bot.port}/metrics") as metrics:
        answers += [json.dumps(taken), await metrics.text(), caplog.text]
    await eve.open_home()
    await once.slack.until(lambda: eve.home and "INC-2" in eve.home.plain, why="the Home tab")
    assert eve.home is not None
    answers += [eve.home.plain, *(message.plain for message in await seen_outside(once))]
    for answer in answers:
        for word in (SECRET, LOCK_SCREEN, "INC-1", "inc-1"):
            assert word not in answer, answer
