"""What passes between this Slack and the app, kept to be looked at: each envelope, each Web API call."""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

from aiohttp import web

from bot.sandbox.clock import Clock
from bot.sandbox.jsons import JsonObject, as_list, as_object, as_text, parsed
from bot.sandbox.models import Refusal
from bot.sandbox.sockets import Ack, Envelope
from bot.sandbox.webapi.arguments import read_arguments

KEPT_PASSAGES = 400
LONGEST_BODY = 2_000
SECRET = frozenset({"token"})
Door = Callable[[web.Request], Awaitable[web.StreamResponse]]


@dataclass(slots=True, kw_only=True)
class Passage:
    """One envelope to the app, or one call from it. `at`: Unix seconds of this Slack; `seconds` None: not answered yet.

    `outcome` is `ok`, Slack's error code, or what the wire says: `HTTP 503`, `no answer`.
    """

    number: int
    kind: str
    name: str
    at: float
    began: float = field(repr=False)
    sent: JsonObject
    answer: object = None
    seconds: float | None = None
    outcome: str = ""

    def as_json(self) -> JsonObject:
        """What the page shows of it."""
        return {
            "number": self.number,
            "kind": self.kind,
            "name": self.name,
            "at": self.at,
            "sent": self.sent,
            "answer": self.answer,
            "seconds": self.seconds,
            "outcome": self.outcome,
        }


@dataclass(slots=True, kw_only=True)
class Recording:
    """The last passages, oldest first; `on_passage` is told of each when it begins and when it ends."""

    clock: Clock
    on_passage: Callable[[Passage], None]
    passages: deque[Passage] = field(default_factory=lambda: deque(maxlen=KEPT_PASSAGES))
    in_flight: dict[int, Passage] = field(default_factory=dict)
    changed_at: float = 0.0
    _numbers: int = 0
    _envelopes: dict[str, Passage] = field(default_factory=dict)

    def watch(self, envelope: Envelope, ack: Ack | None) -> None:
        """Note an envelope on its way (`ack` None), and later how the app answered it."""
        if ack is None:
            self._envelopes[envelope.id] = self._begin("envelope", _name_of(envelope), dict(envelope.as_json()))
            return
        passage = self._envelopes.pop(envelope.id, None)
        if passage is not None:
            self._end(passage, ack.error or "ok", ack.body or ack.text or None)

    @web.middleware
    async def middleware(self, request: web.Request, handler: Door) -> web.StreamResponse:
        """Note a call of the app while it is answered."""
        name = _call_of(request)
        if not name:
            return await handler(request)
        passage = self._begin("call", name, _arguments(request, await request.text()))
        try:
            response = await handler(request)
        except (asyncio.CancelledError, ConnectionError):
            self._end(passage, "no answer", None)
            raise
        self._end(passage, *_answer_of(response))
        return response

    def quiet_for(self) -> float:
        """For how many seconds nothing has been on its way; 0 while something is."""
        return 0.0 if self.in_flight else self.clock.monotonic() - self.changed_at

    def _begin(self, kind: str, name: str, sent: JsonObject) -> Passage:
        self._numbers += 1
        began = self.clock.monotonic()
        passage = Passage(number=self._numbers, kind=kind, name=name, at=self.clock.wall(), began=began, sent=sent)
        self.passages.append(passage)
        self.in_flight[passage.number] = passage
        self.on_passage(passage)
        return passage

    def _end(self, passage: Passage, outcome: str, answer: object) -> None:
        self.in_flight.pop(passage.number, None)
        self.changed_at = self.clock.monotonic()
        passage.seconds = self.changed_at - passage.began
        passage.outcome, passage.answer = outcome, answer
        self.on_passage(passage)


def _call_of(request: web.Request) -> str:
    """The name of a call that the app makes; empty for everything that a page asks."""
    if request.path.startswith("/api/"):
        return request.path.removeprefix("/api/")
    return "response_url" if request.path.startswith("/response/") else ""


def _arguments(request: web.Request, body: str) -> JsonObject:
    try:
        values = read_arguments(dict(request.query), request.content_type, body).values
    except Refusal:
        return {"body": body[:LONGEST_BODY]}
    return {name: value for name, value in values.items() if name not in SECRET}


def _answer_of(response: web.StreamResponse) -> tuple[str, object]:
    """What came of a call, and its answer: JSON where it is JSON."""
    text = (response.text or "") if isinstance(response, web.Response) else ""
    body = parsed(text)
    answer: object = text[:LONGEST_BODY] if body is None else body
    waits = response.headers.get("Retry-After")
    if waits is not None:
        answer = {"Retry-After": waits, **as_object(body)}
    if response.status >= 400:  # noqa: PLR2004 (HTTP's own)
        return f"HTTP {response.status}", answer
    return as_text(as_object(body).get("error")) or "ok", answer


def _name_of(envelope: Envelope) -> str:
    """What an envelope brings, in a word or two: the command, the kind of event, the button."""
    payload = envelope.payload
    event = as_text(as_object(payload.get("event")).get("type"))
    command = f"{as_text(payload.get('command'))} {as_text(payload.get('text'))}".strip()
    actions = [as_text(as_object(action).get("action_id")) for action in as_list(payload.get("actions"))]
    callback = as_text(payload.get("callback_id")) or as_text(as_object(payload.get("view")).get("callback_id"))
    detail = " ".join(actions) or callback
    name = event or command or f"{as_text(payload.get('type'))} {detail}".strip()
    return f"{name} (try {envelope.retry_attempt + 1})" if envelope.retry_attempt else name
