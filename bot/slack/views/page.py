"""The page: the direct message to the one person who is asked, in every state that it can be in.

Its top-level text alone says everything, except for private incidents, whose lock-screen text is only their number.
"""

from collections.abc import Sequence

from slack_sdk.models.blocks import Block

from bot.domain.incident import Incident
from bot.domain.page import HANDED_OVER, Ask, AskState, Page, PageKind, PageState
from bot.domain.prose import At, Fragment, Link, Sentence, Strong, Who, Words
from bot.slack.ids import Action
from bot.slack.meta import PageRef, write_page_ref
from bot.slack.mrkdwn import joined
from bot.slack.views.parts import Message, actions, button, context, in_lines, labelled, message, section
from bot.slack.views.phrases import (
    NOBODY,
    acknowledged,
    asked_list,
    headline,
    lasting,
    pain,
    room_link,
    since_then,
    what_happens,
)


def page_copy(page: Page, ask: Ask, incident: Incident, others: Sequence[Page] = ()) -> Message:
    """One person's copy of a page as it is now; `others` are the incident's other pages."""
    title = page_title(incident)
    state, footer = became(page, ask, incident), comes_next(page, ask, incident)
    body = in_lines(what_happens(incident), *_reasons(page, ask, incident, others))
    spoken = joined((title, state, body, footer), "\n")
    return message(
        (f"Private incident {incident.label}",) if incident.private else spoken,
        section(title),
        section(state) if state else None,
        section(body),
        context(footer) if footer else None,
        page_buttons(page, ask, incident),
    )


def page_title(incident: Incident) -> Sentence:
    """Say what hurts, how badly, and in which incident."""
    return Strong(f"{incident.severity} · {pain(incident)}"), f" · {incident.label}"


def page_heading(incident: Incident) -> Sentence:
    """Name the incident at the head of what follows a page (a reminder, a notice)."""
    return (f"Private incident {incident.label}",) if incident.private else (Strong(headline(incident)),)


def became(page: Page, ask: Ask, incident: Incident) -> Sentence:
    """Say in a line what became of this copy; nothing while it simply waits."""
    if page.state is PageState.ACKNOWLEDGED:
        return _answered(page)
    if not page.live:
        return _ended(incident)
    if page.state is PageState.EXHAUSTED:
        return (Strong(NOBODY), *asked_list(page))
    return _handing(page, ask) or _past(ask)


def _handing(page: Page, ask: Ask) -> Sentence:
    """What whoever hands the page over reads while it is still theirs, before anybody has acknowledged."""
    if page.handing_to is None or ask.state is not AskState.WAITING or not ask.who.same_as(page.handed_by):
        return ()
    return ("Handing over to ", page.handing_to, ": it stays with you until they acknowledge")


def _answered(page: Page) -> Sentence:
    first, *rest = acknowledged(page)
    said: list[Fragment] = [str(first).capitalize(), *rest]
    if page.handing_to is not None:
        said += [". Handing over to ", page.handing_to, ": it stays with ", page.acknowledged_by or "you"]
        said += [" until they acknowledge"]
    elif page.handed_by is not None and not page.handed_by.same_as(page.acknowledged_by):
        said += [", handed over by ", page.handed_by]
    return tuple(said)


def _ended(incident: Incident) -> Sentence:
    if not incident.open:
        at = incident.times.resolved
        return ("Stopped: ", incident.label, " is resolved", *((" since ", At(at)) if at else ()))
    return ("Stopped: this page is no longer needed",)


def _past(ask: Ask) -> Sentence:
    ended = ask.ended_at
    paged: Sentence = ()
    if ask.next_name and ended:
        paged = ("; ", ask.next_name, " paged ", At(ended))
    match ask.state:
        case AskState.MISSED:
            return (f"no answer in {since_then(ask, ended)}" if ended else "no answer", *paged)
        case AskState.DECLINED:
            return ("You said that you can't", *((" at ", At(ended)) if ended else ()), *paged)
        case AskState.UNREACHABLE:
            return ("This could not be delivered in time", *paged)
        case AskState.STOPPED:
            return ("Stopped: somebody else was asked instead", *paged)
        case AskState.WAITING | AskState.ACKNOWLEDGED:
            return ()


