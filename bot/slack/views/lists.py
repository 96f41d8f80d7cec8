"""Answers to one person: the open incidents, one incident, who is on call, what can be done here."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from slack_sdk.models.blocks import Block

from bot.domain.alert import NO_ALERTS, AlertTally
from bot.domain.incident import Incident
from bot.domain.page import Page
from bot.domain.prose import At, Sentence, Strong, Who
from bot.domain.role import COMMANDER
from bot.slack.ids import Action
from bot.slack.mrkdwn import joined
from bot.slack.views.parts import Message, actions, button, context, in_lines, message, section
from bot.slack.views.phrases import headline, holder, room_link, status_line
from bot.slack.views.promised import next_due
from bot.slack.views.war_room import war_room_card

SHOWN: Final = 40
FOLLOWED: Final = 15
"""A message holds 50 blocks: longer lists have one for each incident."""

Offer = tuple[Action, str, str]
"""A button: what it does, its label, and what can be typed instead, if anything."""
Group = tuple[str, tuple[Offer, ...]]

OUTSIDE: Final[tuple[Group, ...]] = (
    (
        "All incidents",
        (
            (Action.DECLARE, "Declare", "declare"),
            (Action.LIST, "List", "list"),
            (Action.ON_CALL, "On call", "oncall"),
            (Action.FOLLOW, "Follow", "follow"),
            (Action.INTERNAL_PAGE, "Status page", "site"),
            (Action.REPORT, "Comms report", "report comms"),
        ),
    ),
)
INSIDE: Final[tuple[Group, ...]] = (
    (
        "Respond",
        (
            (Action.ACKNOWLEDGE_INCIDENT, "Acknowledge", "ack"),
            (Action.ROLES, "Roles", "role"),
            (Action.PAGE_SOMEONE, "Page someone", "page"),
            (Action.ESCALATE, "Escalate", "escalate"),
            (Action.SEVERITY, "Severity", "severity"),
            (Action.STATUS, "Status", "status"),
            (Action.RESOLVE, "Resolve", "resolve"),
        ),
    ),
    (
        "Tell people",
        (
            (Action.UPDATE, "Update", "update"),
            (Action.NO_CHANGE, "No change", ""),
            (Action.EDIT_SUMMARY, "Summary", "summary"),
            (Action.IMPACT, "Impact", "impact"),
        ),
    ),
    (
        "Keep a record",
        (
            (Action.DECIDE, "Decide", "decide"),
            (Action.LOG, "Log", "log …"),
            (Action.ADD_ACTION, "Action item", "action …"),
        ),
    ),
    (
        "Look",
        (
            (Action.CATCH_UP, "Catch up", "catchup"),
            (Action.SHOW, "Show", "show"),
            (Action.EXPLAIN, "Explain", "explain"),
        ),
    ),
)
AFTERWARDS: Final[tuple[Group, ...]] = (
    (
        "This incident",
        (
            (Action.REOPEN, "Reopen", "reopen"),
            (Action.SHOW, "Show", "show"),
            (Action.EXPLAIN, "Explain", "explain"),
        ),
    ),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class OnCallRow:
    """One rotation of a team: who has it until when, and who is next; None where nobody is in it."""

    team: str
    rotation: str
    now: Who | None
    until: datetime | None = None
    following: Who | None = None


def open_list(incidents: Sequence[Incident]) -> Message:
    """All open incidents that this person may see, newest first."""
    if not incidents:
        said: Sentence = ("No incident is open.",)
        return message(said, section(said), actions(button(Action.DECLARE, "Declare", "list")))
    count = len(incidents)
    title: Sentence = (Strong("1 incident is open" if count == 1 else f"{count} incidents are open"),)
    more: Sentence = (f"And {count - SHOWN} more.",) if count > SHOWN else ()
    return message(
        in_lines(title, *(_incident_line(each) for each in incidents)),
        section(title),
        *incident_rows(incidents, SHOWN),
        section(more) if more else None,
    )


def incident_rows(incidents: Sequence[Incident], most: int) -> tuple[Block, ...]:
    """The incidents of a list, at most so many, each with [Show]; with [Follow], too, unless they are very many."""
    shown = incidents[:most]
    blocks: list[Block] = []
    for each in shown:
        number, about = str(each.number), each.label
        show = button(Action.SHOW, "Show", number, about=about)
        if len(shown) > FOLLOWED or each.private:
            blocks.append(section(_incident_line(each), accessory=show))
            continue
        row = actions(show, button(Action.FOLLOW, "Follow", number, about=about))
        blocks += [section(_incident_line(each)), *([row] if row else [])]
    return tuple(blocks)


def show(incident: Incident, pages: Sequence[Page], alerts: AlertTally = NO_ALERTS) -> Message:
    """One incident, for one person: what the war room's card says, and a way there."""
    return war_room_card(incident, pages, alerts, inside=False)


def on_call(rows: Sequence[OnCallRow]) -> Message:
    """Who is on call now and next."""
    if not rows:
        said: Sentence = ("Nobody is on call by a schedule; each journey's owner is paged directly.",)
        return message(said, section(said))
    lines = [on_call_line(row) for row in rows]
    title: Sentence = (Strong("On call"),)
    groups = [lines[start : start + 10] for start in range(0, min(len(lines), 400), 10)]
    return message(in_lines(title, *lines), section(title), *(section(in_lines(*group)) for group in groups))


def on_call_line(row: OnCallRow) -> Sentence:
    """One rotation in a line."""
    title: Sentence = (Strong(f"{row.team} {row.rotation}".strip()), ": ")
    if row.now is None:
        return (*title, "nobody")
    until: Sentence = (" until ", At(row.until, dated=True)) if row.until else ()
    again = row.now.same_as(row.following)
    following: Sentence = (", then ", row.following) if row.following and not again else ()
    return (*title, row.now, *until, *following)


def help_here(command: str, incident: Incident | None, *, waiting_for_you: bool = False, hint: str = "") -> Message:
    """What can be done here as buttons; `command` is the slash command's name, `hint` what a slip may have meant."""
    inside = () if incident is None else INSIDE if incident.open else AFTERWARDS
    lead = Action.DECLARE if not incident else Action.ACKNOWLEDGE_INCIDENT
    value = str(incident.number) if incident else "help"
    here: Sentence = (Strong(headline(incident)),) if incident else (Strong("What can be done here"),)
    blocks: list[Block | None] = []
    typed: list[Sentence] = []
    for title, group in (*inside, *OUTSIDE):
        offered = [each for each in group if each[0] is not Action.ACKNOWLEDGE_INCIDENT or waiting_for_you]
        words = joined(((f"{command} {words}",) for _, _, words in offered if words), " · ")
        typed.append((f"{title}: ", *words))
        # After a slip what was meant stands in the first line, and the buttons stay without more words.
        blocks += () if hint else (context((Strong(title), " · or type ", *words)),)
        styled = ((each, "primary" if each[0] is lead else None) for each in offered)
        blocks.append(actions(*(button(action, label, value, style=style) for (action, label, _), style in styled)))
    title_line: Sentence = (hint,) if hint else here
    return message(in_lines(title_line, *(() if hint else typed)), section(title_line), *blocks)


def _incident_line(incident: Incident) -> Sentence:
    room = room_link(incident.war_room)
    return in_lines(
        (Strong(headline(incident)),),
        (*status_line(incident), " · Commander ", *holder(incident, COMMANDER), *((" · ", *room) if room else ())),
        ("Next update: ", *next_due(incident)) if incident.clocks and incident.open else None,
    )
