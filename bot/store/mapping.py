"""Between frozen dataclasses and rows: JSON bodies, and the columns that are queried."""

from datetime import datetime
from functools import cache, cached_property
from typing import Annotated, Final, Generic, TypeVar

from pydantic import Field, TypeAdapter

from bot.domain.alert import Alert
from bot.domain.effects import Effect, Outgoing, Priority
from bot.domain.incident import Incident
from bot.domain.page import Page
from bot.domain.people import Contact
from bot.domain.timeline import Event
from bot.services.ports import Claimed, Remote
from bot.store.tables import OutboxRow, OutboxState

Value = TypeVar("Value")


class Body(Generic[Value]):
    """The JSON form of one kind of value; its schema is built when it is first needed."""

    def __init__(self, kind: type[Value]) -> None:
        """Keep the kind."""
        self._kind = kind

    @cached_property
    def _adapter(self) -> TypeAdapter[Value]:
        return TypeAdapter(self._kind)

    def write(self, value: Value) -> str:
        """Give the JSON of a value."""
        return self._adapter.dump_json(value).decode()

    def read(self, body: str) -> Value:
        """Give the value of its JSON."""
        return self._adapter.validate_json(body)


INCIDENT: Final = Body(Incident)
PAGE: Final = Body(Page)
ALERT: Final = Body(Alert)
EVENT: Final = Body(Event)
CONTACT: Final = Body(Contact)


@cache
def _effects() -> TypeAdapter[Effect]:
    return TypeAdapter(Annotated[Effect, Field(discriminator="kind")])


def incident_columns(incident: Incident) -> dict[str, object]:
    """Give the columns of an incident, the lock included as it is in the value."""
    return {
        "number": incident.number,
        "version": incident.version,
        "open": incident.open,
        "journey": incident.brief.journey,
        "war_room": incident.war_room.channel,
        "stakeholders": incident.stakeholders.channel,
        "body": INCIDENT.write(incident),
    }


def page_columns(page: Page) -> dict[str, object]:
    """Give the columns of a page, the lock included as it is in the value."""
    return {
        "id": page.id,
        "version": page.version,
        "incident": page.incident,
        "epoch": page.epoch,
        "state": page.state.value,
        "body": PAGE.write(page),
    }


def alert_columns(alert: Alert) -> dict[str, object]:
    """Give the columns of an alert."""
    return {
        "source": alert.source,
        "fingerprint": alert.fingerprint,
        "starts_at": alert.starts_at,
        "incident": alert.incident,
        "status": alert.status.value,
        "first_seen": alert.first_seen,
        "body": ALERT.write(alert),
    }


def outgoing_columns(outgoing: Outgoing, now: datetime) -> dict[str, object]:
    """Give the columns of a row that is ready to go."""
    return {
        "id": outgoing.id,
        "stream": outgoing.stream,
        "priority": int(outgoing.priority),
        "kind": outgoing.effect.kind,
        "payload": _effects().dump_json(outgoing.effect).decode(),
        "collapse": outgoing.collapse,
        "state": OutboxState.READY.value,
        "not_before": outgoing.not_before,
        "expires_at": outgoing.expires_at,
        "created_at": now,
    }


def outgoing_of(row: OutboxRow) -> Outgoing:
    """Give the effect of a row; the rows it waited for are left out, since they have ended."""
    return Outgoing(
        id=row.id,
        stream=row.stream,
        effect=_effects().validate_json(row.payload),
        priority=Priority(row.priority),
        not_before=row.not_before,
        expires_at=row.expires_at,
        collapse=row.collapse,
    )


def remote_of(row: OutboxRow) -> Remote | None:
    """Give where a row's message stands, if it is known."""
    if row.remote_channel is None:
        return None
    return Remote(channel=row.remote_channel, ts=row.remote_ts or "")


def claimed_of(row: OutboxRow, now: datetime, until: datetime) -> Claimed:
    """Give a row as whoever claims it now, until its lease ends, sees it."""
    return Claimed(
        outgoing=outgoing_of(row),
        fence=row.fence + 1,
        attempts=row.attempts + 1,
        failures=row.failures,
        unknown=row.state != OutboxState.READY,
        withdrawn=row.withdrawn,
        first_sent_at=row.first_sent_at or now,
        lease_until=until,
        saved_at=row.created_at,
    )


def check_of(row: OutboxRow, until: datetime) -> Claimed:
    """Give a sent row as whoever is to verify it, until its lease ends, sees it."""
    return Claimed(
        outgoing=outgoing_of(row),
        fence=row.fence + 1,
        attempts=row.attempts,
        failures=row.failures,
        unknown=False,
        withdrawn=row.withdrawn,
        first_sent_at=row.first_sent_at,
        lease_until=until,
        sent=remote_of(row),
        saved_at=row.created_at,
    )
