"""What a declaration does in Slack, call by call, when everything goes well."""

from bot.domain.effects import Card
from bot.domain.incident import RoomKind
from bot.domain.outgoing import card_id
from tests.slack.outbound import Company


async def test_one_person_gets_one_page_and_can_press_acknowledge(company: Company) -> None:
    await company.declare()
    pages = [dm for dm in company.maya.dms if "Acknowledge" in dm.buttons()]
    assert len(pages) == 1
    assert "Customers cannot place orders" in pages[0].text
    assert company.leon.dms == []
    assert company.slack.calls("conversations.open") == []


async def test_every_message_carries_its_row(company: Company) -> None:
    await company.declare()
    for call in company.slack.calls("chat.postMessage"):
        metadata = call.args["metadata"]
        assert isinstance(metadata, dict)
        assert metadata["event_type"] == "tocsin"
        assert await company.place(metadata["event_payload"]["id"]) is not None


async def test_both_rooms_are_opened_with_card_topic_bookmarks_and_pin(company: Company) -> None:
    incident = await company.declare()
    room, updates = company.channel(incident.war_room), company.channel(incident.stakeholders)
    assert room.name == "inc-1-cards-are-declined"
    assert updates.name == "inc-1-updates"
    assert room.topic == "SEV1 · investigating · IC nobody yet"
    stands = await company.place(card_id(1, Card.WAR_ROOM))
    assert stands is not None
    assert room.pins == [stands.ts]
    assert {mark.title for mark in room.bookmarks} == {"Stakeholder updates", "Bridge"}
    assert {mark.title for mark in updates.bookmarks} == {"War room", "Bridge"}
    assert len(updates.pins) == 1


async def test_people_are_invited_and_whoever_cannot_be_is_named(company: Company) -> None:
    incident = await company.declare()
    room = company.channel(incident.war_room)
    assert {company.sam.id, company.maya.id} <= set(room.members)
    assert incident.room(RoomKind.WAR_ROOM).trouble is None


async def test_the_announce_channel_is_found_by_name_joined_and_looked_for_once(company: Company) -> None:
    await company.declare()
    await company.declare(words="Again")
    cards = [m for m in company.slack.channel("incidents").messages if "I'm helping" in m.buttons()]
    assert len(cards) == 2
    assert len(company.slack.calls("conversations.list")) == 1
    assert len(company.slack.calls("conversations.join")) == 1
