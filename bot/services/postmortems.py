"""The postmortem's draft, made from the record when an incident is resolved, and the reminders after the end."""

from collections.abc import Mapping
from datetime import datetime
from types import MappingProxyType
from typing import Final

from bot.domain import postmortem, recording, resolving
from bot.domain.change import Change, Timer, TimerKind
from bot.domain.directory import Directory
from bot.domain.effects import Card, Outgoing, PostText
from bot.domain.incident import Incident, RoomKind
from bot.domain.outgoing import card_id, post_text
from bot.domain.postmortem import TEMPLATE, Manner
from bot.domain.timeline import Event
from bot.services.ports import Render, Tx
from bot.services.sweep import Duty
from bot.text import escape_markdown

SHOWN_BY_CARD: Final = 20_000
"""Characters that the draft's card shows for sure; a longer draft is posted whole in its thread."""
PIECE: Final = 3_500
"""Characters of a message that Slack neither refuses nor folds away when they are escaped."""


def drafted(
    tx: Tx, render: Render, directory: Directory, incident: Incident, more: tuple[Event, ...], now: datetime
) -> str:
    """Write the draft (plain Markdown) from the record and from the events that are being saved with it.

    Raises TextError naming the template's fault.
    """
    number = incident.number
    manner = Manner(zone=directory.workspace.zone, escape=escape_markdown)
    timeline = (*tx.timeline(number), *more)
    facts = postmortem.facts(incident, tx.pages_of(number), tx.alerts_of(number), timeline, now, manner)
    return render(TEMPLATE, facts)


def in_pieces(incident: Incident) -> tuple[Outgoing, ...]:
    """A draft that is too long for its card, whole, in the card's thread, cut between lines."""
    if len(incident.postmortem) <= SHOWN_BY_CARD or not incident.rooms_wanted:
        return ()
    card = card_id(incident.number, Card.POSTMORTEM, str(incident.reopened))
    texts = pieces(incident.postmortem, PIECE)
    return tuple(
        post_text(
            incident,
            f"postmortem:{incident.reopened}:{number}",
            PostText(
                incident=incident.number,
                room=RoomKind.WAR_ROOM,
                title=f"Postmortem draft of {incident.label}, part {number} of {len(texts)}",
                text=text,
                thread_of=card,
            ),
        )
        for number, text in enumerate(texts, start=1)
    )


def pieces(text: str, limit: int) -> tuple[str, ...]:
    """A text cut into parts of at most `limit` characters, between lines where a line fits."""
    found: list[str] = []
    current = ""
    for line in text.splitlines():
        for part in [line[start : start + limit] for start in range(0, len(line), limit)] or [""]:
            joined = f"{current}\n{part}" if current else part
            if len(joined) > limit:
                found.append(current)
                current = part
            else:
                current = joined
    return tuple(each for each in (*found, current) if each.strip())


def _revisit(tx: Tx, timer: Timer, _directory: Directory, now: datetime, _render: Render) -> Change:
    incident = tx.incident(timer.incident)
    return recording.revisit(incident, int(timer.about), now) if incident else Change()


def _postmortem_due(tx: Tx, timer: Timer, _directory: Directory, now: datetime, _render: Render) -> Change:
    incident = _of_this_end(tx, timer)
    return resolving.postmortem_due(incident, now) if incident else Change()


def _archive_due(tx: Tx, timer: Timer, _directory: Directory, now: datetime, _render: Render) -> Change:
    incident = _of_this_end(tx, timer)
    return resolving.archive_due(incident, now) if incident else Change()


def _of_this_end(tx: Tx, timer: Timer) -> Incident | None:
    """The incident, unless it was reopened since the timer was set."""
    incident = tx.incident(timer.incident)
    return incident if incident is not None and incident.reopened == timer.fence else None


DUTIES: Final[Mapping[TimerKind, Duty]] = MappingProxyType(
    {
        TimerKind.REVISIT: _revisit,
        TimerKind.POSTMORTEM: _postmortem_due,
        TimerKind.ARCHIVE: _archive_due,
    }
)
