"""Which page a request is about, whether this person may see it, and what to answer when there is none."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

from bot.domain import authority
from bot.domain.asking import seek, waiting_for
from bot.domain.authority import Act
from bot.domain.copies import Copy
from bot.domain.directory import Directory
from bot.domain.errors import Refusal
from bot.domain.incident import Incident
from bot.domain.page import Page, PageKind, PageState
from bot.domain.paging import Call
from bot.domain.prose import At, Who
from bot.services.ports import Tx

JUST_NOW: Final = timedelta(seconds=10)
"""So long ago may an answer be that whoever types or presses something has not seen it."""


def copy_of(tx: Tx, page: int, ask: str) -> Copy | None:
    """Load an ask by its page and id, with the incident that it is about."""
    found = tx.page(page)
    incident = tx.incident(found.incident) if found else None
    asked = found.asked(ask) if found else None
    return Copy(page=found, ask=asked, incident=incident) if found and asked and incident else None


def page_for(tx: Tx, directory: Directory, page: int, by: Who) -> tuple[Incident, Page]:
    """A page and its incident. Raises Refusal when there is none, or none that this person may know of.

    Both read the same, so that no page's number leads to an incident's.
    """
    found = tx.page(page)
    incident = tx.incident(found.incident) if found else None
    if found is None or incident is None or not authority.may_see(by, incident, directory.workspace.managers):
        raise Refusal("There is no such page that you can see. Nothing was changed; `list` shows what is open.")
    return incident, found


def still_open(incident: Incident) -> Incident:
    """The incident. Raises Refusal when it is resolved."""
    if not incident.open:
        raise Refusal(f"{incident.label} is resolved, so nobody was paged. Reopen it first.")
    return incident


def to_acknowledge(incident: Incident, pages: Sequence[Page], by: Who) -> Page:
    """The page that waits for this person, else the live one that matters most, else one that was answered."""
    waits = [page for page in pages if page.live and waiting_for(page, by)]
    handed = [page for page in pages if page.handing_to is not None and page.handing_to.same_as(by)]
    live = [page for page in _impact_first(pages) if page.live]
    held = [page for page in pages if page.state is PageState.HELD]
    answered = [page for page in _impact_first(pages) if page.state is PageState.ACKNOWLEDGED]
    for found in (*waits, *handed, *live, *held, *answered):
        return found
    raise Refusal(
        f"Nobody is being paged for {incident.label}, so there is nothing to acknowledge. "
        "Take the lead with `role commander`, or come to help with I'm helping."
    )


def to_escalate(incident: Incident, pages: Sequence[Page]) -> Page:
    """The page that goes on: a live one with tiers, else one that is held, else the one that was answered last."""
    several = [page for page in _impact_first(pages) if page.live and page.kind is not PageKind.PERSON]
    direct = [page for page in pages if page.live]
    held = [page for page in pages if page.state is PageState.HELD]
    answered = [page for page in _impact_first(pages) if page.state is PageState.ACKNOWLEDGED]
    for found in (*several, *held, *answered, *direct):
        return found
    raise Refusal(
        f"Nobody was paged for {incident.label}, so there is no next tier. Page somebody with `page @person`."
    )


def after_the_answer(page: Page, by: Who, now: datetime) -> Who:
    """Whom the tier after the one that answered would page. Raises Refusal where there is none.

    So it does to somebody who cannot have seen the answer yet: they wanted the page to go on because nobody had it.
    """
    who, at = page.acknowledged_by, page.acknowledged_at
    if who is not None and at is not None and not by.same_as(who) and now - at < JUST_NOW:
        raise Refusal(
            who, " has it: acknowledged at ", At(at), ", just now. Nobody was paged; escalate again to do so."
        )
    following = seek(page, page.loop, page.tier).index
    who = None if following is None else page.tiers[following].who
    if who is None or who.same_as(page.acknowledged_by):
        holder = page.acknowledged_by or "Somebody"
        raise Refusal(holder, " has this page, and no tier comes after theirs. Page somebody with `page @person`.")
    return who


def the_same(pages: Sequence[Page], call: Call) -> Page | None:
    """The newest page for the same team, journey or person."""
    return next((page for page in reversed(pages) if page.kind is call.kind and _same_target(page, call)), None)


def may_escalate(directory: Directory, incident: Incident, by: Who, now: datetime) -> None:
    """Check that this person may move an unanswered page on: anybody may, except on private incidents."""
    authority.check(Act.ESCALATE, by, incident, managers=directory.workspace.managers, now=now)


def _same_target(page: Page, call: Call) -> bool:
    if page.kind is not PageKind.PERSON:
        return page.target == call.target
    mine, theirs = page.tiers[0].who, call.tiers[0].who
    return mine is not None and mine.same_as(theirs)


def _impact_first(pages: Sequence[Page]) -> list[Page]:
    """The newest first, those for the impact owner before all others."""
    return sorted(pages, key=lambda page: (page.kind is not PageKind.IMPACT, -page.id))
