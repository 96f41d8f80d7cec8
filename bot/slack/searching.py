"""Finding what an earlier attempt left: messages by the outbox row in their metadata, page by page.

Slack may allow very few of these calls, so a search that is stopped by a limit goes on where it stopped, unless another
process has had the row meanwhile: what that has sent or removed, the first half of the search has not seen.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from bot.domain.effects import Sent
from bot.services.ports import Claimed, Desk, NotFindable, Remote, RetryLater, Tx, Unknown
from bot.slack.answers import Answer, objects_at, text_at
from bot.slack.api import Errand, Rejected, SlackApi
from bot.slack.channels import Channels
from bot.slack.destinations import Destination, Posted, ToPerson, destinations_of, thread_of
from bot.slack.members import Addresses
from bot.slack.posting import METADATA_TYPE, USER
from bot.slack.showing import Nothing

FORBIDDEN: Final = frozenset({"missing_scope", "not_allowed_token_type", "access_denied", "ekm_access_denied"})
MANY: Final = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A channel or a thread to look through; `facts` go with what is found there."""

    channel: str
    thread: str = ""
    facts: tuple[tuple[str, str], ...] = ()


@dataclass(slots=True, kw_only=True)
class Search:
    """How far a row's search has come under which fence: where it is to go on, and what it has found."""

    fence: int
    cursor: str = ""
    found: list[Sent] = field(default_factory=list)
    done: set[Place] = field(default_factory=set)


class Searcher:
    """Looks rows up in Slack's history. `page` is how many messages are asked for at once."""

    def __init__(self, desk: Desk, api: SlackApi, channels: Channels, addresses: Addresses, page: int) -> None:
        """Work with what the other parts know."""
        self._desk = desk
        self._api = api
        self._channels = channels
        self._addresses = addresses
        self._page = page
        self._searches: dict[str, Search] = {}

    async def look_up(self, claimed: Claimed, errand: Errand, effect: Posted) -> tuple[Sent, ...]:
        """Find every copy of a row's message, oldest first. Raises NotFindable where we may not look."""
        if len(self._searches) > MANY:
            self._searches.clear()
        search = self._searches.pop(errand.row, None)
        if search is None or claimed.fence > search.fence + 1:
            search = Search(fence=claimed.fence)
        search.fence = claimed.fence
        try:
            for place in await self._places(claimed, errand, effect):
                if place not in search.done:
                    await self._search(claimed, errand, place, search)
        except (RetryLater, Unknown):
            self._searches[errand.row] = search
            raise
        except Rejected as rejected:
            if rejected.error in FORBIDDEN:
                raise NotFindable(f"Slack does not let Tocsin look ({rejected.error})") from rejected
            raise
        return tuple(sorted(search.found, key=lambda sent: sent.ts))

    async def _search(self, claimed: Claimed, errand: Errand, place: Place, search: Search) -> None:
        method = "conversations.replies" if place.thread else "conversations.history"
        arguments = self._arguments(claimed, place)
        while True:
            more = {"cursor": search.cursor} if search.cursor else {}
            try:
                answer = await self._api.call(method, errand, {**arguments, **more}, place.channel)
            except Rejected as rejected:
                if rejected.error in FORBIDDEN:
                    raise
                answer = {}  # a place that is gone, or that we are not in, holds nothing of ours to be found
            search.found += [
                _sent(place, message) for message in objects_at(answer, "messages") if _is(errand, message)
            ]
            search.cursor = text_at(answer, "response_metadata", "next_cursor")
            if not search.cursor:
                search.done.add(place)
                return

    def _arguments(self, claimed: Claimed, place: Place) -> Mapping[str, object]:
        since = claimed.first_sent_at and self._api.sent_at_the_earliest(claimed.first_sent_at)
        oldest = {} if since is None else {"oldest": f"{since.timestamp():.6f}"}
        thread = {"ts": place.thread} if place.thread else {}
        return {"channel": place.channel, "limit": self._page, "include_all_metadata": True, **oldest, **thread}

    async def _places(self, claimed: Claimed, errand: Errand, effect: Posted) -> tuple[Place, ...]:
        directory = self._desk.directory()

        def read(tx: Tx) -> tuple[tuple[Destination, ...] | Nothing, Remote | None]:
            return destinations_of(tx, directory, effect), thread_of(tx, effect)

        to, thread = await self._desk.store.read(read)
        if thread is not None:
            return (Place(channel=thread.channel, thread=thread.ts),)
        if claimed.sent is not None:
            return (Place(channel=claimed.sent.channel),)
        found = [await self._place(errand, each) for each in (() if isinstance(to, Nothing) else to)]
        return tuple(dict.fromkeys(place for place in found if place is not None))

    async def _place(self, errand: Errand, to: Destination) -> Place | None:
        try:
            if isinstance(to, ToPerson):
                return await self._direct(errand, to)
            return Place(channel=await self._channels.id_of(errand, to.channel))
        except Rejected as rejected:
            if rejected.error in FORBIDDEN:
                raise
            return None

    async def _direct(self, errand: Errand, to: ToPerson) -> Place:
        """The direct message's own id is not known before one was sent: opening it tells."""
        user = await self._addresses.user_of(errand, to.who, to.email)
        answer = await self._api.call("conversations.open", errand, {"users": user})
        return Place(channel=text_at(answer, "channel", "id"), facts=((USER, user),))


def _is(errand: Errand, message: Answer) -> bool:
    marked = text_at(message, "metadata", "event_type") == METADATA_TYPE
    return marked and text_at(message, "metadata", "event_payload", "id") == errand.row


def _sent(place: Place, message: Answer) -> Sent:
    return Sent(channel=place.channel, ts=text_at(message, "ts"), facts=place.facts)
