"""What the comms clock says, and to whom: reminders, the line in the war room, breaches.

The clock goes to the comms lead; without one to the commander; without either to the declarer and the war room. It is
never left to an empty role. Promises that fall due at one moment are one message.
"""

from collections.abc import Sequence
from datetime import datetime

from bot.domain import clock, clock_lines
from bot.domain.change import Change, Timer
from bot.domain.effects import Outgoing, Priority
from bot.domain.incident import Incident, RoomKind
from bot.domain.outgoing import refresh_cards, tell_person, tell_room
from bot.domain.prose import At, Button, Fragment, Sentence, Who
from bot.domain.role import COMMANDER, COMMS
from bot.domain.severity import Severity
from bot.domain.timeline import Event, EventKind
from bot.domain.update import Audience, Clock, OnStatuspage, StatusUpdate

TRYING = (
    "Statuspage has not accepted the public text yet; it is sent again and again. If you post it by hand instead, "
    "press I posted it, and it is not sent any more."
)
NAMED = {Audience.PUBLIC: "public update", Audience.INTERNAL: "internal update"}


def keeper(incident: Incident) -> Who | None:
    """Who keeps the clock: the comms lead, or else the commander; None when nobody who can be told holds either."""
    holders = (incident.holder(COMMS), incident.holder(COMMANDER))
    return next((who for who in holders if who and _reachable(who)), None)


def soon(incident: Incident, timer: Timer, now: datetime) -> Change:
    """Five minutes ahead: remind whoever keeps the clock. A reminder that comes after the time is not sent."""
    promise = clock.fired_for(incident, timer)
    if promise is None or promise.due_at is None or now >= promise.due_at:
        return Change()
    due = tuple(each for each in clock.together(incident, promise) if not each.reminded)
    saved = incident
    for each in due:
        saved = clock.reminded(saved, each)
    said: Sentence = (
        f"{incident.label}: the next {_named(due)} {_agreed(due, 'is', 'are')} due at ",
        At(promise.due_at),
        ". ",
        *_advice(incident, due),
    )
    rows = _to_keeper(incident, due, said, "soon")
    change = _instead_of_earlier(saved, rows, due, now)
    return change.then(Change(outgoing=(*rows, *refresh_cards(saved)), cancel=_others(incident, due, promise, "soon")))


def due(incident: Incident, timer: Timer, now: datetime) -> Change:
    """At the time: a new line in the war room, and the breach on record."""
    promise = clock.fired_for(incident, timer)
    if promise is None or promise.due_at is None:
        return Change()
    missed = clock.together(incident, promise)
    saved = incident
    for each in missed:
        saved = clock.breached(saved, each)
    holder = keeper(incident)
    who: Sentence = (holder, ", it is yours. ") if holder else ("Nobody has comms: take it, or publish. ",)
    said: Sentence = (
        f"The {_named(missed)} {_agreed(missed, 'was', 'were')} due at ",
        At(promise.due_at),
        f" and {_agreed(missed, 'has', 'have')} not been published. ",
        *who,
        *_advice(incident, missed),
    )
    line = tell_room(
        incident,
        RoomKind.WAR_ROOM,
        _key(missed, "due"),
        said,
        buttons=buttons(incident, missed),
        priority=Priority.URGENT,
    )
    change = _instead_of_earlier(saved, (line,), missed, now)
    return change.then(
        Change(
            timeline=tuple(_breach(incident, each, now) for each in missed if not each.breached),
            outgoing=(line, *refresh_cards(saved)),
            cancel=_others(incident, missed, promise, "due"),
        )
    )


