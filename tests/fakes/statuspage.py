"""A local Statuspage: the part of its API that publishing needs, over real HTTP, checking what the real one checks.

Written from its reference, https://developer.statuspage.io (incidents; rate limiting; authentication), and from
https://community.atlassian.com/t5/Statuspage-articles/Upcoming-rate-limiting-changes-to-Statuspage-REST-API/ba-p/1455362
for `Retry-After`. What the bot should never ask, though the real one might let it pass, is kept in `unexpected`.
"""

import asyncio
import itertools
import json
from collections import deque
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Final

from aiohttp import web

PAGE: Final = "kctbh9vrtdwd"
KEY: Final = "local-statuspage-key-0001"
COMPONENTS: Final = ("ftgks51sfs2d", "bb5w0kc1234x")
ALLOWED: Final = {
    "status": ("investigating", "identified", "monitoring", "resolved"),
    "impact_override": ("maintenance", "none", "minor", "major", "critical"),
}
COMPONENT_STATUSES: Final = (
    *("operational", "under_maintenance", "degraded_performance", "partial_outage", "major_outage"),
    "",
)
KNOWN: Final = {
    *("name", "status", "impact_override", "body", "metadata", "deliver_notifications", "components", "component_ids"),
}
LONGEST: Final = {"name": 255, "body": 25_000}
A_MINUTE: Final = 60
FAULTS: Final = ("503", "503_stored", "silence", "silence_stored", "reset_stored", "420", "401", "403", "unreadable")

Json = dict[str, object]


@dataclass(slots=True, kw_only=True)
class Incident:
    """An incident there, with its updates, oldest first."""

    id: str
    name: str
    status: str = "investigating"
    impact: str = "none"
    metadata: Json = field(default_factory=dict)
    updates: list[tuple[str, str]] = field(default_factory=list)

    def shown(self) -> Json:
        """Give it as the API does, updates newest first."""
        return {
            "id": self.id,
            "name": self.name,
            "status": self.status,
            "impact": self.impact,
            "page_id": PAGE,
            "shortlink": f"https://stspg.io/{self.id}",
            "metadata": self.metadata,
            "incident_updates": [{"status": status, "body": body} for status, body in reversed(self.updates)],
        }


