"""The public status site: the page, each incident's address, the JSON summary and the feed, for everybody, no login.

What is shown is a StatusPage and nothing else. Answers are made once for as long as nothing changes, so that a crowd of
visitors costs no more than a few; the last ones are still given while the database cannot be read.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from gzip import compress
from hashlib import sha256
from types import MappingProxyType
from typing import Final

from fastapi import FastAPI, Request, Response
from fastapi.responses import PlainTextResponse

from bot.domain.indicator import Indicator
from bot.domain.maintenance import MaintenanceStatus, PublicMaintenance
from bot.domain.public_incident import PublicIncident
from bot.domain.status_json import summary
from bot.domain.status_page import DAYS, StatusPage
from bot.domain.update import Stage
from bot.domain.uptime import WHOLE
from bot.services.ports import Render, Unavailable
from bot.text import TextError, spoken, zone_name

FRESH: Final = 1.0
"""Seconds for which what was read is given without another look."""
OFF: Final = (
    "There is no status site here. Whoever runs this bot can have it with `status_site: true` below `workspace` in the "
    "directory file.\n"
)
NO_SUCH: Final = "There is no incident at this address. All that is public is at /status.\n"
CANNOT: Final = "The status cannot be read at the moment. Please try again in a few seconds.\n"
IN_FEED: Final = 50
HTML: Final = "text/html; charset=utf-8"
SHOWN: Final = MappingProxyType(
    {
        Indicator.NONE: "Operational",
        Indicator.MINOR: "Degraded performance",
        Indicator.MAJOR: "Partial outage",
        Indicator.CRITICAL: "Major outage",
    }
)
ALL_WELL: Final = "All systems operational"
MAINTAINED: Final = "Planned maintenance is going on"
PLANNED: Final = MappingProxyType(
    {
        MaintenanceStatus.SCHEDULED: "Scheduled",
        MaintenanceStatus.IN_PROGRESS: "In progress",
        MaintenanceStatus.COMPLETED: "Completed",
    }
)
HEADERS: Final = MappingProxyType(
    {
        "Cache-Control": "public, max-age=5, stale-if-error=86400",
        "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'self'",
        "Referrer-Policy": "no-referrer",
        "Vary": "Accept-Encoding",
        "X-Content-Type-Options": "nosniff",
    }
)
OPEN_TO_PAGES: Final = MappingProxyType({"Access-Control-Allow-Origin": "*"})
"""Other sites' pages may read the summary and the feed, as they may read Statuspage's."""

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """An answer that is ready to be given, until something changes."""

    body: bytes
    zipped: bytes
    headers: Mapping[str, str]


@dataclass(slots=True, kw_only=True)
class Snapshot:
    """What was read at a moment (in seconds of the site's clock), and the answers made of it so far."""

    page: StatusPage | None
    read_at: float
    answers: dict[str, Kept] = field(default_factory=dict)


class StatusSite:
    """Answers what the public asks. `base` gives the address that links in the summary and the feed begin with."""

    def __init__(
        self,
        look: Callable[[], Awaitable[StatusPage | None]],
        render: Render,
        seconds: Callable[[], float],
        base: Callable[[], str],
        *,
        mails: bool = False,
    ) -> None:
        """Read nothing yet; `look` gives None where the site is off, and may raise Unavailable.

        `mails`: whether somebody can subscribe by mail.
        """
        self._mails = mails
        self._look = look
        self._render = render
        self._seconds = seconds
        self._base = base
        self._snapshot: Snapshot | None = None
        self._moved = False
        self._reading = asyncio.Lock()
        self._making = asyncio.Lock()

    def changed(self) -> None:
        """Have the next visitor's answer read anew: something was committed."""
        self._moved = True

    async def answer(self, request: Request, known_as: str = "") -> Response:
        """Answer one visitor: what is there, 304 where they have it already, or a sentence that says why not."""
        try:
            snapshot = await self._fresh()
            kept = snapshot.answers.get(request.url.path) or await self._made(snapshot, request.url.path, known_as)
        except (Unavailable, TextError) as trouble:
            log.warning("The status site could not answer %s: %s", request.url.path, trouble)
            return PlainTextResponse(CANNOT, status_code=503, headers={"Retry-After": "5"})
        if kept is None:
            says = OFF if snapshot.page is None else NO_SUCH
            return PlainTextResponse(says, status_code=404, headers={"Cache-Control": "no-cache"})
        if _has_it(request.headers.get("if-none-match", ""), kept.headers["ETag"]):
            return Response(status_code=304, headers=dict(kept.headers))
        if "gzip" in request.headers.get("accept-encoding", ""):
            return Response(kept.zipped, headers={**kept.headers, "Content-Encoding": "gzip"})
        return Response(kept.body, headers=dict(kept.headers))

    async def _fresh(self) -> Snapshot:
        """What was read within the last second, or before it if somebody reads anew just now or nobody can."""
        snapshot = self._snapshot
        if snapshot and not self._moved and self._seconds() - snapshot.read_at < FRESH:
            return snapshot
        if snapshot and self._reading.locked() and not self._moved:
            return snapshot
        async with self._reading:
            current = self._snapshot
            if current is None or current is snapshot or self._moved:
                current = self._snapshot = await self._read(current)
            return current

    async def _read(self, before: Snapshot | None) -> Snapshot:
        self._moved, read_at = False, self._seconds()
        try:
            page = await self._look()
        except Unavailable as trouble:
            if before is None or before.page is None:
                raise
            log.warning("The status site shows what it read last: %s", trouble)
            page = before.page
        answers = before.answers if before and before.page == page else {}
        return Snapshot(page=page, read_at=read_at, answers=answers)

    async def _made(self, snapshot: Snapshot, path: str, known_as: str) -> Kept | None:
        """Make an answer off the event loop and keep it; nothing is kept for addresses at which nothing is."""
        page = snapshot.page
        incident = page.incident(known_as) if page and known_as else None
        if page is None or (known_as and incident is None):
            return None
        async with self._making:
            if path not in snapshot.answers:
                snapshot.answers[path] = await asyncio.to_thread(self._make, page, path, incident)
        return snapshot.answers[path]

    def _make(self, page: StatusPage, path: str, incident: PublicIncident | None) -> Kept:
        base = self._base().rstrip("/")
        if path.endswith(".json"):
            return _kept(summary(page, base), "application/json", OPEN_TO_PAGES)
        context = {**_words(page), "page": page, "base": base, "incident": incident, "mails": self._mails}
        told: list[PublicIncident | PublicMaintenance] = [
            *page.current,
            *page.past,
            *page.maintenance,
            *page.maintained,
        ]
        context["newest"] = sorted(told, key=lambda each: each.changed_at, reverse=True)[:IN_FEED]
        if path.endswith(".atom"):
            return _kept(self._render("status_site/feed.atom.j2", context), "application/atom+xml", OPEN_TO_PAGES)
        template = "status_site/incident.html.j2" if incident else "status_site/status.html.j2"
        return _kept(self._render(template, context) + "\n", HTML)


def add_status_site(app: FastAPI, site: StatusSite | None) -> None:
    """Put the site's addresses into the endpoints, as plain routes: they may be asked for a thousand times a second."""

    async def answered(request: Request) -> Response:
        if site is None:
            return PlainTextResponse(OFF, status_code=404)
        return await site.answer(request, request.path_params.get("known_as", ""))

    for path in ("/status", "/status.json", "/status.atom", "/status/incidents/{known_as}"):
        app.add_route(path, answered, methods=["GET"])


def headline(page: StatusPage) -> str:
    """How things are, in words."""
    if page.current:
        return SHOWN[page.indicator]
    return MAINTAINED if page.under_maintenance else ALL_WELL


def _words(page: StatusPage) -> dict[str, object]:
    """What templates need beside the page: words for states, and times in the workspace's zone."""
    return {
        "headline": headline(page),
        "shown": lambda indicator: SHOWN[indicator],
        "stage": lambda stage: Stage(stage).value.capitalize(),
        "planned": lambda status: PLANNED[status],
        "moment": lambda at: spoken(at, page.zone),
        "clock_time": lambda at: f"{at.astimezone(page.zone):%H:%M} {zone_name(at.astimezone(page.zone))}",
        "day": lambda at: at.astimezone(page.zone).date(),
        "spoken_day": lambda day: f"{day.day} {day:%B} {day:%Y}",
        "days": DAYS,
        "percent": lambda hundredths: "100" if hundredths == WHOLE else f"{hundredths // 100}.{hundredths % 100:02}",
    }


def _kept(text: str, media_type: str, more: Mapping[str, str] = MappingProxyType({})) -> Kept:
    body = text.encode()
    # Weak, because it names the answer both as it is and zipped (RFC 9110, 8.8.3.3).
    etag = f'W/"{sha256(body).hexdigest()[:32]}"'
    headers = {**HEADERS, **more, "Content-Type": media_type, "ETag": etag}
    return Kept(body=body, zipped=compress(body, mtime=0), headers=headers)


def _has_it(said: str, etag: str) -> bool:
    """Whether If-None-Match names this answer, weakly or not (RFC 9110, 13.1.2)."""
    named = [each.strip().removeprefix("W/") for each in said.split(",")]
    return etag.removeprefix("W/") in named or "*" in named
