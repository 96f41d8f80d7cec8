"""Bringing events, interactions and commands to the app: over Socket Mode or signed HTTP, retried as Slack does."""

import asyncio
import hashlib
import hmac
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from urllib.parse import urlencode

import aiohttp

from bot.sandbox.clock import monotonic_seconds, real_seconds
from bot.sandbox.jsons import JsonObject, as_object, as_text, parsed
from bot.sandbox.sockets import Ack, Envelope, SocketHub

KEPT_ENVELOPES = 500
# The app is down or went down: that is a fault, not a mistake of the app.
_NOBODY_THERE = frozenset({"dispatch_failed", "connection_lost"})

_REASONS = {"operation_timeout": "http_timeout", "dispatch_failed": "connection_failed", "http_error": "http_error"}


def signature(secret: str, timestamp: str, body: str) -> str:
    """The v0 signature over the raw body."""
    return "v0=" + hmac.new(secret.encode(), f"v0:{timestamp}:{body}".encode(), hashlib.sha256).hexdigest()


@dataclass(slots=True, kw_only=True)
class Delivery:
    """How this workspace reaches the app. `request_url` set: signed HTTP; else Socket Mode.

    `retry_delays` are the seconds before the second, third and fourth try of an event, by `clock`, the workspace's own
    (Unix seconds): who moves it sees the next try. `signing_clock` stamps the signed requests: the machine's real time,
    which is what verifiers compare with. `watch` sees each try: without an acknowledgement when it leaves, with one
    when it has come or has not.
    """

    sockets: SocketHub
    signing_secret: str
    clock: Callable[[], float]
    complain: Callable[[str, str, str], None]
    on_answer: Callable[[], None]
    watch: Callable[[Envelope, Ack | None], None] = lambda _envelope, _ack: None
    request_url: str | None = None
    ack_seconds: float = 3.0
    retry_delays: Sequence[float] = (0.0, 60.0, 300.0)
    signing_clock: Callable[[], float] = real_seconds
    sent: list[Envelope] = field(default_factory=list)
    _session: aiohttp.ClientSession | None = None
    _resting: list[tuple[float, asyncio.Event]] = field(default_factory=list)
    _tasks: set[asyncio.Task[None]] = field(default_factory=set)
    _cut_off: int = 0

    @property
    def open_events(self) -> int:
        """How many events are neither acknowledged nor given up."""
        return len(self._tasks)

    @property
    def under_way(self) -> int:
        """How many of them are being tried now, and wait neither for their next try nor for the app to connect."""
        cut_off = self._cut_off if self.sockets.count == 0 else 0
        return len(self._tasks) - len(self._resting) - cut_off

    async def ask(self, envelope: Envelope) -> Ack:
        """Deliver a command or an interaction, once; what goes wrong is in the answer's `error`."""
        ack = await self._once(envelope)
        if ack.error and ack.error not in _NOBODY_THERE:
            self.complain(envelope.kind, ack.error, f"{_named(envelope)} was not acknowledged: {ack.error}")
        return ack

    def tell(self, envelope: Envelope) -> None:
        """Deliver an event in the background, again and again until it is acknowledged or given up."""
        task = asyncio.get_running_loop().create_task(self._persist(envelope))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    def wake(self) -> None:
        """Go on with the events whose next try is due; to be called now and then."""
        now = self.clock()
        for due, event in self._resting:
            if due <= now:
                event.set()

    async def repeat(self, envelope: Envelope, times: int) -> list[Ack]:
        """Deliver the same payload again, `times` at once, as Slack or a proxy sometimes does."""
        return list(await asyncio.gather(*(self._once(envelope.again()) for _ in range(times))))

    async def stop(self) -> None:
        """Give up what is under way and close the connections."""
        tasks = list(self._tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        if self._session is not None:
            await self._session.close()

    async def verify_url(self) -> bool:
        """Send `url_verification` to the request URL; whether the challenge came back."""
        payload: JsonObject = {"type": "url_verification", "challenge": "local-challenge", "token": "local"}
        ack = await self._http(Envelope(kind="events_api", payload=payload))
        return "local-challenge" in {ack.text, as_text(ack.body.get("challenge"))}

    async def _persist(self, envelope: Envelope) -> None:
        for attempt, delay in enumerate((0.0, *self.retry_delays)):
            await self._rest(delay)
            ack = await self._reach(envelope)
            if not ack.error:
                return
            if attempt == 0 and ack.error not in _NOBODY_THERE:
                words = f"{_named(envelope)} was not acknowledged: {ack.error}"
                self.complain("events_api", "event_not_acknowledged", words)
            reason = "timeout" if self.request_url is None else _REASONS.get(ack.error, "unknown_error")
            if ack.no_retry:
                break
            envelope = envelope.again(retry_attempt=attempt + 1, retry_reason=reason)
        self.complain("events_api", "event_given_up", f"{_named(envelope)} was never acknowledged.")

    async def _rest(self, seconds: float) -> None:
        if seconds <= 0:
            return
        resting = (self.clock() + seconds, asyncio.Event())
        self._resting.append(resting)
        try:
            await resting[1].wait()
        finally:
            self._resting.remove(resting)

    async def _reach(self, envelope: Envelope) -> Ack:
        """One try; in Socket Mode a try waits for a connection, and one cut off in the middle does not count."""
        while True:
            if self.request_url is None:
                await self._connected()
            ack = await self._once(envelope)
            if ack.error not in {"connection_lost", "dispatch_failed"} or self.request_url is not None:
                return ack

    async def _connected(self) -> None:
        self._cut_off += 1
        try:
            await self.sockets.connected()
        finally:
            self._cut_off -= 1

    async def _once(self, envelope: Envelope) -> Ack:
        self.sent.append(envelope)
        del self.sent[:-KEPT_ENVELOPES]
        self.watch(envelope, None)
        over_socket = self.request_url is None
        ack = await (self.sockets.send(envelope, self.ack_seconds) if over_socket else self._http(envelope))
        self.watch(envelope, ack)
        self.on_answer()
        return ack

    async def _http(self, envelope: Envelope) -> Ack:
        body, content_type = _encoded(envelope)
        timestamp = str(int(self.signing_clock()))
        headers = {
            "Content-Type": content_type,
            "X-Slack-Request-Timestamp": timestamp,
            "X-Slack-Signature": signature(self.signing_secret, timestamp, body),
        }
        if envelope.retry_attempt:
            headers |= {"X-Slack-Retry-Num": str(envelope.retry_attempt), "X-Slack-Retry-Reason": envelope.retry_reason}
        if self._session is None:
            self._session = aiohttp.ClientSession()
        began = monotonic_seconds()
        try:
            timeout = aiohttp.ClientTimeout(total=self.ack_seconds)
            async with self._session.post(
                self.request_url or "", data=body, headers=headers, timeout=timeout
            ) as response:
                text = await response.text()
                no_retry = response.headers.get("X-Slack-No-Retry") == "1"
                return _answered(response.status, text, no_retry, monotonic_seconds() - began)
        except TimeoutError:
            return Ack(error="operation_timeout", seconds=monotonic_seconds() - began)
        except aiohttp.ClientError as error:
            return Ack(error="dispatch_failed", text=str(error), seconds=monotonic_seconds() - began)


def _answered(status: int, text: str, no_retry: bool, seconds: float) -> Ack:  # noqa: FBT001 (one private caller)
    if not 200 <= status < 300:  # noqa: PLR2004 (HTTP's own)
        return Ack(error="http_error", text=f"{status} {text[:200]}", seconds=seconds, no_retry=no_retry)
    body = as_object(parsed(text))
    return Ack(body=body, text="" if body else text, seconds=seconds)


def _encoded(envelope: Envelope) -> tuple[str, str]:
    if envelope.kind == "events_api":
        return json.dumps(envelope.payload), "application/json"
    fields = envelope.payload if envelope.kind == "slash_commands" else {"payload": json.dumps(envelope.payload)}
    return urlencode({key: as_text(value) for key, value in fields.items()}), "application/x-www-form-urlencoded"


def _named(envelope: Envelope) -> str:
    payload = envelope.payload
    event = as_object(payload.get("event"))
    detail = as_text(event.get("type")) or as_text(payload.get("command")) or as_text(payload.get("type"))
    return f"{envelope.kind} {detail}"
