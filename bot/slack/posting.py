"""Messages on their way out: posted once, in the first place that takes them, and edited where they stand."""

from typing import Final

from bot.domain.alert_effects import RefreshAlert
from bot.domain.bundle import RefreshBundle
from bot.domain.effects import Receipt, RefreshCard, RefreshPage, Refused, Sent
from bot.domain.line import RewriteLine
from bot.services.ports import Desk, Remote
from bot.slack.answers import text_at
from bot.slack.api import Errand, Rejected, SlackApi
from bot.slack.channels import Channels
from bot.slack.destinations import Destination, InChannel, Posted, Posting, ToPerson, posting_of
from bot.slack.members import Addresses
from bot.slack.remedies import not_reached, refusal
from bot.slack.showing import Nothing, message_of
from bot.slack.views.parts import Message

Edited = RefreshPage | RefreshBundle | RefreshCard | RefreshAlert | RewriteLine

METADATA_TYPE: Final = "tocsin"
USER: Final = "user"
GONE: Final = frozenset(
    {
        "cant_update",
        "cant_update_message",
        "channel_not_found",
        "edit_window_closed",
        "is_archived",
        "is_inactive",
        "message_not_found",
        "not_in_channel",
    }
)
"""An edit or a pin that Slack refuses so has nothing left to be made true."""
OF_THE_PLACE: Final = frozenset(
    {
        "cannot_dm_bot",
        "channel_not_found",
        "is_archived",
        "messages_tab_disabled",
        "not_in_channel",
        "restricted_action",
        "restricted_action_non_threadable_channel",
        "restricted_action_read_only_channel",
        "restricted_action_thread_only_channel",
        "user_disabled",
        "user_not_found",
        "users_not_found",
    }
)
"""Refusals of a place; the message may still go to the next one."""


def metadata(row: str) -> dict[str, object]:
    """Mark a message with its outbox row, by which it is found again."""
    return {"event_type": METADATA_TYPE, "event_payload": {"id": row}}


def skipped(why: str) -> Sent:
    """Say that there was nothing to do."""
    return Sent(facts=(("skipped", why),))


class Posts:
    """Posts and edits."""

    def __init__(self, desk: Desk, api: SlackApi, channels: Channels, addresses: Addresses) -> None:
        """Work with what the other parts know."""
        self._desk = desk
        self._api = api
        self._channels = channels
        self._addresses = addresses

    async def post(self, errand: Errand, effect: Posted) -> Receipt:
        """Post the effect's message as it reads now."""
        directory = self._desk.directory()
        planned = await self._desk.store.read(lambda tx: posting_of(tx, directory, effect))
        if isinstance(planned, Nothing):
            return skipped(planned.why)
        refused = Refused(error="nowhere to post", remedy="Name an announce channel in the directory file.")
        for destination in planned.to:
            try:
                return await self._post_to(errand, planned, destination)
            except Rejected as rejected:
                refused = not_reached(rejected) if isinstance(destination, ToPerson) else refusal(rejected)
                if rejected.error not in OF_THE_PLACE:
                    break
        return refused

    async def edit(self, errand: Errand, effect: Edited, of: str) -> Receipt:
        """Make the message that row `of` posted read what is true now; one that is gone needs nothing."""
        directory = self._desk.directory()
        stands, message = await self._desk.store.read(
            lambda tx: (tx.sent(of), message_of(tx, directory, effect) if tx.sent(of) else Nothing("never sent"))
        )
        if stands is None or isinstance(message, Nothing):
            return skipped(message.why if isinstance(message, Nothing) else "never sent")
        arguments = _arguments(message, stands.channel, of) | {"ts": stands.ts}
        try:
            await self._api.call("chat.update", errand, arguments, f"{stands.channel}:{stands.ts}")
        except Rejected as rejected:
            if rejected.error in GONE:
                return skipped(f"the message is gone ({rejected.error})")
            raise
        return Sent(channel=stands.channel, ts=stands.ts)

    async def remove(self, remote: Remote) -> None:
        """Delete a message; one that is gone already is no error."""
        errand = Errand(row=f"remove:{remote.channel}:{remote.ts}")
        try:
            await self._api.call("chat.delete", errand, {"channel": remote.channel, "ts": remote.ts})
        except Rejected as rejected:
            if rejected.error not in {"message_not_found", "channel_not_found"}:
                raise

    async def _post_to(self, errand: Errand, posting: Posting, destination: Destination) -> Sent:
        if posting.thread is not None:
            try:
                return await self._send(errand, posting.message, posting.thread.channel, posting.thread.ts)
            except Rejected as rejected:
                if rejected.error not in {*OF_THE_PLACE, "thread_not_found", "message_not_found"}:
                    raise
        if isinstance(destination, ToPerson):
            return await self._send_to_person(errand, posting.message, destination)
        return await self._send_to_channel(errand, posting.message, destination)

    async def _send_to_person(self, errand: Errand, message: Message, to: ToPerson) -> Sent:
        """One call: Slack opens the direct message by itself."""
        user = await self._addresses.user_of(errand, to.who, to.email)
        try:
            sent = await self._send(errand, message, user)
        except Rejected:
            self._addresses.forget(to.email)
            raise
        return Sent(channel=sent.channel, ts=sent.ts, facts=((USER, user),))

    async def _send_to_channel(self, errand: Errand, message: Message, to: InChannel) -> Sent:
        channel = await self._channels.id_of(errand, to.channel)
        try:
            return await self._send(errand, message, channel)
        except Rejected as rejected:
            if rejected.error == "not_in_channel":
                await self._channels.join(errand, channel)
            elif rejected.error not in {"channel_not_found", "is_archived"} or not self._channels.forget(to.channel):
                raise
        return await self._send(errand, message, await self._channels.id_of(errand, to.channel))

    async def _send(self, errand: Errand, message: Message, channel: str, thread: str | None = None) -> Sent:
        shown = {"unfurl_links": False, "unfurl_media": False, "thread_ts": thread}
        arguments = _arguments(message, channel, errand.row) | shown
        answer = await self._api.call("chat.postMessage", errand, arguments, channel)
        return Sent(channel=text_at(answer, "channel") or channel, ts=text_at(answer, "ts"))


def _arguments(message: Message, channel: str, row: str) -> dict[str, object]:
    return {"channel": channel, "metadata": metadata(row), **message.payload()}
