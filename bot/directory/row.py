"""What every row of the directory file keeps to, and how one of its fields is refused."""

from datetime import datetime

from pydantic import BaseModel, ConfigDict


class Row(BaseModel):
    """What every row keeps to: no unknown field, and nothing changes after reading."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class WrongField(ValueError):
    """One field of a row does not go with another; `field` is the one to change."""

    def __init__(self, field: str, says: str) -> None:
        super().__init__(says)
        self.field = field


def in_order(starts: datetime, ends: datetime, field: str, what: str) -> None:
    """See to it that something ends after it starts; `field` says when it ends. Raises WrongField."""
    if (starts.tzinfo is None) != (ends.tzinfo is None):
        raise WrongField(field, f"give both from and {field} an offset, or neither")
    if ends <= starts:
        raise WrongField(field, f"not after from; write when {what} ends")
