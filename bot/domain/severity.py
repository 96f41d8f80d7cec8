"""The severity table as data: what each row means, promises and sets going.

Whatever differs between severities is a cell here; the directory file can change every cell, so no code asks
whether a severity is "SEV1". Rows are ordered from the worst to the mildest.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from types import MappingProxyType
from typing import Final


class Pages(StrEnum):
    """When an incident of a severity wakes somebody."""

    AT_ONCE = "at_once"
    WORKING_HOURS = "working_hours"
    NEVER = "never"


@dataclass(frozen=True, slots=True, kw_only=True)
class InternalPace:
    """Until an incident is `until_age` old, the stakeholder channel hears every `every`."""

    until_age: timedelta
    every: timedelta


@dataclass(frozen=True, slots=True, kw_only=True)
class Severity:
    """One row. All durations count from the declaration; None means that no such promise is made.

    `downtime` is whether the time in which the public reads of it counts against uptime.
    """

    name: str
    rank: int
    means: str
    customers_hear: str
    first_public: timedelta | None = None
    public_every: timedelta | None = None
    public_offers: tuple[timedelta, ...] = ()
    internal_first: timedelta | None = None
    internal_every: timedelta | None = None
    internal_after: tuple[InternalPace, ...] = ()
    pages: Pages = Pages.AT_ONCE
    rooms: bool = True
    clock: bool = True
    downtime: bool = False
    notify: tuple[str, ...] = ()
    aware: tuple[str, ...] = ()
    summary_every: timedelta | None = timedelta(hours=1)

    def internal_interval(self, age: timedelta) -> timedelta | None:
        """How long after an internal update the next is due, in an incident declared `age` ago."""
        for pace in self.internal_after:
            if age < pace.until_age:
                return pace.every
        return self.internal_every

    def public_choices(self, age: timedelta) -> tuple[timedelta, ...]:
        """The intervals the update form offers first: the shorter ones only while the incident is young."""
        usual = () if self.public_every is None else (self.public_every,)
        return usual if age >= OFFERS_LAST else (*self.public_offers, *usual)

    def is_worse_than(self, other: "Severity") -> bool:
        """Whether changing from `other` to this one is raising the severity."""
        return self.rank < other.rank


OFFERS_LAST: Final = timedelta(hours=1)

_MINUTES_15: Final = timedelta(minutes=15)
_MINUTES_30: Final = timedelta(minutes=30)
_HOUR: Final = timedelta(hours=1)

BUILT_IN: Final[tuple[Severity, ...]] = (
    Severity(
        name="SEV1",
        rank=1,
        means="Major customer-facing outage, risk of data loss, or a security incident",
        customers_hear="status page",
        downtime=True,
        first_public=_MINUTES_15,
        public_every=_MINUTES_30,
        public_offers=(_MINUTES_15,),
        internal_first=_MINUTES_15,
        internal_every=_MINUTES_30,
        internal_after=(InternalPace(until_age=_HOUR, every=_MINUTES_15),),
    ),
    Severity(
        name="SEV2",
        rank=2,
        means="Significant degradation, partial outage, SLO breach in progress",
        customers_hear="status page",
        downtime=True,
        first_public=_MINUTES_30,
        public_every=_HOUR,
        internal_first=_MINUTES_30,
        internal_every=_MINUTES_30,
    ),
    Severity(
        name="SEV3",
        rank=3,
        means="Minor degradation, a small subset of customers, no SLO breach yet",
        customers_hear="internal only; targeted messages to known customers",
        internal_first=_HOUR,
        internal_every=timedelta(hours=4),
        pages=Pages.WORKING_HOURS,
    ),
    Severity(
        name="SEV4",
        rank=4,
        means="A single customer, not urgent",
        customers_hear="a ticket, no status entry",
        pages=Pages.NEVER,
        rooms=False,
        clock=False,
    ),
)

BUILT_IN_BY_NAME: Final[Mapping[str, Severity]] = MappingProxyType({row.name: row for row in BUILT_IN})
