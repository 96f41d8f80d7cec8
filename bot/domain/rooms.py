"""The incident's two channels: how they are opened, what is set up in them, and what became of each attempt.

A room that cannot be had never stops an incident: it goes on where it was declared, and the reason stands on record
with what to do about it.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from types import MappingProxyType
from typing import Final

from bot.domain.change import Change
from bot.domain.effects import (
    AddBookmarks,
    ArchiveRoom,
    Card,
    InvitePeople,
    OpenRoom,
    Outgoing,
    PinCard,
    Priority,
    Receipt,
    Refused,
    UnarchiveRoom,
)
from bot.domain.incident import Incident, Room, RoomKind
from bot.domain.outgoing import (
    card_id,
    open_room_id,
    refresh_card,
    refresh_cards,
    refresh_topic,
    room_stream,
    show_card,
    tell_person,
    tell_room,
)
from bot.domain.prose import Channel, Sentence, Who
from bot.domain.timeline import Event, EventKind

BOTH: Final = (RoomKind.WAR_ROOM, RoomKind.STAKEHOLDERS)
CARD_OF: Final[Mapping[RoomKind, Card]] = MappingProxyType(
    {RoomKind.WAR_ROOM: Card.WAR_ROOM, RoomKind.STAKEHOLDERS: Card.STAKEHOLDERS}
)
SPOKEN: Final[Mapping[RoomKind, str]] = MappingProxyType(
    {RoomKind.WAR_ROOM: "war room", RoomKind.STAKEHOLDERS: "stakeholder channel"}
)
WHY_NOT_INVITED: Final[Mapping[str, str]] = MappingProxyType(
    {
        "user_is_restricted": "is a guest, whom an app cannot invite here; a workspace member may add them",
        "user_is_ultra_restricted": "is a single-channel guest and cannot be in this channel",
        "user_disabled": "is deactivated in Slack; correct the directory file",
        "user_not_found": "is not in this Slack workspace; correct the e-mail in the directory file",
        "users_not_found": "is not in this Slack workspace; correct the e-mail in the directory file",
        "cant_invite": "cannot be invited to this channel; a workspace member may add them",
        "ura_max_channels": "is a single-channel guest, and in a channel already",
        "no_permission": "may not be invited by an app in this workspace; a workspace member may add them",
        "no_external_invite_permission": "is from another company, whom an app may not invite; a member may add them",
        "org_user_not_in_team": "is in your organisation, but not in this workspace; an admin may add them",
        "invitee_cant_see_channel": "is not in a workspace that shares this channel; an admin may add them",
        "app_cannot_join_channel": "is an app that cannot be in this channel",
    }
)
"""What stands after a name when Slack would not invite them, by Slack's code."""


def set_up(incident: Incident) -> tuple[Outgoing, ...]:
    """The graph of rows: both channels at once; then card, topic and bookmarks together; then the pin."""
    rows = [_open(incident, room) for room in BOTH]
    for room in BOTH:
        opened = (open_room_id(incident.number, room),)
        card = CARD_OF[room]
        rows += [
            replace(show_card(incident, card), after=opened),
            _bookmarks(incident, room, opened),
            _pin(incident, room, card_id(incident.number, card)),
        ]
    return (*rows, refresh_topic(incident))


def room_opened(incident: Incident, kind: RoomKind, receipt: Receipt, now: datetime) -> Change:
    """Note the channel that was made, or why it could not be.

    `receipt.channel` is the channel's id; a fact `name` says what it is really called where the wanted name was taken.
    """
    room = incident.room(kind)
    if isinstance(receipt, Refused):
        return _not_opened(incident, room, receipt, now)
    if room.channel == receipt.channel:
        return Change(incident=incident)
    name = dict(receipt.facts).get("name", room.name)
    saved = with_room(incident, replace(room, channel=receipt.channel, name=name, trouble=None))
    said: Sentence = (f"The {SPOKEN[kind]} is ", Channel(receipt.channel, name))
    event = _event(incident, f"opened:{kind.value}", EventKind.ROOM, said, now)
    return Change(incident=saved, timeline=(event,), outgoing=refresh_cards(saved))


def invited(incident: Incident, effect: InvitePeople, receipt: Receipt, now: datetime) -> Change:
    """Report those who could not be invited, one by one.

    For each of them the receipt has a fact: their Slack id (or directory key) with Slack's code.
    """
    if isinstance(receipt, Refused):
        if incident.room(effect.room).channel is None:
            return Change(incident=incident)
        failed = [(who, receipt.error) for who in effect.people]
    else:
        by_key = {key: who for who in effect.people for key in (who.user, who.person) if key}
        failed = [(by_key[key], error) for key, error in receipt.facts if key in by_key]
    change = Change(incident=incident)
    for who, error in failed:
        change = change.then(_not_invited(incident, effect.room, who, error, now))
    return change


