"""Who may do what: the few things everybody may, the rest for responders and managers, and the reasoned override.

Checked inside every service, so that a form opened with the right to is checked again when it is sent.
"""

from datetime import datetime
from enum import StrEnum
from typing import Final

from bot.domain.change import Change
from bot.domain.errors import ReasonNeeded, Refusal
from bot.domain.incident import Incident
from bot.domain.prose import Who, Words
from bot.domain.timeline import Event, EventKind


class Act(StrEnum):
    """What a person does to an incident; the value reads after "may not" in a refusal."""

    ESCALATE = "escalate an unanswered page"
    LOG = "add to the timeline"
    RAISE_SEVERITY = "raise the severity"
    TAKE_EMPTY_ROLE = "take an empty role"

    PAGE = "page someone"
    PAGE_NOW = "send a held page now"
    HAND_OVER_PAGE = "hand over a page"
    GIVE_ROLE = "give roles"
    TAKE_HELD_ROLE = "take a role that somebody holds"
    DECIDE = "record a decision"
    ACTION = "add or finish an action item"
    IMPACT = "report the impact"
    LOWER_SEVERITY = "lower the severity"
    STATUS = "change the status"
    SINCE = "change since when customers hurt"
    UPDATE = "publish an update"
    CLOCK = "change the clock of updates"
    SUMMARY = "post the summary"
    ANSWER = "answer, merge or close a question"
    RESOLVE = "resolve it"
    REOPEN = "reopen it"
    REVIEW = "answer the review"


ANYONE: Final = frozenset(
    {
        Act.ESCALATE,
        Act.LOG,
        Act.RAISE_SEVERITY,
        Act.TAKE_EMPTY_ROLE,
    }
)
"""Open to everybody, except on private incidents. Seeing, joining, acknowledging and declining need no leave beyond
seeing the incident; whose page it is, is the page's own question."""


def is_insider(who: Who, incident: Incident, managers: tuple[str, ...]) -> bool:
    """Tell whether a person is a responder of the incident or one of the directory's managers (person keys)."""
    return incident.is_responder(who) or (who.person is not None and who.person in managers)


def may_see(who: Who, incident: Incident, managers: tuple[str, ...]) -> bool:
    """Tell whether an incident may be shown to a person at all."""
    return not incident.private or is_insider(who, incident, managers)


def check(
    act: Act, who: Who, incident: Incident, *, managers: tuple[str, ...], now: datetime, reason: str = ""
) -> Event | None:
    """Let a person act, or refuse.

    Returns the line for the record when the act was only possible with `reason`. Raises ReasonNeeded where a reason
    would do, and a plain Refusal to outsiders of a private incident, which tells no more than that there is nothing
    for them to see.
    """
    if is_insider(who, incident, managers):
        return None
    if incident.private:
        raise hidden(incident.number)
    if act in ANYONE:
        return None
    if not reason.strip():
        raise ReasonNeeded(
            f"Only responders of {incident.label} and managers may {act.value}. Nothing was changed. "
            "Join with I'm helping, or do it anyway with a reason, which goes on record."
        )
    said = (f"Did it anyway, not being a responder ({act.value}): ", Words(reason.strip()))
    key = f"override:{act.name.lower()}:{who.user or who.person or who.name}:{now.isoformat()}"
    return Event(incident=incident.number, key=key, at=now, kind=EventKind.OVERRIDE, said=said, actor=who)


def hidden(number: int) -> Refusal:
    """The refusal for an incident that is not there, or not there for this person: both read the same."""
    return Refusal(f"There is no incident INC-{number} that you can see. `list` shows the open ones.")


def with_override(change: Change, override: Event | None) -> Change:
    """The change with the line for the record that `check` gave, if it gave one."""
    return change.then(Change(timeline=(override,))) if override else change
