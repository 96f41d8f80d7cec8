"""Customers cannot pay, somebody says so, and the person who can help is awake, has it, and brings it to its end."""

import pytest

from tests.scenarios.world import World


@pytest.mark.both_ways
async def test_a_declaration_pages_the_impact_owner_who_acknowledges_and_leads(here: World) -> None:
    ana, maya = here["ana"], here["maya"]

    answer = await ana.command("/incident declare sev1 checkout Cards are declined", channel="general")

    assert not answer.error
    assert "INC-1" in answer.text
    assert maya.id in answer.text, "the declarer is told at once who was paged"
    await here.settled()
    page = here.page_of(maya)
    assert "SEV1" in page.text
    assert "Customers cannot place orders" in page.text
    assert "INC-1" in page.text
    assert "Cards are declined" in page.plain
    assert "you can reduce this fastest" in page.plain
    assert "Turn off session refresh" in page.plain
    assert "not paged" in page.plain
    assert page.buttons()[0] == "Acknowledge"

    await here.later(seconds=70)
    await maya.click(page, "Acknowledge")
    await here.settled()

    assert "Acknowledged by" in here.page_of(maya).plain
    assert "(1 min 10 s)" in here.page_of(maya).plain
    incident = await here.incident()
    commander = incident.holder("commander")
    assert commander is not None
    assert commander.user == maya.id
    war_room = await here.war_room()
    assert war_room.name == "inc-1-cards-are-declined"
    assert maya.id in war_room.members
    assert ana.id in war_room.members
    assert war_room.topic == f"SEV1 · investigating · IC <@{maya.id}>"
    assert (await here.stakeholders()).name == "inc-1-updates"

    await here.later(minutes=30)
    assert not here["leon"].dms, "nobody else is woken once it is acknowledged"


async def test_the_declarer_gets_one_message_with_number_page_and_links(here: World) -> None:
    ana = here["ana"]

    await ana.command("/incident declare sev1 checkout Cards are declined", channel="general")
    await here.settled()

    (message,) = ana.dms
    assert "INC-1" in message.text
    war_room, stakeholders = await here.war_room(), await here.stakeholders()
    assert f"<#{war_room.id}" in message.plain
    assert f"<#{stakeholders.id}" in message.plain
    assert here["maya"].id in message.plain
