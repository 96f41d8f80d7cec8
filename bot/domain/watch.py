"""How long somebody has led, or kept comms: after four hours they are asked, in private, to hand over.

*I'm fine for now* puts the question off by two hours, on record; left alone, it comes again after two hours. Where the
severity wakes nobody at night it waits for working hours. It is never asked in a channel.
"""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final

from bot.domain.change import Change, Timer, TimerKind
from bot.domain.effects import Outgoing, Priority
from bot.domain.errors import Refusal
from bot.domain.incident import Incident
from bot.domain.outgoing import rewrite_line, tell_person
from bot.domain.prose import At, Button, Sentence, Who
from bot.domain.role import COMMANDER, COMMS, Term
from bot.domain.timeline import Event, EventKind

LONG: Final = timedelta(hours=4)
AGAIN: Final = timedelta(hours=2)
DONE: Final = {COMMANDER: "led", COMMS: "kept comms of"}
NEEDS: Final = {
    COMMANDER: "Whoever comes next needs to know: what is being tried, what was decided, what customers were told.",
    COMMS: "Whoever comes next is sent all that was promised and is still due.",
}


def begin(incident: Incident, role: str, now: datetime) -> Change:
    """Ask the holder of a role when they have had it for long; an earlier holder is asked no more."""
    place = _held(incident, role)
    if role not in DONE or place is None or not incident.open or not incident.rooms_wanted:
        return Change(incident=incident)
    return _ask_at(incident, place, now + LONG).then(_settled(incident, role, (" has it now",)))


def resumed(incident: Incident, now: datetime) -> Change:
    """Begin again for whoever holds a role of an incident that was reopened."""
    change = Change(incident=incident)
    for role in DONE:
        change = change.then(begin(change.incident or incident, role, now))
    return change


def ended(incident: Incident) -> Change:
    """Ask nobody any more: the incident is resolved."""
    change = Change(incident=incident, cancel=(f"watch:{incident.number}:*",))
    rows = tuple(
        rewrite_line(incident, term.asked, (f"{incident.label} was resolved; there is nothing to hand over.",))
        for term in incident.terms
        if term.asked
    )
    terms = tuple(replace(term, asked="") for term in incident.terms)
    return change.then(Change(incident=replace(incident, terms=terms), outgoing=rows))


def due(incident: Incident, timer: Timer, waits: datetime | None, now: datetime) -> Change:
    """Ask whoever still holds the role, or do so at `waits` (UTC) where nobody is to be disturbed before."""
    place = _held(incident, timer.about)
    if place is None or place != timer.fence or not incident.open:
        return Change()
    if waits is not None:
        return _ask_at(incident, place, waits)
    term = incident.terms[place]
    since = max(term.since, incident.times.reopened or term.since)
    hours = round((now - since) / timedelta(hours=1))
    said: Sentence = (
        f"You have {DONE[term.role]} {incident.label} for {hours} h. Hand over before you are too tired to: ",
        NEEDS[term.role],
    )
    row = tell_person(incident, term.who, f"watch:{term.role}:{place}:{hours}", said, buttons=_buttons(incident, place))
    row = replace(row, priority=Priority.NORMAL)
    older = _rewritten(incident, term, "A newer question follows")
    change = _ask_at(incident, place, now + AGAIN)
    return change.then(Change(incident=_noted(change.incident or incident, place, row.id), outgoing=(*older, row)))


def fine(incident: Incident, role: str, place: int, by: Who, now: datetime) -> Change:
    """Note that the holder goes on for now; they are asked again two hours later. Raises Refusal to anybody else."""
    if not incident.open or _held(incident, role) != place or not by.same_as(incident.terms[place].who):
        raise Refusal(f"You do not hold that role of {incident.label} any more, so nothing was noted.")
    again = now + AGAIN
    said: Sentence = (
        by,
        f" goes on as {'commander' if role == COMMANDER else 'comms lead'} for now; asked again at ",
        At(again),
    )
    event = Event(
        incident=incident.number,
        key=f"watch:{role}:{place}:{now.isoformat()}",
        at=now,
        kind=EventKind.LOG,
        said=said,
        actor=by,
    )
    term = incident.terms[place]
    rows = (rewrite_line(incident, term.asked, (f"{incident.label}: ", *said, ".")),) if term.asked else ()
    change = _ask_at(incident, place, again)
    return change.then(
        Change(incident=_noted(change.incident or incident, place, ""), timeline=(event,), outgoing=rows)
    )


def _ask_at(incident: Incident, place: int, at: datetime) -> Change:
    role = incident.terms[place].role
    timer = Timer(
        id=f"watch:{incident.number}:{role}:{place}:{int(at.timestamp())}",
        kind=TimerKind.WATCH,
        due_at=at,
        incident=incident.number,
        fence=place,
        about=role,
    )
    return Change(incident=incident, timers=(timer,), cancel=(f"watch:{incident.number}:{role}:*",))


def _buttons(incident: Incident, place: int) -> tuple[Button, ...]:
    role = incident.terms[place].role
    about = f"{incident.number}:{role}"
    return (
        Button(action="hand_over_role", label="Hand over…", value=about, style="primary"),
        Button(action="fine_for_now", label="I'm fine for now", value=f"{about}:{place}"),
    )


def _settled(incident: Incident, role: str, said: Sentence) -> Change:
    """Have the question to an earlier holder say who has the role now."""
    holder = incident.holder(role)
    asked = [each for each in incident.terms if each.role == role and each.asked and each.until is not None]
    if holder is None or not asked:
        return Change(incident=incident)
    rows = tuple(rewrite_line(incident, each.asked, (f"{incident.label}: ", holder, *said, ".")) for each in asked)
    terms = tuple(replace(each, asked="") if each in asked else each for each in incident.terms)
    return Change(incident=replace(incident, terms=terms), outgoing=rows)


def _rewritten(incident: Incident, term: Term, said: str) -> tuple[Outgoing, ...]:
    return (rewrite_line(incident, term.asked, (f"{incident.label}: {said}.",)),) if term.asked else ()


def _noted(incident: Incident, place: int, row: str) -> Incident:
    terms = tuple(replace(each, asked=row) if at == place else each for at, each in enumerate(incident.terms))
    return replace(incident, terms=terms)


def _held(incident: Incident, role: str) -> int | None:
    """Where the present term of a role stands among all terms."""
    found = [at for at, term in enumerate(incident.terms) if term.role == role and term.until is None]
    return found[-1] if found else None
