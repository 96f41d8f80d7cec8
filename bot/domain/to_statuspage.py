"""Public text on its way to Statuspage: whether it goes there, what is sent, and what its answer changes.

The promise to customers is kept when Statuspage has accepted the text and not before. Where it refuses, the text is
handed to whoever keeps the clock, to be posted by hand, so that it is never lost.
"""

from dataclasses import replace
from datetime import datetime

from bot.domain import clock
from bot.domain.change import Change
from bot.domain.clock_keeping import keeper, settled
from bot.domain.directory import Directory
from bot.domain.effects import Card, Outgoing, Priority, Receipt, Refused, Sent
from bot.domain.incident import Incident
from bot.domain.indicator import OF_A_COMPONENT, indicator_at, indicator_of
from bot.domain.outgoing import refresh_card, refresh_cards, tell_person
from bot.domain.prose import Button, Link, Sentence, Words
from bot.domain.public_incident import key_of, title_of
from bot.domain.statuspage import PostToStatuspage, StatuspageConnection, StatuspageIncident
from bot.domain.telling import one_line
from bot.domain.timeline import Event, EventKind
from bot.domain.update import Audience, OnStatuspage, Stage, StatusUpdate
from bot.domain.wording import with_update


def row_id(number: int, update: int) -> str:
    """Name the row that takes an update there."""
    return f"inc:{number}:statuspage:{update}"


def connection_for(directory: Directory, incident: Incident) -> StatuspageConnection | None:
    """The page that an incident's public text goes to by itself; None where somebody posts it by hand.

    A private incident's never goes by itself. Nor does what follows a text that was posted by hand because none stood
    there: somebody has opened an incident there that is not known here, and a second one would be public.
    """
    connected = directory.workspace.statuspage
    if connected is None or incident.private:
        return None
    standing = incident.statuspage
    known = standing is not None and standing.page == connected.page and not standing.over
    began = clock.began(incident)
    by_hand = any(each.by_hand and each.drafted_at >= began for each in incident.updates)
    return connected if known or not by_hand else None


def row(incident: Incident, update: StatusUpdate, connection: StatuspageConnection, component: str) -> Outgoing:
    """The row that publishes an update there: its words as they were looked at, and how bad it is by its severity."""
    status, impact = _standing(incident, update), indicator_of(update.severity)
    effect = PostToStatuspage(
        incident=incident.number,
        update=update.number,
        page=connection.page,
        name=title_of([update]),
        status=status,
        impact=impact,
        text=update.text,
        marker=key_of(incident, "statuspage", str(update.number)),
        component=component,
        component_status=OF_A_COMPONENT[indicator_at(status, impact)],
        notify=connection.notify,
    )
    return Outgoing(
        id=row_id(incident.number, update.number),
        stream=f"inc:{incident.number}:statuspage",
        effect=effect,
        priority=Priority.URGENT,
    )


def withdrawn(incident: Incident, newer: StatusUpdate) -> tuple[str, ...]:
    """The rows of earlier updates that Statuspage has not taken yet: the newer one replaces them."""
    waiting = (each for each in incident.updates if each.statuspage is OnStatuspage.SENT)
    return tuple(row_id(incident.number, each.number) for each in waiting if each.number != newer.number)


def answered(incident: Incident, effect: PostToStatuspage, receipt: Receipt, now: datetime) -> Change:
    """What Statuspage's answer changes."""
    update = next((each for each in incident.updates if each.number == effect.update), None)
    if update is None:
        return Change()
    if isinstance(receipt, Refused):
        return _refused(incident, update, receipt, now)
    return _accepted(incident, update, effect, receipt, now)


def _accepted(incident: Incident, update: StatusUpdate, effect: PostToStatuspage, sent: Sent, now: datetime) -> Change:
    """It is public: the clock starts anew, unless somebody posted it before, or later words replace it."""
    told = replace(update, published_at=update.published_at or now, statuspage=OnStatuspage.ACCEPTED, refusal="")
    saved = replace(with_update(incident, told), statuspage=_stands(incident.statuspage, effect, sent))
    change = Change(incident=saved)
    first = update.published_at is None and not incident.is_replaced(update)
    if first and incident.open and incident.clock(Audience.PUBLIC):
        change = clock.kept(saved, Audience.PUBLIC, told.next_at, now)
    saved = change.incident or saved
    link = saved.statuspage.link if saved.statuspage else ""
    where: Sentence = (Link(link, "Statuspage"),) if link else ("Statuspage",)
    event = Event(
        incident=incident.number,
        key=f"statuspage:{update.number}",
        at=now,
        kind=EventKind.UPDATE,
        said=(f"Customers were told ({update.stage.value.replace('_', ' ')}) on ", *where),
    )
    return change.then(Change(timeline=(event,), outgoing=_cards(saved, update))).and_then(settled)


def _refused(incident: Incident, update: StatusUpdate, refused: Refused, now: datetime) -> Change:
    """It is not there: on record, in the block to copy, and before whoever keeps the clock."""
    saved = with_update(incident, replace(update, statuspage=OnStatuspage.REFUSED, refusal=refused.remedy))
    why: Sentence = ("Statuspage did not take the public text. ", Words(refused.remedy))
    key = f"statuspage:{update.number}:refused"
    event = Event(incident=incident.number, key=key, at=now, kind=EventKind.TROUBLE, said=why)
    settled = update.published_at is not None or incident.is_replaced(update)
    told = () if settled else _to_keeper(saved, update, key, why)
    return Change(incident=saved, timeline=(event,), outgoing=(*_cards(saved, update), *told))


def _to_keeper(incident: Incident, update: StatusUpdate, key: str, why: Sentence) -> tuple[Outgoing, ...]:
    site = " The status site has it." if update.on_site_at else ""
    said: Sentence = (
        f"{incident.label}: ",
        *why,
        f"{site} It is ready to copy in the war room: post it by hand, then press I posted it.",
    )
    press = Button(action="posted_it", label="I posted it", value=f"{incident.number}:{update.number}", style="primary")
    who = keeper(incident)
    if who is not None:
        return (tell_person(incident, who, key, said, buttons=(press,)),)
    declarer = (tell_person(incident, incident.declared_by, key, said, buttons=(press,)),)
    line = one_line(incident, key, said, buttons=(press,), priority=Priority.URGENT)
    return (*(declarer if incident.declared_by.user else ()), *line)


def _stands(known: StatuspageIncident | None, effect: PostToStatuspage, sent: Sent) -> StatuspageIncident:
    link = dict(sent.facts).get("link", "")
    over = effect.status is Stage.RESOLVED
    if known is not None and (known.page, known.id) == (sent.channel, sent.ts):
        return replace(known, link=link or known.link, over=over)
    return StatuspageIncident(page=sent.channel, id=sent.ts, link=link, marker=effect.marker, over=over)


def _standing(incident: Incident, update: StatusUpdate) -> Stage:
    """Where things stand by an update; where it says nothing new, they stand where the last one left them."""
    out = [each for each in incident.updates if each.audience is Audience.PUBLIC and each.handed_out_at]
    stages = [each.stage for each in out if each.number < update.number and each.stage is not Stage.NOTHING_NEW]
    if update.stage is not Stage.NOTHING_NEW:
        return update.stage
    return stages[-1] if stages else Stage.INVESTIGATING


def _cards(incident: Incident, update: StatusUpdate) -> tuple[Outgoing, ...]:
    return (*refresh_cards(incident), refresh_card(incident, Card.COPY_BLOCK, str(update.number)))
