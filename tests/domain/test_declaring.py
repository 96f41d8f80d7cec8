"""Declaring: what an incident begins as, and the rows that set everything up."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.domain.change import Change
from bot.domain.declaring import Declare, begin, new_incident
from bot.domain.effects import Card, InvitePeople, OpenRoom, Outgoing, PinCard, ShowCard
from bot.domain.errors import Refusal
from bot.domain.incident import Incident, RoomKind
from bot.domain.timeline import EventKind
from tests.domain.lives import DANA, DIRECTORY, NOW, SAM, said


def declared(**more: object) -> tuple[Incident, Change]:
    asked = replace(Declare(by=SAM, journey="checkout", words="Cards are declined"), **more)  # type: ignore[arg-type]
    incident = new_incident(42, asked, DIRECTORY, NOW)
    change = begin(incident, asked, listed=(DANA,))
    assert change.incident is not None
    return change.incident, change


def cards(change: Change) -> set[Card]:
    return {row.effect.card for row in change.outgoing if isinstance(row.effect, ShowCard)}


def row_of(change: Change, effect: type, **like: object) -> Outgoing:
    found = [
        row
        for row in change.outgoing
        if isinstance(row.effect, effect) and all(getattr(row.effect, key) == value for key, value in like.items())
    ]
    assert len(found) == 1
    return found[0]


def test_what_the_directory_says_is_copied_onto_the_incident() -> None:
    incident, _ = declared(service="auth-api")
    assert incident.severity == "SEV1"
    assert incident.brief.pain == "Customers cannot place orders"
    assert incident.brief.may_need == ("Auth (auth-api)",)
    assert incident.brief.repair == "Auth (auth-api)"
    assert incident.war_room.name == "inc-42-cards-are-declined"
    assert incident.stakeholders.name == "inc-42-updates"


def test_both_channels_are_opened_at_once_and_the_rest_waits_for_them_only() -> None:
    _, change = declared()
    war_room = row_of(change, OpenRoom, room=RoomKind.WAR_ROOM)
    stakeholders = row_of(change, OpenRoom, room=RoomKind.STAKEHOLDERS)
    assert war_room.after == stakeholders.after == ()
    assert war_room.stream != stakeholders.stream
    card = row_of(change, ShowCard, card=Card.WAR_ROOM)
    assert card.after == (war_room.id,)
    assert row_of(change, PinCard, room=RoomKind.WAR_ROOM).after == (card.id,)
    assert row_of(change, InvitePeople, room=RoomKind.WAR_ROOM).after == (war_room.id,)
    assert row_of(change, ShowCard, card=Card.ANNOUNCE).after == ()


def test_the_declarer_is_told_once_both_rooms_are_settled() -> None:
    _, change = declared()
    rooms = {row.id for row in change.outgoing if isinstance(row.effect, OpenRoom)}
    assert set(row_of(change, ShowCard, card=Card.DECLARED).after) == rooms


def test_the_declarer_joins_both_rooms_and_the_lists_join_the_stakeholders() -> None:
    incident, change = declared()
    war_room = row_of(change, InvitePeople, room=RoomKind.WAR_ROOM).effect
    stakeholders = row_of(change, InvitePeople, room=RoomKind.STAKEHOLDERS).effect
    assert isinstance(war_room, InvitePeople)
    assert isinstance(stakeholders, InvitePeople)
    assert war_room.people == (SAM,)
    assert stakeholders.people == (SAM, DANA)
    assert incident.is_responder(SAM)


def test_a_private_journey_makes_a_private_incident_that_nobody_hears_of() -> None:
    incident, change = declared(journey="payroll")
    assert incident.private
    assert Card.ANNOUNCE not in cards(change)
    assert incident.war_room.name == "inc-42"
    stakeholders = row_of(change, InvitePeople, room=RoomKind.STAKEHOLDERS).effect
    assert isinstance(stakeholders, InvitePeople)
    assert stakeholders.people == (SAM,)


def test_a_severity_without_rooms_is_a_line_in_triage() -> None:
    incident, change = declared(severity="sev4")
    assert not incident.rooms_wanted
    assert cards(change) == {Card.TRIAGE, Card.DECLARED}
    assert not any(isinstance(row.effect, OpenRoom) for row in change.outgoing)
    _, private = declared(severity="sev4", private=True)
    assert cards(private) == {Card.DECLARED}


@pytest.mark.parametrize("journey", [None, "orphan"])
def test_a_pain_without_an_owner_is_on_record_as_unowned(journey: str | None) -> None:
    incident, change = declared(journey=journey)
    assert not incident.brief.owned
    assert any("No owner for this pain" in said(event.said) for event in change.timeline)


def test_something_else_is_known_by_its_words() -> None:
    incident, _ = declared(journey=None, words="The fax\nis burning")
    assert incident.brief.pain == "The fax is burning"
    assert incident.severity == "SEV2"
    assert declared(journey=None, words="")[0].brief.pain == "Something is wrong"


def test_words_that_do_not_fit_go_on_record_whole() -> None:
    incident, change = declared(words="a" * 3500)
    assert len(incident.words) == 3000
    rest = next(event for event in change.timeline if event.kind is EventKind.LOG)
    assert said(rest.said).endswith("a" * 500)


@pytest.mark.parametrize(
    ("wrong", "field", "sentence"),
    [
        ({"journey": "chekout"}, "journey", "Did you mean"),
        ({"severity": "SEV9"}, "severity", "Use one of SEV1, SEV2, SEV3, SEV4"),
        ({"service": "nothing"}, "service", "nothing was declared"),
        ({"since": NOW + timedelta(minutes=1)}, "since", "future"),
    ],
)
def test_what_is_not_known_is_refused_beside_its_field(wrong: dict[str, object], field: str, sentence: str) -> None:
    with pytest.raises(Refusal) as refused:
        declared(**wrong)
    assert refused.value.field == field
    assert sentence in said(refused.value.said)
