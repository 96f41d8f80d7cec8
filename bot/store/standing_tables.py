"""The tables of standing duties."""

from datetime import datetime

from sqlmodel import Field

from bot.store.tables import Row, UtcDateTime


class PhoneTreeRow(Row, table=True):
    """What the phone tree said when it was last sent; there is one row at most."""

    __tablename__ = "phone_tree"

    id: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    digest: str
    sent_at: datetime = Field(sa_type=UtcDateTime)
