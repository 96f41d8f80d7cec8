"""The control interface under `/sandbox/`, and the page itself: what a browser, or a test in another process, uses."""

import asyncio
import json
from dataclasses import asdict, dataclass, field
from pathlib import Path

from aiohttp import web

from bot.sandbox import acts, page
from bot.sandbox.backstage import OTHER_FAULTS, PING_SECONDS, Backstage, tell
from bot.sandbox.faults import Faults
from bot.sandbox.jsons import JsonObject, as_flag, as_number, as_object, parsed
from bot.sandbox.models import Channel, Happening, Refusal
from bot.sandbox.stage import Stage
from bot.sandbox.webapi.dispatch import Call
from bot.sandbox.workspace import BOT_USER

STATIC = Path(__file__).parent / "static"


@dataclass(slots=True, kw_only=True)
class Control:
    """Routes of the page. `welcome` is what the page greets newcomers with: channel, as, text."""

    stage: Stage
    faults: Faults
    calls: list[Call]
    welcome: JsonObject | None = None
    backstage: Backstage = field(init=False)
    _listeners: dict[asyncio.Queue[JsonObject | None], str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Open backstage."""
        self.backstage = Backstage(stage=self.stage, faults=self.faults)

    def add_routes(self, application: web.Application) -> None:
        """Register the page and everything under `/sandbox/`."""
        router = application.router
        router.add_get("/", self._index)
        if STATIC.is_dir():
            router.add_static("/static/", STATIC)
            application.on_response_prepare.append(_ask_again)
        router.add_get("/sandbox/state", self._state)
        router.add_get("/sandbox/messages", self._messages)
        router.add_get("/sandbox/thread", self._thread)
        router.add_get("/sandbox/view", self._view)
        router.add_get("/sandbox/home", self._home)
        router.add_get("/sandbox/events", self._events)
        router.add_get("/sandbox/calls", self._calls)
        router.add_get("/sandbox/unexpected", self._unexpected)
        router.add_post("/sandbox/act", self._act)
        router.add_post("/sandbox/faults", self._faults)
        router.add_post("/sandbox/clock", self._clock)
        router.add_post("/sandbox/drop_sockets", self._drop_sockets)
        self.backstage.add_routes(application)

    def publish(self, happening: Happening) -> None:
        """Tell the pages of those whom it concerns."""
        for queue, me in self._listeners.items():
            if page.concerns(self.stage.workspace, me, happening):
                queue.put_nowait({"type": happening.kind, **happening.detail})

    def stop(self) -> None:
        """End the event streams."""
        for queue in self._listeners:
            queue.put_nowait(None)
        self.backstage.stop()

    def _me(self, request: web.Request) -> str:
        """Whom the request speaks for: as asked, else the newcomer of the welcome, else the first person."""
        users = self.stage.workspace.users
        wanted = [request.query.get("as", ""), str((self.welcome or {}).get("as", ""))]
        ids = [user for user in (self.stage.workspace.id_of(name) for name in wanted) if user]
        people = [user.id for user in users.values() if not user.bot]
        return next(iter([*ids, *people]), BOT_USER)

    def _channel(self, request: web.Request) -> Channel:
        me, wanted = self._me(request), request.query.get("channel", "")
        try:
            workspace = self.stage.workspace
            return workspace.seen_by(me, wanted) if wanted else workspace.direct(BOT_USER, me)
        except Refusal as refusal:
            body = json.dumps({"ok": False, "error": refusal.code})
            raise web.HTTPNotFound(text=body, content_type="application/json") from refusal

    async def _index(self, _request: web.Request) -> web.StreamResponse:
        index = STATIC / "index.html"
        return web.FileResponse(index) if index.exists() else web.Response(text="This local Slack has no page.")

    async def _state(self, request: web.Request) -> web.Response:
        return web.json_response(page.state(self.stage, self._me(request), self.welcome))

    async def _messages(self, request: web.Request) -> web.Response:
        shown = page.channel_messages(self.stage.workspace, self._me(request), self._channel(request))
        return web.json_response(shown)

    async def _thread(self, request: web.Request) -> web.Response:
        ts = request.query.get("ts", "")
        shown = page.thread_messages(self.stage.workspace, self._me(request), self._channel(request), ts)
        return web.json_response(shown)

    async def _view(self, request: web.Request) -> web.Response:
        return web.json_response(page.top_view(self.stage.workspace, self._me(request)))

    async def _home(self, request: web.Request) -> web.Response:
        return web.json_response(page.home_view(self.stage.workspace, self._me(request)))

    async def _calls(self, request: web.Request) -> web.Response:
        wanted = request.query.get("method", "")
        shown = [asdict(call) | {"error": call.error} for call in self.calls if wanted in {"", call.method}]
        return web.json_response({"calls": shown})

    async def _unexpected(self, _request: web.Request) -> web.Response:
        return web.json_response({"unexpected": [asdict(item) for item in self.stage.unexpected]})

    async def _act(self, request: web.Request) -> web.Response:
        body = parsed(await request.text())
        if not isinstance(body, dict):
            return _wrong("The body is not a JSON object. Nothing was done.")
        status, answer = await acts.perform(self.stage, body)
        return web.json_response(answer, status=status)

    async def _faults(self, request: web.Request) -> web.Response:
        body = as_object(parsed(await request.text()))
        if as_flag(body.get("clear")):
            self.faults.clear()
        try:
            for key in {"add"} & body.keys():
                self.faults.add_from(as_object(body[key]))
        except ValueError as error:
            return _wrong(str(error))
        self.backstage.note_mood(OTHER_FAULTS if body.get("add") else "normal")
        return web.json_response({"ok": True})

    async def _clock(self, request: web.Request) -> web.Response:
        body = as_object(parsed(await request.text()))
        try:
            offset = self.stage.clock.advance(as_number(body.get("advance"), 0.0))
        except ValueError as error:
            return _wrong(str(error))
        self.stage.workspace.touch("clock", offset=offset)
        self.backstage.tell_status()
        return web.json_response({"ok": True, "offset": offset, "now": self.stage.clock.wall()})

    async def _drop_sockets(self, _request: web.Request) -> web.Response:
        return web.json_response({"ok": True, "dropped": self.stage.delivery.sockets.drop()})

    async def _events(self, request: web.Request) -> web.WebSocketResponse:
        """Tell one page of changes. A WebSocket, because a browser opens only six HTTP connections to one address."""
        socket = web.WebSocketResponse(heartbeat=PING_SECONDS)
        await socket.prepare(request)
        queue: asyncio.Queue[JsonObject | None] = asyncio.Queue()
        self._listeners[queue] = self._me(request)
        telling = asyncio.create_task(tell(socket, queue))
        try:
            async for _ in socket:
                """The page says nothing here; the loop ends when it goes away."""
        finally:
            del self._listeners[queue]
            telling.cancel()
        return socket


async def _ask_again(request: web.Request, response: web.StreamResponse) -> None:
    """Have the browser ask whether a script is still the newest: half an old page and half a new one do not fit."""
    if request.path == "/" or request.path.startswith("/static/"):
        response.headers.setdefault("Cache-Control", "no-cache")


def _wrong(sentence: str) -> web.Response:
    return web.json_response({"ok": False, "error": sentence}, status=400)