def late(incident: Incident, timer: Timer, severity: Severity | None, now: datetime) -> Change:
    """Five minutes after: tell the commander, and promise the next word one interval after the missed time.

    Without a commander the declarer and the war room are told. `severity` is empty where the directory has dropped it.
    """
    promise = clock.fired_for(incident, timer)
    if promise is None or promise.due_at is None:
        return Change()
    missed = clock.together(incident, promise)
    change = Change(incident=incident)
    for each in missed:
        change = change.then(clock.after_breach(change.incident or incident, each, severity, now))
    saved = change.incident or incident
    comms = incident.holder(COMMS)
    ask: Sentence = ("ask ", comms, ".") if comms else ("give somebody comms.",)
    said: Sentence = (
        f"{incident.label}: the {_named(missed)} promised for ",
        At(promise.due_at),
        f" {_agreed(missed, 'is', 'are')} overdue, and that is on record. Publish now, or ",
        *ask,
    )
    rows = _to_commander(incident, missed, said, "late")
    saved = clock_lines.noted(saved, rows, missed, now)
    return change.then(Change(incident=saved, outgoing=(*rows, *refresh_cards(saved))))


def snoozed(incident: Incident, promises: Sequence[Clock], by: Who, now: datetime) -> Change:
    """Put promises off by ten minutes, on record."""
    change = Change(incident=incident)
    for each in promises:
        change = change.then(clock.snooze(change.incident or incident, each, now))
    saved = change.incident or incident
    events = tuple(_snooze(saved, each, by, now) for each in promises)
    change = change.then(settled(saved, [each.audience for each in promises]))
    return change.then(Change(timeline=events, outgoing=refresh_cards(saved)))


def started(incident: Incident, change: Change, by: Who, now: datetime) -> Change:
    """Put on record that the commander of a private incident started its public clock."""
    saved = change.incident or incident
    promise = saved.clock(Audience.PUBLIC)
    first: Sentence = (At(promise.due_at),) if promise and promise.due_at else ()
    event = Event(
        incident=incident.number,
        key=f"clock:public:{promise.round if promise else 0}:started",
        at=now,
        kind=EventKind.CLOCK,
        actor=by,
        said=(by, " started the public clock; the first public word is due at ", *first),
    )
    return change.then(Change(incident=saved, timeline=(event,), outgoing=refresh_cards(saved)))


def settled(incident: Incident, replaced: Sequence[Audience] = ()) -> Change:
    """Have the reminders that were sent say what came of what they asked for; `incident` is the value being saved."""
    return clock_lines.settled(incident, buttons, replaced)


def buttons(incident: Incident, promises: Sequence[Clock]) -> tuple[Button, ...]:
    """What can be done about due updates: at once where nothing is new, with a form otherwise."""
    number = str(incident.number)
    about = f"{number}:{'+'.join(each.audience.value for each in promises)}"
    nobody = incident.holder(COMMS) is None
    ready = _not_posted(incident, promises)
    row = [Button(action="update", label="Update", value=number, style="primary")]
    if ready is not None:
        row.append(Button(action="posted_it", label="I posted it", value=f"{number}:{ready.number}"))
    elif _told(incident, promises):
        row.append(Button(action="no_change", label="No change", value=about))
    if nobody or not _told(incident, promises):
        row.append(Button(action="publish_draft", label="Publish the draft…", value=about))
    if not all(each.snoozed for each in promises):
        row.append(Button(action="snooze", label="Snooze 10 min", value=about))
    if nobody:
        row.append(Button(action="take_comms", label="Take comms", value=number))
    return tuple(row)


def _instead_of_earlier(saved: Incident, rows: Sequence[Outgoing], promises: Sequence[Clock], now: datetime) -> Change:
    """Reminders take the place of those of earlier promises to the same audiences."""
    change = settled(saved, [each.audience for each in promises])
    return change.then(Change(incident=clock_lines.noted(change.incident or saved, rows, promises, now)))


def _to_keeper(incident: Incident, promises: Sequence[Clock], said: Sentence, what: str) -> tuple[Outgoing, ...]:
    holder = keeper(incident)
    if holder is not None:
        offered = buttons(incident, promises)
        return (tell_person(incident, holder, _key(promises, what), said, buttons=offered),)
    return _to_declarer_and_room(incident, promises, said, what)


