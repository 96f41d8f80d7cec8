"""Where a message goes: a channel, a person, or, for an incident without its room, the next best place."""

from dataclasses import dataclass

from bot.domain.alert_effects import ShowAlert
from bot.domain.bundle import SendBundle
from bot.domain.comms_queue import ANSWER, ASKED, PASSED, card_key
from bot.domain.directory import Directory
from bot.domain.effects import Card, PostText, SendPage, ShowCard, TellPerson, TellRoom
from bot.domain.incident import Incident, RoomKind
from bot.domain.outgoing import PLACED, card_id, open_room_id
from bot.domain.prose import Who
from bot.domain.role import COMMANDER
from bot.services.ports import Remote, RetryLater, Tx
from bot.slack.showing import Nothing, message_of
from bot.slack.views.parts import Message

Posted = SendPage | SendBundle | TellPerson | TellRoom | PostText | ShowCard | ShowAlert


@dataclass(frozen=True, slots=True, kw_only=True)
class InChannel:
    """A channel by id, or by `#name` as the directory has it."""

    channel: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ToPerson:
    """A person's direct message; their address serves where their Slack id is not known."""

    who: Who
    email: str = ""


Destination = InChannel | ToPerson


@dataclass(frozen=True, slots=True, kw_only=True)
class Posting:
    """A message to be posted, in the first of these places that takes it; in a thread where that stands."""

    message: Message
    to: tuple[Destination, ...]
    thread: Remote | None = None


def posting_of(tx: Tx, directory: Directory, effect: Posted) -> Posting | Nothing:
    """Work out what is posted where. Raises RetryLater while the incident's room is still being opened."""
    message = message_of(tx, directory, effect)
    to = destinations_of(tx, directory, effect)
    if isinstance(message, Nothing):
        return message
    return to if isinstance(to, Nothing) else Posting(message=message, to=to, thread=thread_of(tx, effect))


def destinations_of(tx: Tx, directory: Directory, effect: Posted) -> tuple[Destination, ...] | Nothing:
    """List the places for an effect, the best first."""
    match effect:
        case SendPage(page=number, ask=name):
            page = tx.page(number)
            ask = page.asked(name) if page else None
            return (person(tx, directory, ask.who),) if ask else Nothing("there is no such page")
        case SendBundle(to=who):
            return (person(tx, directory, who),)
        case TellPerson(who=who) | ShowCard(to=Who() as who) | PostText(to=Who() as who):
            return (person(tx, directory, who),)
        case TellRoom(channel=str() as channel):
            return (InChannel(channel=channel),)
        case ShowCard(incident=number, card=card):
            return _in_room(tx, directory, number, PLACED[card], is_card=True)
        case TellRoom(incident=number, room=room) | PostText(incident=number, room=room):
            return _in_room(tx, directory, number, room)
        case ShowAlert():
            return _named(directory, RoomKind.TRIAGE)


def thread_of(tx: Tx, effect: Posted) -> Remote | None:
    """Find the message that an effect replies to; None posts it on the top level."""
    match effect:
        case TellRoom(thread_of=str() as parent) | PostText(thread_of=str() as parent):
            stands = tx.sent(parent)
            return stands if stands and stands.ts else None
        case ShowCard(incident=number, card=Card.QUESTION, key=key):
            return _thread_of_question(tx, number, key)
        case _:
            return None


def _thread_of_question(tx: Tx, number: int, key: str) -> Remote | None:
    """Where a question is talked about: below the message in which it was typed, or below our line for a form's."""
    part, asked, *_ = [*key.split(":"), ""]
    incident = tx.incident(number)
    question = next((each for each in incident.questions if str(each.number) == asked), None) if incident else None
    if incident is None or question is None or part not in {PASSED, ANSWER}:
        return None
    channel = incident.stakeholders.channel
    if question.thread:
        return Remote(channel=channel, ts=question.thread) if channel else None
    stands = tx.sent(card_id(number, Card.QUESTION, card_key(ASKED, question)))
    return stands if stands and stands.ts else None


def _in_room(
    tx: Tx, directory: Directory, number: int | None, room: RoomKind, *, is_card: bool = False
) -> tuple[Destination, ...] | Nothing:
    if room in {RoomKind.ANNOUNCE, RoomKind.TRIAGE}:
        return _named(directory, room)
    incident = tx.incident(number) if number is not None else None
    if incident is None:
        return Nothing("there is no such incident")
    if room is RoomKind.ORIGIN:
        return _without_room(tx, directory, incident)
    if room is RoomKind.STAKEHOLDERS and is_card and _failed(tx, incident, room):
        return Nothing("there is no stakeholder channel")
    kinds = (room,) if room is RoomKind.WAR_ROOM else (room, RoomKind.WAR_ROOM)
    for kind in kinds:
        channel = incident.room(kind).channel
        if channel:
            return (InChannel(channel=channel),)
        if not _failed(tx, incident, kind):
            raise RetryLater(1, f"the {kind.value} of {incident.label} is being opened")
    return _without_room(tx, directory, incident)


def _failed(tx: Tx, incident: Incident, kind: RoomKind) -> bool:
    """Whether there is no such room and none is coming."""
    room = incident.room(kind)
    return room.channel is None and not tx.is_waiting(open_room_id(incident.number, kind))


def _without_room(tx: Tx, directory: Directory, incident: Incident) -> tuple[Destination, ...] | Nothing:
    """Where an incident without rooms speaks: where it was declared, else announce, else to whoever leads it.

    A private one speaks to that person alone.
    """
    lead = person(tx, directory, incident.holder(COMMANDER) or incident.declared_by)
    people = (lead,) if lead.who.user or lead.email else ()
    if incident.private:
        return people or Nothing("a private incident without a room, and nobody to tell")
    named = (incident.origin_channel, directory.workspace.announce)
    channels = (InChannel(channel=channel) for channel in named if channel)
    return (*channels, *people) or Nothing("no room, no announce channel, and nobody to tell")


def _named(directory: Directory, room: RoomKind) -> tuple[Destination, ...] | Nothing:
    """The workspace's own channels. Without a triage channel its lines are seen in announce, rather than by nobody."""
    workspace = directory.workspace
    channel = workspace.announce if room is RoomKind.ANNOUNCE else (workspace.triage or workspace.announce)
    return (InChannel(channel=channel),) if channel else Nothing(f"the directory file names no {room.value} channel")


def person(tx: Tx, directory: Directory, who: Who) -> ToPerson:
    """Say how a person is reached: by Slack id where one is known by now, else by the address in the directory."""
    listed = directory.people.get(who.person) if who.person else None
    contact = tx.contact_of(who.person) if who.person and not who.user else None
    known = contact.who() if contact else who
    return ToPerson(who=known, email=listed.email if listed else "")
