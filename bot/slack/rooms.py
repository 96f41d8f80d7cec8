"""What is done to a room that exists: its topic, its pin, its bookmarks, its archiving and its return."""

from html import unescape
from typing import Final

from bot.domain.effects import AddBookmarks, ArchiveRoom, PinCard, Receipt, Sent, SetTopic, UnarchiveRoom
from bot.domain.incident import Incident, Room, RoomKind
from bot.domain.role import COMMANDER
from bot.services.ports import Desk
from bot.slack.answers import objects_at, text_at
from bot.slack.api import Errand, Rejected, SlackApi
from bot.slack.channels import Channels
from bot.slack.mrkdwn import cut, mention, one_line
from bot.slack.posting import GONE, skipped

TOPIC: Final = 250
MOST_TITLE: Final = 80
OTHER: Final = {RoomKind.WAR_ROOM: "Stakeholder updates", RoomKind.STAKEHOLDERS: "War room"}
TURNED: Final = frozenset({"already_archived", "not_archived", "channel_not_found"})


class Rooms:
    """Looks after the incident's channels."""

    def __init__(self, desk: Desk, api: SlackApi, channels: Channels) -> None:
        """Work with what the other parts know."""
        self._desk = desk
        self._api = api
        self._channels = channels

    async def look_after(
        self, errand: Errand, effect: SetTopic | PinCard | AddBookmarks | ArchiveRoom | UnarchiveRoom
    ) -> Receipt:
        """Carry out what is to be done to a room; a room that is not there needs nothing."""
        match effect:
            case SetTopic():
                return await self._set_topic(errand, effect)
            case PinCard():
                return await self._pin(errand, effect)
            case AddBookmarks():
                return await self._bookmark(errand, effect)
            case ArchiveRoom():
                return await self._turn(errand, "conversations.archive", effect)
            case UnarchiveRoom():
                return await self._turn(errand, "conversations.unarchive", effect)

    async def _set_topic(self, errand: Errand, effect: SetTopic) -> Receipt:
        """Make the topic true; nothing is called when it is already, for each change is a line in the channel."""
        incident, room = await self._room(effect.incident, effect.room)
        if incident is None or room is None:
            return skipped("there is no such room")
        wanted, channel = topic_of(incident), {"channel": room.channel}
        try:
            known = await self._api.call("conversations.info", errand, channel)
            if unescape(text_at(known, "channel", "topic", "value")) == unescape(wanted):
                return skipped("the topic is true already")
            await self._api.call("conversations.setTopic", errand, {**channel, "topic": wanted})
        except Rejected as rejected:
            if rejected.error in {"is_archived", "channel_not_found"}:
                return skipped(f"the room is gone ({rejected.error})")
            raise
        return Sent()

    async def _pin(self, errand: Errand, effect: PinCard) -> Receipt:
        """Pin the card where it stands, if that is its room."""
        _, room = await self._room(effect.incident, effect.room)
        stands = await self._desk.store.read(lambda tx: tx.sent(effect.of))
        if room is None or stands is None or stands.channel != room.channel:
            return skipped("the card does not stand in its room")
        try:
            await self._api.call("pins.add", errand, {"channel": stands.channel, "timestamp": stands.ts})
        except Rejected as rejected:
            if rejected.error in GONE:
                return skipped(f"the card is gone ({rejected.error})")
            if rejected.error != "already_pinned":
                raise
        return Sent()

    async def _bookmark(self, errand: Errand, effect: AddBookmarks) -> Receipt:
        """Add the links that are not there yet; Slack itself would add one twice."""
        incident, room = await self._room(effect.incident, effect.room)
        if incident is None or room is None:
            return skipped("there is no such room")
        wanted = await self._links(errand, incident, effect.room)
        if not wanted:
            return skipped("there is nothing to bookmark")
        known = await self._api.call("bookmarks.list", errand, {"channel_id": room.channel})
        there = {unescape(text_at(bookmark, "link")) for bookmark in objects_at(known, "bookmarks")}
        for title, link in wanted:
            if link not in there:
                arguments = {"channel_id": room.channel, "title": title, "type": "link", "link": link}
                await self._api.call("bookmarks.add", errand, arguments)
        return Sent()

    async def _turn(self, errand: Errand, method: str, effect: ArchiveRoom | UnarchiveRoom) -> Receipt:
        """Archive a room or bring it back; one that people took us out of is joined first, where that can be."""
        _, room = await self._room(effect.incident, effect.room)
        if room is None or room.channel is None:
            return skipped("there is no such room")
        channel = {"channel": room.channel}
        try:
            await self._api.call(method, errand, channel)
        except Rejected as rejected:
            if rejected.error in TURNED:
                return skipped(rejected.error)
            if rejected.error != "not_in_channel":
                raise
            await self._channels.join(errand, room.channel)
            await self._api.call(method, errand, channel)
        return Sent()

    async def _room(self, number: int, kind: RoomKind) -> tuple[Incident | None, Room | None]:
        """Find an incident and its room, if there is such a channel."""
        incident = await self._desk.store.read(lambda tx: tx.incident(number))
        room = incident.room(kind) if incident else None
        return incident, room if room and room.channel else None

    async def _links(self, errand: Errand, incident: Incident, kind: RoomKind) -> list[tuple[str, str]]:
        other = incident.room(RoomKind.STAKEHOLDERS if kind is RoomKind.WAR_ROOM else RoomKind.WAR_ROOM)
        url = (await self._channels.myself(errand)).url if other.channel else ""
        brief = incident.brief
        links = [
            (OTHER[kind], f"{url}archives/{other.channel}" if url else ""),
            ("Runbook", brief.runbook),
            ("Bridge", brief.bridge),
            ("Status page", brief.status_page),
        ]
        return [(cut(title, MOST_TITLE), link) for title, link in links if link.startswith(("https://", "http://"))]


def topic_of(incident: Incident) -> str:
    """Say severity, status and commander in Slack's mrkdwn, within what a topic holds."""
    commander = incident.holder(COMMANDER)
    lead = mention(commander) if commander else "nobody yet"
    said = f"{one_line(incident.severity)} · {incident.status.value} · IC {lead}"
    return said if len(said) <= TOPIC else cut(said, TOPIC)
