"""What people put on record: lines of the timeline, decisions, action items, and what it costs customers."""

import re
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from bot.domain.action_item import ActionItem
from bot.domain.change import Change, Timer, TimerKind
from bot.domain.decision import Decision
from bot.domain.effects import Outgoing
from bot.domain.errors import Refusal
from bot.domain.impact import Impact
from bot.domain.incident import Incident
from bot.domain.naming import WORDS_LIMIT, clean, clean_line, split_words
from bot.domain.outgoing import refresh_cards, tell_person
from bot.domain.prose import At, Button, Fragment, Link, Sentence, Who, Words
from bot.domain.reading import HUNDRED, ImpactForm
from bot.domain.role import COMMANDER
from bot.domain.roles import refresh_guide
from bot.domain.telling import in_thread, one_line
from bot.domain.timeline import Event, EventKind

_CHANGED: Final = re.compile(r"changed\b[\s:,–-]*", re.IGNORECASE)
_MOST: Final = 10**9


@dataclass(frozen=True, slots=True, kw_only=True)
class DecisionForm:
    """A decision as it is typed; `source` leads to the message it was made in."""

    text: str
    why: str = ""
    alternatives: str = ""
    revisit_at: datetime | None = None
    source: str = ""


def log(incident: Incident, text: str, by: Who, now: datetime, *, at: datetime | None = None, link: str = "") -> Change:
    """Add a line to the timeline, as of `at` where it happened earlier.

    A line that begins with `changed` says what changed before it broke, and stands on the card as such.
    """
    words = _needed(text, "What happened?", "log Restarted the workers")
    if at is not None and at > now:
        raise Refusal("That lies in the future. Nothing was recorded; give the time when it happened.", field="at")
    found = _CHANGED.match(words)
    changed = words[found.end() :].strip() if found else ""
    saved = replace(incident, logged=incident.logged + 1, changed=changed[:WORDS_LIMIT] or incident.changed)
    said: tuple[Fragment, ...] = ("Changed: ", Words(changed)) if changed else (Words(words),)
    event = Event(
        incident=incident.number,
        key=f"log:{saved.logged}",
        at=at or now,
        kind=EventKind.CHANGE if changed else EventKind.LOG,
        said=(*said, *_source(link)),
        actor=by,
    )
    shown = replace(event, said=(by, ": ", *event.said))
    cards = (*refresh_cards(saved), *refresh_guide(saved)) if changed or not incident.logged else ()
    return Change(incident=saved, timeline=(event,), outgoing=(*in_thread(saved, shown), *cards))


def decide(incident: Incident, form: DecisionForm, by: Who, now: datetime) -> Change:
    """Record the next decision, in one line that can be cited; a time to revisit it reminds the commander."""
    text, rest = split_words(_needed(form.text, "What was decided?", "decide Roll back 4.2"))
    if form.revisit_at is not None and form.revisit_at <= now:
        raise Refusal("That time has passed. Nothing was recorded; give a time that lies ahead.", field="revisit")
    decision = Decision(
        number=len(incident.decisions) + 1,
        text=text,
        by=by,
        at=now,
        why=clean("\n".join(part for part in (rest, form.why) if part)),
        alternatives=clean(form.alternatives),
        revisit_at=form.revisit_at,
        source=form.source,
    )
    saved = replace(incident, decisions=(*incident.decisions, decision))
    said = _decided(decision)
    event = Event(
        incident=incident.number,
        key=f"decision:{decision.number}",
        at=now,
        kind=EventKind.DECISION,
        said=said,
        actor=by,
    )
    return Change(
        incident=saved,
        timeline=(event,),
        outgoing=(*one_line(saved, event.key, said), *refresh_cards(saved), *refresh_guide(saved)),
        timers=_revisit(saved, decision),
    )


def revisit(incident: Incident, number: int, now: datetime) -> Change:
    """Remind the commander (or the one who decided) that a decision was to be looked at again."""
    found = next((each for each in incident.decisions if each.number == number), None)
    if found is None or found.revisited or not incident.open:
        return Change()
    decisions = tuple(replace(each, revisited=True) if each.number == number else each for each in incident.decisions)
    saved = replace(incident, decisions=decisions)
    whom = incident.holder(COMMANDER) or found.by
    said: Sentence = (f"{incident.label}: decision {number} is to be revisited now: ", Words(found.text))
    event = Event(
        incident=incident.number,
        key=f"revisit:{number}",
        at=now,
        kind=EventKind.DECISION,
        said=(f"Decision {number} was due to be revisited; reminded ", whom),
    )
    again = Button(action="decide", label="Decide", value=str(incident.number))
    told = tell_person(saved, whom, f"revisit:{number}", said, buttons=(again,))
    return Change(incident=saved, timeline=(event,), outgoing=(told,))


