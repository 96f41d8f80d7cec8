"""Rooms and people: what Slack refuses, what is there already, and where an incident speaks without a room."""

from dataclasses import replace

import pytest

from bot.domain.alert import Alert, AlertStatus
from bot.domain.alert_effects import RefreshAlert, ShowAlert
from bot.domain.change import Change
from bot.domain.effects import (
    AddBookmarks,
    ArchiveRoom,
    Card,
    InvitePeople,
    Outgoing,
    PinCard,
    PostText,
    RefreshCard,
    RefreshHome,
    Refused,
    SendPage,
    Sent,
    SetTopic,
    TellPerson,
    TellRoom,
    UnarchiveRoom,
)
from bot.domain.incident import RoomKind
from bot.domain.outgoing import card_id
from bot.domain.prose import Who
from bot.domain.timeline import EventKind
from bot.sandbox.jsons import JsonObject
from bot.sandbox.workspace import BOT_USER
from bot.services.ports import RetryLater
from bot.slack.members import SlackMembers
from tests.domain.lives import DIRECTORY, NOW
from tests.slack.outbound import Company, a_company

WAR_ROOM = RoomKind.WAR_ROOM


async def test_without_leave_to_create_channels_it_goes_on_where_it_was_declared(company: Company) -> None:
    company.slack.workspace.policy.forbid_channel_creation = True
    incident = await company.declare()
    assert incident.war_room.channel is None
    assert "workspace admin" in (incident.war_room.trouble or "")
    general = company.slack.channel("general").messages
    assert any("Update" in message.buttons() for message in general), "the card stands where it was declared"
    assert any("could not be created" in message.text for message in general)
    assert any("could not be created" in message.text for message in company.sam.dms)
    assert len([dm for dm in company.maya.dms if "Acknowledge" in dm.buttons()]) == 1


async def test_an_origin_that_tocsin_cannot_speak_in_gives_way_to_announce(company: Company) -> None:
    company.slack.workspace.policy.forbid_channel_creation = True
    secret = company.slack.add_channel("secret", private=True, members=[company.sam])
    await company.declare(origin_channel=secret)
    assert company.slack.channel("secret").messages == []
    assert any("could not be created" in m.text for m in company.slack.channel("incidents").messages)


async def test_a_private_incident_without_a_room_speaks_to_its_lead_alone(company: Company) -> None:
    company.slack.workspace.policy.forbid_channel_creation = True
    incident = await company.declare(journey="payroll", private=True)
    await company.run(10)
    receipt = await company.perform(TellRoom(room=WAR_ROOM, said=("Something happened",), incident=incident.number))
    assert isinstance(receipt, Sent)
    assert any("Something happened" in message.plain for message in company.sam.dms)
    for name in ("general", "incidents", "triage"):
        assert not any(message.user == BOT_USER and message.blocks for message in company.slack.channel(name).messages)


async def test_a_private_incidents_rooms_are_private_and_its_lock_screen_says_its_number(company: Company) -> None:
    incident = await company.declare(journey="payroll", private=True)
    assert company.channel(incident.war_room).private
    assert company.channel(incident.stakeholders).private
    await company.perform(TellPerson(who=company.who(company.leon), said=("Staff cannot be paid",), incident=1))
    message = company.leon.dms[-1]
    assert message.text == "Private incident INC-1"
    assert "Staff cannot be paid" in message.plain


async def test_a_person_known_by_address_alone_is_looked_up_once() -> None:
    async with a_company(known=False) as company:
        await company.declare()
        assert len([dm for dm in company.maya.dms if "Acknowledge" in dm.buttons()]) == 1
        page = (await company.desk.store.read(lambda tx: tx.pages_of(1)))[0]
        assert page.asks[0].who.user == company.maya.id
        looked_up = [call.args["email"] for call in company.slack.calls("users.lookupByEmail")]
        assert looked_up.count("maya@acme.test") == 1
        assert company.slack.unexpected == []


