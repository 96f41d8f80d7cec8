"""Reminders that were sent: each is edited in place, once what it asked for was told, snoozed, moved, or is over.

While a word is still owed its reminders stay as they are, with their buttons; a newer reminder takes their place.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime

from bot.domain.change import Change
from bot.domain.effects import Outgoing
from bot.domain.incident import Incident
from bot.domain.line import Asked, Line
from bot.domain.outgoing import rewrite_line
from bot.domain.prose import At, Button, Fragment, Sentence
from bot.domain.update import Audience, Clock

Buttons = Callable[[Incident, Sequence[Clock]], tuple[Button, ...]]


def noted(incident: Incident, rows: Sequence[Outgoing], promises: Sequence[Clock], now: datetime) -> Incident:
    """Remember reminders that are being sent about promises that fall due together."""
    asked = tuple(Asked(audience=each.audience, round=each.round) for each in promises)
    due = promises[0].due_at or now
    lines = tuple(Line(row=row.id, at=now, due_at=due, asked=asked) for row in rows)
    return replace(incident, lines=(*incident.lines, *lines))


def settled(incident: Incident, buttons: Buttons, replaced: Sequence[Audience] = ()) -> Change:
    """Edit the reminders of which something was settled; `incident` is the value being saved.

    `replaced` are audiences whose earlier reminders make way, for a newer one or because they were snoozed.
    """
    kept: list[Line] = []
    rows: list[Outgoing] = []
    for line in incident.lines:
        left = _with_state(incident, line, replaced)
        if any(each.open for each in left.asked):
            kept.append(left)
        if left != line:
            rows.append(rewrite_line(incident, line.row, _said(incident, left), _left_to_do(incident, left, buttons)))
    if not rows:
        return Change(incident=incident)
    return Change(incident=replace(incident, lines=tuple(kept)), outgoing=tuple(rows))


def _with_state(incident: Incident, line: Line, replaced: Sequence[Audience]) -> Line:
    asked = tuple(
        replace(each, open=each.open and _stands(incident, line, each, each.audience in replaced))
        for each in line.asked
    )
    return replace(line, asked=asked)


def _stands(incident: Incident, line: Line, asked: Asked, replaced: bool) -> bool:  # noqa: FBT001 - private
    clock = incident.clock(asked.audience)
    if clock is None or not clock.running or not incident.open or _told(incident, line, asked) is not None:
        return False
    return clock.round == asked.round or (clock.owing and not replaced)


def _told(incident: Incident, line: Line, asked: Asked) -> Sentence | None:
    """Who told the audience since, and when."""
    update = incident.last_update(asked.audience)
    if update is None or update.published_at is None or update.published_at < line.at:
        return None
    who: Sentence = (" by ", update.by) if update.by else ()
    return ("told at ", At(update.published_at), *who)


def _said(incident: Incident, line: Line) -> Sentence:
    said: list[Fragment] = [f"{incident.label}, updates due at ", At(line.due_at), ": "]
    for place, each in enumerate(line.asked):
        said += ["; " if place else "", f"{each.audience.value} ", *_came(incident, line, each)]
    return (*said, ".")


def _came(incident: Incident, line: Line, asked: Asked) -> Sentence:
    told, clock = _told(incident, line, asked), incident.clock(asked.audience)
    if told is not None:
        return told
    if not incident.open:
        return (f"not told; {incident.label} was resolved first",)
    if asked.open or clock is None or clock.due_at is None:
        return ("still to come",)
    if clock.snoozed and clock.due_at > line.due_at and not clock.owing:
        return ("snoozed to ", At(clock.due_at))
    return ("not told yet; a newer reminder follows",) if clock.owing else ("due at ", At(clock.due_at), " now")


def _left_to_do(incident: Incident, line: Line, buttons: Buttons) -> tuple[Button, ...]:
    clocks = [clock for each in line.asked if each.open and (clock := incident.clock(each.audience))]
    return buttons(incident, clocks) if clocks else ()
