"""The internal status page, for whoever holds a link that Slack gave them: nothing of it may be kept on the way."""

import logging
from collections.abc import Awaitable, Callable, Mapping
from types import MappingProxyType
from typing import Final

from fastapi import FastAPI, Request, Response
from fastapi.responses import HTMLResponse, PlainTextResponse

from bot.domain.internal_page import InternalPage
from bot.domain.signed_link import Expired, NotALink
from bot.services.ports import Render, Unavailable
from bot.text import TextError, spoken, zone_name

PATH: Final = "/status/internal"
CANNOT: Final = "The status cannot be read at the moment. Please try again in a few seconds.\n"
NONE_HERE: Final = "There is no internal status page here.\n"
HEADERS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "Cache-Control": "private, no-store",
        "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; "
        "form-action 'none'; frame-ancestors 'none'",
        "Referrer-Policy": "no-referrer",
        "X-Content-Type-Options": "nosniff",
        "X-Robots-Tag": "noindex, nofollow",
    }
)
LIKE: Final = MappingProxyType({1: "critical", 2: "major"})
"""The colour of a severity's rank; a milder one is minor."""

log = logging.getLogger(__name__)


class InternalSite:
    """Answers whoever comes with a link. Nothing is cached: what somebody may see can change with each commit."""

    def __init__(self, look: Callable[[str], Awaitable[InternalPage]], render: Render) -> None:
        """Read with `look`, which refuses keys that open nothing and may raise Unavailable."""
        self._look = look
        self._render = render

    async def answer(self, given: str) -> Response:
        """Show the page, or say why this link does not open it and how to have one that does."""
        try:
            page = await self._look(given)
            return HTMLResponse(self._render("status_site/internal.html.j2", _context(page)), headers=HEADERS)
        except (NotALink, Expired) as refused:
            why = str(refused) if given else "This page needs a link of your own."
            body = self._render("status_site/refused.html.j2", {"why": why, "expired": isinstance(refused, Expired)})
            return HTMLResponse(body, status_code=403, headers=HEADERS)
        except (Unavailable, TextError) as trouble:
            log.warning("The internal status page could not be shown: %s", trouble)
            return PlainTextResponse(CANNOT, status_code=503, headers={**HEADERS, "Retry-After": "5"})


def add_internal_page(app: FastAPI, site: InternalSite | None) -> None:
    """Put the page's address into the endpoints."""

    async def answered(request: Request) -> Response:
        if site is None:
            return PlainTextResponse(NONE_HERE, status_code=404, headers=HEADERS)
        return await site.answer(request.query_params.get("key", ""))

    app.add_route(PATH, answered, methods=["GET"])


def _context(page: InternalPage) -> dict[str, object]:
    return {
        "page": page,
        "like": lambda rank: LIKE.get(rank, "minor"),
        "moment": lambda at: spoken(at, page.zone),
        "clock_time": lambda at: f"{at.astimezone(page.zone):%H:%M} {zone_name(at.astimezone(page.zone))}",
    }