async def test_a_page_to_somebody_who_left_goes_to_the_next_at_once(company: Company) -> None:
    company.maya.user.deleted = True
    await company.declare()
    assert len([dm for dm in company.leon.dms if "Acknowledge" in dm.buttons()]) == 1
    events = await company.record(1)
    assert any(event.kind is EventKind.UNREACHABLE for event in events)


async def test_an_address_that_nobody_has_is_refused_with_what_to_do(company: Company) -> None:
    receipt = await company.perform(TellPerson(who=Who(name="Nobody", person="nobody"), said=("Hello",)))
    assert isinstance(receipt, Refused)
    assert receipt.error == "users_not_found"
    assert "directory file" in receipt.remedy


async def test_who_has_notifications_paused_is_said_with_a_number_to_call(company: Company) -> None:
    company.maya.user.muted = True
    await company.declare()
    events = await company.record(1)
    assert any(":muted:" in event.key for event in events)
    assert any("may not hear" in message.plain for message in company.sam.dms)


async def test_a_guest_cannot_be_invited_and_the_others_are(company: Company) -> None:
    incident = await company.declare()
    guest = company.slack.add_person("gus", guest=True)
    people = (company.who(company.leon), Who(name="gus", user=guest.id), company.who(company.sam))
    receipt = await company.perform(InvitePeople(incident=1, room=WAR_ROOM, people=people))
    assert receipt == Sent(facts=((guest.id, "user_is_restricted"),))
    assert company.leon.id in company.channel(incident.war_room).members


async def test_where_inviting_is_forbidden_each_person_is_named_with_the_reason(company: Company) -> None:
    await company.declare()
    company.slack.workspace.policy.forbid_inviting = True
    people = [company.slack.add_person(name) for name in ("ida", "ole")]
    invitation = InvitePeople(incident=1, room=WAR_ROOM, people=tuple(company.who(each) for each in people))
    assert await company.perform(invitation) == Sent(facts=tuple((each.id, "no_permission") for each in people))


async def test_a_single_refused_guest_is_told_apart_too(company: Company) -> None:
    await company.declare()
    guest = company.slack.add_person("gus", guest=True)
    effect = InvitePeople(incident=1, room=WAR_ROOM, people=(Who(name="gus", user=guest.id),))
    await company.put(Outgoing(id="invite", stream="invite", effect=effect))
    await company.run(5)
    assert any(event.key == f"room:not_invited:war_room:{guest.id}" for event in await company.record(1))


async def test_who_is_there_already_and_tocsin_itself_are_no_trouble(company: Company) -> None:
    await company.declare()
    people = (company.who(company.sam), Who(name="tocsin", user=BOT_USER))
    assert await company.perform(InvitePeople(incident=1, room=WAR_ROOM, people=people)) == Sent(facts=())


async def test_people_of_unknown_address_are_refused_one_by_one(company: Company) -> None:
    await company.declare()
    people = (Who(name="Nobody", person="nobody"), company.who(company.leon))
    receipt = await company.perform(InvitePeople(incident=1, room=WAR_ROOM, people=people))
    assert receipt == Sent(facts=(("nobody", "users_not_found"),))


async def test_done_twice_it_is_there_once(company: Company) -> None:
    incident = await company.declare()
    room = company.channel(incident.war_room)
    before = (list(room.bookmarks), list(room.pins), len(room.messages))
    for effect in (
        AddBookmarks(incident=1, room=WAR_ROOM),
        PinCard(incident=1, room=WAR_ROOM, of=card_id(1, Card.WAR_ROOM)),
        SetTopic(incident=1, room=WAR_ROOM),
    ):
        assert isinstance(await company.perform(effect), Sent)
    assert (list(room.bookmarks), list(room.pins), len(room.messages)) == before
    assert len(company.slack.calls("conversations.setTopic")) == 1


async def test_a_room_is_archived_and_brought_back_and_both_may_be_done_already(company: Company) -> None:
    incident = await company.declare()
    room = company.channel(incident.war_room)
    for _ in range(2):
        assert isinstance(await company.perform(ArchiveRoom(incident=1, room=WAR_ROOM)), Sent)
        assert room.archived
    for _ in range(2):
        assert isinstance(await company.perform(UnarchiveRoom(incident=1, room=WAR_ROOM)), Sent)
        assert not room.archived


