"""The tables. What is queried is a column; the rest of an aggregate is the JSON `body` of its frozen dataclass.

Times are UTC. Keys are compared byte by byte, so that a prefix is a range. States are the StrEnums of this module and
of the domain, as text.
"""

from collections.abc import Callable
from datetime import UTC, datetime
from enum import StrEnum
from typing import ClassVar

from sqlalchemy import DateTime, Dialect, Index, MetaData, String, Text, UniqueConstraint, text
from sqlalchemy.types import TypeDecorator
from sqlmodel import Field, SQLModel


class OutboxState(StrEnum):
    """Where an outbox row stands. READY, SENDING and UNKNOWN are open; the others have ended."""

    READY = "ready"
    SENDING = "sending"
    UNKNOWN = "unknown"
    SENT = "sent"
    FAILED = "failed"
    CANCELLED = "cancelled"
    DEAD = "dead"


class TimerState(StrEnum):
    """Where a timer stands."""

    PENDING = "pending"
    FIRED = "fired"
    CANCELLED = "cancelled"


class UtcDateTime(TypeDecorator[datetime]):
    """An aware UTC moment; SQLite keeps it as text of one width, which sorts as time does."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def bind_processor(self, dialect: Dialect) -> Callable[[datetime | None], object]:
        """Refuse a naive moment on its way in: nobody could tell when it was."""
        write = super().bind_processor(dialect)
        zoned = dialect.name != "sqlite"

        def bound(value: datetime | None) -> object:
            if value is None:
                return None
            if value.tzinfo is None:
                raise ValueError(f"{value} has no time zone; every moment in the database is aware UTC")
            moment = value.astimezone(UTC) if zoned else value.astimezone(UTC).replace(tzinfo=None)
            return write(moment) if write else moment

        return bound

    def result_processor(self, dialect: Dialect, coltype: object) -> Callable[[object], datetime | None]:
        """Give it back aware."""
        read = super().result_processor(dialect, coltype)

        def found(value: object) -> datetime | None:
            moment = read(value) if read else value
            if not isinstance(moment, datetime):
                return None
            return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)

        return found


Key = String().with_variant(String(collation="C"), "postgresql")
_OPEN = text("state IN ('ready', 'sending', 'unknown')")
_PENDING = text("state = 'pending'")
_DEAD = text("state = 'dead'")
_TO_RETRY = text("retry_at IS NOT NULL")
_TO_VERIFY = text("verify_at IS NOT NULL")


class Row(SQLModel):
    """A table of ours; every constraint has a name, so that a migration can change it."""

    metadata: ClassVar[MetaData] = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "fk": "fk_%(table_name)s_%(column_0_name)s",
            "pk": "pk_%(table_name)s",
        }
    )


class IncidentRow(Row, table=True):
    """An incident; `version` is the optimistic lock."""

    __tablename__ = "incident"

    number: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    version: int
    open: bool = Field(index=True)
    journey: str | None = Field(default=None, index=True)
    war_room: str | None = Field(default=None, index=True)
    stakeholders: str | None = Field(default=None, index=True)
    body: str = Field(sa_type=Text)


class PageRow(Row, table=True):
    """A page; `epoch` is the fence of its timers and buttons."""

    __tablename__ = "page"

    id: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    version: int
    incident: int = Field(foreign_key="incident.number", index=True)
    epoch: int
    state: str = Field(index=True)
    body: str = Field(sa_type=Text)


class AlertRow(Row, table=True):
    """An alert, by what makes it one."""

    __tablename__ = "alert"

    source: str = Field(primary_key=True)
    fingerprint: str = Field(primary_key=True)
    starts_at: datetime = Field(primary_key=True, sa_type=UtcDateTime)
    incident: int | None = Field(default=None, foreign_key="incident.number", index=True)
    status: str
    first_seen: datetime | None = Field(default=None, sa_type=UtcDateTime)
    body: str = Field(sa_type=Text)


class TimelineRow(Row, table=True):
    """One line of an incident's record; rows are only ever added."""

    __tablename__ = "timeline"
    __table_args__ = (UniqueConstraint("incident", "key"),)

    incident: int = Field(primary_key=True, foreign_key="incident.number")
    seq: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    key: str = Field(sa_type=Key)
    at: datetime = Field(sa_type=UtcDateTime)
    kind: str
    body: str = Field(sa_type=Text)


