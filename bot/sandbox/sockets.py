"""Socket Mode: single-use tickets, at most ten connections, envelopes that must be acknowledged by their id."""

import asyncio
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field, replace

from aiohttp import WSMsgType, web

from bot.sandbox.clock import monotonic_seconds
from bot.sandbox.jsons import JsonObject, as_object, as_text, parsed
from bot.sandbox.workspace import APP_ID

MOST_CONNECTIONS = 10
CONNECTION_SECONDS = 3600
WARNING_SECONDS = 10


def _fresh_id() -> str:
    return str(uuid.uuid4())


@dataclass(frozen=True, slots=True, kw_only=True)
class Envelope:
    """One delivery: `events_api`, `interactive` or `slash_commands`, and its payload."""

    kind: str
    payload: JsonObject
    id: str = field(default_factory=_fresh_id)
    retry_attempt: int = 0
    retry_reason: str = ""

    def again(self, *, retry_attempt: int = 0, retry_reason: str = "") -> "Envelope":
        """The same payload once more, under an envelope id of its own."""
        return replace(self, id=_fresh_id(), retry_attempt=retry_attempt, retry_reason=retry_reason)

    def as_json(self) -> JsonObject:
        """What goes over the socket."""
        shown: JsonObject = {
            "envelope_id": self.id,
            "type": self.kind,
            "payload": self.payload,
            "accepts_response_payload": self.kind != "events_api",
        }
        if self.kind == "events_api":
            shown |= {"retry_attempt": self.retry_attempt, "retry_reason": self.retry_reason}
        return shown


@dataclass(frozen=True, slots=True, kw_only=True)
class Ack:
    """How the app answered: a JSON body or plain text; `error` is empty when it did. `seconds` until then."""

    body: JsonObject = field(default_factory=dict)
    text: str = ""
    error: str = ""
    seconds: float = 0.0
    no_retry: bool = False


