"""The tables of standing duties."""

from datetime import datetime

from sqlmodel import Field

from bot.store.tables import Key, Row, UtcDateTime


class PhoneTreeRow(Row, table=True):
    """What the phone tree said when it was last sent; there is one row at most."""

    __tablename__ = "phone_tree"

    id: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    digest: str
    sent_at: datetime = Field(sa_type=UtcDateTime)


class HeartbeatRow(Row, table=True):
    """What is known of a heartbeat that the directory declares."""

    __tablename__ = "heartbeat"

    name: str = Field(primary_key=True, sa_type=Key)
    noted_at: datetime = Field(sa_type=UtcDateTime)
    beat_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    missed_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
