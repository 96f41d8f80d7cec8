"""The hourly summary of the stakeholder channel, written from the record when nobody has written one."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from bot.domain.change import Change, Timer, TimerKind
from bot.domain.comms_answers import asked_and_answered, told_in_summary
from bot.domain.comms_queue import named_customers
from bot.domain.effects import PostText
from bot.domain.incident import Incident, RoomKind
from bot.domain.outgoing import post_text
from bot.domain.prose import Who
from bot.domain.timeline import Event, EventKind
from bot.domain.update import Audience, StatusUpdate, Summary
from bot.domain.wording import impact_line

EVERY: Final = timedelta(hours=1)
TEMPLATE: Final = "summary.md.j2"


def start(incident: Incident, at: datetime) -> Change:
    """Set the next summary one hour after `at`."""
    due = at + EVERY
    number = len(incident.summaries) + 1
    timer = Timer(
        id=f"summary:{incident.number}:{number}:{int(due.timestamp())}",
        kind=TimerKind.SUMMARY,
        due_at=due,
        incident=incident.number,
        fence=number,
    )
    saved = replace(incident, next_summary_at=due)
    return Change(incident=saved, timers=(timer,), cancel=(f"summary:{incident.number}:*",))


def facts(incident: Incident, zone: ZoneInfo, now: datetime, *, from_record: bool) -> dict[str, object]:
    """The template's context: the fields that a stakeholder reads, and who last confirmed them when."""
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
        "from_record": from_record,
        "confirmed_by": confirmed.by.name if confirmed and confirmed.by else "",
        "confirmed_at": confirmed.published_at if confirmed else None,
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


def post(incident: Incident, text: str, by: Who | None, now: datetime, answered: tuple[int, ...] = ()) -> Change:
    """Post a summary's frozen words; the next is due an hour later while the incident is open.

    `by` is empty when it is from the record; `answered` are the questions whose answers it tells of.
    """
    number = len(incident.summaries) + 1
    incident = told_in_summary(incident, answered, number)
    written = Summary(number=number, text=text, at=now, by=by)
    saved = replace(incident, summaries=(*incident.summaries, written))
    change = start(saved, now) if incident.open else Change(incident=saved)
    saved = change.incident or saved
    effect = PostText(
        incident=incident.number,
        room=RoomKind.STAKEHOLDERS,
        title=f"{incident.label} · Summary",
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
        said=(by, " posted a summary to stakeholders") if by else ("A summary was posted from the record",),
    )
    return change.then(Change(timeline=(event,), outgoing=(post_text(incident, f"summary:{number}", effect),)))
