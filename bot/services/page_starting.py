"""Beginning the page of an incident's impact owner, within the transaction of whoever declares, raises or reopens."""

from datetime import datetime

from bot.domain import paging
from bot.domain.change import Change
from bot.domain.directory import Directory
from bot.domain.incident import Incident
from bot.domain.page import Page, PageKind, PageState
from bot.domain.prose import Who
from bot.domain.severity import Pages, Severity
from bot.domain.working_hours import next_opening, within
from bot.services.calls import Wish, impact_call, tiers_again
from bot.services.ports import Tx


def begin(
    tx: Tx, directory: Directory, incident: Incident, severity: Severity, now: datetime, *, by: Who | None = None
) -> Change:
    """Page an incident's impact owner as its severity says: at once, held until working hours, or never.

    A page that runs already stays as it is; one that was held goes out if this severity need not wait. The incident
    may be one that is not saved yet.
    """
    pages = [page for page in tx.pages_of(incident.number) if page.kind is PageKind.IMPACT]
    if severity.pages is Pages.NEVER or any(page.live for page in pages):
        return Change(incident=incident)
    held = next((page for page in pages if page.state is PageState.HELD), None)
    until = held_until(directory, severity, now)
    if held is not None:
        return Change(incident=incident) if until else release(tx, directory, incident, held, now, by=by)
    call = impact_call(tx, directory, incident, tx.next_page_id(), now, Wish(by=by))
    return paging.hold(incident, call, until, now) if until else paging.start(incident, call, now)


def release(
    tx: Tx, directory: Directory, incident: Incident, held: Page, now: datetime, *, by: Who | None = None
) -> Change:
    """Send a page that was held, to whoever is on call now."""
    return paging.release(incident, held, tiers_again(tx, directory, incident, held, now), now, by=by)


def held_until(directory: Directory, severity: Severity, now: datetime) -> datetime | None:
    """When a page of this severity may ring (UTC); None if it may ring now."""
    workspace = directory.workspace
    if severity.pages is not Pages.WORKING_HOURS or within(workspace.working_hours, workspace.zone, now):
        return None
    opening = next_opening(workspace.working_hours, workspace.zone, now)
    return opening if opening > now else None
