"""The tables of the status site."""

from datetime import datetime

from sqlalchemy import Text, UniqueConstraint
from sqlmodel import Field

from bot.store.tables import Row, UtcDateTime


class SubscriberRow(Row, table=True):
    """Who asked to be told of what the status site shows, by the token that opens their page."""

    __tablename__ = "subscriber"
    __table_args__ = (UniqueConstraint("means", "address"),)

    token: str = Field(primary_key=True)
    means: str
    address: str
    standing: str = Field(index=True)
    asked_at: datetime = Field(sa_type=UtcDateTime)
    confirmed_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    failures: int
    trouble: str = Field(sa_type=Text)


class MaintenanceRow(Row, table=True):
    """When planned maintenance was first seen in the directory file, by its public id."""

    __tablename__ = "maintenance"

    id: str = Field(primary_key=True)
    noted_at: datetime = Field(sa_type=UtcDateTime)
