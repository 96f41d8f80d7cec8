"""The rows of schedules: rotations, and who stands in for whom."""

from datetime import date, time, timedelta
from typing import Annotated, Self

from pydantic import ConfigDict, Field, model_validator

from bot.directory import values
from bot.directory.fields import Day, Handoff, Moment, Name, OneOrMore, Zone, text
from bot.directory.row import Row, WrongField, in_order


class RotationRow(Row):
    """`schedules.<key>.<rotation>`."""

    members: OneOrMore
    rotate: Annotated[timedelta, text(values.rotate)] = timedelta(weeks=1)
    handoff: Handoff = (None, time(9))
    start: Day = date(2026, 1, 5)

    @model_validator(mode="after")
    def _day_goes_with_weeks(self) -> Self:
        if self.handoff[0] is not None and self.rotate % timedelta(weeks=1):
            raise WrongField("handoff", "only a rotation in weeks hands off on a day of the week; write 09:00 alone")
        return self


class OverrideRow(Row):
    """`schedules.<key>.overrides[n]`."""

    rotation: Name = "primary"
    person: Name
    starts: Moment = Field(alias="from")
    ends: Moment = Field(alias="to")

    @model_validator(mode="after")
    def _ends_after_it_starts(self) -> Self:
        in_order(self.starts, self.ends, "to", "the override")
        return self


class ScheduleRow(Row):
    """`schedules.<key>`; every further field is a rotation's name."""

    model_config = ConfigDict(extra="allow", frozen=True)
    __pydantic_extra__: dict[str, RotationRow]

    timezone: Zone | None = None
    overrides: tuple[OverrideRow, ...] = ()
