"""Alerts: signals from a source, de-duplicated by fingerprint and start."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum
from typing import Final

NO_TIME: Final = datetime(1, 1, 1, tzinfo=UTC)
"""What sources write where they know no time (Go's zero time); no stored alert starts then."""


class AlertStatus(StrEnum):
    """What the source says of it."""

    FIRING = "firing"
    RESOLVED = "resolved"


class Fate(StrEnum):
    """What became of an alert; the answer to the source says it for each."""

    DECLARED = "declared"
    ATTACHED = "attached"
    REPEATED = "repeated"
    RESOLVED = "resolved"
    TRIAGED = "triaged"
    IGNORED = "ignored"


AlertKey = tuple[str, str, datetime]
"""Source, fingerprint, start."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Alert:
    """One alert; unique by (source, fingerprint, starts_at).

    `incident` is where it ended up, `why` the reason for it.
    """

    source: str
    fingerprint: str
    status: AlertStatus
    starts_at: datetime
    summary: str
    labels: Mapping[str, str] = field(default_factory=dict)
    annotations: Mapping[str, str] = field(default_factory=dict)
    severity: str | None = None
    link: str = ""
    ends_at: datetime | None = None
    incident: int | None = None
    seen: int = 1
    first_seen: datetime | None = None
    last_seen: datetime | None = None
    why: str = ""

    @property
    def key(self) -> AlertKey:
        """What makes it one alert."""
        return self.source, self.fingerprint, self.starts_at


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertTally:
    """An incident's alerts as a card counts them; `newest` is the summary of the one that fires and started last."""

    firing: int = 0
    resolved: int = 0
    newest: str = ""


NO_ALERTS: Final = AlertTally()
