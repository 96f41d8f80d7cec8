"""The workspace's members: found by e-mail or by id, and the Slack id of whoever the record knows by directory key."""

from collections.abc import Mapping
from typing import Final

from bot.domain.effects import Priority
from bot.domain.people import Contact
from bot.domain.prose import Who
from bot.slack.answers import Answer, flag_at, object_at, text_at
from bot.slack.api import Errand, Rejected, SlackApi

UNKNOWN: Final = frozenset({"users_not_found", "user_not_found", "user_not_visible"})


class SlackMembers:
    """The Members port. Raises RetryLater or Rejected while Slack cannot be asked."""

    def __init__(self, api: SlackApi) -> None:
        """Ask through `api`, behind everything that waits in the outbox."""
        self._api = api

    async def by_email(self, email: str) -> Contact | None:
        """Find a member by e-mail; None if there is none."""
        return await self._find("users.lookupByEmail", {"email": email})

    async def by_id(self, user: str) -> Contact | None:
        """Find a member by Slack id; None if there is none."""
        return await self._find("users.info", {"user": user})

    async def _find(self, method: str, arguments: Mapping[str, str]) -> Contact | None:
        errand = Errand(row=f"{method}:{'/'.join(arguments.values())}", priority=Priority.NORMAL)
        try:
            answer = await self._api.call(method, errand, arguments)
        except Rejected as rejected:
            if rejected.error in UNKNOWN:
                return None
            raise
        return contact_in(object_at(answer, "user"))


class Addresses:
    """Slack ids of people whom only the directory knows, looked up by e-mail when something is sent to them."""

    def __init__(self, api: SlackApi) -> None:
        """Begin knowing nobody."""
        self._api = api
        self._known: dict[str, str] = {}

    async def user_of(self, errand: Errand, who: Who, email: str) -> str:
        """Give the Slack id. Raises Rejected with `users_not_found` when there is none."""
        if who.user:
            return who.user
        if not email:
            raise Rejected("users_not_found")
        if email not in self._known:
            answer = await self._api.call("users.lookupByEmail", errand, {"email": email})
            self._known[email] = text_at(answer, "user", "id")
        return self._known[email]

    def forget(self, email: str) -> None:
        """Look an address up again next time: what it led to was refused."""
        self._known.pop(email, None)


def contact_in(user: Answer) -> Contact | None:
    """Read Slack's user object; None if it is empty."""
    found = text_at(user, "id")
    if not found:
        return None
    names = (text_at(user, "profile", "display_name"), text_at(user, "real_name"), text_at(user, "name"), found)
    return Contact(
        user=found,
        name=next(name for name in names if name),
        email=text_at(user, "profile", "email"),
        timezone=text_at(user, "tz") or "UTC",
        deleted=flag_at(user, "deleted"),
        guest=flag_at(user, "is_restricted") or flag_at(user, "is_ultra_restricted"),
    )
