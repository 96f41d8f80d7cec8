"""Creating a channel exactly once: under a name that says whose it is, or the next free one like it.

A name that is taken is ours only if we created it, and not before this row was first tried: channels are never adopted
by name alone.
"""

from typing import Final

from bot.domain.effects import OpenRoom, Receipt, Refused, Sent
from bot.domain.incident import Incident, Room
from bot.domain.naming import NAME_LIMIT
from bot.services.ports import Claimed, Desk
from bot.slack.answers import text_at
from bot.slack.api import Errand, Rejected, SlackApi
from bot.slack.channels import Channels, Found
from bot.slack.posting import skipped
from bot.slack.remedies import REMEDIES

NAMES: Final = 5


class Creator:
    """Creates war rooms and stakeholder channels."""

    def __init__(self, desk: Desk, api: SlackApi, channels: Channels) -> None:
        """Work with what the other parts know."""
        self._desk = desk
        self._api = api
        self._channels = channels

    async def open(self, claimed: Claimed, errand: Errand, effect: OpenRoom) -> Receipt:
        """Create the room, or take over the one that an earlier attempt created. The fact `name` says its name."""
        incident = await self._incident(effect)
        if incident is None:
            return skipped("there is no such incident")
        room = incident.room(effect.room)
        if room.channel:
            return _opened(room.channel, room.name)
        listed: list[Found] | None = None
        for name in names_like(room):
            try:
                arguments = {"name": name, "is_private": incident.private}
                answer = await self._api.call("conversations.create", errand, arguments)
                return _opened(text_at(answer, "channel", "id"), text_at(answer, "channel", "name") or name)
            except Rejected as rejected:
                if rejected.error != "name_taken":
                    raise
            if listed is None:
                listed = await self._mine_since(claimed, errand, room)
            if mine := next((channel for channel in listed if channel.name == name), None):
                return _opened(mine.id, mine.name)
        return Refused(error="name_taken", remedy=REMEDIES["name_taken"])

    async def look_up(self, claimed: Claimed, errand: Errand, effect: OpenRoom) -> tuple[Sent, ...]:
        """Find the channels that earlier attempts at this row created, oldest first."""
        incident = await self._incident(effect)
        if incident is None:
            return ()
        found = await self._mine_since(claimed, errand, incident.room(effect.room))
        return tuple(_opened(channel.id, channel.name) for channel in sorted(found, key=lambda each: each.created))

    async def _incident(self, effect: OpenRoom) -> Incident | None:
        return await self._desk.store.read(lambda tx: tx.incident(effect.incident))

    async def _mine_since(self, claimed: Claimed, errand: Errand, room: Room) -> list[Found]:
        """List the channels of such a name that we created since this row was first tried."""
        myself = await self._channels.myself(errand)
        since = int(self._api.sent_at_the_earliest(claimed.first_sent_at or self._desk.clock()).timestamp())
        wanted = names_like(room)
        return [
            channel
            async for channel in self._channels.ours(errand)
            if channel.name in wanted and channel.creator == myself.user and channel.created >= since
        ]


def names_like(room: Room) -> tuple[str, ...]:
    """Give the room's name, then the same with -2 up to -5, each within Slack's limit."""
    suffixes = ["", *(f"-{number}" for number in range(2, NAMES + 1))]
    return tuple(room.name[: NAME_LIMIT - len(suffix)].rstrip("-") + suffix for suffix in suffixes)


def _opened(channel: str, name: str) -> Sent:
    return Sent(channel=channel, facts=(("name", name),))