def _to_commander(incident: Incident, promises: Sequence[Clock], said: Sentence, what: str) -> tuple[Outgoing, ...]:
    commander = incident.holder(COMMANDER)
    if commander is not None and _reachable(commander):
        offered = buttons(incident, promises)
        return (tell_person(incident, commander, _key(promises, what), said, buttons=offered),)
    return _to_declarer_and_room(incident, promises, said, what)


def _to_declarer_and_room(
    incident: Incident, promises: Sequence[Clock], said: Sentence, what: str
) -> tuple[Outgoing, ...]:
    """An incident that an alert declared has no declarer to write to: then the room alone."""
    key, offered = _key(promises, what), buttons(incident, promises)
    line = tell_room(incident, RoomKind.WAR_ROOM, key, said, buttons=offered, priority=Priority.URGENT)
    if not _reachable(incident.declared_by):
        return (line,)
    return (tell_person(incident, incident.declared_by, key, said, buttons=offered), line)


def _advice(incident: Incident, promises: Sequence[Clock]) -> tuple[Fragment, ...]:
    ready = _not_posted(incident, promises)
    if ready is not None and ready.statuspage is OnStatuspage.SENT:
        return (TRYING,)
    if ready is not None:
        return ("The public text is ready: post it, then press I posted it.",)
    if _told(incident, promises):
        return ("Nothing new to say? Press No change.",)
    return ("The first words are drafted: press Publish the draft… to look at them, then publish.",)


def _not_posted(incident: Incident, promises: Sequence[Clock]) -> StatusUpdate | None:
    """The newest public text, where the public is owed a word and nobody has said that this one was posted."""
    if not any(each.audience is Audience.PUBLIC for each in promises):
        return None
    texts = [each for each in incident.updates if each.audience is Audience.PUBLIC and each.handed_out_at]
    last = texts[-1] if texts else None
    return last if last and last.published_at is None and last.drafted_at >= clock.began(incident) else None


def _told(incident: Incident, promises: Sequence[Clock]) -> bool:
    return all(clock.last_word(incident, each.audience) for each in promises)


def _reachable(who: Who) -> bool:
    return bool(who.user or who.person)


def _named(promises: Sequence[Clock]) -> str:
    return "public and internal updates" if len(promises) > 1 else NAMED[promises[0].audience]


def _agreed(promises: Sequence[Clock], one: str, several: str) -> str:
    return several if len(promises) > 1 else one


def _breach(incident: Incident, promise: Clock, now: datetime) -> Event:
    due_at: Sentence = (At(promise.due_at),) if promise.due_at else ()
    return Event(
        incident=incident.number,
        key=_key((promise,), "due"),
        at=now,
        kind=EventKind.BREACH,
        said=(f"The {NAMED[promise.audience]} missed its time, ", *due_at),
    )


def _snooze(saved: Incident, promise: Clock, by: Who, now: datetime) -> Event:
    moved = saved.clock(promise.audience)
    until: Sentence = (At(moved.due_at),) if moved and moved.due_at else ()
    said: Sentence = (by, f" snoozed the {NAMED[promise.audience]} once, to ", *until)
    key = _key((promise,), "snoozed")
    return Event(incident=saved.number, key=key, at=now, kind=EventKind.CLOCK, actor=by, said=said)


def _others(incident: Incident, promises: Sequence[Clock], promise: Clock, name: str) -> tuple[str, ...]:
    """The timers of the promises that this one's timer has spoken for."""
    return tuple(clock.timer_id(incident, each, name) for each in promises if each.audience is not promise.audience)


def _key(promises: Sequence[Clock], what: str) -> str:
    each = "+".join(f"{promise.audience.value}:{promise.round}" for promise in promises)
    return f"clock:{each}:{what}"
