"""The summary of the stakeholder channel, hourly unless set otherwise: from the record when nobody has written one.

Where nothing changed, the comms lead is asked shortly before and may leave it out.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from bot.domain.change import Change, Timer, TimerKind
from bot.domain.comms_answers import asked_and_answered, told_in_summary
from bot.domain.comms_queue import named_customers
from bot.domain.effects import PostText
from bot.domain.incident import Incident, RoomKind
from bot.domain.outgoing import post_text, rewrite_line, tell_person
from bot.domain.prose import At, Button, Sentence, Who
from bot.domain.resolving import spoken
from bot.domain.role import COMMS
from bot.domain.summary_news import news, since
from bot.domain.timeline import Event, EventKind
from bot.domain.update import Audience, StatusUpdate, Summary
from bot.domain.wording import impact_line

NOTICE: Final = timedelta(minutes=5)
TEMPLATE: Final = "summary.md.j2"
LAST: Final = "summary_last.md.j2"


def start(incident: Incident, at: datetime, every: timedelta | None) -> Change:
    """Set the next summary so long after `at`; None: there is none."""
    return _due(incident, at + every if every else None)


def moved(incident: Incident, every: timedelta | None, now: datetime) -> Change:
    """Follow a change of severity: a summary comes earlier where the new one wants it so, and never later."""
    if every is None:
        return Change(incident=incident)
    due = max(since(incident) + every, now + NOTICE)
    if incident.next_summary_at is not None and incident.next_summary_at <= due:
        return Change(incident=incident)
    return _due(incident, due)


def _due(incident: Incident, due: datetime | None) -> Change:
    number = len(incident.summaries) + 1
    at = ((TimerKind.SUMMARY_SOON, ":soon", due - NOTICE), (TimerKind.SUMMARY, "", due)) if due else ()
    timers = tuple(
        Timer(
            id=f"summary:{incident.number}:{number}:{int(moment.timestamp())}{name}",
            kind=kind,
            due_at=moment,
            incident=incident.number,
            fence=number,
        )
        for kind, name, moment in at
    )
    saved = replace(incident, next_summary_at=due)
    return Change(incident=saved, timers=timers, cancel=(f"summary:{incident.number}:*",))


def ask_first(incident: Incident, number: int, now: datetime) -> Change:
    """Ask the comms lead, shortly before a summary that has nothing new to tell, whether it may be left out."""
    comms, due = incident.holder(COMMS), incident.next_summary_at
    if comms is None or due is None or not (comms.user or comms.person):
        return Change()
    said: Sentence = (
        f"{incident.label}: the summary for stakeholders is due at ",
        At(due),
        ", and nothing that they ask about has changed since the last one. Left alone, it is posted from the record.",
    )
    value = str(incident.number)
    offered = (
        Button(action="nothing_changed", label="Nothing changed", value=f"{value}:{number}", style="primary"),
        Button(action="edit_summary", label="Edit and post…", value=value),
    )
    row = tell_person(incident, comms, f"summary:{number}:{int(now.timestamp())}", said, buttons=offered)
    return Change(incident=replace(incident, summary_asked=row.id), outgoing=(row,))


def left_out(incident: Incident, every: timedelta | None, by: Who, now: datetime) -> Change:
    """Post no summary this time, because nothing changed; the next is due one interval after this one was."""
    was = incident.next_summary_at or now
    change = start(incident, max(was, now), every)
    saved = change.incident or incident
    then: Sentence = ("; the next is due at ", At(saved.next_summary_at)) if saved.next_summary_at else ()
    said: Sentence = (by, " said that nothing changed, so no summary was posted at ", At(was), *then)
    key = f"summary:{len(incident.summaries) + 1}:left_out:{int(was.timestamp())}"
    event = Event(incident=incident.number, key=key, at=now, kind=EventKind.SUMMARY, actor=by, said=said)
    return change.then(Change(timeline=(event,))).and_then(lambda each: _asked_and_done(each, (*said, ".")))


def _asked_and_done(incident: Incident, said: Sentence) -> Change:
    """Have the question to the comms lead, where it was asked, say what came of it."""
    if not incident.summary_asked:
        return Change(incident=incident)
    row = rewrite_line(incident, incident.summary_asked, (f"{incident.label}: ", *said))
    return Change(incident=replace(incident, summary_asked=""), outgoing=(row,))


def facts(
    incident: Incident, timeline: Sequence[Event], zone: ZoneInfo, now: datetime, *, from_record: bool
) -> dict[str, object]:
    """The template's context: the fields that a stakeholder reads, what changed, and who last confirmed them when."""
    confirmed = last_confirmed(incident)
    return {
        "now": now,
        "zone": zone,
        "pain": incident.brief.pain,
        "severity": incident.severity,
        "status": incident.status.value,
        "since": incident.times.since,
        "impact": impact_line(incident.impact[-1] if incident.impact else None),
        "doing": doing(incident),
        "customers_named": len(named_customers(incident)),
        "answered": asked_and_answered(incident),
        "news": news(incident, timeline, zone),
        "last_at": incident.summaries[-1].at if incident.summaries else None,
        "from_record": from_record,
        "confirmed_by": confirmed.by.name if confirmed and confirmed.by else "",
        "confirmed_at": confirmed.published_at if confirmed else None,
    }


