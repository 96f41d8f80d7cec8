"""Changing where an incident stands, how severe it is and since when: each with its reason on record."""

from dataclasses import replace
from datetime import datetime

from bot.domain.change import Change
from bot.domain.errors import Refusal
from bot.domain.incident import Incident, Status
from bot.domain.naming import clean
from bot.domain.outgoing import refresh_cards
from bot.domain.prose import At, Sentence, Who, Words
from bot.domain.roles import refresh_guide
from bot.domain.telling import one_line
from bot.domain.timeline import Event, EventKind


def change_status(incident: Incident, status: Status, why: str, by: Who, now: datetime) -> Change:
    """Move an open incident to any status but resolved, which has its own form. Raises Refusal.

    The first `monitoring` is when the harm to customers was over: it sets the time mitigated.
    """
    if not incident.open:
        raise Refusal(f"{incident.label} is resolved. Nothing was changed; reopen it first.")
    if status is Status.RESOLVED:
        raise Refusal("Resolving has a form of its own, with what is still open. Nothing was changed; use Resolve.")
    if status is incident.status:
        return Change(incident=incident)
    times = incident.times
    if status is Status.MONITORING and times.mitigated is None:
        times = replace(times, mitigated=now)
    saved = replace(incident, status=status, times=times)
    said: Sentence = (by, f" set the status to {status.value} (was {incident.status.value})", *_because(why))
    return _told(saved, f"status:{_stamp(now)}", EventKind.STATUS, said, by, now)


def change_severity(incident: Incident, severity: str, why: str, by: Who, now: datetime) -> Change:
    """Put the severity (a row's name) on the incident and in one line; pages, rooms and clocks are the caller's."""
    saved = replace(incident, severity=severity)
    said: Sentence = (by, f" set the severity to {severity} (was {incident.severity})", *_because(why))
    return _told(saved, f"severity:{_stamp(now)}", EventKind.SEVERITY, said, by, now)


def change_since(incident: Incident, since: datetime, by: Who, now: datetime) -> Change:
    """Correct when customers began to hurt. Raises Refusal for a time that lies ahead or after the resolution."""
    if since > now:
        raise Refusal(
            "Since lies in the future. Nothing was changed; give the time when customers began to hurt.", field="since"
        )
    resolved = incident.times.resolved
    if resolved is not None and since > resolved:
        raise Refusal("Since lies after the incident was resolved. Nothing was changed.", field="since")
    if since == incident.times.since:
        return Change(incident=incident)
    saved = replace(incident, times=replace(incident.times, since=since))
    said: Sentence = (
        by,
        " corrected since when: ",
        At(since, dated=True),
        ", was ",
        At(incident.times.since, dated=True),
    )
    return _told(saved, f"since:{_stamp(now)}", EventKind.LOG, said, by, now)


def _told(incident: Incident, key: str, kind: EventKind, said: Sentence, by: Who, now: datetime) -> Change:
    event = Event(incident=incident.number, key=key, at=now, kind=kind, said=said, actor=by)
    return Change(
        incident=incident,
        timeline=(event,),
        outgoing=(*one_line(incident, key, said), *refresh_cards(incident), *refresh_guide(incident)),
    )


def _because(why: str) -> Sentence:
    words = clean(why)
    return (": ", Words(words)) if words else ()


def _stamp(now: datetime) -> str:
    return now.isoformat()