class SocketHub:
    """The open connections. An envelope goes to one of them, in turn."""

    def __init__(self, on_change: Callable[[], None]) -> None:
        self._on_change = on_change
        self._tickets: set[str] = set()
        self._open: list[web.WebSocketResponse] = []
        self._transports: dict[web.WebSocketResponse, asyncio.Transport] = {}
        self._pending: dict[str, tuple[asyncio.Future[JsonObject], web.WebSocketResponse]] = {}
        self._someone = asyncio.Event()
        self._turn = 0
        self._spoilt: list[bool] = []
        self._since: dict[web.WebSocketResponse, float] = {}
        self._warned: set[web.WebSocketResponse] = set()
        self.lifetime: float | None = None
        """Seconds that a connection may last before it is asked to make way for another; None: for ever."""

    @property
    def count(self) -> int:
        """How many connections are open."""
        return len(self._open)

    @property
    def watched(self) -> int:
        """How many of them are watched for their age."""
        return len(self._since)

    def ticket(self) -> str:
        """A ticket for one connection."""
        ticket = _fresh_id()
        self._tickets.add(ticket)
        return ticket

    def spoil(self, handshakes: int, *, hang: bool = False) -> None:
        """Have the next handshakes use up their ticket and come to nothing: answered 503, or (`hang`) not at all."""
        self._spoilt += [hang] * handshakes

    async def connected(self) -> None:
        """Wait until the app has a connection."""
        await self._someone.wait()

    async def serve(self, request: web.Request) -> web.StreamResponse:
        """One connection, from its handshake to its end."""
        ticket = request.query.get("ticket", "")
        if ticket not in self._tickets:
            return web.Response(status=401, text="The ticket is unknown or was used already.")
        self._tickets.discard(ticket)
        if self._spoilt:
            return await self._nothing_comes_of_it(hang=self._spoilt.pop(0))
        socket = web.WebSocketResponse(heartbeat=30)
        await socket.prepare(request)
        if len(self._open) >= MOST_CONNECTIONS:
            await socket.send_json({"type": "disconnect", "reason": "too_many_websockets"})
            await socket.close()
            return socket
        if request.transport is not None:
            self._transports[socket] = request.transport
        self._enter(socket)
        try:
            await self._converse(socket)
        finally:
            self._exit(socket)
        return socket

    async def _nothing_comes_of_it(self, *, hang: bool) -> web.Response:
        if hang:
            await asyncio.Event().wait()
        return web.Response(status=503, text="The handshake was broken off, and the ticket is used.")

    async def _converse(self, socket: web.WebSocketResponse) -> None:
        info = {"host": "local", "approximate_connection_time": CONNECTION_SECONDS}
        hello = {"type": "hello", "num_connections": len(self._open), "debug_info": info}
        await socket.send_json(hello | {"connection_info": {"app_id": APP_ID}})
        async for message in socket:
            if message.type is WSMsgType.TEXT:
                self._receive(as_object(parsed(str(message.data))))

    def _receive(self, answer: JsonObject) -> None:
        waiting = self._pending.pop(as_text(answer.get("envelope_id")), None)
        if waiting is not None and not waiting[0].done():
            waiting[0].set_result(as_object(answer.get("payload")))

    def _enter(self, socket: web.WebSocketResponse) -> None:
        self._open.append(socket)
        self._someone.set()
        self._on_change()

    def _exit(self, socket: web.WebSocketResponse) -> None:
        self._since.pop(socket, None)
        self._warned.discard(socket)
        self._transports.pop(socket, None)
        if socket in self._open:
            self._open.remove(socket)
        if not self._open:
            self._someone.clear()
        for envelope_id, (future, carrier) in list(self._pending.items()):
            if carrier is socket:
                del self._pending[envelope_id]
                if not future.done():
                    future.set_exception(ConnectionResetError("The socket closed before the acknowledgement."))
        self._on_change()

    async def send(self, envelope: Envelope, patience: float) -> Ack:
        """Deliver over one connection and wait at most `patience` seconds for the acknowledgement."""
        if not self._open:
            return Ack(error="dispatch_failed")
        self._turn += 1
        socket = self._open[self._turn % len(self._open)]
        future: asyncio.Future[JsonObject] = asyncio.get_running_loop().create_future()
        self._pending[envelope.id] = (future, socket)
        began = monotonic_seconds()
        try:
            await socket.send_json(envelope.as_json())
            async with asyncio.timeout(patience):  # unlike wait_for it never swallows that we are told to stop
                body = await future
        except TimeoutError:
            return Ack(error="operation_timeout", seconds=monotonic_seconds() - began)
        except ConnectionError:
            self._exit(socket)  # it may be closing, and nobody has noticed yet
            return Ack(error="connection_lost", seconds=monotonic_seconds() - began)
        finally:
            self._pending.pop(envelope.id, None)
        return Ack(body=body, seconds=monotonic_seconds() - began)

    async def ask_to_reconnect(self, reason: str = "refresh_requested") -> None:
        """Tell every connection to go, as Slack does every few hours."""
        for socket in list(self._open):
            await _ask_to_go(socket, reason)

    async def retire(self, now: float) -> None:
        """Warn what has lasted almost its `lifetime`, and ask what has outlasted it to go; `now` in seconds.

        A connection's life begins when it is first looked at.
        """
        for socket in list(self._open) if self.lifetime is not None else []:
            left = self._since.setdefault(socket, now) + (self.lifetime or 0) - now
            if left <= 0:
                del self._since[socket]
                await _ask_to_go(socket, "refresh_requested")
            elif left <= WARNING_SECONDS and socket not in self._warned:
                self._warned.add(socket)
                await _ask_to_go(socket, "warning")

    def drop(self) -> int:
        """Cut every connection without a word; returns how many there were."""
        sockets = list(self._open)
        for socket in sockets:
            transport = self._transports.get(socket)
            self._exit(socket)
            if transport is not None:
                transport.abort()
        return len(sockets)


async def _ask_to_go(socket: web.WebSocketResponse, reason: str) -> None:
    await socket.send_json({"type": "disconnect", "reason": reason, "debug_info": {"host": "local"}})