def archive(incident: Incident) -> Change:
    """Archive both channels; what was said in them stays readable."""
    rooms = [incident.room(kind) for kind in BOTH]
    rows = tuple(
        Outgoing(
            id=f"inc:{incident.number}:archive:{room.kind.value}:{incident.reopened}",
            stream=room_stream(incident.number, room.kind),
            effect=ArchiveRoom(incident=incident.number, room=room.kind),
            priority=Priority.LOW,
        )
        for room in rooms
        if room.channel and not room.archived
    )
    return Change(incident=_archived(incident, archived=True), outgoing=rows)


def unarchive(incident: Incident) -> Change:
    """Bring the channels back for an incident that is reopened; `incident.reopened` has been counted up."""
    rows = tuple(
        Outgoing(
            id=f"inc:{incident.number}:unarchive:{kind.value}:{incident.reopened}",
            stream=room_stream(incident.number, kind),
            effect=UnarchiveRoom(incident=incident.number, room=kind),
        )
        for kind in BOTH
        if incident.room(kind).archived
    )
    return Change(incident=_archived(incident, archived=False), outgoing=rows)


def with_room(incident: Incident, room: Room) -> Incident:
    """The incident with one of its two rooms replaced."""
    if room.kind is RoomKind.WAR_ROOM:
        return replace(incident, war_room=room)
    return replace(incident, stakeholders=room)


def _not_opened(incident: Incident, room: Room, refused: Refused, now: datetime) -> Change:
    kind, spoken = room.kind, SPOKEN[room.kind]
    saved = with_room(incident, replace(room, trouble=refused.remedy or refused.error))
    goes_on = "It goes on here." if kind is RoomKind.WAR_ROOM else "Updates are posted in the war room."
    said: Sentence = (f"{incident.label}: the {spoken} could not be created ({refused.error}). {refused.remedy}",)
    event = _event(incident, f"not_opened:{kind.value}", EventKind.TROUBLE, said, now)
    key = f"not_opened:{kind.value}"
    told = [tell_person(saved, incident.declared_by, key, said)] if incident.declared_by.user else []
    if not incident.private:
        told.append(tell_room(saved, RoomKind.WAR_ROOM, key, (*said, " ", goes_on), priority=Priority.URGENT))
    stem = f"inc:{incident.number}"
    withdrawn = [f"{stem}:invite:{kind.value}:*", f"{stem}:bookmarks:{kind.value}", f"{stem}:pin:{kind.value}"]
    if kind is RoomKind.WAR_ROOM:
        withdrawn.append(f"{stem}:topic:*")
    cards = tuple(refresh_card(saved, card) for card in (Card.WAR_ROOM, Card.STAKEHOLDERS))
    return Change(incident=saved, timeline=(event,), outgoing=(*told, *cards), withdraw=tuple(withdrawn))


def _not_invited(incident: Incident, kind: RoomKind, who: Who, error: str, now: datetime) -> Change:
    why = WHY_NOT_INVITED.get(error, f"could not be invited ({error}); add them by hand")
    said: Sentence = (who, f" {why}.")
    key = f"not_invited:{kind.value}:{who.user or who.person}"
    event = _event(incident, key, EventKind.TROUBLE, (f"Not in the {SPOKEN[kind]}: ", *said), now)
    card = card_id(incident.number, Card.WAR_ROOM)
    line = tell_room(incident, RoomKind.WAR_ROOM, key, (f"Not in the {SPOKEN[kind]}: ", *said), thread_of=card)
    return Change(timeline=(event,), outgoing=(line,))


def _open(incident: Incident, room: RoomKind) -> Outgoing:
    row = open_room_id(incident.number, room)
    return Outgoing(id=row, stream=row, effect=OpenRoom(incident=incident.number, room=room))


def _bookmarks(incident: Incident, room: RoomKind, after: tuple[str, ...]) -> Outgoing:
    row = f"inc:{incident.number}:bookmarks:{room.value}"
    effect = AddBookmarks(incident=incident.number, room=room)
    # Bookmarks link the other channel, so they wait for both.
    other = tuple(open_room_id(incident.number, kind) for kind in BOTH)
    return Outgoing(
        id=row, stream=row, effect=effect, priority=Priority.LOW, after=tuple(dict.fromkeys((*after, *other)))
    )


def _pin(incident: Incident, room: RoomKind, card: str) -> Outgoing:
    row = f"inc:{incident.number}:pin:{room.value}"
    effect = PinCard(incident=incident.number, room=room, of=card)
    return Outgoing(id=row, stream=row, effect=effect, priority=Priority.LOW, after=(card,))


def _archived(incident: Incident, *, archived: bool) -> Incident:
    return replace(
        incident,
        war_room=replace(incident.war_room, archived=archived and incident.war_room.channel is not None),
        stakeholders=replace(incident.stakeholders, archived=archived and incident.stakeholders.channel is not None),
    )


def _event(incident: Incident, key: str, kind: EventKind, said: Sentence, now: datetime) -> Event:
    return Event(incident=incident.number, key=f"room:{key}", at=now, kind=kind, said=said)
