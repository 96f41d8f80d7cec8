"""The tables of the status site."""

from datetime import datetime

from sqlmodel import Field

from bot.store.tables import Row, UtcDateTime


class MaintenanceRow(Row, table=True):
    """When planned maintenance was first seen in the directory file, by its public id."""

    __tablename__ = "maintenance"

    id: str = Field(primary_key=True)
    noted_at: datetime = Field(sa_type=UtcDateTime)
