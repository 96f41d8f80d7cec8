"""The internal status page: a signed link for whoever asks in Slack, and what that link shows to them alone."""

from dataclasses import dataclass
from datetime import datetime

from bot.domain import signed_link
from bot.domain.errors import Refusal
from bot.domain.internal_page import InternalPage, Unreached, internal_incident, visible
from bot.domain.prose import Who
from bot.domain.signed_link import LASTS
from bot.domain.subscriber import Standing
from bot.services.ports import Desk, Tx
from bot.services.record import zone_of


@dataclass(frozen=True, slots=True, kw_only=True)
class PageLink:
    """The address that was given out, and until when it opens. `reachable`: an address for others was set."""

    url: str
    until: datetime
    reachable: bool


def link_for(desk: Desk, reader: Who) -> PageLink:
    """Give a person a link of their own. Raises Refusal where there is nobody in Slack to give it to."""
    if not reader.user or desk.site is None:
        raise Refusal("There is no internal status page to open here. Nothing was done.")
    now, site = desk.clock(), desk.site
    key = signed_link.sign(site.key, reader.user, now)
    return PageLink(url=f"{site.base()}/status/internal?key={key}", until=now + LASTS, reachable=site.reachable)


class InternalView:
    """Looks at the open incidents with the eyes of whoever a link was given to."""

    def __init__(self, desk: Desk) -> None:
        """Look with a desk's store, clock and directory."""
        self._desk = desk

    async def look(self, given: str) -> InternalPage:
        """Show what a link's holder may see now. Raises NotALink, Expired, Unavailable."""
        now, directory, site = self._desk.clock(), self._desk.directory(), self._desk.site
        if site is None:
            raise signed_link.NotALink("There is no internal status page here.")
        holder = signed_link.read(site.key, given, now)
        managers = directory.workspace.managers

        def read(tx: Tx) -> InternalPage:
            contact = tx.contact(holder.user)
            if contact is None or contact.deleted:
                raise signed_link.NotALink("This link was given to somebody who is no longer in the workspace.")
            reader = contact.who()
            seen = visible(tx.open_incidents(), reader, managers)
            return InternalPage(
                reader=reader.name,
                zone=zone_of(tx, directory, reader),
                at=now,
                until=holder.until,
                incidents=tuple(internal_incident(each, tx.pages_of(each.number), now) for each in seen),
                subscribers=len(tx.subscribers(Standing.CONFIRMED)),
                unreached=_unreached(tx) if reader.person in managers else (),
            )

        return await self._desk.store.read(read)


def _unreached(tx: Tx) -> tuple[Unreached, ...]:
    return tuple(Unreached(address=each.address, trouble=each.trouble) for each in tx.subscribers(Standing.DISABLED))
