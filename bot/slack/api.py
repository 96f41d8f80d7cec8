"""One call to Slack's Web API: let through by the limits, sent once, and its outcome told apart.

An answer is given back; `Rejected` is Slack's no; `RetryLater` means that nothing was done; `Unknown` that the answer
was lost and what was asked for may have been done.
"""

import json
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from http import HTTPStatus
from typing import Final

from aiohttp import ClientConnectorError, ClientError, ClientSession, ClientTimeout, ConnectionTimeoutError
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.domain.effects import Priority
from bot.services.ports import RetryLater, Unknown
from bot.slack.answers import NOTHING, Answer, answer_of, text_at
from bot.slack.breaker import Breaker
from bot.slack.limits import Limits
from bot.slack.shared_limits import SharedLimits
from bot.slack.slacks_clock import SlacksClock

SECONDS: Final = 10.0  # below the lease by more than a call may take to land after we gave up on it
PAGE: Final = 200
SLOWEST: Final = 30.0
UNNAMED_WAIT: Final = 5.0

LIMITED: Final = frozenset({"ratelimited", "rate_limited", "message_limit_exceeded"})
LOST: Final = frozenset({"fatal_error", "internal_error", "request_timeout", "service_unavailable"})
NOT_NOW: Final = frozenset({"team_added_to_org", "org_login_required"})  # the workspace is being moved
HARMLESS: Final = frozenset(
    {
        "auth.test",
        "bookmarks.list",
        "conversations.history",
        "conversations.info",
        "conversations.join",
        "conversations.list",
        "conversations.open",
        "conversations.replies",
        "dnd.info",
        "users.conversations",
        "users.info",
        "users.lookupByEmail",
    }
)
"""Calls that may simply be made again when their answer is lost: they leave nothing that would be there twice."""


OUTCOMES: Final = ("accepted", "refused", "put_off", "unanswered", "held_back")
"""Slack did it; said no; said to wait; said nothing. Or it was not asked: a limit is reached, or it is down."""


def uncounted(_method: str, _outcome: str) -> None:
    """Count nothing."""


class Rejected(Exception):
    """Slack said no: `error` is its code, `answer` whatever came with it."""

    def __init__(self, error: str, answer: Answer = NOTHING) -> None:
        """Keep the code and the answer."""
        super().__init__(error)
        self.error = error
        self.answer = answer


@dataclass(frozen=True, slots=True, kw_only=True)
class Errand:
    """For whom a call is made: the outbox row, how urgent it is, how often it was tried."""

    row: str
    priority: Priority = Priority.NORMAL
    attempts: int = 1

    @property
    def pause(self) -> float:
        """Give how many seconds to wait when Slack could not be reached: longer each time."""
        return min(2.0 ** min(self.attempts, 10), SLOWEST)


@asynccontextmanager
async def web_client(token: str, base_url: str, seconds: float = SECONDS) -> AsyncIterator[AsyncWebClient]:
    """A client over one shared session, which alone carries the timeout; it never repeats a call by itself."""
    async with ClientSession(timeout=ClientTimeout(total=seconds)) as session:
        yield AsyncWebClient(token, base_url=base_url, session=session, retry_handlers=[])


