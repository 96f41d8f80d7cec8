"""The outbound side of Slack: each effect carried out by exactly the calls that it needs."""

from collections.abc import Callable
from typing import Final

from bot.domain.alert_effects import RefreshAlert, ShowAlert
from bot.domain.bundle import RefreshBundle, SendBundle
from bot.domain.effects import (
    AddBookmarks,
    ArchiveRoom,
    CheckMuted,
    InvitePeople,
    OpenRoom,
    PinCard,
    PostText,
    Receipt,
    RefreshCard,
    RefreshHome,
    RefreshPage,
    SendPage,
    Sent,
    SetTopic,
    ShowCard,
    TellPerson,
    TellRoom,
    UnarchiveRoom,
)
from bot.domain.fallback import SendByFallback
from bot.domain.line import RewriteLine
from bot.domain.mail import SendMail
from bot.domain.statuspage import PostToStatuspage
from bot.domain.synthetic import SyntheticPage
from bot.domain.webhook import PostToWebhook, TellSubscribers
from bot.services.ports import Claimed, Desk, NotFindable, Remote, RetryLater
from bot.slack.api import Errand, Rejected, SlackApi
from bot.slack.channels import Channels
from bot.slack.creating import Creator
from bot.slack.inviting import Inviter
from bot.slack.members import Addresses
from bot.slack.people import People
from bot.slack.posting import Posts
from bot.slack.remedies import refusal
from bot.slack.rooms import Rooms
from bot.slack.searching import Searcher

HISTORY_PAGE: Final = 100
"""Messages asked for at once; where Slack gives 15 at most, the search takes more pages."""


class SlackPerformer:
    """The Performer port over Slack's Web API.

    `monotonic` gives seconds that never jump; `history_page` is how many messages a look-up asks for at once.
    """

    def __init__(
        self, desk: Desk, api: SlackApi, monotonic: Callable[[], float], *, history_page: int = HISTORY_PAGE
    ) -> None:
        """Put the parts together; nothing is called yet."""
        channels, addresses = Channels(api, monotonic), Addresses(api)
        self._posts = Posts(desk, api, channels, addresses)
        self._creator = Creator(desk, api, channels)
        self._rooms = Rooms(desk, api, channels)
        self._inviter = Inviter(desk, api, channels, addresses)
        self._people = People(desk, api)
        self._searcher = Searcher(desk, api, channels, addresses, history_page)

    async def perform(self, claimed: Claimed) -> Receipt:
        """Carry an effect out, as the port says."""
        try:
            return await self._perform(claimed, _errand(claimed))
        except Rejected as rejected:
            return refusal(rejected)

    async def look_up(self, claimed: Claimed) -> tuple[Sent, ...]:
        """Find what earlier attempts left, as the port says."""
        errand, effect = _errand(claimed), claimed.outgoing.effect
        try:
            match effect:
                case SendPage() | SendBundle() | TellPerson() | TellRoom() | PostText() | ShowCard() | ShowAlert():
                    return await self._searcher.look_up(claimed, errand, effect)
                case OpenRoom():
                    return await self._creator.look_up(claimed, errand, effect)
                case _:
                    return ()
        except Rejected as rejected:
            if rejected.error == "missing_scope":
                raise NotFindable("the app lacks the scope to look") from rejected
            raise RetryLater(errand.pause, f"the look-up was refused ({rejected.error})") from rejected

    async def remove(self, claimed: Claimed, copy: Remote) -> None:  # noqa: ARG002 - the port's signature
        """Delete an extra copy, as the port says."""
        await self._posts.remove(copy)

    async def _perform(self, claimed: Claimed, errand: Errand) -> Receipt:
        match claimed.outgoing.effect:
            case (
                SendPage() | SendBundle() | TellPerson() | TellRoom() | PostText() | ShowCard() | ShowAlert()
            ) as effect:
                return await self._posts.post(errand, effect)
            case (
                RefreshPage(ask=of)
                | RefreshBundle(of=of)
                | RefreshCard(of=of)
                | RefreshAlert(of=of)
                | RewriteLine(of=of)
            ) as effect:
                return await self._posts.edit(errand, effect, of)
            case CheckMuted() | RefreshHome() as effect:
                return await self._people.attend_to(errand, effect)
            case OpenRoom() as effect:
                return await self._creator.open(claimed, errand, effect)
            case SetTopic() | PinCard() | AddBookmarks() | ArchiveRoom() | UnarchiveRoom() as effect:
                return await self._rooms.look_after(errand, effect)
            case InvitePeople() as effect:
                return await self._inviter.invite(errand, effect)
            case (
                PostToStatuspage()
                | SendMail()
                | SendByFallback()
                | TellSubscribers()
                | PostToWebhook()
                | SyntheticPage()
            ) as effect:
                raise TypeError(f"{effect.kind} is not Slack's to carry out")


def _errand(claimed: Claimed) -> Errand:
    outgoing = claimed.outgoing
    return Errand(row=outgoing.id, priority=outgoing.priority, attempts=claimed.attempts)