class ContactRow(Row, table=True):
    """A workspace member seen before; one at most is a given person of the directory."""

    __tablename__ = "contact"

    user: str = Field(primary_key=True)
    person: str | None = Field(default=None, index=True, unique=True)
    body: str = Field(sa_type=Text)


class TimerRow(Row, table=True):
    """Something that must happen; `retry_at` puts off one whose duty broke, without moving when it was due."""

    __tablename__ = "timer"
    __table_args__ = (
        Index("ix_timer_due", "due_at", postgresql_where=_PENDING, sqlite_where=_PENDING),
        Index("ix_timer_retry", "retry_at", postgresql_where=_TO_RETRY, sqlite_where=_TO_RETRY),
        Index("ix_timer_page", "page", postgresql_where=_PENDING, sqlite_where=_PENDING),
    )

    id: str = Field(primary_key=True, sa_type=Key)
    kind: str
    due_at: datetime = Field(sa_type=UtcDateTime)
    state: str
    incident: int | None = Field(default=None, foreign_key="incident.number", index=True)
    page: int | None = Field(default=None, foreign_key="page.id")
    fence: int = 0
    about: str = ""
    fired_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    failures: int = 0
    retry_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    last_error: str = Field(default="", sa_type=Text)


class OutboxRow(Row, table=True):
    """An effect on its way. `seq` is the order within its stream; `fence` rises with every claim.

    `doubtful`: the outcome of an attempt was once unknown; a copy may land late, so the row is verified after sending.
    """

    __tablename__ = "outbox"
    __table_args__ = (
        Index("ix_outbox_next", "priority", "seq", postgresql_where=_OPEN, sqlite_where=_OPEN),
        Index("ix_outbox_stream", "stream", "seq", postgresql_where=_OPEN, sqlite_where=_OPEN),
        Index("ix_outbox_collapse", "collapse", postgresql_where=_OPEN, sqlite_where=_OPEN),
        Index("ix_outbox_dead", "seq", postgresql_where=_DEAD, sqlite_where=_DEAD),
        Index("ix_outbox_verify", "verify_at", postgresql_where=_TO_VERIFY, sqlite_where=_TO_VERIFY),
        {"sqlite_autoincrement": True},
    )

    seq: int | None = Field(default=None, primary_key=True)
    id: str = Field(sa_type=Key, unique=True)
    stream: str
    priority: int
    kind: str
    payload: str = Field(sa_type=Text)
    collapse: str | None = None
    state: str
    not_before: datetime | None = Field(default=None, sa_type=UtcDateTime)
    expires_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    lease_until: datetime | None = Field(default=None, sa_type=UtcDateTime)
    fence: int = 0
    attempts: int = 0
    failures: int = 0
    withdrawn: bool = False
    doubtful: bool = False
    created_at: datetime = Field(sa_type=UtcDateTime)
    first_sent_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    sent_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    remote_channel: str | None = None
    remote_ts: str | None = None
    verify_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    last_error: str = Field(default="", sa_type=Text)


class OutboxAfterRow(Row, table=True):
    """The row `id` waits until the row `after` has ended; one that does not exist has ended."""

    __tablename__ = "outbox_after"

    id: str = Field(primary_key=True, sa_type=Key)
    after: str = Field(primary_key=True, sa_type=Key)


class InboundRow(Row, table=True):
    """The unique key of a delivery that was received, kept for a week."""

    __tablename__ = "inbound"

    key: str = Field(primary_key=True)
    at: datetime = Field(sa_type=UtcDateTime, index=True)


class CounterRow(Row, table=True):
    """The last number given of a kind."""

    __tablename__ = "counter"

    name: str = Field(primary_key=True)
    value: int


class EngineVersionRow(Row, table=True):
    """The version of the engine that owns these tables; a process of another version takes no work from them."""

    __tablename__ = "engine_version"

    id: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    version: int