def last_facts(incident: Incident, zone: ZoneInfo, now: datetime) -> dict[str, object]:
    """The context of the last summary, of an incident that is resolved: how long it took, what it cost, what next."""
    ended = incident.times.resolved or now
    return {
        "now": now,
        "zone": zone,
        "pain": incident.brief.pain,
        "severity": incident.severity,
        "since": incident.times.since,
        "resolved": ended,
        "lasted": spoken(ended - incident.times.since),
        "impact": impact_line(incident.impact[-1] if incident.impact else None),
        "customers_named": len(named_customers(incident)),
        "summary": incident.resolution,
        "postmortem_due": incident.postmortem_due,
        "actions": [
            {"text": each.text, "owner": each.owner.name if each.owner else "", "due": each.due}
            for each in incident.actions
            if each.done_at is None
        ],
        "answered": asked_and_answered(incident),
    }


def last_confirmed(incident: Incident) -> StatusUpdate | None:
    """The last update that a person published: what it says was confirmed by them then."""
    told = [update for update in incident.updates if update.published_at and update.by]
    return max(told, key=lambda update: update.published_at or update.drafted_at, default=None)


def doing(incident: Incident) -> str:
    """What is being done, in the words of the last update that says so, or else of the last decision."""
    confirmed = last_confirmed(incident)
    if confirmed and confirmed.form.doing.strip():
        return confirmed.form.doing.strip()
    return incident.decisions[-1].text if incident.decisions else ""


def next_word(incident: Incident, now: datetime) -> datetime | None:
    """When stakeholders hear next: by the internal clock, or with the next summary where that promise is overdue."""
    promise = incident.clock(Audience.INTERNAL)
    if promise and promise.running and promise.due_at and promise.due_at > now:
        return promise.due_at
    return incident.next_summary_at


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """A summary's words. `by` is empty when they are from the record.

    `answered` are the questions whose answers they tell of.
    """

    text: str
    by: Who | None = None
    answered: tuple[int, ...] = ()


def post(incident: Incident, words: Written, every: timedelta | None, now: datetime) -> Change:
    """Post a summary's frozen words; the next is due so long later while the incident is open, else it is the last."""
    text, by, answered = words.text, words.by, words.answered
    number = len(incident.summaries) + 1
    incident = told_in_summary(incident, answered, number)
    written = Summary(number=number, text=text, at=now, by=by)
    saved = replace(incident, summaries=(*incident.summaries, written))
    change = start(saved, now, every) if incident.open else Change(incident=saved)
    change = change.and_then(lambda each: _asked_and_done(each, ("the summary was posted at ", At(now), ".")))
    saved = change.incident or saved
    what = "A summary" if incident.open else "The last summary"
    effect = PostText(
        incident=incident.number,
        room=RoomKind.STAKEHOLDERS,
        title=f"{incident.label} · {'Summary' if incident.open else 'Last summary'}",
        text=text,
        audience=Audience.INTERNAL,
        next_at=next_word(saved, now),
    )
    event = Event(
        incident=incident.number,
        key=f"summary:{number}",
        at=now,
        kind=EventKind.SUMMARY,
        actor=by,
        said=(by, " posted a summary to stakeholders") if by else (f"{what} was posted from the record",),
    )
    return change.then(Change(timeline=(event,), outgoing=(post_text(incident, f"summary:{number}", effect),)))