async def test_a_line_for_an_archived_room_is_refused_and_put_on_record(company: Company) -> None:
    incident = await company.declare()
    await company.sam.archive(company.channel(incident.war_room).name)
    line = TellRoom(room=WAR_ROOM, said=("Too late",), incident=1)
    await company.put(Outgoing(id="line", stream="line", effect=line))
    await company.run(2)
    events = await company.record(1)
    assert any("is_archived" in str(event.said) for event in events if event.kind is EventKind.TROUBLE)


async def test_a_card_in_an_archived_room_stays_as_it_is(company: Company) -> None:
    incident = await company.declare()
    await company.sam.archive(company.channel(incident.war_room).name)
    card = RefreshCard(incident=1, card=Card.WAR_ROOM, of=card_id(1, Card.WAR_ROOM))
    assert isinstance(await company.perform(card), Sent)
    assert company.slack.calls("chat.update")[-1].error == "is_inactive"


async def test_an_edit_of_a_message_that_is_gone_is_done(company: Company) -> None:
    await company.declare()
    of = card_id(1, Card.ANNOUNCE)
    stands = await company.place(of)
    assert stands is not None
    del company.slack.channel("incidents").log[stands.ts]
    receipt = await company.perform(RefreshCard(incident=1, card=Card.ANNOUNCE, of=of))
    assert isinstance(receipt, Sent)
    assert "gone" in dict(receipt.facts)["skipped"]


async def test_an_edit_of_what_was_never_sent_calls_nothing(company: Company) -> None:
    await company.declare()
    calls = len(company.methods())
    receipt = await company.perform(RefreshCard(incident=1, card=Card.ROLES, of=card_id(1, Card.ROLES)))
    assert receipt == Sent(facts=(("skipped", "never sent"),))
    assert len(company.methods()) == calls


async def test_a_card_reads_what_is_true_when_it_is_edited(company: Company) -> None:
    incident = await company.declare()
    await company.change(replace(incident, severity="SEV3"))
    of = card_id(1, Card.WAR_ROOM)
    await company.perform(RefreshCard(incident=1, card=Card.WAR_ROOM, of=of))
    stands = await company.place(of)
    assert stands is not None
    message = company.channel(incident.war_room).log[stands.ts]
    assert "SEV3" in message.text
    assert message.metadata == {"event_type": "tocsin", "event_payload": {"id": of}}


async def test_an_announce_channel_made_anew_is_found_again(company: Company) -> None:
    await company.declare()
    old = company.slack.channel("incidents")
    await company.dana.rename(old.name, "incidents-old")
    await company.dana.archive("incidents-old")
    company.slack.add_channel("incidents", members=[company.dana])
    receipt = await company.perform(TellRoom(room=RoomKind.ANNOUNCE, said=("Hello",)))
    assert isinstance(receipt, Sent)
    assert company.slack.channel("incidents").messages[-1].text == "Hello"


async def test_a_channel_that_does_not_exist_is_refused_and_not_looked_for_at_once_again() -> None:
    nowhere = replace(DIRECTORY, workspace=replace(DIRECTORY.workspace, triage="#nowhere"))
    async with a_company(nowhere) as company:
        effect = TellRoom(room=RoomKind.TRIAGE, said=("Hello",))
        for _ in range(3):
            receipt = await company.perform(effect)
            assert isinstance(receipt, Refused)
            assert receipt.error == "channel_not_found"
        assert len(company.slack.calls("conversations.list")) == 1


async def test_a_private_announce_channel_without_tocsin_in_it_is_refused_with_what_to_do() -> None:
    hidden = replace(DIRECTORY, workspace=replace(DIRECTORY.workspace, announce="#hidden"))
    async with a_company(hidden) as company:
        company.slack.add_channel("hidden", private=True, members=[company.dana])
        receipt = await company.perform(TellRoom(room=RoomKind.ANNOUNCE, said=("Hello",)))
        assert isinstance(receipt, Refused)
        assert "invite Tocsin" in receipt.remedy