class LocalStatuspage:
    """One page with two components, in memory, on a port of this machine; `seconds` is what its limit counts by."""

    def __init__(self, seconds: Callable[[], float]) -> None:
        """Begin without an incident."""
        self.incidents: list[Incident] = []
        self.components = dict.fromkeys(COMPONENTS, "operational")
        self.notified: list[str] = []
        self.calls: list[str] = []
        self.unexpected: list[str] = []
        self.faults: deque[str] = deque()
        self.late: list[tuple[str, str, Json]] = []
        self.url = ""
        self._seconds = seconds
        self._at: deque[float] = deque()
        self._held = asyncio.Event()
        self._ids = itertools.count(1)

    def application(self) -> web.Application:
        """The routes."""
        application = web.Application(client_max_size=10_000_000)
        application.router.add_get("/v1/pages/{page}/incidents", self._list)
        application.router.add_get("/v1/pages/{page}/incidents/unresolved", self._list)
        application.router.add_get("/v1/pages/{page}/components", self._list_components)
        application.router.add_post("/v1/pages/{page}/incidents", self._create)
        application.router.add_get("/v1/pages/{page}/incidents/{incident}", self._get)
        application.router.add_patch("/v1/pages/{page}/incidents/{incident}", self._update)
        application.router.add_delete("/v1/pages/{page}/incidents/{incident}", self._delete)
        return application

    def release(self) -> None:
        """Let the answers go that are held back."""
        self._held.set()

    def land(self) -> None:
        """Let what was given up on arrive after all."""
        for method, known_as, incident in self.late:
            self._store(method, known_as, incident)
        self.late.clear()

    async def _list(self, request: web.Request) -> web.StreamResponse:
        if refused := self._refused(request):
            return refused
        shown = list(reversed(self.incidents))
        if request.path.endswith("/unresolved"):
            shown = [each for each in shown if each.status != "resolved"]
        size = min(int(request.query.get("limit", request.query.get("per_page", "100"))), 100)
        first = (int(request.query.get("page", "1")) - 1) * size
        return web.json_response([each.shown() for each in shown[first : first + size]])

    async def _list_components(self, request: web.Request) -> web.StreamResponse:
        if "per_page" not in request.query:
            self.unexpected.append("components asked for without pages, which it allows once a minute")
        shown = [{"id": known_as, "status": status} for known_as, status in self.components.items()]
        return self._refused(request) or web.json_response(shown)

    async def _get(self, request: web.Request) -> web.StreamResponse:
        found = self._found(request)
        return self._refused(request) or (web.json_response(found.shown()) if found else _no(404, "Record not found"))

    async def _delete(self, request: web.Request) -> web.StreamResponse:
        found = self._found(request)
        if refused := self._refused(request):
            return refused
        if found is None:
            return _no(404, "Record not found")
        self.incidents.remove(found)
        return web.json_response(found.shown())

    async def _create(self, request: web.Request) -> web.StreamResponse:
        return self._refused(request) or await self._write(request, "POST", "")

    async def _update(self, request: web.Request) -> web.StreamResponse:
        if refused := self._refused(request):
            return refused
        found = self._found(request)
        return await self._write(request, "PATCH", found.id) if found else _no(404, "Record not found")

    def _refused(self, request: web.Request) -> web.StreamResponse | None:
        self.calls.append(f"{request.method} {request.path.removeprefix('/v1/pages/')}")
        if request.headers.get("Authorization") != f"OAuth {KEY}":
            return _no(401, "Could not authenticate")
        now = self._seconds()
        while self._at and self._at[0] <= now - A_MINUTE:
            self._at.popleft()
        if len(self._at) >= A_MINUTE:
            self.unexpected.append("more than 60 requests within a minute")
            return _no(420, "Rate limit exceeded", {"Retry-After": "10"})
        self._at.append(now)
        return None if request.match_info["page"] == PAGE else _no(404, "Page not found")

    def _found(self, request: web.Request) -> Incident | None:
        return next((each for each in self.incidents if each.id == request.match_info["incident"]), None)

    async def _write(self, request: web.Request, method: str, known_as: str) -> web.StreamResponse:
        if request.content_type != "application/json":
            return _no(415, "The Content-Type does not match the body")
        fault = self.faults.popleft() if self.faults else ""
        if fault in {"420", "401", "403"}:
            return _no(int(fault), f"told to answer {fault}", {"Retry-After": "7"} if fault == "420" else None)
        try:
            sent: object = json.loads(await request.text())
        except ValueError:
            return _no(400, "The body is no JSON")
        incident = sent.get("incident") if isinstance(sent, dict) else None
        if not isinstance(incident, dict):
            return _no(400, "param is missing or the value is empty: incident")
        if wrong := self._wrong(incident, new=method == "POST"):
            return _no(422, wrong)
        return await self._answer(request, fault, method, known_as, incident)

    async def _answer(
        self, request: web.Request, fault: str, method: str, known_as: str, incident: Json
    ) -> web.StreamResponse:
        kept = fault in {"", "unreadable"} or fault.endswith("_stored")
        found = self._store(method, known_as, incident) if kept else None
        if not kept and fault == "silence":
            self.late.append((method, known_as, incident))
        if fault.startswith("silence"):
            await self._held.wait()
        if fault.startswith("reset") and request.transport is not None:
            request.transport.abort()
        if fault.startswith("503") or found is None:
            return _no(503, "told to fail")
        if fault == "unreadable":
            return web.Response(text="<html>", content_type="text/html")
        return web.json_response(found.shown(), status=201 if method == "POST" else 200)

    def _store(self, method: str, known_as: str, incident: Json) -> Incident:
        if method == "POST":
            found = Incident(id=f"local{next(self._ids):07}", name=str(incident["name"]))
            self.incidents.append(found)
        else:
            found = next(each for each in self.incidents if each.id == known_as)
        found.status = str(incident.get("status", found.status))
        found.impact = str(incident.get("impact_override", found.impact))
        metadata, components = incident.get("metadata"), incident.get("components")
        found.metadata = metadata if isinstance(metadata, dict) else found.metadata
        self.components.update(components if isinstance(components, dict) else {})
        if body := incident.get("body"):
            found.updates.append((found.status, str(body)))
        if incident.get("deliver_notifications", True):
            self.notified.append(found.id)
        return found

    def _wrong(self, incident: Json, *, new: bool) -> list[str]:
        """What it would refuse with 422, each in its words."""
        self.unexpected += [f"the field {each}" for each in incident if each not in KNOWN]
        name = incident.get("name")
        wrong = ["Name can't be blank"] if (new or name is not None) and not str(name or "").strip() else []
        for what, length in LONGEST.items():
            if len(str(incident.get(what) or "")) > length:
                wrong.append(f"{what.capitalize()} is too long (maximum is {length} characters)")
        for what, allowed in ALLOWED.items():
            if what in incident and incident[what] not in allowed:
                wrong.append(f"{what} does not have a valid value")
        metadata = incident.get("metadata", {})
        if not isinstance(metadata, dict) or not all(isinstance(each, dict) for each in metadata.values()):
            wrong.append("All top-level values in the metadata must be objects")
        if not isinstance(incident.get("deliver_notifications", True), bool):
            wrong.append("deliver_notifications is invalid")
        return wrong + self._wrong_components(incident)

    def _wrong_components(self, incident: Json) -> list[str]:
        components, ids = incident.get("components", {}), incident.get("component_ids", [])
        if not isinstance(components, dict) or not isinstance(ids, list):
            return ["components is invalid"]
        unknown = [each for each in (*components, *ids) if each not in self.components]
        wrong = [f"Component {each} could not be found" for each in dict.fromkeys(unknown)]
        return wrong + [f"{each} is no status" for each in components.values() if each not in COMPONENT_STATUSES]


@asynccontextmanager
async def local_statuspage(seconds: Callable[[], float]) -> AsyncIterator[LocalStatuspage]:
    """A local Statuspage that listens; at the end nothing must have been asked that should not be."""
    page = LocalStatuspage(seconds)
    runner = web.AppRunner(page.application())
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    host, port = runner.addresses[0][:2]
    page.url = f"http://{host}:{port}/v1/"
    try:
        yield page
        assert not page.unexpected, page.unexpected
    finally:
        page.release()
        await runner.cleanup()


def _no(status: int, says: str | list[str], headers: dict[str, str] | None = None) -> web.Response:
    return web.json_response({"error": says}, status=status, headers=headers)
