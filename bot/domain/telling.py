"""One line for one thing that happened, in the place where the people who respond to this incident look."""

from datetime import datetime

from bot.domain.change import Change
from bot.domain.effects import Card, Outgoing, Priority
from bot.domain.incident import Incident, RoomKind
from bot.domain.outgoing import card_id, tell_room
from bot.domain.prose import Button, Sentence
from bot.domain.timeline import Event, EventKind


def one_line(
    incident: Incident,
    key: str,
    said: Sentence,
    *,
    buttons: tuple[Button, ...] = (),
    priority: Priority = Priority.NORMAL,
) -> tuple[Outgoing, ...]:
    """A line in the war room; for an incident without rooms, under its line in the triage channel.

    A private incident without rooms has no place but its record and its declarer's direct message; nor has one whose
    channels are archived.
    """
    if incident.war_room.archived:
        return ()
    if incident.rooms_wanted:
        return (tell_room(incident, RoomKind.WAR_ROOM, key, said, buttons=buttons, priority=priority),)
    if incident.private:
        return ()
    card = card_id(incident.number, Card.TRIAGE)
    return (tell_room(incident, RoomKind.TRIAGE, key, said, buttons=buttons, thread_of=card, priority=priority),)


def in_thread(incident: Incident, event: Event) -> tuple[Outgoing, ...]:
    """An event as a reply under the incident's card: on record in the channel too, without asking for attention."""
    if not incident.rooms_wanted or incident.war_room.archived:
        return ()
    card = card_id(incident.number, Card.WAR_ROOM)
    return (tell_room(incident, RoomKind.WAR_ROOM, event.key, event.said, thread_of=card),)


def trouble(incident: Incident, key: str, said: Sentence, now: datetime) -> Change:
    """Something that could not be done, which holds nothing else up: on record, and a line where people look."""
    event = Event(incident=incident.number, key=key, at=now, kind=EventKind.TROUBLE, said=said)
    return Change(incident=incident, timeline=(event,), outgoing=one_line(incident, key, said))
