"""The alert door: who may post, what is read, and an answer only after the commit.

Overload and trouble with the database are answered 503, never 429: Alertmanager does not send a 429 again.
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from fastapi import Request, Response
from fastapi.responses import JSONResponse

from bot.domain.alert import Alert
from bot.domain.errors import Refusal
from bot.domain.prose import Sentence, Words
from bot.services.alerts import Outcome
from bot.services.ports import Unavailable
from bot.web.bearer import presents_one_of
from bot.web.metrics import Meters
from bot.web.raw import BodyRefused, raw_body
from bot.web.sources import SOURCES, Parse

AT_ONCE: Final = 200
"""Deliveries being taken in at one time; more are asked to come again."""
AGAIN: Final[Mapping[str, str]] = {"Retry-After": "5"}

TakeIn = Callable[[str, Sequence[Alert]], Awaitable[Sequence[Outcome]]]


class NotTaken(Exception):
    """A delivery that was not taken in: the HTTP status, and the sentence for whoever reads the source's log."""

    def __init__(self, status: int, says: str, field: str | None = None) -> None:
        """Keep what to answer."""
        super().__init__(says)
        self.status = status
        self.says = says
        self.field = field


@dataclass(slots=True)
class AlertDoor:
    """Takes deliveries from sources that present one of `tokens` as a bearer token."""

    take_in: TakeIn
    tokens: tuple[str, ...]
    meters: Meters
    at_once: int = AT_ONCE
    inside: int = 0

    async def receive(self, source: str, request: Request) -> Response:
        """Answer one delivery: 200 with what became of each alert, or why nothing was taken in."""
        try:
            parse = self._admitted(source, request.headers.get("authorization", ""))
            self.inside += 1
            try:
                return await self._taken(source, parse, request)
            finally:
                self.inside -= 1
        except NotTaken as no:
            if source in SOURCES:
                self.meters.refused(source, no.status)
            content = {"error": no.says} | ({"field": no.field} if no.field else {})
            return JSONResponse(content, status_code=no.status, headers=_headers(no.status))

    def _admitted(self, source: str, authorization: str) -> Parse:
        if not self.tokens:
            raise NotTaken(503, "Alert intake is off: ALERT_TOKENS is not set. Set at least one token and start again.")
        if not presents_one_of(authorization, self.tokens):
            raise NotTaken(401, "The bearer token is missing or wrong. Send it as Authorization: Bearer.")
        parse = SOURCES.get(source)
        if parse is None:
            raise NotTaken(404, f"There is no alert source of this name. Known: {', '.join(SOURCES)}.")
        if self.inside >= self.at_once:
            raise NotTaken(503, "Too many deliveries at once. Nothing was taken in; send it again in a few seconds.")
        return parse

    async def _taken(self, source: str, parse: Parse, request: Request) -> Response:
        try:
            body = await raw_body(request)
            alerts = parse(request.headers, body)
        except BodyRefused as refused:
            raise NotTaken(refused.status, str(refused)) from refused
        except Refusal as refusal:
            raise NotTaken(400, _text(refusal.said), refusal.field) from refusal
        try:
            outcomes = await self.take_in(source, alerts)
        except Unavailable as trouble:
            raise NotTaken(503, f"{trouble} Send it again: what is known already is not counted twice.") from trouble
        except Refusal as refusal:
            raise NotTaken(503, f"{_text(refusal.said)} Nothing was taken in.", refusal.field) from refusal
        self.meters.took_in(source, outcomes)
        return JSONResponse({"alerts": [_shown(outcome) for outcome in outcomes]})


def _shown(outcome: Outcome) -> dict[str, str | None]:
    return {
        "fingerprint": outcome.fingerprint,
        "fate": outcome.fate.value,
        "incident": outcome.incident,
        "journey": outcome.journey,
        "why": outcome.why,
    }


def _text(said: Sentence) -> str:
    return "".join(part if isinstance(part, str) else part.text if isinstance(part, Words) else "" for part in said)


def _headers(status: int) -> dict[str, str]:
    unavailable, unauthorized = 503, 401
    if status == unavailable:
        return dict(AGAIN)
    return {"WWW-Authenticate": "Bearer"} if status == unauthorized else {}
