"""The local Slack, put together and served: Web API, Socket Mode, response URLs, the page and its control interface."""

import asyncio
import contextlib
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path

from aiohttp import web

from bot.sandbox import conversations, messages
from bot.sandbox.account import account_of, troubles_of
from bot.sandbox.client import Person
from bot.sandbox.clock import Clock, monotonic_seconds
from bot.sandbox.control import Control
from bot.sandbox.delivery import Delivery
from bot.sandbox.faults import Faults
from bot.sandbox.jsons import JsonObject, as_object, parsed
from bot.sandbox.manifest import Manifest, read_manifest
from bot.sandbox.models import Channel, Happening, Message, Refusal, User
from bot.sandbox.notifier import Notifier
from bot.sandbox.response_urls import ResponseUrls
from bot.sandbox.sockets import Ack, Envelope, SocketHub
from bot.sandbox.stage import Stage, Unexpected
from bot.sandbox.triggers import Triggers
from bot.sandbox.webapi.dispatch import Call, WebApi
from bot.sandbox.workspace import BOT_USER, Policy, UserGroup, Workspace

BOT_TOKEN = "xoxb-local-0001-bot"
APP_TOKEN = "xapp-local-0001-app"
SIGNING_SECRET = "local-signing-secret-0001"
TICK_SECONDS = 0.2
# Whoever stops this Slack waits for nobody: a call that is under way is cut off. (0 would be to wait for ever.)
STOPPED_WITHIN = 0.001


