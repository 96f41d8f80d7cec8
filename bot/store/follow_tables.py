"""The table of what people follow."""

from datetime import datetime

from sqlmodel import Field

from bot.store.tables import Key, Row, UtcDateTime


class FollowRow(Row, table=True):
    """A member of the workspace follows a journey or an incident."""

    __tablename__ = "follow"

    user: str = Field(primary_key=True, sa_type=Key)
    target: str = Field(primary_key=True, sa_type=Key, index=True)
    by: str
    email: str = ""
    at: datetime = Field(sa_type=UtcDateTime)
