"""The record and what surrounds it: timeline, alerts, workspace members, and deliveries received."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from sqlalchemy import delete, func, update
from sqlmodel import col, select

from bot.domain.alert import Alert
from bot.domain.people import Contact
from bot.domain.timeline import Event
from bot.store.mapping import ALERT, CONTACT, EVENT, alert_columns
from bot.store.part import Part, table_of
from bot.store.tables import AlertRow, ContactRow, InboundRow, IncidentRow, TimelineRow


class Records(Part):
    """What is kept beside incidents and pages."""

    def first_time(self, key: str, now: datetime) -> bool:
        """Note a delivery's key; False if it was noted before."""
        noted = self._insert(table_of(InboundRow)).values(key=key, at=now).on_conflict_do_nothing()
        return self._changed(noted) == 1

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
        body = self._session.exec(
            select(AlertRow.body).where(
                AlertRow.source == source, AlertRow.fingerprint == fingerprint, AlertRow.starts_at == starts_at
            )
        ).first()
        return None if body is None else ALERT.read(body)

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

    def save_alerts(self, alerts: Sequence[Alert]) -> None:
        """Save alerts as they are now."""
        if not alerts:
            return
        insert = self._insert(table_of(AlertRow))
        moved = {name: insert.excluded[name] for name in ("incident", "status", "first_seen", "body")}
        key = ["source", "fingerprint", "starts_at"]
        self._session.exec(
            insert.on_conflict_do_update(index_elements=key, set_=moved),
            params=[alert_columns(alert) for alert in alerts],
        )

    def contact(self, user: str) -> Contact | None:
        """Find a workspace member seen before, by Slack id."""
        body = self._session.exec(select(ContactRow.body).where(ContactRow.user == user)).first()
        return None if body is None else CONTACT.read(body)

    def contact_of(self, person: str) -> Contact | None:
        """Find the workspace member who is this person of the directory."""
        body = self._session.exec(select(ContactRow.body).where(ContactRow.person == person)).first()
        return None if body is None else CONTACT.read(body)

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
        # The incident's row is locked (on PostgreSQL), so that two writers do not take the same numbers.
        self._session.exec(select(IncidentRow.number).where(IncidentRow.number == incident).with_for_update()).first()
        keys = [event.key for event in events]
        known = set(
            self._session.exec(
                select(TimelineRow.key).where(TimelineRow.incident == incident, col(TimelineRow.key).in_(keys))
            )
        )
        last = self._session.exec(select(func.max(TimelineRow.seq)).where(TimelineRow.incident == incident)).one() or 0
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
                for seq, event in enumerate(fresh, start=last + 1)
            ],
        )
