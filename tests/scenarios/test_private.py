"""A private incident: those who work on it see it, and nobody else learns that it exists."""

from tests.scenarios.world import World

SECRET = "A customer's data was read by another customer"


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
