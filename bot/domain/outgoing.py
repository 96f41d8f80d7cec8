"""Outbox rows by their purpose.

One place for their ids, streams, order and priority, so that every rule names them alike.
"""

from datetime import datetime

from bot.domain.bundle import RefreshBundle
from bot.domain.effects import (
    Card,
    Effect,
    Outgoing,
    PostText,
    Priority,
    RefreshCard,
    RefreshHome,
    RefreshPage,
    SetTopic,
    ShowCard,
    TellPerson,
    TellRoom,
)
from bot.domain.incident import Incident, RoomKind
from bot.domain.line import RewriteLine
from bot.domain.mail import KEPT_TRYING, SendMail
from bot.domain.page import Ask, Page
from bot.domain.prose import Button, Sentence, Who

PLACED: dict[Card, RoomKind] = {
    Card.WAR_ROOM: RoomKind.WAR_ROOM,
    Card.ROLES: RoomKind.WAR_ROOM,
    Card.REVIEW: RoomKind.WAR_ROOM,
    Card.COPY_BLOCK: RoomKind.WAR_ROOM,
    Card.FIRST_WORD: RoomKind.WAR_ROOM,
    Card.POSTMORTEM: RoomKind.WAR_ROOM,
    Card.STAKEHOLDERS: RoomKind.STAKEHOLDERS,
    Card.QUESTION: RoomKind.STAKEHOLDERS,
    Card.ANNOUNCE: RoomKind.ANNOUNCE,
    Card.TRIAGE: RoomKind.TRIAGE,
}


def room_stream(number: int, room: RoomKind) -> str:
    """Name the stream of everything posted in one place; announce and triage are shared by all incidents."""
    return room.value if room in {RoomKind.ANNOUNCE, RoomKind.TRIAGE} else f"inc:{number}:{room.value}"


def open_room_id(number: int, room: RoomKind) -> str:
    """Name the row that creates a room."""
    return f"inc:{number}:open:{room.value}"


def card_id(number: int, card: Card, key: str = "") -> str:
    """Name the row that posts a card; refreshing, pinning and replying refer to it."""
    return f"inc:{number}:card:{card.value}:{key}"


def show_card(
    incident: Incident, card: Card, key: str = "", *, to: Who | None = None, priority: Priority = Priority.NORMAL
) -> Outgoing:
    """Post a card in its place, or to one person."""
    stream = f"inc:{incident.number}:to:{to.user or to.person}" if to else room_stream(incident.number, PLACED[card])
    effect = ShowCard(incident=incident.number, card=card, key=key, to=to)
    return Outgoing(id=card_id(incident.number, card, key), stream=stream, effect=effect, priority=priority)


def refresh_card(incident: Incident, card: Card, key: str = "") -> Outgoing:
    """Edit a card to what is true; `incident` is the value being saved."""
    of = card_id(incident.number, card, key)
    return Outgoing(
        id=f"{of}:refresh:{incident.version + 1}",
        stream=f"{of}:edits",
        effect=RefreshCard(incident=incident.number, card=card, of=of, key=key),
        after=(of,),
        collapse=of,
    )


def refresh_cards(incident: Incident) -> tuple[Outgoing, ...]:
    """Edit the war room's, the stakeholders' and the announce card, the roles panel, and the topic.

    What stands in an archived channel cannot be edited any more.
    """
    if not incident.rooms_wanted:
        return (refresh_card(incident, Card.TRIAGE),)
    if incident.war_room.archived:
        return () if incident.private else (refresh_card(incident, Card.ANNOUNCE),)
    cards = [Card.WAR_ROOM, Card.STAKEHOLDERS, Card.ROLES]
    if not incident.private:
        cards.append(Card.ANNOUNCE)
    return (*(refresh_card(incident, card) for card in cards), refresh_topic(incident))


