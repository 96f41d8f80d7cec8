"""Subscribing to the status site: the form's door, each subscriber's own page, and the click that ends it.

Nothing here says whether an address is subscribed: whoever asks reads the same, and only the address is told more.
"""

import logging
from collections.abc import Awaitable, Callable, Mapping
from types import MappingProxyType
from typing import Final
from urllib.parse import parse_qs

from fastapi import FastAPI, Request, Response
from fastapi.responses import HTMLResponse, PlainTextResponse

from bot.domain.errors import Refusal
from bot.domain.prose import Words
from bot.domain.subscriber import Means, Standing, Subscriber
from bot.services import subscribers
from bot.services.ports import Desk, Render, Unavailable
from bot.text import TextError
from bot.web.flood import Flood
from bot.web.raw import BodyRefused, raw_body

LONGEST: Final = 4096
PREFIX: Final = "/status/subscriptions"
CANNOT: Final = "That cannot be done at the moment. Nothing was changed; please try again in a few seconds."
TOO_MANY: Final = (
    "A great many subscriptions are being asked for just now, so this one was not taken. Please try again in an hour. "
    "The feed at /status.atom tells the same, and needs no subscription."
)
ASKED: Final[Mapping[Means, str]] = MappingProxyType(
    {
        Means.EMAIL: "A mail is on its way to that address. Follow the link in it within a day; you are told nothing "
        "before. Where no mail comes, look among what was taken for junk, or at how the address is written.",
        Means.WEBHOOK: "A challenge is on its way to that address. It is subscribed once its answer has the challenge "
        "in it, or once somebody opens the page that the challenge names, within a day.",
    }
)
HEADERS: Final = MappingProxyType(
    {
        "Cache-Control": "private, no-store",
        "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; "
        "form-action 'self'; frame-ancestors 'none'",
        "Referrer-Policy": "no-referrer",
        "X-Content-Type-Options": "nosniff",
        "X-Robots-Tag": "noindex, nofollow",
    }
)

log = logging.getLogger(__name__)


class Subscriptions:
    """Answers whoever subscribes, confirms, looks, or leaves."""

    def __init__(self, desk: Desk, render: Render, seconds: Callable[[], float]) -> None:
        """Work on a desk; `render` gives HTML, `seconds` count how many ask in an hour."""
        self._desk = desk
        self._render = render
        self._flood = Flood(seconds)

    async def asked(self, request: Request) -> Response:
        """Take the form: whatever is known of the address, the answer reads the same."""
        given = parse_qs((await raw_body(request, LONGEST)).decode(errors="replace"))
        means = Means.WEBHOOK if given.get("means") == [Means.WEBHOOK.value] else Means.EMAIL
        address = given.get("address", [""])[0].strip()
        if not self._flood.lets(address, request.client.host if request.client else ""):
            return self._page("Not now", TOO_MANY, status=429, trouble=True)
        await subscribers.subscribe(self._desk, means, address)
        return self._page("One thing more", ASKED[means])

    async def looked(self, request: Request) -> Response:
        """Show a subscriber their own page, with what can be done there. A look changes nothing."""
        token = str(request.path_params["token"])
        known = await subscribers.find(self._desk, token)
        return self._own(known) if known else self._nobody()

    async def confirmed(self, request: Request) -> Response:
        """Subscribe whoever said so a second time."""
        known = await subscribers.confirm(self._desk, str(request.path_params["token"]))
        return self._own(known) if known else self._nobody()

    async def left(self, request: Request) -> Response:
        """Unsubscribe, at one post, by a mail program (RFC 8058) or by hand; one that is repeated is as good."""
        await subscribers.unsubscribe(self._desk, str(request.path_params["token"]))
        return self._page("You are unsubscribed", "You are told nothing more, and nothing is kept of you here.")

    def refused(self, said: str, status: int) -> Response:
        """Say why something was not done."""
        return self._page("That was not done", said, status=status, trouble=True)

    def _own(self, known: Subscriber) -> Response:
        here = f"{PREFIX}/{known.token}"
        leave = (f"{here}/unsubscribe", "Unsubscribe")
        match known.standing:
            case Standing.CONFIRMED:
                said = f"{known.address} is told whatever this page shows, until you unsubscribe."
                return self._page("You are subscribed", said, buttons=(leave,))
            case Standing.PENDING:
                said = f"Is {known.address} to be told whatever this page shows? It is told nothing before you confirm."
                confirm = (f"{here}/confirm", "Yes, tell me")
                return self._page("Please confirm", said, buttons=(confirm, leave))
            case Standing.DISABLED:
                said = (
                    f"{known.address} could not be reached ({known.trouble.rstrip('.')}), so it is told nothing more."
                )
                again = "Once it is mended, subscribe again on the status page."
                return self._page("This subscription has stopped", said, again, trouble=True, buttons=(leave,))

    def _nobody(self) -> Response:
        return self._page(
            "Nobody is subscribed here",
            "This link belongs to no subscription: it was ended, or not confirmed within a day. Nothing is sent for "
            "it. You can subscribe on the status page.",
            status=404,
            trouble=True,
        )

    def _page(
        self,
        title: str,
        *said: str,
        status: int = 200,
        trouble: bool = False,
        buttons: tuple[tuple[str, str], ...] = (),
    ) -> Response:
        name = self._desk.directory().workspace.status_name or "Status"
        context: dict[str, object] = {"name": name, "title": title, "said": said, "trouble": trouble}
        body = self._render("status_site/subscription.html.j2", {**context, "buttons": buttons})
        return HTMLResponse(body, status_code=status, headers=HEADERS)


def add_subscriptions(app: FastAPI, site: Subscriptions | None) -> None:
    """Put the addresses of subscribing into the endpoints."""

    def door(answer: Callable[[Subscriptions, Request], Awaitable[Response]]) -> Callable[..., Awaitable[Response]]:
        async def opened(request: Request) -> Response:
            if site is None:
                return PlainTextResponse(f"{subscribers.OFF}\n", status_code=404)
            return await _answered(site, answer, request)

        return opened

    app.add_route("/status/subscribe", door(Subscriptions.asked), methods=["POST"])
    app.add_route(f"{PREFIX}/{{token}}", door(Subscriptions.looked), methods=["GET"])
    app.add_route(f"{PREFIX}/{{token}}/confirm", door(Subscriptions.confirmed), methods=["POST"])
    app.add_route(f"{PREFIX}/{{token}}/unsubscribe", door(Subscriptions.left), methods=["POST"])
    app.add_route(f"{PREFIX}/{{token}}/unsubscribe", door(Subscriptions.looked), methods=["GET"])


async def _answered(
    site: Subscriptions, answer: Callable[[Subscriptions, Request], Awaitable[Response]], request: Request
) -> Response:
    try:
        return await answer(site, request)
    except Refusal as refusal:
        status = 404 if str(refusal) == subscribers.OFF else 400
        said = "".join(part.text if isinstance(part, Words) else str(part) for part in refusal.said)
        return site.refused(said, status)
    except BodyRefused as refused:
        return PlainTextResponse(f"{refused}\n", status_code=refused.status, headers=HEADERS)
    except (Unavailable, TextError) as trouble:
        log.warning("A subscription could not be changed: %s", trouble)
        return PlainTextResponse(f"{CANNOT}\n", status_code=503, headers={**HEADERS, "Retry-After": "5"})
