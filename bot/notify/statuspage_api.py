"""One call to Statuspage's API: kept below its limit, sent once, and its outcome told apart.

From its reference (https://developer.statuspage.io): the key goes in `Authorization: OAuth <key>`, each key has one
request a second measured over a rolling minute, and 420 or 429 say that it was exceeded; `Retry-After` comes with them
(https://community.atlassian.com/t5/Statuspage-articles/Upcoming-rate-limiting-changes-to-Statuspage-REST-API/ba-p/1455362).
"""

import json
from collections import deque
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from http import HTTPStatus
from typing import Final

from aiohttp import ClientConnectorError, ClientError, ClientSession, ClientTimeout, ConnectionTimeoutError

from bot.services.ports import RetryLater, Unknown

SECONDS: Final = 10.0
WINDOW: Final = 60.0
A_WINDOW: Final = 50  # of the 60 that it allows: others may use the same key
SLOWEST: Final = 30.0
UNNAMED_WAIT: Final = 10.0
LIMITED: Final = frozenset({420, HTTPStatus.TOO_MANY_REQUESTS})
SHOWN: Final = 300
HARMLESS: Final = frozenset({"GET", "DELETE"})
"""Calls that may simply be made again when their answer is lost."""


class Rejected(Exception):
    """Statuspage said no for good: the status, and in `says` its own words, which may be empty."""

    def __init__(self, status: int, says: str) -> None:
        """Keep both."""
        super().__init__(f"{status} {says}")
        self.status = status
        self.says = says


class Pace:
    """How many calls were made in the last minute, and how long Statuspage told us to wait."""

    def __init__(self, seconds: Callable[[], float]) -> None:
        """Count by `seconds`, which never jump."""
        self._seconds = seconds
        self._made: deque[float] = deque()
        self._blocked_until = 0.0

    def take(self) -> float:
        """Let a call through (0), or tell in how many seconds to come back."""
        now = self._seconds()
        while self._made and self._made[0] <= now - WINDOW:
            self._made.popleft()
        full = self._made[0] + WINDOW - now if len(self._made) >= A_WINDOW else 0.0
        wait = max(full, self._blocked_until - now)
        if wait > 0:
            return wait
        self._made.append(now)
        return 0.0

    def block(self, seconds: float) -> None:
        """Let nothing through for so long: Statuspage said so."""
        self._blocked_until = max(self._blocked_until, self._seconds() + seconds)


class StatuspageApi:
    """The API as one function; `base` is its address with the version, `key` the key of a user of the page."""

    def __init__(self, session: ClientSession, base: str, key: str, pace: Pace) -> None:
        """Use a session that has its own timeout."""
        self._session = session
        self._base = base.rstrip("/")
        self._key = key
        self._pace = pace

    async def call(self, method: str, path: str, pause: float, body: Mapping[str, object] | None = None) -> object:
        """Make one call and give its JSON. `pause` is how many seconds to wait where it could not be reached.

        Raises RetryLater where nothing was done, Unknown where it may have been, Rejected for its no.
        """
        if (wait := self._pace.take()) > 0:
            raise RetryLater(wait, "Statuspage is at its limit")
        headers = {"Authorization": f"OAuth {self._key}", "Accept": "application/json"}
        address = f"{self._base}/{path}"
        try:
            async with self._session.request(
                method, address, json=body, headers=headers, allow_redirects=False
            ) as answer:
                return self._read(method, pause, answer.status, answer.headers, await answer.text(errors="replace"))
        except (ClientConnectorError, ConnectionTimeoutError) as unreachable:
            raise RetryLater(pause, f"Statuspage cannot be reached ({type(unreachable).__name__})") from unreachable
        except (ClientError, TimeoutError, OSError) as lost:
            raise _lost(method, pause, f"no answer from Statuspage ({type(lost).__name__})") from lost

    def _read(self, method: str, pause: float, status: int, headers: Mapping[str, str], text: str) -> object:
        if status in LIMITED:
            seconds = _retry_after(headers)
            self._pace.block(seconds)
            raise RetryLater(seconds, "Statuspage says that its limit is exceeded")
        if status >= HTTPStatus.INTERNAL_SERVER_ERROR or status == HTTPStatus.REQUEST_TIMEOUT:
            raise _lost(method, pause, f"Statuspage answered {status}")
        try:
            data: object = json.loads(text)
        except ValueError:
            data = None
        if status >= HTTPStatus.MULTIPLE_CHOICES:
            raise Rejected(status, _says(data))
        if data is None:
            raise _lost(method, pause, "Statuspage's answer cannot be read")
        return data


@asynccontextmanager
async def opened_api(
    base: str, key: str, seconds: Callable[[], float], patience: float = SECONDS
) -> AsyncIterator[StatuspageApi]:
    """The API over a session of its own; `patience` is how many seconds a call may take before its answer is lost."""
    async with ClientSession(timeout=ClientTimeout(total=patience)) as session:
        yield StatuspageApi(session, base, key, Pace(seconds))


def _lost(method: str, pause: float, why: str) -> RetryLater | Unknown:
    return RetryLater(pause, why) if method in HARMLESS else Unknown(why)


def _retry_after(headers: Mapping[str, str]) -> float:
    try:
        return min(max(1.0, float(headers.get("Retry-After", ""))), WINDOW)
    except ValueError:
        return UNNAMED_WAIT


def _says(data: object) -> str:
    """Its own words for what was wrong: `error` or `message`, one or a list of them."""
    if not isinstance(data, dict):
        return ""
    found = data.get("error") or data.get("message") or ""
    words = "; ".join(str(each) for each in found) if isinstance(found, list) else str(found)
    return " ".join(words.split())[:SHOWN].rstrip(".")