def refresh_topic(incident: Incident) -> Outgoing:
    """Make the war room's topic true; performing it changes nothing when it already is."""
    stream = f"inc:{incident.number}:topic"
    return Outgoing(
        id=f"{stream}:{incident.version + 1}",
        stream=stream,
        effect=SetTopic(incident=incident.number, room=RoomKind.WAR_ROOM),
        priority=Priority.LOW,
        after=(open_room_id(incident.number, RoomKind.WAR_ROOM),),
        collapse=stream,
    )


def tell_room(
    incident: Incident,
    room: RoomKind,
    key: str,
    said: Sentence,
    *,
    buttons: tuple[Button, ...] = (),
    thread_of: str | None = None,
    priority: Priority = Priority.NORMAL,
) -> Outgoing:
    """Post one new line for one thing that happened; `key` tells what, so that it is posted once."""
    effect = TellRoom(room=room, said=said, incident=incident.number, buttons=buttons, thread_of=thread_of)
    return Outgoing(
        id=f"inc:{incident.number}:tell:{room.value}:{key}",
        stream=room_stream(incident.number, room),
        effect=effect,
        priority=priority,
        after=(thread_of,) if thread_of else (),
    )


def tell_person(
    incident: Incident,
    who: Who,
    key: str,
    said: Sentence,
    *,
    buttons: tuple[Button, ...] = (),
    priority: Priority = Priority.URGENT,
) -> Outgoing:
    """Send one person a new direct message about an incident."""
    person = who.user or who.person or who.name
    return Outgoing(
        id=f"inc:{incident.number}:dm:{person}:{key}",
        stream=f"inc:{incident.number}:to:{person}",
        effect=TellPerson(who=who, said=said, incident=incident.number, buttons=buttons),
        priority=priority,
    )


def post_text(incident: Incident, key: str, effect: PostText) -> Outgoing:
    """Post frozen text in one of the incident's rooms."""
    return Outgoing(
        id=f"inc:{incident.number}:text:{effect.room.value}:{key}",
        stream=room_stream(incident.number, effect.room),
        effect=effect,
        after=(effect.thread_of,) if effect.thread_of else (),
    )


def rewrite_line(incident: Incident, of: str, said: Sentence, buttons: tuple[Button, ...] = ()) -> Outgoing:
    """Edit a line that was sent to what came of it; `incident` is the value being saved."""
    return Outgoing(
        id=f"rewritten:{incident.version + 1}:{of}",
        stream=f"{of}:edits",
        effect=RewriteLine(incident=incident.number, of=of, said=said, buttons=buttons),
        priority=Priority.LOW,
        after=(of,),
        collapse=of,
    )


def refresh_page(page: Page, ask: Ask) -> Outgoing:
    """Edit one copy of a page to what is true; `page` is the value being saved."""
    of = ask.row
    together = f"{page.id}:" if ask.bundle else ""
    return Outgoing(
        id=f"{of}:refresh:{together}{page.version + 1}",
        stream=f"{of}:edits",
        effect=RefreshBundle(of=of) if ask.bundle else RefreshPage(page=page.id, ask=ask.id),
        priority=Priority.URGENT,
        after=(of,),
        collapse=of,
    )


def send_mail(key: str, mail: SendMail, now: datetime, *, priority: Priority = Priority.NORMAL) -> Outgoing:
    """Mail somebody; `key` tells what, so that each address gets it once. It is tried for a day.

    What one address is sent goes in order, and its troubles are its own.
    """
    stream = f"mail:{mail.to}"
    return Outgoing(
        id=f"mail:{key}:{mail.to}", stream=stream, effect=mail, priority=priority, expires_at=now + KEPT_TRYING
    )


def refresh_home(user: str, fence: str) -> Outgoing:
    """Publish a person's Home anew; `fence` tells what changed, so that each change does it once."""
    effect: Effect = RefreshHome(user=user)
    return Outgoing(
        id=f"home:{user}:{fence}", stream=f"home:{user}", effect=effect, priority=Priority.LOW, collapse=f"home:{user}"
    )
