"""Publishing status updates: words that were looked at go out word for word, and the clock starts anew.

An internal update is published by posting it. Public text is published at once where this process serves the status
site. Where Statuspage is connected it is sent there, and its clock stops when it is accepted; else it goes to a copy
block, and counts as published, and its clock stops, when somebody presses *I posted it*.
A private incident is never on the site or sent: its public text goes to the copy block always.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from bot.domain import clock
from bot.domain.change import Change
from bot.domain.clock_keeping import settled
from bot.domain.effects import Card, Outgoing, PostText
from bot.domain.errors import Refusal
from bot.domain.incident import Incident, RoomKind
from bot.domain.outgoing import post_text, refresh_card, refresh_cards, show_card
from bot.domain.prose import At, Fragment, Who
from bot.domain.roles import refresh_guide
from bot.domain.statuspage import StatuspageConnection
from bot.domain.timeline import Event, EventKind
from bot.domain.to_statuspage import row, row_id, withdrawn
from bot.domain.update import Audience, OnStatuspage, Stage, StatusUpdate
from bot.domain.webhook import TellSubscribers
from bot.domain.wording import with_update


@dataclass(frozen=True, slots=True, kw_only=True)
class Publication:
    """Who publishes, and when; `to_site` where public text goes to the status site at once.

    `statuspage` is the page that it is sent to, `component` what is hurt there; `by_hand` is whether somebody posts it
    on a page of their own although it goes to the site. `downtime` is whether the incident's severity counts as such.
    """

    by: Who
    now: datetime
    to_site: bool = False
    statuspage: StatuspageConnection | None = None
    component: str = ""
    by_hand: bool = False
    downtime: bool = False


def publish(incident: Incident, drafts: Iterable[StatusUpdate], given: Publication) -> Change:
    """Publish drafts of one or both audiences. What was published already stays as it is.

    Drafts that were not chosen are dropped: the form that they were made from is the one that was published.
    """
    chosen = tuple(draft for draft in drafts if not is_out(draft))
    if not chosen:
        return Change(incident=incident)
    first_word = _unpublished_first_word(incident)
    change = Change(incident=_without_other_drafts(incident, chosen))
    for draft in chosen:
        publishing = _publishing(incident, draft, given)
        change = change.then(publishing(change.incident or incident, draft, given))
    saved = replace(change.incident or incident, draft=chosen[-1].form)
    cards = (*refresh_cards(saved), *((refresh_card(saved, Card.FIRST_WORD),) if first_word else ()))
    return change.then(Change(incident=saved, outgoing=(*cards, *refresh_guide(saved)))).and_then(settled)


def posted(incident: Incident, number: int, given: Publication) -> Change:
    """Note that public text was posted: its clock stops and the next promise starts. Raises Refusal with why not."""
    update = update_numbered(incident, number)
    if update.audience is not Audience.PUBLIC or not update.handed_out_at:
        raise Refusal("This is no public text that was made ready to post, so nothing was noted.")
    if update.published_at:
        who = update.by or given.by
        raise Refusal(
            "Already noted: ", who, " posted this at ", At(update.published_at), ". Nothing was changed; all is well."
        )
    if incident.is_replaced(update):
        raise Refusal(
            "A later text replaces this one, so nothing was noted. Post the later one, and press its button instead."
        )
    severity = update.severity or incident.severity
    told = replace(update, published_at=given.now, by=given.by, severity=severity, by_hand=True)
    saved = with_update(incident, told)
    if saved.statuspage and told.stage is Stage.RESOLVED:
        saved = replace(saved, statuspage=replace(saved.statuspage, over=True))
    change = Change(incident=saved)
    if incident.clock(Audience.PUBLIC) and incident.open:
        change = clock.kept(saved, Audience.PUBLIC, told.next_at, given.now)
    saved = change.incident or saved
    event = Event(
        incident=incident.number,
        key=f"posted:{number}",
        at=given.now,
        kind=EventKind.UPDATE,
        actor=given.by,
        said=("Customers were told (", told.stage.value.replace("_", " "), "); ", given.by, " posted it"),
    )
    cards = (*refresh_cards(saved), refresh_card(saved, Card.COPY_BLOCK, str(number)))
    sent = (row_id(incident.number, number),) if update.statuspage is OnStatuspage.SENT else ()
    change = change.then(Change(incident=saved, timeline=(event,), outgoing=cards, withdraw=sent))
    return change.and_then(settled)


def update_numbered(incident: Incident, number: int) -> StatusUpdate:
    """An incident's update by number. Raises Refusal when there is none (a form that was replaced, an old button)."""
    found = next((update for update in incident.updates if update.number == number), None)
    if found is None:
        raise Refusal(
            "That draft is no longer there: somebody published another one since, or it was made anew. Nothing was "
            "published. Open the update form again; it starts from the last update."
        )
    return found


def refuse_outdated(incident: Incident, drafts: Iterable[StatusUpdate]) -> None:
    """Refuse to say that work goes on where the incident is over. Raises Refusal."""
    if not incident.open and any(draft.stage is not Stage.RESOLVED for draft in drafts):
        raise Refusal(
            f"{incident.label} is resolved, and these words say that it is not. Nothing was published. Open the update "
            "form to say more, or reopen the incident if it returned."
        )


def first_word_drafts(incident: Incident) -> tuple[StatusUpdate, ...]:
    """The drafts that were made at the declaration, while nobody has published anything."""
    return tuple(update for update in incident.updates if update.by is None and not is_out(update))


