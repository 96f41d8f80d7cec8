"""What the workspace's own channels see: the announce card, the triage line, an alert that nobody's rule matched."""

from collections.abc import Sequence

from bot.domain.alert import Alert, AlertStatus
from bot.domain.incident import Incident
from bot.domain.page import Page, PageState
from bot.domain.prose import At, Link, Sentence, Strong, Words
from bot.domain.role import COMMANDER
from bot.slack.ids import Action
from bot.slack.views.page import nobody_buttons
from bot.slack.views.parts import Message, actions, button, in_lines, labelled, lines, message, section
from bot.slack.views.phrases import (
    NOBODY,
    asked_list,
    headline,
    holder,
    impact,
    in_words,
    links,
    short,
    status_line,
)
from bot.slack.views.promised import next_due


def announce_card(incident: Incident, pages: Sequence[Page]) -> Message:
    """One incident for everybody; never shown for a private one."""
    alone = next((page for page in pages if page.state is PageState.EXHAUSTED), None) if incident.open else None
    alarm: Sentence = (Strong(NOBODY), *asked_list(alone)) if alone else ()
    said = in_lines(
        (Strong(headline(incident)),),
        _resolved(incident) or status_line(incident),
        in_words(incident),
        labelled("Impact", *impact(incident.impact)),
        labelled("Commander", *holder(incident, COMMANDER)),
        labelled("Next update", *next_due(incident)) if incident.open else None,
        links(incident, incident.war_room, incident.stakeholders),
    )
    number, about = str(incident.number), incident.label
    join = actions(
        button(Action.HELPING, "I'm helping", number, about=about),
        button(Action.FOLLOW, "Follow", number, about=about),
    )
    return message(
        in_lines(alarm, said),
        lines(alarm),
        nobody_buttons(alone, incident) if alone else None,
        section(said),
        join if incident.open else None,
    )


def triage_card(incident: Incident) -> Message:
    """An incident that pages nobody, in the triage channel, with [Raise]."""
    said = in_lines(
        (Strong(headline(incident)),),
        _resolved(incident) or status_line(incident),
        in_words(incident),
        ("Declared by ", incident.declared_by, "; nobody was paged"),
    )
    number, about = str(incident.number), incident.label
    row = actions(
        button(Action.RAISE, "Raise", number, style="primary", about=about),
        button(Action.RESOLVE, "Resolve", number, about=about),
    )
    return message(said, section(said), row if incident.open else None)


def unmatched_alert(alert: Alert, why: str) -> Message:
    """An alert that pages nobody, with the reason, in the triage channel."""
    state = "firing" if alert.status is AlertStatus.FIRING else "resolved"
    said = in_lines(
        (Strong("Alert that pages nobody"), f" · {state} since ", At(alert.starts_at, dated=True)),
        (short(alert.summary),),
        labelled("Why nobody", Words(why)),
        (Link(alert.link, "Source"),) if alert.link else None,
    )
    declare = button(Action.DECLARE, "Declare", short(alert.summary).text, about=alert.fingerprint)
    return message(said, section(said), actions(declare) if alert.status is AlertStatus.FIRING else None)


def _resolved(incident: Incident) -> Sentence:
    at = incident.times.resolved
    return (Strong("RESOLVED"), " · ", At(at, dated=True)) if at and not incident.open else ()