def add_action(
    incident: Incident, text: str, by: Who, now: datetime, *, owner: Who | None = None, due: datetime | None = None
) -> Change:
    """Add the next action item; its owner reads it in the war room and in a message of their own."""
    words, rest = split_words(_needed(text, "What is to be done?", "action Roll back @leon by 03:10"))
    if due is not None and due <= now:
        raise Refusal("That time has passed. Nothing was recorded; give a time that lies ahead.", field="due")
    number = len(incident.actions) + 1
    item = ActionItem(number=number, text=words, by=by, at=now, owner=owner, due=due)
    saved = replace(incident, actions=(*incident.actions, item))
    said: list[Fragment] = [f"Action {number}: ", Words(words)]
    said += [" · ", owner] if owner else [" · nobody yet"]
    said += [" · by ", At(due)] if due else []
    told: tuple[Outgoing, ...] = ()
    if owner is not None and not owner.same_as(by):
        message: Sentence = (f"{incident.label}: ", by, " asks you: ", *said)
        told = (tell_person(saved, owner, f"action:{number}", message),)
    rows = (*one_line(saved, f"action:{number}", tuple(said)), *told, *refresh_cards(saved), *refresh_guide(saved))
    more: Sentence = (" ", Words(rest)) if rest else ()
    event = Event(
        incident=incident.number,
        key=f"action:{number}",
        at=now,
        kind=EventKind.ACTION,
        said=(*said, *more),
        actor=by,
    )
    return Change(incident=saved, timeline=(event,), outgoing=rows)


def finish_action(incident: Incident, number: int, by: Who, now: datetime) -> Change:
    """Tick an action item off. Raises Refusal when there is none of this number; finishing twice changes nothing."""
    found = next((item for item in incident.actions if item.number == number), None)
    if found is None:
        raise Refusal(f"{incident.label} has no action {number}. Nothing was changed.")
    if found.done_at is not None:
        return Change(incident=incident)
    actions = tuple(replace(item, done_at=now) if item.number == number else item for item in incident.actions)
    saved = replace(incident, actions=actions)
    said: Sentence = (by, f" finished action {number}: ", Words(found.text))
    event = Event(
        incident=incident.number, key=f"action:{number}:done", at=now, kind=EventKind.ACTION, said=said, actor=by
    )
    return Change(incident=saved, timeline=(event,), outgoing=(*in_thread(saved, event), *refresh_cards(saved)))


def report_impact(incident: Incident, form: ImpactForm, by: Who, now: datetime) -> Change:
    """Put on record what it costs customers; earlier reports stay. What is not said now keeps its last value."""
    if form == ImpactForm():
        raise Refusal("What does it cost customers? Nothing was recorded. Write it like: 32% 1240 customers EU.")
    if form.percent is not None and not 0 <= form.percent <= HUNDRED:
        raise Refusal("A share lies between 0 and 100 %. Nothing was recorded.", field="percent")
    if form.customers is not None and not 0 <= form.customers <= _MOST:
        raise Refusal("That is no number of customers. Nothing was recorded.", field="customers")
    last = incident.impact[-1] if incident.impact else Impact(at=now, by=by)
    given = Impact(
        at=now,
        by=by,
        percent=last.percent if form.percent is None else form.percent,
        customers=last.customers if form.customers is None else form.customers,
        scope=clean_line(form.scope) or last.scope,
        revenue=clean_line(form.revenue) or last.revenue,
        words=clean(form.words) or last.words,
    )
    saved = replace(incident, impact=(*incident.impact, given))
    said: Sentence = (by, " reports impact: ", *_costs(given))
    key = f"impact:{len(saved.impact)}"
    event = Event(incident=incident.number, key=key, at=now, kind=EventKind.IMPACT, said=said, actor=by)
    rows = (*one_line(saved, key, said), *refresh_cards(saved), *refresh_guide(saved))
    return Change(incident=saved, timeline=(event,), outgoing=rows)


def _decided(decision: Decision) -> Sentence:
    said: list[Fragment] = [f"Decision {decision.number}: ", Words(decision.text), " · ", decision.by]
    said += [". Why: ", Words(decision.why)] if decision.why else []
    said += [". Instead of: ", Words(decision.alternatives)] if decision.alternatives else []
    said += [". Revisit at ", At(decision.revisit_at)] if decision.revisit_at else []
    return (*said, *_source(decision.source))


def _revisit(incident: Incident, decision: Decision) -> tuple[Timer, ...]:
    if decision.revisit_at is None:
        return ()
    return (
        Timer(
            id=f"revisit:{incident.number}:{decision.number}",
            kind=TimerKind.REVISIT,
            due_at=decision.revisit_at,
            incident=incident.number,
            about=str(decision.number),
        ),
    )


def _costs(given: Impact) -> Sentence:
    parts: list[Fragment] = []
    if given.percent is not None:
        parts.append(f"about {given.percent:g} %")
    if given.customers is not None:
        parts.append(f"at least {given.customers:,} customers")
    parts += [Words(each) for each in (given.scope, given.words) if each]
    said: list[Fragment] = []
    for part in parts:
        said += [", ", part] if said else [part]
    said += [", revenue " if said else "revenue ", Words(given.revenue)] if given.revenue else []
    return tuple(said)


def _source(link: str) -> Sentence:
    return (" (", Link(link, "message"), ")") if link else ()


def _needed(text: str, question: str, example: str) -> str:
    words = clean(text)
    if not words:
        raise Refusal(f"{question} Nothing was recorded. Write it like: {example}.", field="text")
    return words
