"""What the comms clock says, and to whom: reminders, the line in the war room, breaches.

The clock goes to the comms lead; without one to the commander; without either to the declarer and the war room. It is
never left to an empty role.
"""

from datetime import datetime

from bot.domain import clock
from bot.domain.change import Change, Timer
from bot.domain.effects import Outgoing, Priority
from bot.domain.incident import Incident, RoomKind
from bot.domain.outgoing import refresh_cards, tell_person, tell_room
from bot.domain.prose import At, Button, Fragment, Who
from bot.domain.role import COMMANDER, COMMS
from bot.domain.severity import Severity
from bot.domain.timeline import Event, EventKind
from bot.domain.update import Audience, Clock

NAMED = {Audience.PUBLIC: "public update", Audience.INTERNAL: "internal update"}


def keeper(incident: Incident) -> Who | None:
    """Who keeps the clock: the comms lead, or else the commander; None when nobody holds either role."""
    return incident.holder(COMMS) or incident.holder(COMMANDER)


def soon(incident: Incident, timer: Timer) -> Change:
    """Five minutes ahead: remind whoever keeps the clock."""
    promise = clock.fired_for(incident, timer)
    if promise is None or promise.due_at is None:
        return Change()
    saved = clock.reminded(incident, promise)
    said: tuple[Fragment, ...] = (
        f"{incident.label}: the next {NAMED[promise.audience]} is due at ",
        At(promise.due_at),
        ". Nothing new to say? Press No change.",
    )
    return Change(incident=saved, outgoing=_to_keeper(incident, promise, said, "soon"))


def due(incident: Incident, timer: Timer, now: datetime) -> Change:
    """At the time: a new line in the war room, and the breach on record."""
    promise = clock.fired_for(incident, timer)
    if promise is None or promise.due_at is None:
        return Change()
    saved = clock.breached(incident, promise)
    named = NAMED[promise.audience]
    holder = keeper(incident)
    who: tuple[Fragment, ...] = (holder, ", it is yours.") if holder else ("Nobody has comms: take it, or publish.",)
    said: tuple[Fragment, ...] = (
        f"The {named} was due at ",
        At(promise.due_at),
        " and has not been published. ",
        *who,
    )
    key = _key(promise, "due")
    line = tell_room(
        incident, RoomKind.WAR_ROOM, key, said, buttons=buttons(incident, promise), priority=Priority.URGENT
    )
    breach: tuple[Fragment, ...] = (f"The {named} missed its time, ", At(promise.due_at))
    event = Event(incident=incident.number, key=key, at=now, kind=EventKind.BREACH, said=breach)
    return Change(incident=saved, timeline=(event,), outgoing=(line, *refresh_cards(saved)))


def late(incident: Incident, timer: Timer, severity: Severity, now: datetime) -> Change:
    """Five minutes after: tell the commander, and promise the next word one interval after the missed time."""
    promise = clock.fired_for(incident, timer)
    if promise is None or promise.due_at is None:
        return Change()
    change = clock.after_breach(incident, promise, severity, now)
    saved = change.incident or incident
    said: tuple[Fragment, ...] = (
        f"{incident.label}: the {NAMED[promise.audience]} promised for ",
        At(promise.due_at),
        " is overdue, and that is on record. Publish one now, or give somebody comms.",
    )
    told = incident.holder(COMMANDER) or incident.declared_by
    message = tell_person(incident, told, _key(promise, "late"), said, buttons=buttons(incident, promise))
    return change.then(Change(incident=saved, outgoing=(message, *refresh_cards(saved))))


def snoozed(incident: Incident, promise: Clock, by: Who, now: datetime) -> Change:
    """Put a promise off by ten minutes, on record."""
    change = clock.snooze(incident, promise, now)
    saved = change.incident or incident
    moved = saved.clock(promise.audience)
    until: tuple[Fragment, ...] = (At(moved.due_at),) if moved and moved.due_at else ()
    said: tuple[Fragment, ...] = (by, f" snoozed the {NAMED[promise.audience]} once, to ", *until)
    event = Event(
        incident=incident.number, key=_key(promise, "snoozed"), at=now, kind=EventKind.CLOCK, actor=by, said=said
    )
    return change.then(Change(incident=saved, timeline=(event,), outgoing=refresh_cards(saved)))


def buttons(incident: Incident, promise: Clock) -> tuple[Button, ...]:
    """What can be done about a due update: at once where nothing is new, with a form otherwise."""
    about = f"{incident.number}:{promise.audience.value}"
    row = [Button(action="update", label="Update", value=str(incident.number), style="primary")]
    if incident.last_update(promise.audience):
        row.append(Button(action="no_change", label="No change", value=about))
    if not promise.snoozed:
        row.append(Button(action="snooze", label="Snooze 10 min", value=about))
    if incident.holder(COMMS) is None:
        row.append(Button(action="take_comms", label="Take comms", value=str(incident.number)))
        row.append(Button(action="publish_draft", label="Publish the draft", value=about))
    return tuple(row)


def _to_keeper(incident: Incident, promise: Clock, said: tuple[Fragment, ...], what: str) -> tuple[Outgoing, ...]:
    key = _key(promise, what)
    offered = buttons(incident, promise)
    holder = keeper(incident)
    if holder is not None:
        return (tell_person(incident, holder, key, said, buttons=offered),)
    return (
        tell_person(incident, incident.declared_by, key, said, buttons=offered),
        tell_room(incident, RoomKind.WAR_ROOM, key, said, buttons=offered, priority=Priority.URGENT),
    )


def _key(promise: Clock, what: str) -> str:
    return f"clock:{promise.audience.value}:{promise.round}:{what}"
