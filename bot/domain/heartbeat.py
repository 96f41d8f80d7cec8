"""Heartbeats that others send: what the directory declares, what was heard, and when silence has lasted too long."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

from bot.domain.alert import Alert, AlertStatus
from bot.domain.asking import lasting
from bot.domain.journey import Heartbeat

SOURCE: Final = "heartbeat"


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """What is known of one heartbeat (aware UTC): since when it is waited for, and when it last beat, if it did.

    `missed_at` is when it was found missing, and None while it beats.
    """

    name: str
    noted_at: datetime
    beat_at: datetime | None = None
    missed_at: datetime | None = None

    @property
    def last(self) -> datetime:
        """From when on its time counts."""
        return self.beat_at or self.noted_at


def missing_at(declared: Heartbeat, heard: Heard, started: datetime) -> datetime:
    """When it counts as missing. `started` is since when Tocsin could have heard it.

    A beat may have been sent while Tocsin was down only if one was expected by then; its time counts from our start
    then, so that our absence is nobody's alarm. A restart between two beats changes nothing.
    """
    expected = heard.last + max(declared.every - declared.grace, timedelta())
    counts_from = heard.last if started <= expected else max(heard.last, started)
    return counts_from + declared.every + declared.grace


def missed(heard: Heard, now: datetime) -> Heard:
    """Note that it is missing."""
    return replace(heard, missed_at=now)


def beaten(heard: Heard, now: datetime) -> Heard:
    """Note that it beats."""
    return replace(heard, beat_at=now, missed_at=None)


def alarm(declared: Heartbeat, heard: Heard, now: datetime) -> Alert:
    """The alert of a heartbeat found missing at `missed_at`."""
    silent_for = f"for {lasting(now - heard.last)}" if heard.beat_at is not None else "yet"
    return Alert(
        source=SOURCE,
        fingerprint=declared.name,
        status=AlertStatus.FIRING,
        starts_at=heard.missed_at or now,
        summary=f"No heartbeat from {declared.name} {silent_for}; one is expected every {lasting(declared.every)}",
        labels={"journey": declared.journey, "heartbeat": declared.name},
        severity=declared.severity,
    )


def all_clear(known: Alert, now: datetime) -> Alert:
    """The same alert, over: it beats again, or nobody waits for it any more."""
    return replace(known, status=AlertStatus.RESOLVED, ends_at=now)
