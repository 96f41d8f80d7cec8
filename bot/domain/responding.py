"""Who responds to an incident, and who is brought into its rooms: each person once, each refusal on record."""

from dataclasses import replace
from datetime import datetime

from bot.domain.change import Change
from bot.domain.effects import InvitePeople, Outgoing
from bot.domain.incident import Incident, RoomKind
from bot.domain.outgoing import open_room_id, refresh_cards
from bot.domain.prose import Who
from bot.domain.timeline import Event, EventKind


def with_responders(incident: Incident, *people: Who) -> Incident:
    """The incident with these people counted among its responders, each once."""
    known = list(incident.responders)
    for who in people:
        if not any(who.same_as(each) for each in known):
            known.append(who)
    return replace(incident, responders=tuple(known))


def invite(incident: Incident, room: RoomKind, people: tuple[Who, ...]) -> Change:
    """Invite people to a room as soon as it is there; whoever was invited before is left out."""
    if not incident.rooms_wanted or incident.room(room).trouble:
        return Change(incident=incident)
    fresh = {_key(room, who): who for who in people if _reachable(who) and _key(room, who) not in incident.invited}
    if not fresh:
        return Change(incident=incident)
    stem = f"inc:{incident.number}:invite:{room.value}"
    row = Outgoing(
        id=f"{stem}:{incident.reopened}:{len(incident.invited)}",
        stream=stem,
        effect=InvitePeople(incident=incident.number, room=room, people=tuple(fresh.values())),
        after=(open_room_id(incident.number, room),),
    )
    return Change(incident=replace(incident, invited=(*incident.invited, *fresh)), outgoing=(row,))


def welcome(incident: Incident, *people: Who) -> Change:
    """Count people among the responders and invite them to the war room: the paged, the role holders, the helping."""
    return invite(with_responders(incident, *people), RoomKind.WAR_ROOM, people)


def joined(incident: Incident, who: Who, now: datetime, *, in_room: bool) -> Change:
    """Note that somebody came to help, by pressing the button or by walking into the war room; once is enough.

    `in_room` tells that they are in the war room already.
    """
    if incident.is_responder(who) and (in_room or _key(RoomKind.WAR_ROOM, who) in incident.invited):
        return Change(incident=incident)
    incident = with_responders(incident, who)
    change = Change(incident=incident)
    if in_room:
        incident = replace(incident, invited=(*incident.invited, _key(RoomKind.WAR_ROOM, who)))
    else:
        change = invite(incident, RoomKind.WAR_ROOM, (who,))
        incident = change.incident or incident
    event = Event(
        incident=incident.number,
        key=f"joined:{who.user or who.person or who.name}",
        at=now,
        kind=EventKind.JOINED,
        said=(who, " came to help"),
        actor=who,
    )
    return change.then(Change(incident=incident, timeline=(event,), outgoing=refresh_cards(incident)))


def left(incident: Incident, who: Who) -> Incident:
    """Note that somebody left the stakeholder channel: whoever named them later, they are not invited again."""
    key = _key(RoomKind.STAKEHOLDERS, who)
    return incident if key in incident.invited else replace(incident, invited=(*incident.invited, key))


def _reachable(who: Who) -> bool:
    return bool(who.user or who.person)


def _key(room: RoomKind, who: Who) -> str:
    return f"{room.value}:{who.user or who.person}"
