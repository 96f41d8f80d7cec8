"""The door for heartbeats that others send: one POST is one beat, answered after the commit; the body is not read."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from http import HTTPStatus

from fastapi import Request, Response
from fastapi.responses import JSONResponse

from bot.domain.heartbeat import SOURCE
from bot.services.heartbeats import Beat, NotDeclared
from bot.services.ports import Unavailable
from bot.web.bearer import presents_one_of
from bot.web.metrics import Meters

TakeBeat = Callable[[str], Awaitable[Beat]]


@dataclass(frozen=True, slots=True, kw_only=True)
class HeartbeatDoor:
    """Takes beats from whoever presents one of `tokens` as a bearer token."""

    beat: TakeBeat
    tokens: tuple[str, ...]
    meters: Meters

    async def receive(self, name: str, request: Request) -> Response:
        """Answer one beat: 200 with the moment by which the next one is waited for, or why it was not noted."""
        if not self.tokens:
            says = "Heartbeats are not taken: ALERT_TOKENS is not set. Set at least one token and start again."
            return _no(HTTPStatus.SERVICE_UNAVAILABLE, says)
        if not presents_one_of(request.headers.get("authorization", ""), self.tokens):
            says = "The bearer token is missing or wrong. Send it as Authorization: Bearer."
            return _no(HTTPStatus.UNAUTHORIZED, says, {"WWW-Authenticate": "Bearer"})
        try:
            noted = await self.beat(name)
        except NotDeclared as unknown:
            return _no(HTTPStatus.NOT_FOUND, str(unknown))
        except Unavailable as trouble:
            return _no(HTTPStatus.SERVICE_UNAVAILABLE, f"{trouble} Send it again.")
        self.meters.took_in(SOURCE, noted.outcomes)
        return JSONResponse({"heartbeat": noted.name, "missing_at": noted.missing_at.isoformat(timespec="seconds")})


def _no(status: HTTPStatus, says: str, headers: dict[str, str] | None = None) -> Response:
    again = {"Retry-After": "5"} if status is HTTPStatus.SERVICE_UNAVAILABLE else {}
    return JSONResponse({"error": says}, status_code=status, headers={**again, **(headers or {})})
