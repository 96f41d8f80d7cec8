"""The web endpoints with everything behind them handed in by the test."""

import json
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import aiohttp
from fastapi import FastAPI

from bot.domain.alert import Alert, Fate
from bot.services.alerts import Outcome
from bot.services.figures import EngineFigures
from bot.services.heartbeats import Beat, NotDeclared
from bot.services.ports import Unavailable
from bot.web.app import WebPorts, web_app
from bot.web.health import Check
from bot.web.metrics import Meters
from bot.web.server import WebServer
from tests.fakes.clock import START, FakeClock

SAMPLES = Path(__file__).parent / "samples"
BODIES = {path.stem: path.read_bytes() for path in sorted(SAMPLES.glob("*.json"))}
TOKEN = "local-alert-token"
FIGURES = EngineFigures(
    ready_by_priority=((0, 2),),
    oldest_ready=((0, START - timedelta(seconds=3)), (2, START - timedelta(seconds=9))),
    unknown=1,
    oldest_unknown=None,
    dead=0,
    timers_pending=7,
    timers_overdue=0,
    earliest_timer=None,
    pages_without_timer=0,
    sent_without_ts=0,
)


@dataclass
class Behind:
    """What stands behind the doors, and what came through them."""

    taken: list[tuple[str, Sequence[Alert]]] = field(default_factory=list)
    unavailable: str = ""
    reasons: list[str] = field(default_factory=list)
    checks: list[Check] = field(default_factory=lambda: [Check(name="slack", ok=True, says="connected")])
    from_slack: list[tuple[Mapping[str, str], bytes]] = field(default_factory=list)
    meters: Meters = field(default_factory=Meters)

    async def take_in(self, source: str, alerts: Sequence[Alert]) -> tuple[Outcome, ...]:
        if self.unavailable:
            raise Unavailable(self.unavailable)
        self.taken.append((source, alerts))
        return tuple(
            Outcome(fingerprint=alert.fingerprint, fate=Fate.TRIAGED, incident=None, journey=None, why="a test")
            for alert in alerts
        )

    async def beat(self, name: str) -> Beat:
        if self.unavailable:
            raise Unavailable(self.unavailable)
        if name != "backup":
            raise NotDeclared("Nobody waits for it.")
        return Beat(name=name, missing_at=START, outcomes=())

    async def ready(self) -> Sequence[Check]:
        return self.checks

    async def figures(self) -> EngineFigures:
        if self.unavailable:
            raise Unavailable(self.unavailable)
        return FIGURES

    async def answer(self, headers: Mapping[str, str], body: bytes) -> tuple[int, Mapping[str, str], bytes]:
        self.from_slack.append((dict(headers), body))
        return 200, {"content-type": "application/json"}, b"{}"

    def ports(self, **more: object) -> WebPorts:
        ports = WebPorts(
            take_in=self.take_in,
            beat=self.beat,
            alive=lambda: self.reasons,
            ready=self.ready,
            figures=self.figures,
            clock=FakeClock(),
            alert_tokens=("another-token", TOKEN),
            slack=self.answer,
            meters=self.meters,
        )
        return replace(ports, **more)  # type: ignore[arg-type]

    def app(self, **more: object) -> FastAPI:
        return web_app(self.ports(**more))


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What came back."""

    status: int
    headers: Mapping[str, str]
    content: bytes

    @property
    def text(self) -> str:
        return self.content.decode()

    def json(self) -> dict[str, Any]:
        given: dict[str, Any] = json.loads(self.content)
        return given


class Http:
    """A client of one server, presenting a bearer token unless told otherwise."""

    def __init__(self, session: aiohttp.ClientSession, at: str) -> None:
        self._session = session
        self._at = at

    def at(self, path: str) -> str:
        return f"{self._at}{path}"

    async def get(self, path: str) -> Answer:
        async with self._session.get(f"{self._at}{path}") as answer:
            return Answer(status=answer.status, headers=answer.headers, content=await answer.read())

    async def post(self, path: str, content: object, **headers: str) -> Answer:
        named = {"Authorization": f"Bearer {TOKEN}"} | {
            name.replace("_", "-"): value for name, value in headers.items()
        }
        async with self._session.post(f"{self._at}{path}", data=content, headers=named) as answer:
            return Answer(status=answer.status, headers=answer.headers, content=await answer.read())


@asynccontextmanager
async def client(app: FastAPI) -> AsyncIterator[Http]:
    """The endpoints, served on a port of their own, and a client of them."""
    connector = aiohttp.TCPConnector(limit=0)
    async with WebServer(app, "127.0.0.1", 0) as server, aiohttp.ClientSession(connector=connector) as session:
        yield Http(session, f"http://127.0.0.1:{server.port}")
