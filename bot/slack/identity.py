"""Who the bot is in its workspace, learnt from Slack and kept fresh; and whether Slack answers at all."""

import asyncio
import logging
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from bot.domain.people import Contact
from bot.services.outbox import wait
from bot.services.ports import Members, RetryLater, Unknown
from bot.slack.answers import text_at
from bot.slack.api import Errand, Rejected, SlackApi
from bot.slack.remedies import refusal

ASK_EVERY: Final = 60.0
ASK_AGAIN: Final = 2.0
AT_MOST_EVERY: Final = 1.0
STALE: Final = 150.0
ERRAND: Final = Errand(row="auth.test")

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Identity:
    """The bot's own ids."""

    team: str
    user: str
    bot: str


class Presence:
    """Asks Slack who we are: an answer shows that Slack is there.

    At the start and whenever it has not answered, every two seconds until it does; then every minute, and at once when
    there is a doubt.
    """

    def __init__(self, api: SlackApi, seconds: Callable[[], float], doubted: asyncio.Event | None = None) -> None:
        """Know nothing yet; `seconds` never jump. `doubted` is set by whoever doubts that Slack is there."""
        self._api = api
        self._seconds = seconds
        self._doubted = doubted or asyncio.Event()
        self._answered_at: float | None = None
        self._trouble = "Slack has not answered yet"
        self._stopping = asyncio.Event()
        self.known = asyncio.Event()
        self.identity: Identity | None = None

    async def run(self) -> None:
        """Ask until stopped."""
        while not self._stopping.is_set():
            self._doubted.clear()
            await self._ask()
            await wait(self._stopping, AT_MOST_EVERY)
            await wait(self._doubted, (ASK_AGAIN if self._trouble else ASK_EVERY) - AT_MOST_EVERY)

    def stop(self) -> None:
        """Ask no more."""
        self._stopping.set()
        self._doubted.set()

    def trouble(self) -> str:
        """What is wrong with Slack, in a sentence; empty when nothing is."""
        if self._trouble:
            return self._trouble
        silent = self._seconds() - (self._answered_at or 0.0)
        return f"Slack has not answered for {silent:.0f} s" if silent > STALE else ""

    async def _ask(self) -> None:
        try:
            answer = await self._api.call("auth.test", ERRAND, {})
        except Rejected as rejected:
            self._bad(f"Slack refuses the bot's token ({rejected.error}): {refusal(rejected).remedy}")
        except (RetryLater, Unknown) as trouble:
            self._bad(f"Slack does not answer: {trouble}")
        else:
            self.identity = Identity(
                team=text_at(answer, "team_id"), user=text_at(answer, "user_id"), bot=text_at(answer, "bot_id")
            )
            self._answered_at = self._seconds()
            self._trouble = ""
            self.known.set()

    def _bad(self, trouble: str) -> None:
        if trouble != self._trouble:
            log.warning("%s", trouble)
        self._trouble = trouble


class PatientMembers:
    """Members for duties that may take their time: what Slack puts off is asked again when it allows."""

    def __init__(self, members: Members, stopping: asyncio.Event) -> None:
        """Ask `members`; `stopping` ends the patience."""
        self._members = members
        self._stopping = stopping

    async def by_email(self, email: str) -> Contact | None:
        """Find a member by e-mail; None if there is none."""
        while True:
            try:
                return await self._members.by_email(email)
            except RetryLater as later:
                await self._wait(later)

    async def by_id(self, user: str) -> Contact | None:
        """Find a member by Slack id; None if there is none."""
        while True:
            try:
                return await self._members.by_id(user)
            except RetryLater as later:
                await self._wait(later)

    async def _wait(self, later: RetryLater) -> None:
        if self._stopping.is_set():
            raise later
        await wait(self._stopping, later.seconds)
