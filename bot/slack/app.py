"""The Bolt app: every kind of delivery registered once, each listener parsing, making one call and acknowledging."""

import asyncio
import logging
import os
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Final

from aiohttp import ClientError
from slack_bolt.app.async_app import AsyncApp
from slack_bolt.authorization import AuthorizeResult
from slack_bolt.context.ack.async_ack import AsyncAck
from slack_bolt.context.respond.async_respond import AsyncRespond
from slack_bolt.error import BoltUnhandledRequestError
from slack_bolt.response import BoltResponse
from slack_sdk.errors import SlackClientError
from slack_sdk.web.async_client import AsyncWebClient

from bot.services.ports import Desk, Members, Unavailable
from bot.slack.answers import Answer, object_at, objects_at, text_at
from bot.slack.identity import Presence
from bot.slack.inbound import Inbound
from bot.slack.views.parts import Message

EVERYTHING: Final = re.compile(r".*", re.DOTALL)
TOLD_WITHIN: Final = 1.5
SHORTCUTS: Final = ("declare_incident", "declare_from_message", "add_to_timeline", "record_as_decision")
READ_BY_BOLT: Final = ("SLACK_CLIENT_ID", "SLACK_CLIENT_SECRET", "SLACK_BOT_TOKEN", "SLACK_VERIFICATION_TOKEN")
"""What Bolt takes from the environment by itself. The first two, which other Slack programs leave there, would make it
an app that others install in their workspaces and that keeps their tokens in files."""
BROKEN: Final = "Something in Tocsin broke over this; the log says what. Look whether it was done before you try again."

log = logging.getLogger(__name__)


def build_app(desk: Desk, client: AsyncWebClient, members: Members, presence: Presence) -> AsyncApp:
    """Make the app. `client` carries the bot token, `members` tells who people are, `presence` who we are."""
    bare = AsyncWebClient(base_url=client.base_url, session=client.session, retry_handlers=[])

    async def authorize() -> AuthorizeResult:
        identity = presence.identity
        return AuthorizeResult(
            enterprise_id=None,
            team_id=identity.team if identity else None,
            bot_token=client.token,
            bot_id=identity.bot if identity else None,
            bot_user_id=identity.user if identity else None,
        )

    with _unseen(READ_BY_BOLT):
        app = AsyncApp(
            name="tocsin",
            client=bare,
            authorize=authorize,
            signing_secret="checked before",  # noqa: S106 - it is, over the raw bytes, in bot.slack.http
            request_verification_enabled=False,
            process_before_response=True,
            raise_error_for_unhandled_request=True,
        )
    inbound = Inbound(desk, client, members)
    _listen_to_people(app, inbound)
    _listen_to_menus_and_shortcuts(app, inbound)
    _listen_to_events(app, inbound, presence)
    app.error(_failed)
    return app


@contextmanager
def _unseen(names: Sequence[str]) -> Iterator[None]:
    """Have nobody see these variables of the environment meanwhile."""
    kept = {name: os.environ.pop(name) for name in names if name in os.environ}
    try:
        yield
    finally:
        os.environ.update(kept)


def _listen_to_people(app: AsyncApp, inbound: Inbound) -> None:
    @app.command(EVERYTHING)
    async def commanded(ack: AsyncAck, body: Answer) -> None:
        answer = await inbound.command(body)
        await (ack(text=answer.text, blocks=list(answer.blocks)) if answer else ack())

    @app.action(EVERYTHING)
    async def pressed(ack: AsyncAck, body: Answer, respond: AsyncRespond) -> None:
        actions = objects_at(body, "actions")
        answer = await inbound.button(body, actions[0] if actions else {})
        await ack()
        if answer is not None:
            await _tell(answer, body, respond, inbound)

    @app.view(EVERYTHING)
    async def submitted(ack: AsyncAck, body: Answer) -> None:
        outcome = await inbound.submission(body)
        if outcome.errors is not None:
            await ack(response_action="errors", errors=dict(outcome.errors))
        elif outcome.view is not None:
            await ack(response_action="push" if outcome.pushed else "update", view=outcome.view)
        else:
            await ack(response_action="clear")


def _listen_to_menus_and_shortcuts(app: AsyncApp, inbound: Inbound) -> None:
    @app.options(EVERYTHING)
    async def asked_for_options(ack: AsyncAck, body: Answer) -> None:
        offered = inbound.options(body)
        if offered.groups:
            await ack(option_groups=list(offered.groups))
        else:
            await ack(options=list(offered.options))

    for name in SHORTCUTS:

        @app.shortcut(name)
        async def chosen(ack: AsyncAck, body: Answer, respond: AsyncRespond) -> None:
            answer = await inbound.shortcut(body)
            await ack()
            if answer is not None:
                await _tell(answer, body, respond, inbound)


def _listen_to_events(app: AsyncApp, inbound: Inbound, presence: Presence) -> None:
    @app.event("app_home_opened")
    async def home_opened(body: Answer) -> None:
        await inbound.home_opened(body)

    @app.event("member_joined_channel")
    async def member_joined(body: Answer) -> None:
        us = presence.identity
        if us is None or text_at(object_at(body, "event"), "user") != us.user:
            await inbound.joined(body)

    @app.event("member_left_channel")
    async def member_left(body: Answer) -> None:
        await inbound.left(body)

    @app.event("message")
    async def typed(body: Answer) -> None:
        await inbound.typed(body)


async def _tell(answer: Message, body: Answer, respond: AsyncRespond, inbound: Inbound) -> None:
    """Say it only to whoever pressed: below the message, or in a form where there is none.

    The acknowledgement waits for this, so a Slack that hangs costs the words (what was done is saved), not the answer.
    """
    blocks = list(answer.blocks)
    try:
        async with asyncio.timeout(TOLD_WITHIN):
            if text_at(body, "response_url"):
                await respond(response_type="ephemeral", replace_original=False, text=answer.text, blocks=blocks)
            else:
                await inbound.show_words(body, answer)
    except (SlackClientError, ClientError, TimeoutError, OSError) as error:
        log.warning("An answer to a button did not get through: %s", error)
        await inbound.tell_later(body)


async def _failed(error: Exception, body: Answer) -> BoltResponse | None:
    if isinstance(error, BoltUnhandledRequestError):
        return BoltResponse(status=200, body="")
    if isinstance(error, Unavailable):
        log.warning("A delivery from Slack was not taken, and Slack is told so: %s", error)
        return BoltResponse(status=503, body="")
    log.error("A delivery from Slack broke.", exc_info=error)
    return BoltResponse(status=200, body=BROKEN) if text_at(body, "command") else BoltResponse(status=500, body="")
