"""Channels by name: those that the directory names, found once and joined; those that are ours; and who we are."""

import asyncio
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from typing import Final

from bot.slack.answers import flag_at, number_at, objects_at, text_at
from bot.slack.api import Errand, Rejected, SlackApi

BOTH_KINDS: Final = "public_channel,private_channel"
MISSED_SECONDS: Final = 60.0
LARGEST_PAGE: Final = 999


@dataclass(frozen=True, slots=True, kw_only=True)
class Myself:
    """Who the token speaks for, and the workspace's address, ending in a slash."""

    user: str
    url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """A channel as Slack lists it; `created` in whole Unix seconds by Slack's clock."""

    id: str
    name: str
    creator: str
    created: int
    archived: bool = False


class Channels:
    """What we know of the workspace's channels. `clock` gives monotonic seconds."""

    def __init__(self, api: SlackApi, clock: Callable[[], float]) -> None:
        """Begin knowing none."""
        self._api = api
        self._clock = clock
        self._ids: dict[str, str] = {}
        self._missed: dict[str, float] = {}
        self._looking = asyncio.Lock()
        self._asking = asyncio.Lock()
        self._myself: Myself | None = None

    async def myself(self, errand: Errand) -> Myself:
        """Tell who we are in this workspace."""
        async with self._asking:
            if self._myself is None:
                answer = await self._api.call("auth.test", errand, {})
                self._myself = Myself(user=text_at(answer, "user_id"), url=text_at(answer, "url"))
        return self._myself

    async def id_of(self, errand: Errand, channel: str) -> str:
        """Give the id of a channel that is given by id or by `#name`, and be in it.

        Raises Rejected with `channel_not_found` when none of that name can be seen.
        """
        if not channel.startswith("#"):
            return channel
        name = channel.removeprefix("#").strip().lower()
        async with self._looking:
            if name not in self._ids:
                await self._discover(errand, name)
        return self._ids[name]

    def forget(self, channel: str) -> bool:
        """Look a name up again next time; tells whether this was one that we had looked up."""
        return self._ids.pop(channel.removeprefix("#").strip().lower(), None) is not None

    async def join(self, errand: Errand, channel: str) -> None:
        """Join a public channel. Raises Rejected with `not_in_channel` where only people can let us in."""
        try:
            await self._api.call("conversations.join", errand, {"channel": channel})
        except Rejected as rejected:
            if rejected.error in {"method_not_supported_for_channel_type", "channel_not_found"}:
                raise Rejected("not_in_channel") from rejected
            raise

    async def ours(self, errand: Errand) -> AsyncIterator[Found]:
        """List the channels that we are in, private and archived ones too."""
        arguments = {"types": BOTH_KINDS, "exclude_archived": False}
        async for page in self._api.pages("users.conversations", errand, arguments, LARGEST_PAGE):
            for channel in objects_at(page, "channels"):
                yield Found(
                    id=text_at(channel, "id"),
                    name=text_at(channel, "name"),
                    creator=text_at(channel, "creator"),
                    created=int(number_at(channel, "created")),
                    archived=flag_at(channel, "is_archived"),
                )

    async def _discover(self, errand: Errand, name: str) -> None:
        """Find a channel by name and join it. One that was just not found is not looked for again at once."""
        missed = self._missed.get(name)
        if missed is not None and self._clock() < missed:
            raise Rejected("channel_not_found")
        arguments = {"types": BOTH_KINDS, "exclude_archived": True}
        async for page in self._api.pages("conversations.list", errand, arguments, LARGEST_PAGE):
            for channel in objects_at(page, "channels"):
                if text_at(channel, "name") == name:
                    found = text_at(channel, "id")
                    if not flag_at(channel, "is_member"):
                        await self.join(errand, found)
                    self._ids[name] = found
                    self._missed.pop(name, None)
                    return
        self._missed[name] = self._clock() + MISSED_SECONDS
        raise Rejected("channel_not_found")
