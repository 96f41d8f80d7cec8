"""The declaration form, drawn anew while it is filled in: what was typed stays, what will happen is said again."""

import asyncio
import logging
from dataclasses import replace
from typing import Final

from aiohttp import ClientError
from slack_sdk.errors import SlackApiError, SlackClientError
from slack_sdk.models.views import View
from slack_sdk.web.async_client import AsyncWebClient

from bot.services import view
from bot.services.ports import Desk
from bot.slack.answers import NOTHING, Answer, answer_of, object_at, text_at
from bot.slack.asked import SHOWN_WITHIN, Asked
from bot.slack.forms import Filled, read_draft, read_values
from bot.slack.ids import Action
from bot.slack.meta import Meta, read_meta
from bot.slack.views.declare import declare_form

MANY: Final = 500
DRAWN_MEANWHILE: Final = "hash_conflict"

log = logging.getLogger(__name__)


class Redrawing:
    """Draws the form for the newest choice: of two choices made quickly, the later one stands."""

    def __init__(self, desk: Desk, client: AsyncWebClient) -> None:
        """Begin with no form open."""
        self._desk = desk
        self._client = client
        self._newest: dict[str, tuple[str, str]] = {}

    def noticed(self, body: Answer, pressed: Answer) -> None:
        """Take note of a choice as soon as it is heard, so that what takes long cannot change the order."""
        if len(self._newest) > MANY:
            self._newest.clear()
        which, at = text_at(body, "view", "id"), text_at(pressed, "action_ts")
        if at >= self._newest.get(which, ("", ""))[0]:
            self._newest[which] = (at, text_at(body, "trigger_id"))

    async def redraw(self, asked: Asked, body: Answer, changed: Action) -> None:
        """Draw the form anew after a choice that was noticed. Raises Refusal for a time that cannot be used."""
        drawn = await self._drawn(asked, object_at(body, "view"), changed)
        try:
            async with asyncio.timeout(SHOWN_WITHIN):
                await self._show(body, drawn)
        except (SlackClientError, ClientError, TimeoutError, OSError) as error:
            log.info("The declaration form was not redrawn: %s", error)
        if self._is_newest(body):
            del self._newest[text_at(body, "view", "id")]

    async def _drawn(self, asked: Asked, form: Answer, changed: Action) -> View:
        draft = read_draft(Filled(values=read_values(object_at(form, "state")), meta=Meta()))
        if changed is Action.CHOOSE_JOURNEY:
            draft = replace(draft, severity=None)
        same = await view.open_on(self._desk, draft.journey, asked.by) if draft.journey else ()
        meta = read_meta(text_at(form, "private_metadata"))
        return declare_form(self._desk.directory(), draft, same, self._desk.clock(), meta)

    async def _show(self, body: Answer, drawn: View) -> None:
        """Update the form unless there is a newer choice; over an older one, if that was drawn meanwhile."""
        which, seen = text_at(body, "view", "id"), text_at(body, "view", "hash")
        try:
            if self._is_newest(body):
                await self._client.views_update(view_id=which, hash=seen, view=drawn)
        except SlackApiError as refused:
            answer = answer_of(getattr(refused.response, "data", None)) or NOTHING
            if text_at(answer, "error") != DRAWN_MEANWHILE:
                raise
            if self._is_newest(body):
                await self._client.views_update(view_id=which, view=drawn)

    def _is_newest(self, body: Answer) -> bool:
        _, choice = self._newest.get(text_at(body, "view", "id"), ("", ""))
        return choice == text_at(body, "trigger_id")
