"""The record and what surrounds it: timeline, alerts, workspace members, and deliveries received."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from functools import cache

from sqlalchemy import ColumnElement, bindparam, delete, func, update
from sqlmodel import col, select
from sqlmodel.sql.expression import Select, SelectOfScalar

from bot.domain.alert import Alert, AlertKey, AlertStatus, AlertTally
from bot.domain.people import Contact
from bot.domain.timeline import Event
from bot.store.holding import Holding
from bot.store.mapping import ALERT, CONTACT, EVENT, alert_columns
from bot.store.part import Portable, insert_into, new_rows, table_of
from bot.store.tables import AlertRow, ContactRow, InboundRow, TimelineRow

AT_ONCE = 100
"""Alerts in one query."""


class Records(Holding):
    """What is kept beside incidents and pages."""

    def first_time(self, key: str, now: datetime) -> bool:
        """Note a delivery's key; False if it was noted before."""
        self._must_write()
        return self._changed(new_rows(table_of(InboundRow), on_postgres=self._on_postgres), key=key, at=now) == 1

    def prune_inbound(self, before: datetime) -> int:
        """Forget deliveries noted before a moment; returns how many."""
        self._must_write()
        return self._session.exec(delete(InboundRow).where(col(InboundRow.at) < before)).rowcount

    def timeline(self, incident: int) -> tuple[Event, ...]:
        """Load an incident's record, oldest first."""
        query = select(TimelineRow.body).where(TimelineRow.incident == incident).order_by(col(TimelineRow.seq))
        return tuple(EVENT.read(body) for body in self._session.exec(query))

    def save_events(self, events: Sequence[Event]) -> None:
        """Append events to their incidents' records; those whose key is there already are not written again."""
        for incident in dict.fromkeys(event.incident for event in events):
            self._append(incident, [event for event in events if event.incident == incident])

    def alert(self, source: str, fingerprint: str, starts_at: datetime) -> Alert | None:
        """Load an alert by its key."""
        found = self._column(_alert(), source=source, fingerprint=fingerprint, starts_at=starts_at)
        return next((ALERT.read(body) for body in found), None)

    def known_alerts(self, keys: Sequence[AlertKey]) -> dict[AlertKey, Alert]:
        """Load those of these alerts that are known, by their keys."""
        found: dict[AlertKey, Alert] = {}
        for source in {source for source, _, _ in keys}:
            mine = [key for key in keys if key[0] == source]
            for first in range(0, len(mine), AT_ONCE):
                some = mine[first : first + AT_ONCE]
                given = {"source": source, "names": [key[1] for key in some], "starts": list({key[2] for key in some})}
                bodies = self._column(_these_alerts(), **given)
                found |= {alert.key: alert for alert in map(ALERT.read, bodies)}
        return found

    def last_alert(self, source: str, fingerprint: str) -> Alert | None:
        """Load the alert of this fingerprint that started last."""
        same = select(AlertRow.body).where(AlertRow.source == source, AlertRow.fingerprint == fingerprint)
        body = self._session.exec(same.order_by(col(AlertRow.starts_at).desc()).limit(1)).first()
        return None if body is None else ALERT.read(body)

    def alerts_of(self, incident: int) -> tuple[Alert, ...]:
        """Load an incident's alerts, oldest first."""
        oldest_first = (col(AlertRow.starts_at), col(AlertRow.source), col(AlertRow.fingerprint))
        query = select(AlertRow.body).where(AlertRow.incident == incident).order_by(*oldest_first)
        return tuple(ALERT.read(body) for body in self._session.exec(query))

    def alert_tally(self, incident: int) -> AlertTally:
        """Count an incident's alerts without reading them all."""
        counted = dict(self._session.exec(_alerts_counted(), params={"of": incident}).all())
        newest = next((ALERT.read(body).summary for body in self._column(_newest_firing(), of=incident)), "")
        firing, resolved = (counted.get(status.value, 0) for status in (AlertStatus.FIRING, AlertStatus.RESOLVED))
        return AlertTally(firing=firing, resolved=resolved, newest=newest)

    def save_alerts(self, alerts: Sequence[Alert]) -> None:
        """Save alerts as they are now."""
        if not alerts:
            return
        self._must_write()
        rows = [alert_columns(alert) for alert in alerts]
        self._session.connection().execute(_alerts_as_they_are(on_postgres=self._on_postgres), rows)

    def contact(self, user: str) -> Contact | None:
        """Find a workspace member seen before, by Slack id."""
        return next((CONTACT.read(body) for body in self._column(_contact(), of=user)), None)

    def contact_of(self, person: str) -> Contact | None:
        """Find the workspace member who is this person of the directory."""
        return next((CONTACT.read(body) for body in self._column(_contact_of(), of=person)), None)

    def save_contact(self, contact: Contact) -> None:
        """Note a workspace member; whoever was taken for the same person of the directory before is so no longer."""
        if contact.person is not None:
            self._forget_as(contact.person, contact.user)
        insert = self._insert(table_of(ContactRow)).values(
            user=contact.user, person=contact.person, body=CONTACT.write(contact)
        )
        same = {name: insert.excluded[name] for name in ("person", "body")}
        self._changed(insert.on_conflict_do_update(index_elements=["user"], set_=same))

    def _forget_as(self, person: str, other_than: str) -> None:
        earlier = self.contact_of(person)
        if earlier is not None and earlier.user != other_than:
            body = CONTACT.write(replace(earlier, person=None))
            self._changed(update(ContactRow).where(col(ContactRow.user) == earlier.user).values(person=None, body=body))

    def _append(self, incident: int, events: Sequence[Event]) -> None:
        keys = [event.key for event in events]
        known = set(self._column(_known_keys(), of=incident, keys=keys))
        (last,) = self._column(_last_line(), of=incident)
        new = {event.key: event for event in reversed(events) if event.key not in known}
        fresh = [new[key] for key in dict.fromkeys(keys) if key in new]
        self._add_new(
            table_of(TimelineRow),
            [
                {
                    "incident": incident,
                    "seq": seq,
                    "key": event.key,
                    "at": event.at,
                    "kind": event.kind.value,
                    "body": EVENT.write(replace(event, seq=seq)),
                }
                for seq, event in enumerate(fresh, start=(last or 0) + 1)
            ],
        )


