"""The pinned card of the war room: one message that stays true from the declaration to the end."""

from collections.abc import Sequence

from slack_sdk.models.blocks import Block

from bot.domain.alert import NO_ALERTS, AlertTally
from bot.domain.incident import Incident
from bot.domain.page import Page, PageState
from bot.domain.prose import At, Sentence, Strong
from bot.slack.ids import Action
from bot.slack.meta import PageRef, write_page_ref
from bot.slack.mrkdwn import joined
from bot.slack.views.page import nobody_buttons
from bot.slack.views.parts import Message, actions, button, header, in_a_row, in_lines, labelled, message, section
from bot.slack.views.phrases import (
    NOBODY,
    alerts_line,
    answer_to,
    asked_list,
    called_for,
    doing,
    headline,
    impact,
    in_words,
    last_told,
    lasting,
    links,
    next_action,
    questions,
    reported,
    roles,
    short,
)
from bot.slack.views.promised import next_due, so_far


def war_room_card(
    incident: Incident, pages: Sequence[Page], alerts: AlertTally = NO_ALERTS, *, inside: bool = True
) -> Message:
    """The card as it is now: open, unanswered, or resolved. Shown elsewhere than inside the room, it leads there."""
    alone = next((page for page in pages if page.state is PageState.EXHAUSTED), None)
    alarm: Sentence = (Strong(NOBODY), *asked_list(alone)) if alone and incident.open else ()
    situation = in_lines(_standing(incident), in_words(incident), _alerts(alerts))
    facts = _facts(incident)
    people = _people(incident, pages, alone)
    places = links(incident, *(() if inside else (incident.war_room,)), incident.stakeholders)
    troubled = _trouble(incident)
    return message(
        in_lines(alarm, (headline(incident),), situation, facts, people, places, troubled),
        header((headline(incident),)),
        section(alarm) if alarm else None,
        nobody_buttons(alone, incident) if alone and alarm else None,
        section(situation),
        section(facts),
        section(people),
        section(places) if places else None,
        section(troubled) if troubled else None,
        _buttons(incident, pages, lead=not alarm) if inside else _outside(incident),
    )


def _standing(incident: Incident) -> Sentence:
    parts = in_a_row(
        labelled("Severity", incident.severity),
        labelled("Status", incident.status.value),
        labelled("Since", At(incident.times.since)),
    )
    resolved = incident.times.resolved
    if incident.open or resolved is None:
        return parts
    took = lasting(resolved - incident.times.since)
    summary: Sentence = ("\n", short(incident.resolution, 1500)) if incident.resolution else ()
    return (Strong("RESOLVED"), " · ", At(resolved, dated=True), f" after {took}", *summary, "\n", *parts)


def _alerts(alerts: AlertTally) -> Sentence | None:
    return labelled("Alerts", *alerts_line(alerts)) if alerts.firing or alerts.resolved else None


def _facts(incident: Incident) -> Sentence:
    return in_lines(
        labelled("Now", *doing(incident)) if incident.open else None,
        labelled("Changed", short(incident.changed) if incident.changed.strip() else "not known yet"),
        labelled("Next action", *next_action(incident)),
        labelled("Customers last told", *last_told(incident)),
        labelled("Impact", *impact(incident.impact)),
        _under("Customers reported", reported(incident)),
        _under("Questions for comms", questions(incident)),
    )


def _under(label: str, said: Sentence | None) -> Sentence | None:
    return labelled(label, *said) if said else None


def _people(incident: Incident, pages: Sequence[Page], alone: Page | None) -> Sentence:
    kept = so_far(incident)
    paged = joined(((f"{called_for(page)}: ", *answer_to(page, said_above=page is alone)) for page in pages), "\n")
    return in_lines(
        labelled("Roles", *roles(incident)),
        labelled("Paged", *(paged or ("nobody; this severity pages nobody",))),
        labelled("Next update due", *next_due(incident)) if incident.open else None,
        labelled("Updates promised so far", *kept) if kept else None,
    )


def _trouble(incident: Incident) -> Sentence:
    brief = incident.brief
    return () if brief.owned else (Strong("No owner for this pain"), ": it counts as unowned in reports")


def _outside(incident: Incident) -> Block | None:
    number, about = str(incident.number), incident.label
    return actions(
        button(Action.HELPING, "I'm helping", number, about=about)
        if incident.open
        else button(Action.REOPEN, "Reopen", number, about=about),
        button(Action.CATCH_UP, "Catch up", number, about=about),
        button(Action.EXPLAIN, "Explain", number, about=about),
    )


def _buttons(incident: Incident, pages: Sequence[Page], *, lead: bool) -> Block | None:
    number, about = str(incident.number), incident.label
    if not incident.open:
        return actions(button(Action.REOPEN, "Reopen", number, about=about))
    held = next((page for page in pages if page.state is PageState.HELD), None)
    ref = write_page_ref(PageRef(page=held.id, epoch=held.epoch)) if held else ""
    return actions(
        button(Action.PAGE_NOW, "Page now", ref, about=about) if held else None,
        button(Action.UPDATE, "Update", number, style="primary" if lead else None, about=about),
        button(Action.DECIDE, "Decide", number, about=about),
        button(Action.ROLES, "Roles", number, about=about),
        button(Action.SEVERITY, "Severity", number, about=about),
        # Where nobody has answered, the row above offers it already.
        button(Action.PAGE_SOMEONE, "Page someone", number, about=about) if lead else None,
        button(Action.RESOLVE, "Resolve", number, about=about),
        button(Action.HELPING, "I'm helping", number, about=about),
    )
