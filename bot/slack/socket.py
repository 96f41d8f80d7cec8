"""Socket Mode with a watchdog: slack-sdk can go on trying a used-up address for ever, so somebody has to look."""

import asyncio
import logging
from collections.abc import Callable
from typing import Final

from aiohttp import ClientError
from slack_bolt.adapter.socket_mode.async_handler import AsyncSocketModeHandler
from slack_bolt.app.async_app import AsyncApp
from slack_sdk.errors import SlackClientError
from slack_sdk.web.async_client import AsyncWebClient

from bot.services.outbox import wait

LOOK_EVERY: Final = 2.0
PING_EVERY: Final = 5
CONNECT_WITHIN: Final = 15.0
FRESH_ADDRESS_AFTER: Final = 2
"""Looks that found no connection before the address is given up and a new one asked for."""
REBUILD_AFTER: Final = 60.0

log = logging.getLogger(__name__)


class SocketMode:
    """One connection to Slack, kept up."""

    def __init__(self, app: AsyncApp, app_token: str, client: AsyncWebClient, seconds: Callable[[], float]) -> None:
        """Prepare; `client` gives the addresses, `seconds` never jump. Nothing is connected yet."""
        self._app = app
        self._token = app_token
        self._client = client
        self._seconds = seconds
        self._handler: AsyncSocketModeHandler | None = None
        self._stopping = asyncio.Event()
        self._connected = False
        self._down_since = seconds()
        self._failed_looks = 0

    async def run(self) -> None:
        """Connect, and stay connected until stopped."""
        try:
            while not self._stopping.is_set():
                await self._look()
                await wait(self._stopping, LOOK_EVERY)
        finally:
            await self._close()

    def stop(self) -> None:
        """Take no more envelopes; `run` then closes the connection."""
        self._stopping.set()

    def trouble(self) -> str:
        """What is wrong, in a sentence; empty while connected."""
        if self._connected:
            return ""
        return f"the socket to Slack has been down for {self._seconds() - self._down_since:.0f} s"

    async def _look(self) -> None:
        if self._handler is None:
            await self._connect()
        elif await self._handler.client.is_connected():
            self._up()
        else:
            await self._mend(self._handler)

    async def _connect(self) -> None:
        self._handler = AsyncSocketModeHandler(
            self._app, self._token, web_client=self._client, ping_interval=PING_EVERY
        )
        try:
            async with asyncio.timeout(CONNECT_WITHIN):
                await self._handler.connect_async()
        except (ClientError, OSError, TimeoutError, SlackClientError) as trouble:
            log.warning("Socket Mode could not connect: %s", trouble)
            await self._close()
        else:
            self._up()

    async def _mend(self, handler: AsyncSocketModeHandler) -> None:
        if self._connected:
            self._connected, self._down_since = False, self._seconds()
            log.warning("The socket to Slack is down.")
        self._failed_looks += 1
        if self._seconds() - self._down_since > REBUILD_AFTER:
            await self._close()
        elif self._failed_looks % FRESH_ADDRESS_AFTER == 0:
            handler.client.wss_uri = None  # a ticket is good for one handshake; the client would try it again for ever

    def _up(self) -> None:
        self._failed_looks = 0
        if not self._connected:
            self._connected = True
            log.info("Connected to Slack by Socket Mode.")

    async def _close(self) -> None:
        handler, self._handler = self._handler, None
        if self._connected:
            self._connected, self._down_since = False, self._seconds()
        if handler is not None:
            await handler.close_async()
