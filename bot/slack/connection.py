"""Everything Slack, put together: the client, the outbound and the inbound side, and what keeps them connected."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from math import nan

from bot.services.in_time import SLACK_WAITS, in_time
from bot.services.ports import Desk
from bot.slack.api import SECONDS, SlackApi, uncounted, web_client
from bot.slack.app import build_app
from bot.slack.breaker import Breaker
from bot.slack.http import Answered, SignedHttp
from bot.slack.identity import PatientMembers, Presence
from bot.slack.limits import BUDGETS, Allowance, Limits
from bot.slack.members import SlackMembers
from bot.slack.performer import SlackPerformer
from bot.slack.shared_limits import Neighbourhood, SharedLimits
from bot.slack.socket import SocketMode

Loop = tuple[str, Callable[[], Awaitable[None]]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Credentials:
    """How to speak to Slack: an app token means Socket Mode, otherwise requests are signed with the secret."""

    api_url: str
    bot_token: str = field(repr=False)
    app_token: str | None = field(default=None, repr=False)
    signing_secret: str | None = field(default=None, repr=False)


class SlackSide:
    """Both directions of Slack, opened once and closed once."""

    def __init__(
        self,
        desk: Desk,
        credentials: Credentials,
        limits_clock: Callable[[], float],
        monotonic: Callable[[], float],
        patience: float = SECONDS,
        budgets: Mapping[str, Allowance] = BUDGETS,
        around: Neighbourhood | None = None,
        *,
        breaker: Breaker,
    ) -> None:
        """Prepare; `limits_clock` is what rate limits count by, `monotonic` gives seconds that never jump.

        `patience` is how many seconds a call may take before its answer counts as lost, `budgets` what Slack allows;
        `around` says what of it is shared with other replicas, if there can be any. `breaker` learns whether Slack
        answers at all.
        """
        self._desk = desk
        self._credentials = credentials
        self._limits_clock = limits_clock
        self._monotonic = monotonic
        self._patience = patience
        self._limits = SharedLimits(Limits(limits_clock, budgets), around)
        self._breaker = breaker
        self._stopping = asyncio.Event()
        self._retired = ""
        self._count: Callable[[str, str], None] = uncounted
        self._slack_waits = SLACK_WAITS
        self._socket: SocketMode | None = None
        self._http: SignedHttp | None = None

    def answers_within(self, seconds: float) -> None:
        """Let no transaction of what Slack waits for take longer; asked for before `open`."""
        self._slack_waits = seconds

    def count_by(self, count: Callable[[str, str], None]) -> None:
        """Have each call counted, its method and what came of it; asked for before `open`."""
        self._count = count

    async def open(self) -> None:
        """Make the client and the app; nothing is connected until `loops` run."""
        async with AsyncExitStack() as opened:
            given = self._credentials
            client = await opened.enter_async_context(web_client(given.bot_token, given.api_url, self._patience))
            api = SlackApi(client, self._limits, self._desk.clock, self._breaker, self._count)
            self._presence = Presence(api, self._monotonic, self._breaker.doubted)
            self.members = PatientMembers(SlackMembers(api), self._stopping)
            self.performer = SlackPerformer(self._desk, api, self._limits_clock)
            self._app = build_app(in_time(self._desk, self._slack_waits), client, self.members, self._presence)
            if given.app_token is not None:
                self._socket = SocketMode(self._app, given.app_token, client, self._monotonic)
            else:
                self._http = SignedHttp(self._app, given.signing_secret or "", self._desk.clock)
            self._opened = opened.pop_all()

    async def quiet(self) -> None:
        """Take nothing more from Slack."""
        self._stopping.set()
        self._presence.stop()
        if self._socket is not None:
            self._socket.stop()

    async def close(self) -> None:
        """Close the session."""
        await self._opened.aclose()

    def loops(self, once_known: Callable[[], Awaitable[None]]) -> tuple[Loop, ...]:
        """What must keep running: asking who we are, then `once_known`; and the socket, where there is one."""

        async def introduce() -> None:
            await self._presence.known.wait()
            await once_known()
            await self._stopping.wait()

        socket: tuple[Loop, ...] = (("socket", self._socket.run),) if self._socket else ()
        return (("presence", self._presence.run), ("introduction", introduce), *socket)

    async def answer(self, headers: Mapping[str, str], body: bytes) -> Answered:
        """Answer a request of Slack over HTTP: status, headers, body."""
        if self._http is None:
            return 404, {"content-type": "text/plain"}, b"Slack is spoken to by Socket Mode here."
        return await self._http.answer(headers, body)

    def rows_at_once(self) -> int:
        """Tell how many rows may be on their way to Slack now."""
        return self._breaker.rows_at_once()

    def goes_instead(self, row: str, others: Sequence[str]) -> float | None:
        """Learn that a row goes in the place of others; tells in how many seconds its turn is."""
        return self._limits.goes_instead(row, others)

    def silence(self) -> float:
        """How many seconds ago anything came over the socket; NaN where Slack speaks over HTTP."""
        return self._socket.silence() if self._socket else nan

    def retire(self, why: str) -> None:
        """Leave Slack's events to others, for good; `why` is what is wrong then."""
        self._retired = why
        if self._socket is not None:
            self._socket.retire(why)

    def look_again(self) -> None:
        """Ask a Slack that was not there once more, without waiting for the next time."""
        if self._breaker.trouble() or self._presence.trouble():
            self._breaker.doubted.set()

    def trouble(self) -> str:
        """What is wrong between us and Slack, in a sentence; empty when nothing is."""
        breaker, presence = self._breaker.trouble(), self._presence.trouble()
        return self._retired or breaker or presence or (self._socket.trouble() if self._socket else "")