class SlackApi:
    """The Web API as one function."""

    def __init__(
        self,
        client: AsyncWebClient,
        limits: Limits | SharedLimits,
        clock: Callable[[], datetime] | None = None,
        breaker: Breaker | None = None,
        count: Callable[[str, str], None] = uncounted,
    ) -> None:
        """Use a client whose session has its own timeout and that repeats nothing.

        `clock` is ours (aware UTC): Slack's is compared with it, for whoever looks for what was sent. `breaker` is
        told what is answered, and holds calls back while nothing is; `count` is told of each call its method and what
        came of it, one of OUTCOMES.
        """
        self._count = count
        self._client = client
        self._limits = limits if isinstance(limits, SharedLimits) else SharedLimits(limits)
        self._breaker = breaker or Breaker(lambda: 0.0)
        self._slacks = SlacksClock(clock)

    def sent_at_the_earliest(self, first_sent_at: datetime) -> datetime:
        """The earliest time by Slack's clock of what was first sent at a time by ours (aware UTC)."""
        return self._slacks.sent_at_the_earliest(first_sent_at)

    async def call(self, method: str, errand: Errand, arguments: Mapping[str, object], place: str = "") -> Answer:
        """Make one call. `place` is what the method's second limit is counted by. Raises as the module says."""
        await self._let_through(method, errand, place)
        begun = self._breaker.seconds()
        try:
            answer = await self._made(method, errand, arguments)
        except _Unanswered as silence:
            self._count(method, "unanswered")
            self._breaker.unanswered(method, begun)
            raise silence.trouble from silence
        except (Rejected, RetryLater) as answered:
            self._count(method, "refused" if isinstance(answered, Rejected) else "put_off")
            self._breaker.answered()
            raise
        self._count(method, "accepted")
        self._breaker.answered()
        return answer

    async def pages(
        self, method: str, errand: Errand, arguments: Mapping[str, object], limit: int = PAGE
    ) -> AsyncIterator[Answer]:
        """Make a call that answers in pages, page after page."""
        cursor = ""
        while True:
            more = {"cursor": cursor} if cursor else {}
            answer = await self.call(method, errand, {**arguments, "limit": limit, **more})
            yield answer
            cursor = text_at(answer, "response_metadata", "next_cursor")
            if not cursor:
                return

    async def _let_through(self, method: str, errand: Errand, place: str) -> None:
        """Raise RetryLater while Slack is down, or where a limit is reached."""
        pause = self._breaker.pause(method)
        if pause > 0:
            self._count(method, "held_back")
            raise RetryLater(pause, "Slack is down")
        seconds = await self._limits.take(method, errand.row, errand.priority, place)
        if seconds > 0:
            self._count(method, "held_back")
            raise RetryLater(seconds, f"{method} is at its limit")

    async def _made(self, method: str, errand: Errand, arguments: Mapping[str, object]) -> Answer:
        try:
            response = await self._client.api_call(method, data=_form(arguments))
            data: object = response.data
            self._read_clock(response)
        except SlackApiError as refused:
            return await self._refused(method, errand, refused.response)
        except (ClientConnectorError, ConnectionTimeoutError) as unreachable:
            why = f"Slack cannot be reached ({type(unreachable).__name__})"
            raise _Unanswered(RetryLater(errand.pause, why)) from unreachable
        except (ClientError, TimeoutError, OSError) as lost:
            raise _lost(method, errand, f"no answer from Slack to {method} ({type(lost).__name__})") from lost
        except AttributeError:  # the client stumbles over an answer that is no JSON object: plain text, a list
            data = None
        answer = answer_of(data)
        if answer is None:
            raise _lost(method, errand, f"Slack's answer to {method} cannot be read")
        return answer

    def _read_clock(self, response: object) -> None:
        self._slacks.read(_header(response, "Date"))

    async def _refused(self, method: str, errand: Errand, response: object) -> Answer:
        self._read_clock(response)
        status = _status(response)
        answer = answer_of(getattr(response, "data", None)) or NOTHING
        error = text_at(answer, "error")
        if status == HTTPStatus.TOO_MANY_REQUESTS or error in LIMITED:
            seconds = _retry_after(_header(response, "Retry-After"))
            await self._limits.block(method, seconds)
            raise RetryLater(seconds, f"Slack limits {method}")
        if error in NOT_NOW:
            raise RetryLater(SLOWEST, f"Slack says {error}")
        if error in LOST or status >= HTTPStatus.INTERNAL_SERVER_ERROR or (not error and status == HTTPStatus.OK):
            raise _lost(method, errand, f"Slack answered {error or status} to {method}")
        if not error:
            raise _Unanswered(RetryLater(SLOWEST, f"{method} was answered {status}, not by Slack"))
        raise Rejected(error, answer)


class _Unanswered(Exception):
    """Slack itself has said nothing: `trouble` is what that means for whoever called."""

    def __init__(self, trouble: RetryLater | Unknown) -> None:
        super().__init__(str(trouble))
        self.trouble = trouble


def _lost(method: str, errand: Errand, why: str) -> _Unanswered:
    return _Unanswered(RetryLater(errand.pause, why) if method in HARMLESS else Unknown(why))


def _status(response: object) -> int:
    """Read the status of the client's answer, or of the bare HTTP answer that it could not decode."""
    for name in ("status_code", "status"):
        found = getattr(response, name, None)
        if isinstance(found, int):
            return found
    return HTTPStatus.INTERNAL_SERVER_ERROR


def _header(response: object, name: str) -> str:
    headers = getattr(response, "headers", None)
    given = headers.get(name) if isinstance(headers, Mapping) else None
    first = given[0] if isinstance(given, list) and given else given
    return "" if first is None else str(first)


def _retry_after(given: str) -> float:
    try:
        return max(1.0, float(given))
    except ValueError:
        return UNNAMED_WAIT


def _form(arguments: Mapping[str, object]) -> dict[str, str]:
    """Write arguments as a form: every method of Slack takes one, with JSON for what is nested."""
    return {name: _written(value) for name, value in arguments.items() if value is not None}


def _written(value: object) -> str:
    if isinstance(value, str):
        return value
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
