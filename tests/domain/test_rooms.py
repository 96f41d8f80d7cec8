"""Rooms: opened, refused, invited to, archived and brought back."""

from dataclasses import replace

from bot.domain.effects import InvitePeople, Refused, Sent, TellPerson, TellRoom
from bot.domain.incident import Incident, RoomKind
from bot.domain.responding import invite, joined, welcome
from bot.domain.rooms import archive, invited, room_opened, unarchive
from bot.domain.timeline import EventKind
from tests.domain.lives import EVE, LEON, MAYA, NOW, an_incident, said

FORBIDDEN = Refused(error="restricted_action", remedy="Ask an owner to let apps create channels.")


def with_rooms() -> Incident:
    incident = an_incident()
    for room, channel in ((RoomKind.WAR_ROOM, "CROOM"), (RoomKind.STAKEHOLDERS, "CSTAKE")):
        changed = room_opened(incident, room, Sent(channel=channel), NOW).incident
        assert changed is not None
        incident = changed
    return incident


def test_a_room_is_real_once_its_channel_is_known() -> None:
    receipt = Sent(channel="CROOM", facts=(("name", "inc-42-cards-are-declined-2"),))
    change = room_opened(an_incident(), RoomKind.WAR_ROOM, receipt, NOW)
    assert change.incident is not None
    assert change.incident.war_room.channel == "CROOM"
    assert change.incident.war_room.name == "inc-42-cards-are-declined-2"
    assert room_opened(change.incident, RoomKind.WAR_ROOM, receipt, NOW).timeline == ()


def test_a_forbidden_war_room_is_told_to_the_declarer_and_on_record_and_the_incident_goes_on() -> None:
    change = room_opened(an_incident(), RoomKind.WAR_ROOM, FORBIDDEN, NOW)
    assert change.incident is not None
    assert change.incident.war_room.trouble == FORBIDDEN.remedy
    assert [event.kind for event in change.timeline] == [EventKind.TROUBLE]
    effects = [row.effect for row in change.outgoing]
    assert ["restricted_action" in said(each.said) for each in effects if isinstance(each, TellPerson)] == [True]
    assert ["It goes on here." in said(each.said) for each in effects if isinstance(each, TellRoom)] == [True]
    assert "inc:42:invite:war_room:*" in change.withdraw
    assert not any(row.startswith("inc:42:page") for row in change.withdraw)


def test_a_private_incident_without_its_room_says_nothing_elsewhere() -> None:
    change = room_opened(an_incident(private=True), RoomKind.WAR_ROOM, FORBIDDEN, NOW)
    assert not any(isinstance(row.effect, TellRoom) for row in change.outgoing)
    assert any(isinstance(row.effect, TellPerson) for row in change.outgoing)


def test_nobody_is_invited_twice() -> None:
    first = welcome(an_incident(), MAYA)
    assert first.incident is not None
    again = welcome(first.incident, MAYA, LEON)
    people = [row.effect.people for row in again.outgoing if isinstance(row.effect, InvitePeople)]
    assert people == [(LEON,)]
    assert {row.id for row in first.outgoing} & {row.id for row in again.outgoing} == set()


def test_nobody_is_invited_to_a_room_that_cannot_be_had() -> None:
    incident = an_incident()
    incident = replace(incident, war_room=replace(incident.war_room, trouble="forbidden"))
    assert invite(incident, RoomKind.WAR_ROOM, (MAYA,)).outgoing == ()


def test_those_who_could_not_be_invited_are_reported_one_by_one() -> None:
    effect = InvitePeople(incident=42, room=RoomKind.WAR_ROOM, people=(MAYA, LEON, EVE))
    receipt = Sent(facts=(("ULEON", "user_is_restricted"), ("UEVE", "user_disabled")))
    change = invited(with_rooms(), effect, receipt, NOW)
    assert [said(event.said).partition(":")[2].split()[0] for event in change.timeline] == ["leon", "eve"]
    threads = [row.effect.thread_of for row in change.outgoing if isinstance(row.effect, TellRoom)]
    assert all(threads)


def test_a_refused_invitation_concerns_everyone_in_it() -> None:
    effect = InvitePeople(incident=42, room=RoomKind.WAR_ROOM, people=(MAYA, LEON))
    change = invited(with_rooms(), effect, Refused(error="missing_scope", remedy=""), NOW)
    assert len(change.timeline) == 2


def test_walking_into_the_war_room_makes_a_responder_once() -> None:
    change = joined(with_rooms(), EVE, NOW, in_room=True)
    assert change.incident is not None
    assert change.incident.is_responder(EVE)
    assert not any(isinstance(row.effect, InvitePeople) for row in change.outgoing)
    assert joined(change.incident, EVE, NOW, in_room=True).timeline == ()


def test_helping_from_elsewhere_invites() -> None:
    change = joined(with_rooms(), EVE, NOW, in_room=False)
    assert any(isinstance(row.effect, InvitePeople) for row in change.outgoing)


def test_rooms_are_archived_and_brought_back() -> None:
    gone = archive(with_rooms())
    assert gone.incident is not None
    assert [room.archived for room in (gone.incident.war_room, gone.incident.stakeholders)] == [True, True]
    assert archive(gone.incident).outgoing == ()
    back = unarchive(replace(gone.incident, reopened=1))
    assert len(back.outgoing) == 2
    assert back.incident is not None
    assert not back.incident.war_room.archived