class LocalSlack:
    """One workspace with one app, in memory, on a port of this machine."""

    def __init__(
        self, manifest: Manifest, clock: Clock, *, request_url: str | None, strict: bool, ack_seconds: float
    ) -> None:
        self.clock = clock
        self.changed = Notifier()
        self.unexpected: list[Unexpected] = []
        self.bot_token, self.app_token, self.signing_secret = BOT_TOKEN, APP_TOKEN, SIGNING_SECRET
        self.faults = Faults()
        self.workspace = Workspace(
            manifest=manifest, clock=clock, on_event=self._offer, on_change=self._tell, policy=Policy()
        )
        self.workspace.users[BOT_USER] = User(
            id=BOT_USER, name=manifest.bot_name, real_name=manifest.bot_name, bot=True
        )
        self.sockets = SocketHub(self._connections_changed)
        self.delivery = Delivery(
            sockets=self.sockets,
            signing_secret=SIGNING_SECRET,
            clock=clock.wall,
            complain=self._complain,
            on_answer=self.changed.notify,
            request_url=request_url,
            ack_seconds=ack_seconds,
        )
        self.stage = Stage(
            workspace=self.workspace,
            clock=clock,
            triggers=Triggers(clock.monotonic),
            response_urls=ResponseUrls(self.workspace),
            delivery=self.delivery,
            changed=self.changed,
            unexpected=self.unexpected,
            strict=strict,
        )
        self.web_api = WebApi(stage=self.stage, faults=self.faults, tokens={BOT_TOKEN: "bot", APP_TOKEN: "app"})
        self.control = Control(stage=self.stage, faults=self.faults, calls=self.web_api.calls)
        self.backstage = self.control.backstage
        self.delivery.watch = self.backstage.recording.watch
        self._runner: web.AppRunner | None = None
        self._ticker: asyncio.Task[None] | None = None

    @classmethod
    async def start(  # noqa: PLR0913 (each is one thing that a test may want to set)
        cls,
        *,
        manifest: Path | Mapping[str, object],
        port: int = 0,
        host: str = "127.0.0.1",
        now: Callable[[], float] | None = None,
        clock_offset_file: Path | None = None,
        request_url: str | None = None,
        strict: bool = True,
        ack_seconds: float = 3.0,
        monotonic: Callable[[], float] = monotonic_seconds,
    ) -> "LocalSlack":
        """Serve a workspace whose app is described by `manifest`; port 0 takes a free one.

        `now` answers Unix seconds; `monotonic` times triggers; `ack_seconds` is Slack's patience with the app.
        """
        clock = Clock(now=now, offset_file=clock_offset_file, monotonic=monotonic)
        slack = cls(read_manifest(manifest), clock, request_url=request_url, strict=strict, ack_seconds=ack_seconds)
        await slack._serve(host, port)
        return slack

    async def _serve(self, host: str, port: int) -> None:
        application = web.Application(client_max_size=8 * 1024 * 1024)
        self.web_api.add_routes(application)
        application.router.add_get("/link", self.sockets.serve)
        application.router.add_post("/response/{url_id}", self._response_url)
        self.control.add_routes(application)
        self._runner = web.AppRunner(
            application, handler_cancellation=True, access_log=None, shutdown_timeout=STOPPED_WITHIN
        )
        await self._runner.setup()
        site = web.TCPSite(self._runner, host, port)
        await site.start()
        actual: int = self._runner.addresses[0][1]
        self.stage.site = f"http://{host}:{actual}"
        self._ticker = asyncio.get_running_loop().create_task(self._tick())

    async def stop(self) -> None:
        """Close every connection and the port."""
        if self._ticker is not None:
            self._ticker.cancel()
            await asyncio.gather(self._ticker, return_exceptions=True)
        self.web_api.stop()
        self.control.stop()
        await self.delivery.stop()
        self.sockets.drop()
        if self._runner is not None:
            await self._runner.cleanup()

    @property
    def url(self) -> str:
        """Where it is; the Web API is under `/api/`."""
        return self.stage.site

    @property
    def request_url(self) -> str | None:
        """Where events go by signed HTTP; None: Socket Mode."""
        return self.delivery.request_url

    @request_url.setter
    def request_url(self, url: str | None) -> None:
        self.delivery.request_url = url

    @property
    def policy(self) -> Policy:
        """What the workspace's owner forbids."""
        return self.workspace.policy

    @property
    def bot_user(self) -> str:
        """The app's user id."""
        return BOT_USER

    @property
    def last_envelopes(self) -> list[Envelope]:
        """What was delivered, oldest first (the last few hundred)."""
        return list(self.delivery.sent)

    def add_person(
        self,
        name: str,
        *,
        email: str = "",
        real_name: str = "",
        tz: str = "UTC",
        admin: bool = False,
        guest: bool = False,
        deleted: bool = False,
        muted: bool = False,
    ) -> Person:
        """A new member; returns the person, who can act."""
        user_id = self.workspace.new_id("U")
        self.workspace.users[user_id] = User(
            id=user_id,
            name=name,
            real_name=real_name or name.title(),
            email=email,
            tz=tz,
            admin=admin,
            guest=guest,
            deleted=deleted,
            muted=muted,
        )
        self.workspace.touch("people")
        return Person(user_id, self.stage)

    def person(self, name: str) -> Person:
        """The person of this name or id. Raises KeyError when there is none."""
        for user in self.workspace.users.values():
            if name.removeprefix("@") in {user.name, user.id}:
                return Person(user.id, self.stage)
        raise KeyError(name)

    def add_channel(
        self,
        name: str,
        *,
        private: bool = False,
        members: Iterable[Person] = (),
        creator: Person | None = None,
        with_bot: bool = False,
    ) -> str:
        """A new channel that people made; returns its id. `with_bot` puts the app into it."""
        ids = [person.id for person in members]
        maker = creator.id if creator is not None else (ids[0] if ids else "U0SLACKBOT")
        channel = conversations.create(self.workspace, maker, name, private=private)
        channel.members[:] = dict.fromkeys([maker, *ids, *([BOT_USER] if with_bot else [])])
        if maker == "U0SLACKBOT":
            channel.members.remove(maker)
        return channel.id

    def add_group(self, handle: str, members: Iterable[Person], *, name: str = "") -> str:
        """A new user group; returns its id."""
        group_id = self.workspace.new_id("S")
        ids = tuple(person.id for person in members)
        self.workspace.groups[group_id] = UserGroup(id=group_id, handle=handle, name=name or handle, members=ids)
        return group_id

    def channel(self, name: str) -> Channel:
        """The channel of this name or id, private and archived ones too. Raises KeyError when there is none."""
        channel = self.workspace.channels.get(name) or self.workspace.by_name(name)
        if channel is None:
            raise KeyError(f"There is no channel {name!r}; there are {[c.name for c in self.channels]}.")
        return channel

    @property
    def channels(self) -> list[Channel]:
        """All channels, direct messages not among them."""
        return [channel for channel in self.workspace.channels.values() if not channel.im_with]

    def ephemerals_of(self, person: Person) -> list[Message]:
        """What only this person saw, oldest first."""
        return person.ephemerals()

    def calls(self, method: str | None = None) -> list[Call]:
        """The Web API calls so far, of one method or of all."""
        return [call for call in self.web_api.calls if method in {None, call.method}]

    async def until(self, predicate: Callable[[], object], *, timeout: float = 5.0, why: str = "") -> None:
        """Wait until `predicate()` is true, asked again after each change.

        Raises AssertionError with `why` and the last messages after `timeout` seconds.
        """
        if not await self.changed.wait_for(predicate, timeout):
            raise AssertionError(f"Not within {timeout} s: {why or 'the condition'}\n{self.described()}")

    async def connected(self, *, timeout: float = 5.0, connections: int = 1) -> None:
        """Wait until the app has opened this many Socket Mode connections."""
        await self.until(lambda: self.sockets.count >= connections, timeout=timeout, why="the app connects")

    async def deliver(self, envelope: Envelope, times: int = 1) -> list[Ack]:
        """Deliver the same payload again, `times` at once."""
        return await self.delivery.repeat(envelope, times)

    async def drop_sockets(self) -> int:
        """Cut every Socket Mode connection without a word; returns how many there were."""
        return self.sockets.drop()

    async def refresh_sockets(self) -> None:
        """Ask every connection to make way for a new one, as Slack does every few hours."""
        await self.sockets.ask_to_reconnect()

    def described(self, last: int = 6) -> str:
        """Channels with their last messages, open views and refusals, for a failed test to print."""
        return "\n".join([*account_of(self.workspace, last), *troubles_of(self.unexpected, self.web_api.calls, last)])

    def _offer(self, event: JsonObject, channel: Channel | None) -> None:
        self.stage.offer(event, channel)

    def _tell(self, happening: Happening) -> None:
        self.control.publish(happening)
        self.changed.notify()

    def _connections_changed(self) -> None:
        self.backstage.tell_status()

    def _complain(self, method: str, error: str, detail: str) -> None:
        self.stage.complain(method, error, detail)
        self.changed.notify()

    async def _response_url(self, request: web.Request) -> web.Response:
        body = as_object(parsed(await request.text()))
        try:
            self.stage.response_urls.post(request.match_info["url_id"], body)
        except Refusal as refusal:
            self.stage.complain("response_url", refusal.code, str(refusal.extra), body)
            return web.json_response({"ok": False, "error": refusal.code}, status=404 if "url" in refusal.code else 400)
        return web.Response(text="ok")

    async def _tick(self) -> None:
        """What the clock brings, whether it went by itself or was moved."""
        while True:
            await asyncio.sleep(TICK_SECONDS)
            messages.post_due(self.workspace)
            self.delivery.wake()
            with contextlib.suppress(ConnectionError):
                await self.sockets.retire(self.clock.wall())
