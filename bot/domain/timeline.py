"""The record of an incident: append-only events, each a sentence with who and when."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from bot.domain.prose import Sentence, Who


class EventKind(StrEnum):
    """What kind of thing happened; summaries, catch-up and the postmortem choose by it."""

    DECLARED = "declared"
    ALERT = "alert"
    PAGED = "paged"
    ACKNOWLEDGED = "acknowledged"
    MISSED = "missed"
    ESCALATED = "escalated"
    UNREACHABLE = "unreachable"
    NOBODY = "nobody"
    HANDED_OVER = "handed_over"
    ROLE = "role"
    DECISION = "decision"
    LOG = "log"
    CHANGE = "change"
    ACTION = "action"
    IMPACT = "impact"
    SEVERITY = "severity"
    STATUS = "status"
    UPDATE = "update"
    SUMMARY = "summary"
    CLOCK = "clock"
    BREACH = "breach"
    OVERRIDE = "override"
    JOINED = "joined"
    ROOM = "room"
    TROUBLE = "trouble"
    QUESTION = "question"
    TOLD = "told"
    REVIEW = "review"
    RESOLVED = "resolved"
    REOPENED = "reopened"
    POSTMORTEM = "postmortem"


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """One line of the record.

    `key` makes saving it twice harmless; `seq` is given by the store, from 1 for each incident.
    """

    incident: int
    key: str
    at: datetime
    kind: EventKind
    said: Sentence
    actor: Who | None = None
    seq: int = 0