def is_out(update: StatusUpdate) -> bool:
    """Whether an update was published, or handed out to be posted: its words are never changed or dropped."""
    return update.handed_out_at is not None or update.published_at is not None


def _internal(incident: Incident, draft: StatusUpdate, given: Publication) -> Change:
    told = replace(draft, by=given.by, published_at=given.now, handed_out_at=given.now)
    saved = with_update(incident, told)
    change = Change(incident=saved)
    if incident.clock(Audience.INTERNAL) and incident.open:
        change = clock.kept(saved, Audience.INTERNAL, told.next_at, given.now)
    effect = PostText(
        incident=incident.number,
        room=RoomKind.STAKEHOLDERS,
        title=f"{incident.label} · Update",
        text=told.text,
        audience=Audience.INTERNAL,
        next_at=told.next_at,
    )
    event = _event(told, incident, given, "published an internal update")
    return change.then(
        Change(timeline=(event,), outgoing=(post_text(incident, f"update:{told.number}", effect),)),
    )


def _publishing(
    incident: Incident, draft: StatusUpdate, given: Publication
) -> Callable[[Incident, StatusUpdate, Publication], Change]:
    if draft.audience is Audience.INTERNAL:
        return _internal
    if incident.private:
        return _public
    if given.statuspage:
        return _sent
    return _on_the_site if given.to_site and not given.by_hand else _public


def _on_the_site(incident: Incident, draft: StatusUpdate, given: Publication) -> Change:
    told = replace(
        draft,
        by=given.by,
        handed_out_at=given.now,
        published_at=given.now,
        severity=incident.severity,
        downtime=given.downtime,
    )
    saved = with_update(incident, told)
    change = Change(incident=saved)
    if incident.clock(Audience.PUBLIC) and incident.open:
        change = clock.kept(saved, Audience.PUBLIC, told.next_at, given.now)
    event = _event(told, incident, given, "published public text on the status site")
    rows = (*_replaced(saved, told), *_to_subscribers(incident, told))
    return change.then(Change(timeline=(event,), outgoing=rows))


def _sent(incident: Incident, draft: StatusUpdate, given: Publication) -> Change:
    told = replace(
        draft,
        by=given.by,
        handed_out_at=given.now,
        on_site_at=_on_site_at(incident, given),
        severity=incident.severity,
        downtime=given.downtime,
        statuspage=OnStatuspage.SENT,
    )
    saved = with_update(incident, told)
    event = _event(told, incident, given, "sent public text to Statuspage")
    rows = (row(saved, told, given.statuspage, given.component),) if given.statuspage else ()
    shown = show_card(saved, Card.COPY_BLOCK, str(told.number))
    return Change(
        incident=saved,
        timeline=(event,),
        outgoing=(*rows, shown, *_replaced(saved, told), *_to_subscribers(incident, told)),
        withdraw=withdrawn(incident, told),
    )


def _public(incident: Incident, draft: StatusUpdate, given: Publication) -> Change:
    on_site_at = _on_site_at(incident, given)
    handed = replace(
        draft,
        by=given.by,
        handed_out_at=given.now,
        on_site_at=on_site_at,
        severity=incident.severity if on_site_at else "",
        downtime=given.downtime,
    )
    saved = with_update(incident, handed)
    event = _event(handed, incident, given, "made public text ready; the public clock stops once it is posted")
    shown = show_card(saved, Card.COPY_BLOCK, str(handed.number))
    rows = (shown, *_replaced(saved, handed), *_to_subscribers(incident, handed))
    return Change(incident=saved, timeline=(event,), outgoing=rows)


def _to_subscribers(incident: Incident, told: StatusUpdate) -> tuple[Outgoing, ...]:
    """What is on the status site is told to its subscribers; of a private incident nothing is."""
    if incident.private or not told.told_at:
        return ()
    row_of = f"tell:{incident.number}:{told.number}"
    effect = TellSubscribers(incident=incident.number, update=told.number)
    return (Outgoing(id=row_of, stream=f"tell:{incident.number}", effect=effect),)


def _on_site_at(incident: Incident, given: Publication) -> datetime | None:
    return given.now if given.to_site and not incident.private else None


def _replaced(incident: Incident, newer: StatusUpdate) -> tuple[Outgoing, ...]:
    """The copy blocks that nobody posted say that newer text replaces them."""
    return tuple(
        refresh_card(incident, Card.COPY_BLOCK, str(other.number))
        for other in incident.updates
        if other.audience is Audience.PUBLIC
        and other.number != newer.number
        and other.handed_out_at
        and not other.published_at
    )


def _event(update: StatusUpdate, incident: Incident, given: Publication, did: str) -> Event:
    said: tuple[Fragment, ...] = (given.by, f" {did} ({update.stage.value.replace('_', ' ')})")
    if update.next_at:
        said = (*said, "; next by ", At(update.next_at))
    if given.to_site and update.downtime is not None and update.stage in {Stage.INVESTIGATING, Stage.IDENTIFIED}:
        said = (*said, "; it counts as downtime" if update.downtime else "; it does not count as downtime")
    return Event(
        incident=incident.number,
        key=f"update:{update.number}",
        at=given.now,
        kind=EventKind.UPDATE,
        actor=given.by,
        said=said,
    )


def _unpublished_first_word(incident: Incident) -> bool:
    return bool(first_word_drafts(incident))


def _without_other_drafts(incident: Incident, chosen: tuple[StatusUpdate, ...]) -> Incident:
    numbers = {update.number for update in chosen}
    kept = tuple(update for update in incident.updates if is_out(update) or update.number in numbers)
    return replace(incident, updates=kept)
