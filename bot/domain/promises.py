"""The record of promises to each audience, kept with the incident: made, moved, missed, told, ended.

The clock says what is promised now; this says what became of every promise there was, so that it can be counted later.
While the word of a missed promise has not come, a further time that passes is a further promise missed.
"""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from bot.domain.incident import Incident
from bot.domain.update import Audience, Promise


def made(incident: Incident, audience: Audience, due: datetime, now: datetime) -> Incident:
    """Note a new promise."""
    promise = Promise(audience=audience, severity=incident.severity, made_at=now, due_at=due)
    return replace(incident, promises=(*incident.promises, promise))


def told(incident: Incident, audience: Audience, now: datetime) -> Incident:
    """Note that the word came: what was open is kept, or was missed and is made good now."""
    return _each(
        incident, lambda each: each.open and each.audience is audience, lambda each: replace(each, told_at=now)
    )


def moved(incident: Incident, audience: Audience, due: datetime, *, snoozed: bool = False) -> Incident:
    """Note that a promise that still stands was moved; one that was missed stays as it was missed."""
    return _each(
        incident,
        lambda each: each.open and each.audience is audience and not each.missed,
        lambda each: replace(each, due_at=due, snoozed=each.snoozed or snoozed),
    )


def missed(incident: Incident, audience: Audience, due: datetime) -> Incident:
    """Note that a promised time passed without a word."""
    waiting = [each for each in incident.promises if each.open and each.audience is audience]
    if any(not each.missed for each in waiting):
        return _each(
            incident,
            lambda each: each.open and each.audience is audience and not each.missed,
            lambda each: replace(each, missed=True),
        )
    since = waiting[-1].due_at if waiting else due
    again = Promise(audience=audience, severity=incident.severity, made_at=since, due_at=due, missed=True)
    return replace(incident, promises=(*incident.promises, again))


def ended(incident: Incident, now: datetime) -> Incident:
    """Note that the incident was resolved: nothing more is owed by a promise that is still open."""
    return _each(incident, lambda each: each.open, lambda each: replace(each, ended_at=now))


def owed_since(incident: Incident, audience: Audience) -> datetime | None:
    """When the oldest missed promise whose word has not come was due; None where nothing is owed."""
    return min(
        (each.due_at for each in incident.promises if each.open and each.missed and each.audience is audience),
        default=None,
    )


def _each(incident: Incident, which: Callable[[Promise], bool], change: Callable[[Promise], Promise]) -> Incident:
    return replace(incident, promises=tuple(change(each) if which(each) else each for each in incident.promises))
