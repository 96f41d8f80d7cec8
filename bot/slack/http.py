"""Slack over HTTP: the signature is checked over the raw bytes before anything of a request is read."""

import hashlib
import hmac
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Final

from slack_bolt.app.async_app import AsyncApp
from slack_bolt.request.async_request import AsyncBoltRequest

WINDOW: Final = 300.0
"""Seconds by which a signature may be older or newer than now."""
Answered = tuple[int, Mapping[str, str], bytes]


class SignedHttp:
    """Verifies, then dispatches to the app."""

    def __init__(self, app: AsyncApp, secret: str, clock: Callable[[], datetime]) -> None:
        """Take the app, the signing secret and the clock (aware UTC)."""
        self._app = app
        self._key = secret.encode()
        self._clock = clock

    async def answer(self, headers: Mapping[str, str], body: bytes) -> Answered:
        """Answer one request: status, headers, body. A request that Slack did not sign is told no more than that."""
        given = {name.lower(): value for name, value in headers.items()}
        if not self._signed(given, body):
            return 401, {"content-type": "text/plain"}, b"The signature is missing, wrong or too old."
        try:
            text = body.decode()
        except UnicodeDecodeError:
            return 400, {"content-type": "text/plain"}, b"The body is not UTF-8."
        response = await self._app.async_dispatch(
            AsyncBoltRequest(body=text, headers={name: [value] for name, value in given.items()}, mode="http")
        )
        sent = {name: values[0] for name, values in response.headers.items() if values}
        return response.status, sent, (response.body or "").encode()

    def _signed(self, headers: Mapping[str, str], body: bytes) -> bool:
        stamp = headers.get("x-slack-request-timestamp", "")
        if not stamp.isascii() or not stamp.isdigit():
            return False
        if abs(self._clock().timestamp() - int(stamp)) > WINDOW:
            return False
        digest = hmac.new(self._key, b"v0:" + stamp.encode() + b":" + body, hashlib.sha256).hexdigest()
        return hmac.compare_digest(f"v0={digest}".encode(), headers.get("x-slack-signature", "").encode())
