"""What becomes of alerts: how each is named and read, and what the people of its incident see of it.

An alert is one by its source, fingerprint and start. The same state reported again changes nothing that anybody sees.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Final
from zlib import crc32

from bot.domain.alert import NO_TIME, Alert, AlertStatus
from bot.domain.alert_effects import RefreshAlert, ShowAlert
from bot.domain.change import Change
from bot.domain.declaring import Declare
from bot.domain.directory import Directory
from bot.domain.effects import Card, Outgoing, Priority, TellRoom
from bot.domain.incident import Incident, RoomKind
from bot.domain.naming import clean_line
from bot.domain.outgoing import refresh_card, refresh_cards, tell_person
from bot.domain.prose import Button, Fragment, Sentence, Who, Words
from bot.domain.role import COMMANDER
from bot.domain.routing import Routed
from bot.domain.telling import in_thread, one_line
from bot.domain.timeline import Event, EventKind

SERVICE_LABEL: Final = "service"
SEVERITY_LABEL: Final = "severity"
QUOTED: Final = 5
TRIAGE_AT_ONCE: Final = 8
"""Alerts that page nobody are strangers to each other: so many are said at once, and none waits for all before it."""


def key_of(alert: Alert) -> str:
    """What tells one alert from another in ids."""
    return f"{alert.source}:{alert.fingerprint}:{alert.starts_at.isoformat()}"


def seen_first(alert: Alert, now: datetime, why: str, incident: int | None = None) -> Alert:
    """A new alert as it is saved; one whose source tells no start starts now."""
    starts_at = now if alert.starts_at == NO_TIME else alert.starts_at
    return replace(alert, starts_at=starts_at, first_seen=now, last_seen=now, seen=1, incident=incident, why=why)


def seen_again(known: Alert, alert: Alert, now: datetime) -> Alert:
    """A known alert reported once more, in whatever state: its words are the newest, its place stays."""
    return replace(
        known,
        status=alert.status,
        summary=alert.summary,
        labels=alert.labels,
        annotations=alert.annotations,
        severity=alert.severity,
        link=alert.link or known.link,
        ends_at=_end(alert, now),
        seen=known.seen + 1,
        last_seen=now,
    )


def severity_of(alert: Alert, routed: Routed, directory: Directory) -> str | None:
    """The severity that the alert names (its field, else its label), where it names one; else the rule's, if any."""
    for word in (alert.severity, alert.labels.get(SEVERITY_LABEL)):
        row = directory.severity(word) if word else None
        if row is not None:
            return row.name
    return routed.severity


def service_of(alert: Alert, routed: Routed, directory: Directory) -> str | None:
    """The service whose team owns the fault: the alert's label where the directory knows it, else the rule's."""
    named = alert.labels.get(SERVICE_LABEL)
    service = directory.service(named) if named else None
    return service.id if service is not None else routed.service


def declaration(alert: Alert, routed: Routed, directory: Directory, now: datetime) -> Declare:
    """What an alert asks for when no incident is open on its journey."""
    return Declare(
        by=Who(name=alert.source.capitalize()),
        journey=routed.journey,
        words=clean_line(alert.summary),
        severity=severity_of(alert, routed, directory),
        since=min(alert.starts_at, now),
        detected=min(alert.starts_at, now),
        service=service_of(alert, routed, directory),
        link=alert.link,
        route=routed.why,
    )


def attached(incident: Incident, alerts: Sequence[Alert], now: datetime, *, quiet: bool) -> Change:
    """Put new alerts on an incident: its record, its card, and one line in the card's thread for all of them.

    `quiet` leaves out the line: the alerts came with the declaration, whose card counts them.
    """
    events = tuple(_event(incident, alert, "joined", ("Alert: ", Words(alert.summary)), now) for alert in alerts)
    line: tuple[Outgoing, ...] = ()
    if alerts and not quiet:
        said = (_counted(len(alerts), "more alert", "joined"), *_quoted(alerts))
        told = in_thread(incident, replace(events[0], key=f"line:{events[0].key}", said=said))
        line = tuple(replace(row, stream=_stream(incident), priority=Priority.LOW) for row in told)
    rows = (*line, *_edited(incident)) if alerts else ()
    return Change(incident=incident, alerts=tuple(alerts), timeline=events, outgoing=rows)


def repeated(incident: Incident | None, alert: Alert, *, visible: bool) -> Change:
    """Count a repeat; where its words changed, the card reads the new ones."""
    if incident is None or not visible:
        return Change(alerts=(alert,))
    return Change(incident=incident, alerts=(alert,), outgoing=_edited(incident))


