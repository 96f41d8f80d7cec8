"""Backstage: what passes between this Slack and the app, live, and the levers that make their lives hard.

- `GET /sandbox/backstage` → `status` and `passages`, each in brief, oldest first
- `GET /sandbox/backstage/passage?number=` → one passage, with what was sent and what was answered
- `GET /sandbox/backstage/live`: a WebSocket that says `{"status"}` and `{"passage"}`, now and whenever they change
- `POST /sandbox/slack` `{"is": MOOD}`, one of MOODS; takes away every fault that was set before
- `POST /sandbox/app` `{"do": "kill" | "start"}`: the process of the app, where we started it
- `POST /sandbox/demo` `{"do": "pause" | "continue" | "stop"}`
- `GET /sandbox/quiet?for=0.3&timeout=10` (seconds) → once nothing has been under way for so long
"""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final, Protocol

from aiohttp import web

from bot.sandbox.faults import Faults
from bot.sandbox.jsons import JsonObject, as_number, as_object, as_text, parsed
from bot.sandbox.recording import Passage, Recording
from bot.sandbox.stage import Stage
from bot.sandbox.supervised import Supervised
from bot.sandbox.workspace import BOT_USER

PING_SECONDS = 15.0
LONGEST_GIST = 90
QUIET_SECONDS = 0.3
QUIET_WITHIN = 10.0

SLOW_SECONDS: Final = 2.0
RETRY_AFTER: Final = 5
MOODS: Final[dict[str, dict[str, object]]] = {
    "normal": {},
    "slow": {"method": "*", "kind": "latency", "seconds": SLOW_SECONDS},
    "limited": {"method": "*", "kind": "429", "retry_after": RETRY_AFTER},
    "down": {"method": "*", "kind": "5xx", "status": 503},
}
OTHER_FAULTS: Final = "faulty"
"""The mood of a Slack whose faults were set one by one."""


class Demo(Protocol):
    """Something that plays by itself, and can be held."""

    def as_json(self) -> JsonObject:
        """What the page shows of it."""

    def pause(self) -> None:
        """Hold it."""

    def resume(self) -> None:
        """Let it go on."""

    def stop(self) -> None:
        """End it."""


