"""Slack over HTTP: the signature is checked over the raw bytes before anything of a request is read."""

import hashlib
import hmac
import json
from collections.abc import Callable, Mapping
from datetime import datetime
from http import HTTPStatus
from typing import Final
from urllib.parse import parse_qsl

from slack_bolt.app.async_app import AsyncApp
from slack_bolt.request.async_request import AsyncBoltRequest

from bot.slack.answers import Answer, answer_of

WINDOW: Final = 300.0
"""Seconds by which a signature may be older or newer than now."""
LONGEST_STAMP: Final = 12
"""Digits; seconds since 1970 will not have more for thirty thousand years."""
JSON: Final = "application/json"
FORM: Final = "application/x-www-form-urlencoded"
Answered = tuple[int, Mapping[str, str], bytes]


class Unreadable(Exception):
    """A body that Slack signed and that says nothing; the text is a sentence."""


class SignedHttp:
    """Verifies, then dispatches to the app."""

    def __init__(self, app: AsyncApp, secret: str, clock: Callable[[], datetime]) -> None:
        """Take the app, the signing secret and the clock (aware UTC)."""
        self._app = app
        self._key = secret.encode()
        self._clock = clock

    async def answer(self, headers: Mapping[str, str], body: bytes) -> Answered:
        """Answer one request: status, headers, body. A request that Slack did not sign is told no more than that.

        Of the headers, which nothing signs, only the content type is believed.
        """
        given = {name.lower(): value for name, value in headers.items()}
        if not self._signed(given, body):
            return _refused(HTTPStatus.UNAUTHORIZED, "The signature is missing, wrong or too old.")
        try:
            payload = _read(body, given.get("content-type", ""))
        except Unreadable as why:
            return _refused(HTTPStatus.BAD_REQUEST, str(why))
        # The mode in which Bolt takes what has been read already, as from the socket: reading a form by itself, it
        # loses a command that has the word "payload" in its text.
        response = await self._app.async_dispatch(AsyncBoltRequest(body=dict(payload), mode="socket_mode"))
        sent = {name: values[0] for name, values in response.headers.items() if values}
        return response.status, sent, (response.body or "").encode()

    def _signed(self, headers: Mapping[str, str], body: bytes) -> bool:
        stamp = headers.get("x-slack-request-timestamp", "")
        if not stamp.isascii() or not stamp.isdigit() or len(stamp) > LONGEST_STAMP:
            return False
        if abs(self._clock().timestamp() - int(stamp)) > WINDOW:
            return False
        digest = hmac.new(self._key, b"v0:" + stamp.encode() + b":" + body, hashlib.sha256).hexdigest()
        given = headers.get("x-slack-signature", "").encode(errors="replace")
        return hmac.compare_digest(f"v0={digest}".encode(), given)


def _read(body: bytes, content_type: str) -> Answer:
    """Read what Slack sends: an event as JSON, a command as a form, anything else as JSON in a form's `payload`."""
    kind = content_type.partition(";")[0].strip().lower()
    if kind not in {JSON, FORM}:
        raise Unreadable("The content type is not one that Slack sends.")
    try:
        text = body.decode()
    except UnicodeDecodeError:
        raise Unreadable("The body is not UTF-8.") from None
    if kind == JSON:
        return _object(text, "body")
    fields = dict(parse_qsl(text, keep_blank_values=True))
    if not fields or text.startswith("{"):
        raise Unreadable("The body is not a form.")
    return _object(fields["payload"], "payload") if "payload" in fields else fields


def _object(text: str, what: str) -> Answer:
    try:
        found = answer_of(json.loads(text))
    except (ValueError, RecursionError):
        found = None
    if found is None:
        raise Unreadable(f"The {what} is not a JSON object.")
    return found


def _refused(status: HTTPStatus, why: str) -> Answered:
    return status, {"content-type": "text/plain"}, f"{why} Nothing was done.".encode()