def resolved(incident: Incident, alerts: Sequence[Alert], every: Sequence[Alert], now: datetime) -> Change:
    """Mark alerts resolved on their incident. When `every` alert of it is, the commander is told to look.

    `every` are all alerts of the incident as they are now, these included.
    """
    events = tuple(_event(incident, alert, "resolved", ("Resolved: ", Words(alert.summary)), now) for alert in alerts)
    change = Change(incident=incident, alerts=tuple(alerts), timeline=events, outgoing=_edited(incident))
    done = all(alert.status is AlertStatus.RESOLVED for alert in every)
    return change.then(_all_resolved(incident, len(every), now)) if done and incident.open else change


def triaged(alert: Alert) -> Change:
    """An alert that pages nobody: one message in the triage channel, edited as it changes."""
    row = _triage_id(alert)
    effect = ShowAlert(source=alert.source, fingerprint=alert.fingerprint, starts_at=alert.starts_at)
    stream = f"{RoomKind.TRIAGE.value}:{crc32(row.encode()) % TRIAGE_AT_ONCE}"
    return Change(alerts=(alert,), outgoing=(Outgoing(id=row, stream=stream, effect=effect),))


def triage_edited(alert: Alert) -> Change:
    """Make the triage channel's message say what is true of the alert now."""
    of = _triage_id(alert)
    effect = RefreshAlert(source=alert.source, fingerprint=alert.fingerprint, starts_at=alert.starts_at, of=of)
    row = Outgoing(id=f"{of}:refresh:{alert.seen}", stream=f"{of}:edits", effect=effect, after=(of,), collapse=of)
    return Change(alerts=(alert,), outgoing=(row,))


def still_firing(incident: Incident, alert: Alert) -> Change:
    """An alert that goes on although its incident is resolved: said once in the triage channel, with a way back."""
    if incident.private:
        return Change(alerts=(alert,))
    said: Sentence = (f"Still firing, though {incident.label} is resolved: ", Words(alert.summary))
    button = Button(action="reopen", label="Reopen", value=str(incident.number))
    row = Outgoing(
        id=f"alert:{key_of(alert)}:still:{incident.number}:{incident.reopened}",
        stream=RoomKind.TRIAGE.value,
        effect=TellRoom(room=RoomKind.TRIAGE, said=said, incident=incident.number, buttons=(button,)),
    )
    return Change(alerts=(alert,), outgoing=(row,))


def _all_resolved(incident: Incident, count: int, now: datetime) -> Change:
    what = "The alert has" if count == 1 else f"All {count} alerts have"
    said: Sentence = (f"{incident.label}: {what[0].lower()}{what[1:]} resolved; monitor, then resolve",)
    key = f"alerts:all_resolved:{now.isoformat()}"
    event = Event(incident=incident.number, key=key, at=now, kind=EventKind.ALERT, said=(f"{what} resolved",))
    commander = incident.holder(COMMANDER)
    buttons = (
        Button(action="status", label="Status", value=str(incident.number)),
        Button(action="resolve", label="Resolve", value=str(incident.number)),
    )
    if commander is None:
        return Change(timeline=(event,), outgoing=one_line(incident, key, said, buttons=buttons))
    return Change(timeline=(event,), outgoing=(tell_person(incident, commander, key, said, buttons=buttons),))


def _stream(incident: Incident) -> str:
    """A stream of their own: in a storm of alerts, what people say and do does not wait behind lines about them."""
    return f"inc:{incident.number}:alerts"


def _edited(incident: Incident) -> tuple[Outgoing, ...]:
    """The cards that count alerts: the war room's, or the line in the triage channel."""
    return (refresh_card(incident, Card.WAR_ROOM),) if incident.rooms_wanted else refresh_cards(incident)


def _event(incident: Incident, alert: Alert, what: str, said: Sentence, now: datetime) -> Event:
    key = f"alert:{what}:{key_of(alert)}"
    return Event(incident=incident.number, key=key, at=now, kind=EventKind.ALERT, said=said)


def _counted(count: int, what: str, done: str) -> str:
    return f"{count} {what}{'' if count == 1 else 's'} {done}"


def _quoted(alerts: Sequence[Alert]) -> Sentence:
    said: list[Fragment] = []
    for number, alert in enumerate(alerts[:QUOTED]):
        said += ["; " if number else ": ", Words(clean_line(alert.summary))]
    return (*said, f"; and {len(alerts) - QUOTED} more") if len(alerts) > QUOTED else tuple(said)


def _end(alert: Alert, now: datetime) -> datetime | None:
    if alert.status is AlertStatus.FIRING:
        return None
    return alert.ends_at if alert.ends_at is not None and alert.ends_at != NO_TIME else now


def _triage_id(alert: Alert) -> str:
    return f"alert:{key_of(alert)}:triage"
