"""The declarer's one message: what became of the declaration, and the truth where something could not be done."""

from collections.abc import Sequence

from slack_sdk.models.blocks import Block

from bot.domain.incident import Incident
from bot.domain.page import AskState, Page, PageState
from bot.domain.prose import At, Sentence, Strong
from bot.slack.ids import Action
from bot.slack.meta import PageRef, write_page_ref
from bot.slack.mrkdwn import joined
from bot.slack.views.page import nobody_buttons
from bot.slack.views.parts import Message, actions, button, in_lines, labelled, message, section
from bot.slack.views.phrases import NOBODY, answer_to, asked_list, called_for, headline, links, what_happens


def declared(incident: Incident, pages: Sequence[Page], same_journey: Sequence[Incident] = ()) -> Message:
    """The message as it is now; `same_journey` are other open incidents on the journey that the declarer may see."""
    alone = next((page for page in pages if page.state is PageState.EXHAUSTED), None) if incident.open else None
    held = next((page for page in pages if page.state is PageState.HELD), None)
    said = in_lines(
        (Strong(NOBODY), *asked_list(alone)) if alone else None,
        (Strong(f"Declared: {headline(incident)}"),),
        _resolved(incident) or what_happens(incident),
        *_paged(pages, alone),
        *_muted(pages),
        None if incident.brief.owned else (Strong("No owner for this pain"), ": whoever catches all was paged"),
        *_rooms(incident),
        _also_open(same_journey),
    )
    return message(
        (f"Private incident {incident.label}",) if incident.private else said,
        section(said),
        nobody_buttons(alone, incident) if alone else None,
        _page_now(held, incident, lead=alone is None) if held and incident.open else None,
    )


def _paged(pages: Sequence[Page], alone: Page | None) -> tuple[Sentence, ...]:
    if not pages:
        return (labelled("Paged", "nobody; this severity pages nobody"),)
    return tuple(
        labelled("Paged", f"{called_for(page)}: ", *answer_to(page, said_above=page is alone)) for page in pages
    )


def _muted(pages: Sequence[Page]) -> tuple[Sentence, ...]:
    """Who may not hear a page that still waits, with the number to call."""
    waiting = (ask for page in pages if page.live for ask in page.asks if ask.state is AskState.WAITING and ask.muted)
    return tuple(
        (ask.who, " may not hear this: ", f"call {ask.who.phone}" if ask.who.phone else "no phone number known")
        for ask in waiting
    )


def _rooms(incident: Incident) -> tuple[Sentence, ...]:
    if not incident.rooms_wanted:
        return (("No channels are opened at this severity; it stands in the triage channel.",),)
    wanted = (incident.war_room, incident.stakeholders)
    coming = [f"#{room.name}" for room in wanted if not room.channel and not room.trouble]
    found = links(incident, *wanted)
    return (found, (f"Being opened: {', '.join(coming)}",) if coming else ())


def _also_open(same_journey: Sequence[Incident]) -> Sentence:
    others = joined(((f"{each.label} ({each.status.value})",) for each in same_journey), ", ")
    return labelled("Also open on this journey", *others) if others else ()


def _page_now(held: Page, incident: Incident, *, lead: bool) -> Block | None:
    ref = write_page_ref(PageRef(page=held.id, epoch=held.epoch))
    return actions(button(Action.PAGE_NOW, "Page now", ref, style="primary" if lead else None, about=incident.label))


def _resolved(incident: Incident) -> Sentence:
    at = incident.times.resolved
    return (Strong("RESOLVED"), " · ", At(at, dated=True)) if at and not incident.open else ()
