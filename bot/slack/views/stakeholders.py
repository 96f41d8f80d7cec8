"""The stakeholder channel's card: the incident in plain words, for people who need to know."""

from collections.abc import Sequence

from slack_sdk.models.blocks import Block

from bot.domain.incident import Incident
from bot.domain.page import AskState, Page, PageKind, PageState
from bot.domain.prose import At, Link, Sentence, Strong
from bot.domain.role import COMMANDER, COMMS
from bot.domain.update import Audience
from bot.slack.ids import Action
from bot.slack.views.parts import (
    Message,
    actions,
    button,
    context,
    header,
    in_a_row,
    in_lines,
    labelled,
    message,
    section,
)
from bot.slack.views.phrases import (
    NOBODY,
    headline,
    holder,
    impact,
    names,
    pain,
    reported,
    room_link,
    short,
    status_line,
)
from bot.slack.views.promised import next_due, so_far

TELL = 1500
ASKING = "A question? Press Ask, or type it in this channel: it is passed to comms, and answered in a thread."


def stakeholder_card(incident: Incident, pages: Sequence[Page]) -> Message:
    """The card as it is now."""
    alone = incident.open and any(page.state is PageState.EXHAUSTED for page in pages)
    brief, kept = incident.brief, so_far(incident)
    what = in_lines(
        (Strong(NOBODY),) if alone else None,
        _resolved(incident),
        labelled("What customers cannot do", pain(incident)),
        labelled("Now", *status_line(incident)),
        labelled("Impact", *impact(incident.impact)),
        labelled("Customers reported", *customers) if (customers := reported(incident)) else None,
        labelled("Owner", *_owner(pages)),
        in_a_row(labelled("Commander", *holder(incident, COMMANDER)), labelled("Comms lead", *holder(incident, COMMS))),
        labelled("Next update", *next_due(incident)) if incident.open else None,
        labelled("Updates promised so far", *kept) if kept else None,
    )
    war_room = room_link(incident.war_room)
    public = incident.statuspage.link if incident.statuspage else ""
    places = in_a_row(
        ("War room ", *war_room) if war_room else None,
        (Link(brief.bridge, "Bridge"),) if brief.bridge else None,
        (Link(brief.status_page, "Status page"),) if brief.status_page else None,
        (Link(public, "Public incident"),) if public else None,
    )
    tell = labelled("Tell customers", *_last_public(incident))
    return message(
        in_lines((headline(incident),), what, tell, places),
        header((headline(incident),)),
        section(what),
        section(tell),
        section(places) if places else None,
        context((ASKING,)),
        _buttons(incident),
    )


def _buttons(incident: Incident) -> Block | None:
    number, about = str(incident.number), incident.label
    return actions(
        button(Action.ASK, "Ask", number, about=about),
        button(Action.REPORT_CUSTOMER, "Report a customer", number, about=about),
        button(Action.FOLLOW, "Follow", number, about=about) if incident.open and not incident.private else None,
        button(Action.INTERNAL_PAGE, "All open incidents", incident.label),
    )


def _resolved(incident: Incident) -> Sentence | None:
    at = incident.times.resolved
    if incident.open or at is None:
        return None
    summary: Sentence = (". ", short(incident.resolution, TELL)) if incident.resolution else ()
    return (Strong("RESOLVED"), " · ", At(at, dated=True), *summary)


def _owner(pages: Sequence[Page]) -> Sentence:
    """Who owns the incident: whoever answered the impact owner's page, else who is being asked."""
    page = next((each for each in pages if each.kind is PageKind.IMPACT), None)
    if page is None:
        return ("nobody was paged",)
    if page.acknowledged_by:
        return (page.acknowledged_by,)
    asked = names(ask.who for ask in page.asks if ask.state is AskState.WAITING)
    return (*asked, ", paged and not acknowledged yet") if asked else ("nobody yet",)


def _last_public(incident: Incident) -> Sentence:
    update = incident.last_update(Audience.PUBLIC)
    if update is None:
        return ("nothing has been published yet; please wait for the first public word",)
    return ("\n", short(update.text, TELL))
