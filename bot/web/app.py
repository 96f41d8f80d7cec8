"""The web endpoints: alerts, Slack over HTTP, health, readiness, metrics. What each does is handed in."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from fastapi import FastAPI, Request, Response
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException

from bot.services.figures import EngineFigures
from bot.services.ports import Unavailable
from bot.web.health import Check
from bot.web.heartbeats import HeartbeatDoor, TakeBeat
from bot.web.intake import AlertDoor, TakeIn
from bot.web.internal_page import InternalSite, add_internal_page
from bot.web.metrics import CONTENT_TYPE, Meters
from bot.web.raw import BodyRefused, raw_body
from bot.web.status_site import StatusSite, add_status_site
from bot.web.subscriptions import Subscriptions, add_subscriptions

SlackAnswer = Callable[[Mapping[str, str], bytes], Awaitable[tuple[int, Mapping[str, str], bytes]]]
"""Verifies the signature over the raw bytes, then dispatches: (headers, raw body) to (status, headers, body)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WebPorts:
    """What the endpoints need.

    `alive` gives the reasons why the bot is not; `slack` is empty unless Slack speaks over HTTP; `alert_tokens` are the
    bearer tokens that sources present; `status_site`, `internal_page` and `subscriptions` are empty where nothing can
    serve them.
    """

    take_in: TakeIn
    beat: TakeBeat
    alive: Callable[[], Sequence[str]]
    ready: Callable[[], Awaitable[Sequence[Check]]]
    figures: Callable[[], Awaitable[EngineFigures]]
    clock: Callable[[], datetime]
    alert_tokens: tuple[str, ...] = ()
    slack: SlackAnswer | None = None
    status_site: StatusSite | None = None
    internal_page: InternalSite | None = None
    subscriptions: Subscriptions | None = None
    meters: Meters = field(default_factory=Meters)


def web_app(ports: WebPorts) -> FastAPI:
    """Assemble the endpoints; nothing is listened to yet.

    Each reads its request by itself, so they are plain routes: what FastAPI would look for in a request takes longer.
    """
    app = FastAPI(title="Tocsin", docs_url=None, redoc_url=None, openapi_url=None)
    add_doors(app, ports)
    add_states(app, ports)
    add_status_site(app, ports.status_site)
    add_internal_page(app, ports.internal_page)
    add_subscriptions(app, ports.subscriptions)

    @app.exception_handler(HTTPException)
    async def refused(_request: Request, refusal: HTTPException) -> Response:
        return JSONResponse(
            {
                "error": f"{refusal.detail}. Tocsin answers /alerts/, /heartbeats/, /slack/events, /status, /healthz, "
                "/readyz and /metrics."
            },
            status_code=refusal.status_code,
        )

    return app


def add_doors(app: FastAPI, ports: WebPorts) -> None:
    """Put in what others deliver to: sources of alerts, jobs that tell of themselves, Slack."""
    door = AlertDoor(take_in=ports.take_in, tokens=ports.alert_tokens, meters=ports.meters)
    beats = HeartbeatDoor(beat=ports.beat, tokens=ports.alert_tokens, meters=ports.meters)

    async def alerts(request: Request) -> Response:
        return await door.receive(request.path_params["source"], request)

    async def heartbeats(request: Request) -> Response:
        return await beats.receive(request.path_params["name"], request)

    async def slack_events(request: Request) -> Response:
        return await _from_slack(ports.slack, request)

    app.add_route("/alerts/{source}", alerts, methods=["POST"])
    app.add_route("/heartbeats/{name}", heartbeats, methods=["POST"])
    app.add_route("/slack/events", slack_events, methods=["POST"])


def add_states(app: FastAPI, ports: WebPorts) -> None:
    """Put in what tells how Tocsin is."""

    async def healthz(_request: Request) -> Response:
        reasons = list(ports.alive())
        return JSONResponse({"alive": not reasons, "reasons": reasons}, status_code=503 if reasons else 200)

    async def readyz(_request: Request) -> Response:
        return await _readiness(ports)

    async def metrics(_request: Request) -> Response:
        return await _metrics(ports)

    app.add_route("/healthz", healthz, methods=["GET"])
    app.add_route("/readyz", readyz, methods=["GET"])
    app.add_route("/metrics", metrics, methods=["GET"])


async def _from_slack(answer: SlackAnswer | None, request: Request) -> Response:
    if answer is None:
        return JSONResponse(
            {"error": "Slack is not spoken to over HTTP here: Socket Mode is in use, or no signing secret is set."},
            status_code=404,
        )
    try:
        body = await raw_body(request)
    except BodyRefused as refused:
        return JSONResponse({"error": str(refused)}, status_code=refused.status)
    status, headers, content = await answer(request.headers, body)
    return Response(content, status_code=status, headers=dict(headers))


async def _readiness(ports: WebPorts) -> Response:
    checks = list(await ports.ready())
    ready = all(check.ok for check in checks)
    ports.meters.is_ready(ready=ready)
    shown = {check.name: {"ok": check.ok, "says": check.says} for check in checks}
    return JSONResponse({"ready": ready, "checks": shown}, status_code=200 if ready else 503)


async def _metrics(ports: WebPorts) -> Response:
    try:
        figures = await ports.figures()
    except Unavailable as trouble:
        return JSONResponse({"error": f"The engine's figures cannot be read: {trouble}"}, status_code=503)
    return Response(ports.meters.show(figures, ports.clock()), media_type=CONTENT_TYPE)