@cache
def _alert() -> SelectOfScalar[str]:
    named = [column == bindparam(column.name) for column in table_of(AlertRow).primary_key]
    return select(AlertRow.body).where(*named)


@cache
def _these_alerts() -> SelectOfScalar[str]:
    """At least these alerts: every start with every name."""
    named = col(AlertRow.fingerprint).in_(bindparam("names", expanding=True))
    started = col(AlertRow.starts_at).in_(bindparam("starts", expanding=True))
    return select(AlertRow.body).where(AlertRow.source == bindparam("source"), named, started)


@cache
def _alerts_counted() -> Select[str, int]:
    mine = select(AlertRow.status, func.count()).where(AlertRow.incident == bindparam("of"))
    return mine.group_by(AlertRow.status)


@cache
def _newest_firing() -> SelectOfScalar[str]:
    here = AlertRow.incident == bindparam("of")
    firing = select(AlertRow.body).where(here, AlertRow.status == AlertStatus.FIRING.value)
    newest_first = (col(column).desc() for column in (AlertRow.starts_at, AlertRow.source, AlertRow.fingerprint))
    return firing.order_by(*newest_first).limit(1)


@cache
def _alerts_as_they_are(*, on_postgres: bool) -> Portable:
    insert = insert_into(table_of(AlertRow), on_postgres=on_postgres)
    moved = {name: insert.excluded[name] for name in ("incident", "status", "first_seen", "body")}
    return insert.on_conflict_do_update(index_elements=["source", "fingerprint", "starts_at"], set_=moved)


@cache
def _contact() -> SelectOfScalar[str]:
    return select(ContactRow.body).where(ContactRow.user == bindparam("of"))


@cache
def _contact_of() -> SelectOfScalar[str]:
    return select(ContactRow.body).where(ContactRow.person == bindparam("of"))


@cache
def _known_keys() -> SelectOfScalar[str]:
    here = col(TimelineRow.key).in_(bindparam("keys", expanding=True))
    return select(TimelineRow.key).where(TimelineRow.incident == bindparam("of"), here)


@cache
def _last_line() -> SelectOfScalar[int | None]:
    last: ColumnElement[int | None] = func.max(TimelineRow.seq)
    return select(last).where(TimelineRow.incident == bindparam("of"))
