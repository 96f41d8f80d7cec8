"""One request of a person: who asks, where, about which incident, and how to answer within Slack's three seconds."""

import asyncio
import logging
from dataclasses import dataclass, replace
from typing import Final, Self

from slack_sdk.errors import SlackApiError
from slack_sdk.models.views import View
from slack_sdk.web.async_client import AsyncWebClient

from bot.domain.authority import may_see
from bot.domain.directory import Directory
from bot.domain.errors import Refusal
from bot.domain.incident import Incident
from bot.domain.people import Contact
from bot.domain.prose import Who
from bot.services.people import noted
from bot.services.ports import Desk, Members, RetryLater, Tx, Unknown
from bot.slack.answers import NOTHING, answer_of, text_at
from bot.slack.api import Rejected
from bot.slack.views.parts import Message

SHOWN_WITHIN: Final = 2.0
"""Seconds that showing a form may take; what asked for it has to be acknowledged within three."""
SHOWN_BEFORE: Final = "exchanged_trigger_id"
INTRODUCED_WITHIN: Final = 0.5
"""Seconds that asking Slack for a name may take; what asked for it has to be acknowledged within three."""

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A request. `delivery` is its unique key; `incident` is implied by the channel or named by what was pressed."""

    desk: Desk
    client: AsyncWebClient
    by: Who
    delivery: str
    command: str = "/incident"
    channel: str = ""
    trigger: str = ""
    incident: int | None = None
    reason: str = ""
    link: str = ""
    on_top: bool = False
    members: Members | None = None

    @property
    def number(self) -> int:
        """The incident's number. Raises Refusal, saying how to name one, where none is implied."""
        if self.incident is None:
            raise Refusal(
                "This channel belongs to no incident that you can see, so nothing was done. Type it in an incident's "
                f"channel, or name the incident: `{self.command} show 42`. `{self.command} list` shows the open ones."
            )
        return self.incident

    def about(self, number: int | None) -> Self:
        """The same request about another incident."""
        return replace(self, incident=number if number is not None else self.incident)

    async def open(self, view: View) -> None:
        """Show a form: on its own, or on top of the one in which it was asked for.

        A request that is delivered again has its form already. Raises what the client raises, TimeoutError after two
        seconds.
        """
        show = self.client.views_push if self.on_top else self.client.views_open
        try:
            async with asyncio.timeout(SHOWN_WITHIN):
                await show(trigger_id=self.trigger, view=view)
        except SlackApiError as refused:
            answer = answer_of(getattr(refused.response, "data", None)) or NOTHING
            if text_at(answer, "error") != SHOWN_BEFORE:
                raise


Reply = Message | View | None
"""What a request comes to: words only for the person who asked, a form to open, or nothing to say."""


async def known(desk: Desk, members: Members, user: str, name: str, channel: str) -> tuple[Who, int | None]:
    """Who acts, and the incident that their channel implies if they may see it.

    Whoever is met for the first time is noted by `name`, so that they have one wherever nothing is mentioned, and Slack
    is not asked. Only who comes without a name is looked up.
    """
    directory = desk.directory()

    def read(tx: Tx) -> tuple[Contact | None, Incident | None]:
        return tx.contact(user), tx.incident_in(channel) if channel else None

    contact, incident = await desk.store.read(read)
    contact = contact or await _met(desk, members, user, name)
    who = contact.who() if contact else Who(name=name or user, user=user)
    return who, _implied(incident, who, directory)


async def _met(desk: Desk, members: Members, user: str, name: str) -> Contact | None:
    """Note whom we had not met; None if Slack does not tell their name in time, because nobody waits for one."""
    if not user:
        return None
    if name:
        return await noted(desk, Contact(user=user, name=name, timezone=""))
    try:
        async with asyncio.timeout(INTRODUCED_WITHIN):
            found = await members.by_id(user)
    except (RetryLater, Unknown, Rejected, TimeoutError) as trouble:
        log.info("Slack did not say who %s is: %s", user, trouble)
        return None
    return await noted(desk, found) if found else None


def _implied(incident: Incident | None, who: Who, directory: Directory) -> int | None:
    if incident is None or not may_see(who, incident, directory.workspace.managers):
        return None
    return incident.number
