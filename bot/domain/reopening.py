"""Opening a resolved incident again, and whether its commander is still at it."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final

from bot.domain.change import Change
from bot.domain.effects import Outgoing, Priority
from bot.domain.errors import Refusal
from bot.domain.incident import Incident, Status
from bot.domain.naming import clean
from bot.domain.outgoing import tell_person
from bot.domain.prose import Button, Sentence, Who, Words
from bot.domain.resolving import every_card
from bot.domain.role import COMMANDER
from bot.domain.rooms import unarchive
from bot.domain.telling import one_line
from bot.domain.timeline import Event, EventKind

STILL_AT_IT: Final = timedelta(minutes=30)
"""For so long after it was resolved an incident's commander counts as being there still."""


def leads_on(incident: Incident, by: Who, now: datetime) -> Who | None:
    """The commander of a resolved incident, where they are still at it, so that its return need wake nobody else.

    They are if they reopen it themselves, or if it was resolved less than half an hour ago.
    """
    commander, ended = incident.holder(COMMANDER), incident.times.resolved
    if commander is None:
        return None
    return commander if commander.same_as(by) or (ended is not None and now - ended < STILL_AT_IT) else None


def reopened(incident: Incident, why: str, by: Who, now: datetime) -> Change:
    """Open again: investigating, the channels back, the reason on record. Pages and clocks are the caller's.

    Where the commander is still at it the line says that nobody is paged, and offers to page somebody.
    """
    if incident.open:
        raise Refusal(f"{incident.label} is open already, {incident.status.value}. Nothing was changed.")
    words = clean(why)
    begun = replace(
        incident,
        status=Status.INVESTIGATING,
        times=replace(incident.times, resolved=None, reopened=now),
        reopened=incident.reopened + 1,
        postmortem_due=None,
    )
    change = unarchive(begun)
    saved = change.incident or begun
    leads = leads_on(incident, by, now)
    said: Sentence = (
        by,
        f" reopened {incident.label}",
        *((": ", Words(words)) if words else ()),
        *((". Nobody is paged: ", leads, " leads it") if leads else ()),
    )
    page = Button(action="page_someone", label="Page someone", value=str(incident.number))
    key = f"reopened:{saved.reopened}"
    number = incident.number
    event = Event(incident=number, key=key, at=now, kind=EventKind.REOPENED, said=said, actor=by)
    commander = saved.holder(COMMANDER)
    told: list[Outgoing] = list(one_line(saved, key, said, buttons=(page,) if leads else (), priority=Priority.URGENT))
    if commander is not None and not commander.same_as(by):
        told.append(tell_person(saved, commander, key, (*said, ". You are its commander.")))
    return change.then(
        Change(
            incident=saved,
            timeline=(event,),
            outgoing=(*told, *every_card(saved)),
            cancel=(f"postmortem:{number}:*", f"archive:{number}:*"),
        )
    )