def _reasons(page: Page, ask: Ask, incident: Incident, others: Sequence[Page]) -> tuple[Sentence, ...]:
    brief = incident.brief
    found: list[Sentence] = [labelled("Why you", *why_you(page, ask, incident))]
    if brief.first_action or brief.runbook:
        steps: list[Sentence] = [(Words(brief.first_action),)] if brief.first_action else []
        steps += [(Link(brief.runbook, "Runbook"),)] if brief.runbook else []
        found.append(labelled("First action", *joined(steps, " · ")))
    if brief.repair:
        found.append(labelled("Repair owner", Words(brief.repair)))
    elif brief.may_need:
        not_paged: Sentence = () if any(other.kind is PageKind.TEAM for other in others) else (", not paged",)
        found.append(labelled("May need", Words(", ".join(brief.may_need)), *not_paged))
    if not brief.owned:
        found.append((Strong("No owner for this pain"), ": it counts as unowned in reports"))
    return tuple(found)


def why_you(page: Page, ask: Ask, incident: Incident) -> Sentence:
    """Say why this person is asked."""
    because = Words(ask.why.rstrip("."))
    handed = ask.why.endswith(HANDED_OVER)
    if page.kind is PageKind.IMPACT and incident.brief.owned and not handed:
        first = ask.loop == 0 and ask.tier == page.asks[0].tier
        return ("you can reduce this fastest: " if first else "you are next in line: ", because, ".")
    pulled_in = page.kind is not PageKind.IMPACT and not handed
    asked: Sentence = (page.paged_by, " pulled you in: ") if page.paged_by and pulled_in else ()
    said: Sentence = (": ", Words(page.why)) if page.why else (".",)
    return (*asked, because, *said)


def comes_next(page: Page, ask: Ask, incident: Incident) -> Sentence:
    """Say who is asked next and when, or where those who answered work."""
    if page.live and ask.state is AskState.WAITING:
        return _next(page, ask)
    room = room_link(incident.war_room)
    return ("War room: ", *room) if room and page.state is PageState.ACKNOWLEDGED else ()


def _next(page: Page, ask: Ask) -> Sentence:
    if ask.due_at is None:
        return ()
    when: Sentence = (f" in {lasting(ask.due_at - ask.asked_at)} (", At(ask.due_at), ")")
    if ask.next_name:
        return ("Next: ", ask.next_name, *when)
    if page.kind is PageKind.PERSON and page.paged_by:
        return ("Next: ", page.paged_by, " is told that you did not answer", *when)
    return ("Next: nobody is left to page; everyone is told", *when)


def page_buttons(page: Page, ask: Ask, incident: Incident, *, first: str | None = "primary") -> Block | None:
    """What can be done on this copy as it is now; `first` is the style of what is asked for."""
    ref = write_page_ref(PageRef(page=page.id, epoch=page.epoch, tier=ask.tier))
    about = incident.label
    mine = page.acknowledged_by is not None and ask.who.same_as(page.acknowledged_by)
    pull_in = button(Action.PULL_IN, "Pull in…", ref, about=about)
    hand_over = button(Action.HAND_OVER_PAGE, "Hand over…", ref, about=about)
    acknowledge = button(Action.ACKNOWLEDGE, "Acknowledge", ref, style=first, about=about)
    if page.handing_to is not None and ask.who.same_as(page.handing_to) and ask.state is AskState.WAITING:
        return actions(acknowledge, button(Action.DECLINE, "I can't", ref, about=about))
    if page.state is PageState.ACKNOWLEDGED:
        return actions(pull_in, hand_over) if mine and incident.open else None
    if not page.live:
        return None
    if ask.state is not AskState.WAITING:
        return (
            nobody_buttons(page, incident, first=first) if page.state is PageState.EXHAUSTED else actions(acknowledge)
        )
    cannot = f"I can't: page {_named(ask.next_name)} now" if ask.next_name else "I can't"
    return actions(acknowledge, button(Action.DECLINE, cannot, ref, about=about), pull_in, hand_over)


def _named(who: Who) -> str:
    return who.name[:1].upper() + who.name[1:]


def nobody_buttons(page: Page, incident: Incident, *, first: str | None = "primary") -> Block | None:
    """What can be done when a page's list ran out."""
    ref = write_page_ref(PageRef(page=page.id, epoch=page.epoch))
    return actions(
        button(Action.I_HAVE_IT, "I have it", ref, style=first, about=incident.label),
        button(Action.PAGE_AGAIN, "Page again", ref, about=incident.label),
        button(Action.PAGE_SOMEONE, "Page someone", str(incident.number), about=incident.label),
    )
