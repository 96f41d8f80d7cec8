"""What follows from a receipt: each effect's answer taken to the rule that it concerns; a refusal to someone's eyes."""

import logging
from collections.abc import Mapping, Sequence
from datetime import datetime
from types import MappingProxyType
from typing import Final

from bot.domain import rooms, to_statuspage
from bot.domain.alert_effects import RefreshAlert, ShowAlert
from bot.domain.bundle import Bundled, RefreshBundle, SendBundle
from bot.domain.bundling import told_of
from bot.domain.change import Change
from bot.domain.clock_keeping import keeper
from bot.domain.effects import (
    AddBookmarks,
    ArchiveRoom,
    CheckMuted,
    Effect,
    InvitePeople,
    OpenRoom,
    Outgoing,
    PinCard,
    PostText,
    Priority,
    Receipt,
    RefreshCard,
    RefreshHome,
    RefreshPage,
    Refused,
    SendPage,
    SetTopic,
    ShowCard,
    TellPerson,
    TellRoom,
    UnarchiveRoom,
)
from bot.domain.fallback import SendByFallback
from bot.domain.incident import Incident, RoomKind
from bot.domain.line import RewriteLine
from bot.domain.mail import SendMail
from bot.domain.outgoing import PLACED, tell_person
from bot.domain.page_receipts import mute_known, page_sent
from bot.domain.prose import Sentence, Words
from bot.domain.statuspage import PostToStatuspage
from bot.domain.synthetic import SyntheticPage
from bot.domain.telling import one_line
from bot.domain.timeline import Event, EventKind
from bot.domain.undelivered import sent_another_way
from bot.domain.webhook import PostToWebhook, TellSubscribers
from bot.services import subscribers
from bot.services.page_finding import copy_of
from bot.services.ports import Tx

log = logging.getLogger(__name__)

SPOKEN_ROOM: Final[Mapping[RoomKind, str]] = MappingProxyType(
    {
        RoomKind.WAR_ROOM: "the war room",
        RoomKind.STAKEHOLDERS: "the stakeholder channel",
        RoomKind.ANNOUNCE: "the announce channel",
        RoomKind.TRIAGE: "the triage channel",
        RoomKind.ORIGIN: "the channel it was declared in",
    }
)

ANSWERED: Final = (SendPage, SendByFallback, CheckMuted, SendBundle, OpenRoom, InvitePeople, PostToStatuspage)
"""The effects whose success is something to know of the incident, not of the row alone."""


def may_change_incidents(effect: Effect, receipt: Receipt) -> bool:
    """Tell whether a receipt may change what is known of an incident, as every refusal does."""
    return isinstance(receipt, Refused) or isinstance(effect, ANSWERED)


def apply(tx: Tx, outgoing: Outgoing, receipt: Receipt, now: datetime) -> Change:
    """Work out what a receipt changes; the caller saves it with the end of the row."""
    ended = subscribers.ended(tx, outgoing.effect, receipt, now)
    return ended if ended is not None else _applied(tx, outgoing, receipt, now)


def _applied(tx: Tx, outgoing: Outgoing, receipt: Receipt, now: datetime) -> Change:
    match outgoing.effect:
        case SendPage() | SendByFallback() | CheckMuted():
            return _of_a_copy(tx, outgoing, outgoing.effect, receipt, now)
        case SendBundle(asks=asks):
            return _bundle_answered(tx, asks, receipt, now)
        case OpenRoom(incident=number, room=room):
            incident = tx.incident(number)
            return rooms.room_opened(incident, room, receipt, now) if incident else Change()
        case InvitePeople(incident=number) as effect:
            incident = tx.incident(number)
            return rooms.invited(incident, effect, receipt, now) if incident else Change()
        case PostToStatuspage(incident=number) as effect:
            incident = tx.incident(number)
            if isinstance(receipt, Refused):
                log.warning("Statuspage refused %s: %s. %s", outgoing.id, receipt.error, receipt.remedy)
            return to_statuspage.answered(incident, effect, receipt, now) if incident else Change()
        case (
            RefreshPage()
            | RefreshBundle()
            | TellPerson()
            | TellRoom()
            | PostText()
            | ShowCard()
            | ShowAlert()
            | RefreshAlert()
            | RefreshCard()
            | SetTopic()
            | PinCard()
            | AddBookmarks()
            | ArchiveRoom()
            | UnarchiveRoom()
            | RefreshHome()
            | RewriteLine()
            | SendMail()
            | TellSubscribers()
            | PostToWebhook()
            | SyntheticPage()
        ):
            return trouble(tx, outgoing, receipt, now) if isinstance(receipt, Refused) else Change()


def _of_a_copy(
    tx: Tx, outgoing: Outgoing, effect: SendPage | SendByFallback | CheckMuted, receipt: Receipt, now: datetime
) -> Change:
    if isinstance(effect, CheckMuted) and isinstance(receipt, Refused):
        return trouble(tx, outgoing, receipt, now)
    copy = copy_of(tx, effect.page, effect.ask)
    rule = {SendPage: page_sent, SendByFallback: sent_another_way, CheckMuted: mute_known}[type(effect)]
    return rule(copy.page, copy.incident, copy.ask, receipt, now) if copy else Change()


def _bundle_answered(tx: Tx, asks: Sequence[Bundled], receipt: Receipt, now: datetime) -> Change:
    """Take the receipt to each ask that a bundle has made; each is saved, because each may be of another incident."""
    for each in asks:
        copy = copy_of(tx, each.page, each.ask)
        if copy and told_of(copy):
            tx.save(page_sent(copy.page, copy.incident, copy.ask, receipt, now))
    return Change()