async def test_an_unmatched_alert_is_shown_in_triage_and_edited(company: Company) -> None:
    alert = Alert(source="am", fingerprint="f1", status=AlertStatus.FIRING, starts_at=NOW, summary="Disk is full")
    await company.desk.store.write(lambda tx: tx.save(Change(alerts=(alert,))))
    show = ShowAlert(source="am", fingerprint="f1", starts_at=NOW)
    await company.put(Outgoing(id="alert", stream="triage", effect=show))
    await company.run()
    done = replace(alert, status=AlertStatus.RESOLVED)
    await company.desk.store.write(lambda tx: tx.save(Change(alerts=(done,))))
    await company.perform(RefreshAlert(source="am", fingerprint="f1", starts_at=NOW, of="alert"))
    message = company.slack.channel("triage").messages[-1]
    assert "Disk is full" in message.text
    assert "resolved" in message.text


async def test_an_update_is_posted_word_for_word(company: Company) -> None:
    incident = await company.declare()
    text = "Cards <fail> & we know.\nNext: soon."
    effect = PostText(incident=1, room=RoomKind.STAKEHOLDERS, title="Update 1", text=text, next_at=NOW)
    assert isinstance(await company.perform(effect), Sent)
    message = company.channel(incident.stakeholders).messages[-1]
    assert "Cards &lt;fail&gt; &amp; we know." in message.text


async def test_home_shows_the_page_that_waits(company: Company) -> None:
    await company.declare()
    await company.perform(RefreshHome(user=company.maya.id))
    assert company.maya.home is not None
    assert "Acknowledge" in company.maya.home.buttons()


async def test_a_room_that_is_still_being_opened_is_waited_for(company: Company) -> None:
    def is_war_room(args: JsonObject) -> bool:
        return "updates" not in str(args["name"])

    company.slack.faults.add("conversations.create", "429", retry_after=30, times=1, when=is_war_room)
    await company.declare()
    line = TellRoom(room=WAR_ROOM, said=("Hello",), incident=1)
    with pytest.raises(RetryLater, match="being opened"):
        await company.perform(line)
    await company.run(40)
    assert isinstance(await company.perform(line), Sent)
    assert company.channel((await company.incident(1)).war_room).messages[-1].text == "Hello"


async def test_a_room_that_nothing_opens_is_not_waited_for(company: Company) -> None:
    incident = await company.declare()
    await company.change(replace(incident, war_room=replace(incident.war_room, channel=None)))
    await company.perform(TellRoom(room=WAR_ROOM, said=("Hello",), incident=1))
    assert company.slack.channel("general").messages[-1].text == "Hello"


async def test_very_many_people_are_invited_in_several_calls(company: Company) -> None:
    incident = await company.declare()
    before = len(company.slack.calls("conversations.invite"))
    crowd = [company.slack.add_person(f"person{number}") for number in range(120)]
    people = tuple(Who(name=person.name, user=person.id) for person in crowd)
    assert await company.perform(InvitePeople(incident=1, room=WAR_ROOM, people=people)) == Sent(facts=())
    assert {person.id for person in crowd} <= set(company.channel(incident.war_room).members)
    assert len(company.slack.calls("conversations.invite")) - before == 2


async def test_a_page_that_is_not_there_is_nothing_to_send(company: Company) -> None:
    receipt = await company.perform(SendPage(page=99, ask="page:99:1:0:0:U1"))
    assert receipt == Sent(facts=(("skipped", "there is no such page"),))


async def test_members_are_found_by_address_and_by_id(company: Company) -> None:
    members = SlackMembers(company.api)
    found = await members.by_email("maya@acme.test")
    assert found is not None
    assert (found.user, found.email) == (company.maya.id, "maya@acme.test")
    assert await members.by_id(company.leon.id) is not None
    assert await members.by_email("stranger@acme.test") is None
    assert await members.by_id("U0NOBODY") is None
    company.slack.faults.add("users.lookupByEmail", "429", retry_after=5, times=1)
    with pytest.raises(RetryLater):
        await members.by_email("maya@acme.test")
