"""Effects about single alerts: those that page nobody and stand in the triage channel."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal


@dataclass(frozen=True, slots=True, kw_only=True)
class ShowAlert:
    """Post an alert that pages nobody in the triage channel, rendered from its state when it is sent."""

    source: str
    fingerprint: str
    starts_at: datetime
    kind: Literal["show_alert"] = "show_alert"


@dataclass(frozen=True, slots=True, kw_only=True)
class RefreshAlert:
    """Edit an alert that was shown in the triage channel; `of` is the outbox id of its ShowAlert."""

    source: str
    fingerprint: str
    starts_at: datetime
    of: str
    kind: Literal["refresh_alert"] = "refresh_alert"