def trouble(tx: Tx, outgoing: Outgoing, refused: Refused, now: datetime) -> Change:
    """Put a refusal on the incident's record, and before someone who can act: the war room, else the declarer.

    The same refusal of the same kind of thing is told once for an incident. A refused telling of trouble is only
    recorded.
    """
    log.warning("Refused: %s (%s). %s", outgoing.id, refused.error, refused.remedy)
    incident = _incident_of(tx, outgoing.effect)
    if incident is None:
        return Change()
    if isinstance(outgoing.effect, SendMail):
        return _mail_refused(incident, outgoing.effect, refused, now)
    where = _room_of(outgoing.effect)
    key = f"trouble:{outgoing.effect.kind}:{where.value if where else ''}:{refused.error}"
    said: Sentence = (f"Could not {_in_words(outgoing.effect)} ({refused.error}). {refused.remedy}",)
    event = Event(incident=incident.number, key=key, at=now, kind=EventKind.TROUBLE, said=said)
    if ":trouble:" in outgoing.id:
        return Change(timeline=(event,))
    if where is RoomKind.WAR_ROOM and incident.rooms_wanted:
        told = (tell_person(incident, incident.declared_by, key, (f"{incident.label}: ", *said)),)
        return Change(timeline=(event,), outgoing=told if incident.declared_by.user else ())
    return Change(timeline=(event,), outgoing=one_line(incident, key, said, priority=Priority.URGENT))


def _mail_refused(incident: Incident, mail: SendMail, refused: Refused, now: datetime) -> Change:
    """Each mail on record; the first that is refused so is told to whoever keeps the clock, not to the war room."""
    said: Sentence = ("Could not mail ", Words(mail.to), f" ({refused.error}). ", Words(refused.remedy))
    key = f"trouble:{mail.kind}:{refused.error}"
    event = Event(incident=incident.number, key=f"{key}:{mail.to}", at=now, kind=EventKind.TROUBLE, said=said)
    told = tell_person(incident, keeper(incident) or incident.declared_by, key, (f"{incident.label}: ", *said))
    return Change(timeline=(event,), outgoing=(told,))


def _incident_of(tx: Tx, effect: Effect) -> Incident | None:
    match effect:
        case (
            SendPage(page=page)
            | SendBundle(asks=(Bundled(page=page), *_))
            | RefreshPage(page=page)
            | CheckMuted(page=page)
            | SendByFallback(page=page)
        ):
            of = tx.page(page)
            return tx.incident(of.incident) if of else None
        case (
            SendBundle()
            | RefreshBundle()
            | RefreshHome()
            | ShowAlert()
            | RefreshAlert()
            | PostToWebhook()
            | SyntheticPage()
        ):
            return None
        case _:
            return tx.incident(effect.incident) if effect.incident is not None else None


def _room_of(effect: Effect) -> RoomKind | None:
    """Where an effect is seen; None for what is a person's own."""
    match effect:
        case TellRoom(room=room) | PostText(room=room, to=None) | SetTopic(room=room) | PinCard(room=room):
            return room
        case AddBookmarks(room=room) | ArchiveRoom(room=room) | UnarchiveRoom(room=room):
            return room
        case OpenRoom(room=room) | InvitePeople(room=room):
            return room
        case ShowCard(card=card, to=None) | RefreshCard(card=card):
            return PLACED.get(card)
        case ShowAlert() | RefreshAlert():
            return RoomKind.TRIAGE
        case (
            SendPage()
            | SendBundle()
            | RefreshPage()
            | RefreshBundle()
            | CheckMuted()
            | TellPerson()
            | PostText()
            | ShowCard()
            | RefreshHome()
            | RewriteLine()
            | PostToStatuspage()
            | SendMail()
            | SendByFallback()
            | TellSubscribers()
            | PostToWebhook()
            | SyntheticPage()
        ):
            return None


def _in_words(effect: Effect) -> str:
    """Say what was to be done, after *Could not*."""
    room = _room_of(effect)
    place = SPOKEN_ROOM[room] if room else "a direct message"
    match effect:
        case TellPerson(who=who):
            return f"send {who.name} a direct message"
        case SendPage() | SendBundle():
            return "send a page"
        case RefreshPage() | RefreshBundle():
            return "bring a copy of a page up to date"
        case CheckMuted():
            return "ask Slack whether notifications are paused"
        case TellRoom() | PostText() | ShowCard() | ShowAlert():
            return f"post in {place}"
        case PostToStatuspage():
            return "publish on Statuspage"
        case RefreshCard() | RefreshAlert():
            return f"bring a card in {place} up to date"
        case _:
            return _about_a_room(effect, place)


def _about_a_room(effect: Effect, place: str) -> str:
    said = {
        OpenRoom: f"create {place}",
        SendByFallback: "send a page by the fallback",
        SetTopic: f"set the topic of {place}",
        InvitePeople: f"invite people to {place}",
        PinCard: f"pin the card in {place}",
        AddBookmarks: f"bookmark links in {place}",
        ArchiveRoom: f"archive {place}",
        UnarchiveRoom: f"bring back {place}",
        RefreshHome: "bring a Home page up to date",
        RewriteLine: "say in a reminder what came of it",
        TellSubscribers: "tell the status site's subscribers",
    }
    return said[type(effect)]
