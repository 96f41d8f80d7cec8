"""Inviting people to a room: many in one call, each refusal told apart."""

from typing import Final

from bot.domain.directory import Directory
from bot.domain.effects import InvitePeople, Receipt, Sent
from bot.domain.prose import Who
from bot.services.ports import Desk, Tx
from bot.slack.answers import Answer, objects_at, text_at
from bot.slack.api import Errand, Rejected, SlackApi
from bot.slack.channels import Channels
from bot.slack.destinations import ToPerson, person
from bot.slack.members import Addresses
from bot.slack.posting import skipped

AT_ONCE: Final = 100
THERE: Final = frozenset({"already_in_channel", "cant_invite_self"})
OF_A_PERSON: Final = frozenset(
    {
        *THERE,
        "app_cannot_join_channel",
        "cant_invite",
        "invitee_cant_see_channel",
        "no_external_invite_permission",
        "no_permission",
        "org_user_not_in_team",
        "ura_max_channels",
        "user_disabled",
        "user_is_restricted",
        "user_is_ultra_restricted",
        "user_not_found",
        "users_not_found",
    }
)
"""Refusals that concern one person, not the room."""


class Inviter:
    """Brings people into rooms."""

    def __init__(self, desk: Desk, api: SlackApi, channels: Channels, addresses: Addresses) -> None:
        """Work with what the other parts know."""
        self._desk = desk
        self._api = api
        self._channels = channels
        self._addresses = addresses

    async def invite(self, errand: Errand, effect: InvitePeople) -> Receipt:
        """Invite everybody who is not there. A fact for each who could not be: their id (or key), and Slack's code."""
        directory = self._desk.directory()
        channel, people = await self._desk.store.read(lambda tx: _invited(tx, directory, effect))
        if not channel:
            return skipped("there is no such room")
        users, failed = await self._users(errand, people)
        errors: dict[str, str] = {}
        ids = list(users)
        for start in range(0, len(ids), AT_ONCE):
            errors |= await self._invite(errand, channel, ids[start : start + AT_ONCE])
        failed += [(users[user], error) for user, error in errors.items() if user in users and error not in THERE]
        return Sent(facts=tuple((_key(who), error) for who, error in failed))

    async def _users(
        self, errand: Errand, people: tuple[tuple[Who, ToPerson], ...]
    ) -> tuple[dict[str, Who], list[tuple[Who, str]]]:
        """Find everybody's Slack id; who has none is refused on their own."""
        users: dict[str, Who] = {}
        failed: list[tuple[Who, str]] = []
        for who, to in people:
            try:
                users.setdefault(await self._addresses.user_of(errand, to.who, to.email), who)
            except Rejected as rejected:
                if rejected.error not in OF_A_PERSON:
                    raise
                failed.append((who, rejected.error))
        return users, failed

    async def _invite(self, errand: Errand, channel: str, users: list[str]) -> dict[str, str]:
        """Invite some people; gives Slack's code for each who was refused."""
        arguments = {"channel": channel, "users": ",".join(users), "force": True}
        try:
            answer = await self._api.call("conversations.invite", errand, arguments)
        except Rejected as rejected:
            told = _errors(rejected.answer)
            if told and rejected.error in OF_A_PERSON:
                return told
            if rejected.error not in OF_A_PERSON:
                raise
            if len(users) == 1:
                return {users[0]: rejected.error}
            each = [await self._invite(errand, channel, [user]) for user in users]
            return {user: error for one in each for user, error in one.items()}
        return _errors(answer)


def _invited(tx: Tx, directory: Directory, effect: InvitePeople) -> tuple[str | None, tuple[tuple[Who, ToPerson], ...]]:
    incident = tx.incident(effect.incident)
    channel = incident.room(effect.room).channel if incident else None
    return channel, tuple((who, person(tx, directory, who)) for who in effect.people)


def _errors(answer: Answer) -> dict[str, str]:
    return {text_at(each, "user"): text_at(each, "error") for each in objects_at(answer, "errors")}


def _key(who: Who) -> str:
    return who.user or who.person or who.name
