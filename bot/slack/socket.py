"""Socket Mode with a watchdog: slack-sdk can go on trying a used-up address for ever, so somebody has to look."""

import asyncio
import logging
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from slack_bolt.adapter.socket_mode.async_handler import AsyncSocketModeHandler
from slack_bolt.app.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from bot.services.outbox import wait
from bot.services.ports import RetryLater, Unknown
from bot.slack.answers import text_at
from bot.slack.api import Errand, Rejected, SlackApi
from bot.slack.limits import Limits

ERRAND: Final = Errand(row="socket")
REMEDY: Final = (
    "make an app-level token with connections:write under Basic Information in the app's settings, put it in "
    "SLACK_APP_TOKEN, see that Socket Mode is on, and restart"
)

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace:
    """How often the connection is looked at, and with how much patience; all in seconds but the looks.

    After `looks_before_fresh_address` looks in a row that found no connection, a new address is asked for: one is good
    for a single handshake. A connection that is down for longer than `rebuild_after` is given up and made anew.
    """

    look_every: float = 2.0
    ping_every: float = 5.0
    connect_within: float = 15.0
    looks_before_fresh_address: int = 2
    rebuild_after: float = 60.0
    silent_after: float = 25.0


UNHURRIED: Final = Pace()


class SocketMode:
    """One connection to Slack, kept up."""

    def __init__(
        self,
        app: AsyncApp,
        app_token: str,
        client: AsyncWebClient,
        seconds: Callable[[], float],
        pace: Pace = UNHURRIED,
    ) -> None:
        """Prepare; `client` says where Slack is, `seconds` never jump. Nothing is connected yet."""
        self._app = app
        self._token = app_token
        self._client = client
        self._seconds = seconds
        self._pace = pace
        itself = AsyncWebClient(app_token, base_url=client.base_url, session=client.session, retry_handlers=[])
        self._api = SlackApi(itself, Limits(seconds))
        self._handler: AsyncSocketModeHandler | None = None
        self._stopping = asyncio.Event()
        self._connected = False
        self._why = ""
        self._retired = ""
        self._down_since = seconds()
        self._failed_looks = 0
        self._heard_at = seconds()
        self._pong: float | None = None

    async def run(self) -> None:
        """Connect, and stay connected until stopped."""
        try:
            while not self._stopping.is_set():
                await self._look()
                await wait(self._stopping, self._pace.look_every)
        finally:
            await self._close()

    def stop(self) -> None:
        """Take no more envelopes; `run` then closes the connection."""
        self._stopping.set()

    def retire(self, why: str) -> None:
        """Give the connection up for good, so that Slack sends its events elsewhere; `why` is what is wrong then."""
        self._retired = why

    def trouble(self) -> str:
        """What is wrong, in a sentence; empty while connected."""
        if self._retired:
            return self._retired
        if self._connected:
            return ""
        down = f"the socket to Slack has been down for {self._seconds() - self._down_since:.0f} s"
        return f"{down}: {self._why}" if self._why else down

    def silence(self) -> float:
        """Tell how many seconds ago anything came from Slack; before the first connection, since the start."""
        return self._seconds() - self._heard_at

    async def _look(self) -> None:
        if self._retired:
            await self._close()
            return
        if self._handler is None:
            await self._connect()
            return
        self._listen(self._handler.client.last_ping_pong_time)
        if not await self._handler.client.is_connected():
            await self._mend(self._handler)
        elif self.silence() > self._pace.silent_after:
            await self._failed(f"nothing has come from it for {self.silence():.0f} s")
        else:
            self._up()

    def _listen(self, pong: float | None) -> None:
        """Note the answer to a ping, which the client keeps by the wall clock: only that it is another one counts."""
        if pong != self._pong:
            self._pong = pong
            self._heard_at = self._seconds()

    async def _heard(self, _frame: object) -> None:
        self._heard_at = self._seconds()

    async def _connect(self) -> None:
        try:
            async with asyncio.timeout(self._pace.connect_within):
                address = await self._api.call("apps.connections.open", ERRAND, {})
                self._handler = self._handler_for(text_at(address, "url"))
                await self._handler.connect_async()
        except Rejected as refused:
            await self._failed(f"Slack refuses the app token ({refused.error}): {REMEDY}")
        except RetryLater as later:
            await self._failed(f"Slack gives no address: {later.why}")
        except Unknown as lost:
            await self._failed(f"Slack gives no address: {lost}")
        except TimeoutError:
            await self._failed(f"no connection came about within {self._pace.connect_within:.0f} s")
        else:
            self._up()

    def _handler_for(self, address: str) -> AsyncSocketModeHandler:
        handler = AsyncSocketModeHandler(
            self._app, self._token, web_client=self._client, ping_interval=self._pace.ping_every
        )
        handler.client.wss_uri = address
        handler.client.on_message_listeners.append(self._heard)
        self._heard_at = self._seconds()
        return handler

    async def _failed(self, why: str) -> None:
        if why != self._why:
            log.warning("The socket to Slack is down: %s", why)
        self._why = why
        await self._close()

    async def _mend(self, handler: AsyncSocketModeHandler) -> None:
        if self._connected:
            self._connected, self._down_since = False, self._seconds()
            log.warning("The socket to Slack is down.")
        self._failed_looks += 1
        if self._seconds() - self._down_since > self._pace.rebuild_after:
            await self._close()
        elif self._failed_looks % self._pace.looks_before_fresh_address == 0:
            handler.client.wss_uri = None  # a ticket is good for one handshake; the client would try it again for ever

    def _up(self) -> None:
        self._failed_looks = 0
        self._why = ""
        if not self._connected:
            self._connected = True
            log.info("Connected to Slack by Socket Mode.")

    async def _close(self) -> None:
        handler, self._handler = self._handler, None
        if self._connected:
            self._connected, self._down_since = False, self._seconds()
        if handler is not None:
            await handler.close_async()
