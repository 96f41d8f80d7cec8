"""The tables of replicas: who is alive, and who does the chores that one does for all."""

from datetime import datetime

from sqlmodel import Field

from bot.store.tables import Key, Row, UtcDateTime


class ReplicaRow(Row, table=True):
    """A process that works on this database, as it last said of itself."""

    __tablename__ = "replica"

    id: str = Field(primary_key=True, sa_type=Key)
    started_at: datetime = Field(sa_type=UtcDateTime)
    seen_at: datetime = Field(sa_type=UtcDateTime)
    version: int
    clock_offset: float


class LeaseRow(Row, table=True):
    """Who may do a chore for all, and until when that holds unless it is renewed; and when it was last done."""

    __tablename__ = "lease"

    name: str = Field(primary_key=True, sa_type=Key)
    holder: str
    until: datetime | None = Field(default=None, sa_type=UtcDateTime)
    done_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