@dataclass(slots=True, kw_only=True)
class Backstage:
    """The recording and the levers. `app` and `demo` are there where somebody put them there."""

    stage: Stage
    faults: Faults
    recording: Recording = field(init=False)
    app: Supervised | None = None
    demo: Demo | None = None
    mood: str = "normal"
    _listeners: set[asyncio.Queue[JsonObject | None]] = field(default_factory=set)

    def __post_init__(self) -> None:
        """Begin to record."""
        self.recording = Recording(clock=self.stage.clock, on_passage=self._tell_passage)

    def add_routes(self, application: web.Application) -> None:
        """Register what the module's description lists, and have the app's calls noted."""
        application.middlewares.append(self.recording.middleware)
        router = application.router
        router.add_get("/sandbox/backstage", self._all)
        router.add_get("/sandbox/backstage/passage", self._passage)
        router.add_get("/sandbox/backstage/live", self._live)
        router.add_get("/sandbox/quiet", self._quiet)
        router.add_post("/sandbox/slack", self._slack)
        router.add_post("/sandbox/app", self._app)
        router.add_post("/sandbox/demo", self._demo)

    @property
    def watched(self) -> bool:
        """Whether a page is open."""
        return bool(self._listeners)

    def supervise(self, app: Supervised) -> None:
        """Take the process of the app into the page."""
        self.app = app
        app.on_change = self.tell_status

    def make_slack(self, mood: str) -> None:
        """Make Slack slow, limited, down or normal again. Raises ValueError for any other mood."""
        if mood not in MOODS:
            raise ValueError(f"Slack cannot be {mood!r}; it can be {', '.join(MOODS)}. Nothing was changed.")
        self.faults.clear()
        if MOODS[mood]:
            self.faults.add_from(MOODS[mood])
        self.note_mood(mood)

    def note_mood(self, mood: str) -> None:
        """Note what the faults amount to."""
        self.mood = mood
        self.tell_status()

    def stop(self) -> None:
        """End the streams."""
        for queue in self._listeners:
            queue.put_nowait(None)

    def tell_status(self) -> None:
        """Tell the pages how things stand."""
        self.stage.changed.notify()
        self._tell({"status": self.status()})

    def status(self) -> JsonObject:
        """How things stand: the app's process and connections, Slack's mood, the clock, the demo."""
        app, delivery = self.app, self.stage.delivery
        process = None if app is None else {"running": app.running, "killed": app.killed, "starts": app.starts}
        return {
            "app": self.stage.workspace.manifest.bot_name,
            "process": process,
            "connections": None if delivery.request_url is not None else delivery.sockets.count,
            "slack": self.mood,
            "offset": self.stage.clock.offset(),
            "movable": self.stage.clock.offset_file is not None,
            "demo": None if self.demo is None else self.demo.as_json(),
        }

    async def quiet(self, seconds: float = QUIET_SECONDS, *, timeout: float = QUIET_WITHIN) -> bool:
        """Wait until nothing has been under way between Slack and the app for `seconds`; False after `timeout`."""
        return await self.stage.changed.wait_for(lambda: self.recording.quiet_for() >= seconds, timeout)

    def _tell(self, news: JsonObject) -> None:
        for queue in self._listeners:
            queue.put_nowait(news)

    def _tell_passage(self, passage: Passage) -> None:
        self._tell({"passage": self._brief(passage)})

    def _brief(self, passage: Passage) -> JsonObject:
        shown = passage.as_json()
        del shown["sent"], shown["answer"]
        return shown | {"gist": self._gist(passage)}

    def _gist(self, passage: Passage) -> str:
        """What it is about, in a few words: where or who, and what a call says."""
        if passage.kind == "envelope":
            return self._place(as_object(passage.sent.get("payload")))
        sent = passage.sent
        words = " ".join(as_text(sent.get("text") or sent.get("topic") or sent.get("name")).split())
        return " · ".join(part for part in (self._place(sent), words) if part)[:LONGEST_GIST]

    def _place(self, sent: JsonObject) -> str:
        """The person or else the channel that something sent speaks of."""
        workspace, event = self.stage.workspace, as_object(sent.get("event"))
        channel = workspace.channels.get(as_text(sent.get("channel")) or as_text(event.get("channel")))
        if channel is not None and not channel.im_with and not event:
            return f"#{channel.name}"
        named = [sent.get("channel"), sent.get("user_id"), sent.get("user"), event.get("user")]
        ids = [
            *(channel.im_with if channel else ()),
            as_text(as_object(sent.get("user")).get("id")),
            *map(as_text, named),
        ]
        person = next((workspace.users[each] for each in ids if each in workspace.users and each != BOT_USER), None)
        return f"@{person.name}" if person is not None else f"#{channel.name}" if channel else ""

    async def _all(self, _request: web.Request) -> web.Response:
        passages = [self._brief(passage) for passage in self.recording.passages]
        return web.json_response({"status": self.status(), "passages": passages})

    async def _passage(self, request: web.Request) -> web.Response:
        wanted = request.query.get("number", "")
        found = next((each for each in self.recording.passages if str(each.number) == wanted), None)
        if found is None:
            return _refused("This is not kept any more: only the last few hundred are.", 404)
        return web.json_response(found.as_json())

    async def _slack(self, request: web.Request) -> web.Response:
        body = as_object(parsed(await request.text()))
        try:
            self.make_slack(as_text(body.get("is")))
        except ValueError as error:
            return _refused(str(error))
        return web.json_response({"ok": True, "status": self.status()})

    async def _app(self, request: web.Request) -> web.Response:
        """Kill or start the process of the app."""
        if self.app is None:
            return _refused("The app runs outside this local Slack, so it is not ours to kill or start.")
        wanted = as_text(as_object(parsed(await request.text())).get("do"))
        if wanted == "kill":
            done, why = await self.app.kill(), "The app is not running, so there was nothing to kill."
        elif wanted == "start":
            done, why = self.app.start(), "The app is running already; nothing was started."
        else:
            return _refused(f"The app cannot be told to {wanted!r}: only to kill or to start. Nothing was done.")
        return web.json_response({"ok": True, "status": self.status()}) if done else _refused(why)

    async def _demo(self, request: web.Request) -> web.Response:
        """Hold the demo, let it go on, or end it."""
        if self.demo is None:
            return _refused("No demo is playing. Start the sandbox with --demo to see one.")
        levers: dict[str, Callable[[], None]] = {
            "pause": self.demo.pause,
            "continue": self.demo.resume,
            "stop": self.demo.stop,
        }
        wanted = as_text(as_object(parsed(await request.text())).get("do"))
        if wanted not in levers:
            return _refused(f"The demo cannot {wanted!r}; it can {', '.join(levers)}.")
        levers[wanted]()
        self.tell_status()
        return web.json_response({"ok": True})

    async def _quiet(self, request: web.Request) -> web.Response:
        seconds = as_number(request.query.get("for"), QUIET_SECONDS)
        timeout = as_number(request.query.get("timeout"), QUIET_WITHIN)
        if await self.quiet(seconds, timeout=timeout):
            return web.json_response({"ok": True})
        under_way = sorted(passage.name for passage in self.recording.in_flight.values())
        words = f"still under way: {', '.join(under_way)}" if under_way else "one thing after another passed"
        return _refused(f"It was not quiet within {timeout:g} s; {words}.", 408)

    async def _live(self, request: web.Request) -> web.WebSocketResponse:
        """Tell one page: how things stand, what is kept, and then whatever changes."""
        socket = web.WebSocketResponse(heartbeat=PING_SECONDS)
        await socket.prepare(request)
        queue: asyncio.Queue[JsonObject | None] = asyncio.Queue()
        queue.put_nowait({"status": self.status()})
        for passage in self.recording.passages:
            queue.put_nowait({"passage": self._brief(passage)})
        self._listeners.add(queue)
        telling = asyncio.create_task(tell(socket, queue))
        try:
            async for _ in socket:
                """The page says nothing here; the loop ends when it goes away."""
        finally:
            self._listeners.discard(queue)
            telling.cancel()
        return socket


async def tell(socket: web.WebSocketResponse, queue: "asyncio.Queue[JsonObject | None]") -> None:
    """Send what is in the queue until None; then close."""
    while (news := await queue.get()) is not None:
        try:
            await socket.send_json(news)
        except ConnectionError:
            # The browser went away: there is nobody left to tell.
            return
    await socket.close()


def _refused(sentence: str, status: int = 400) -> web.Response:
    return web.json_response({"ok": False, "error": sentence}, status=status)
