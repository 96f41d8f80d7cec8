"""Posting to subscribers' webhooks: once, to addresses of the whole world alone, and following nobody elsewhere."""

import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from hashlib import sha256
from http import HTTPStatus
from typing import Final

from aiohttp import ClientError, ClientSession, ClientTimeout, TCPConnector, ThreadedResolver
from aiohttp.abc import AbstractResolver, ResolveResult

from bot.domain.effects import Receipt, Refused, Sent
from bot.domain.errors import Refusal
from bot.domain.webhook import PostToWebhook, may_be_posted_to, webhook_address
from bot.services.ports import Claimed, NotFindable, Remote, RetryLater
from bot.services.subscribers import ANSWERED

SECONDS: Final = 5.0
PAUSES: Final = (5.0, 30.0, 120.0, 600.0)
"""How long to wait after each attempt that failed; after the last, the delivery has."""
READ: Final = 2048
"""As much of an answer as is looked at, in bytes."""


class Inside(OSError):
    """A name that leads into a private network, or to this machine."""


class OutsideOnly(AbstractResolver):
    """Resolves names, and refuses those of which any address is not of the whole world.

    What it gives is what is connected to, so that a name cannot change its meaning between the look and the call.
    """

    def __init__(self) -> None:
        """Ask the system's resolver, in a thread."""
        self._resolver = ThreadedResolver()

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        """Give a name's addresses. Raises Inside, OSError."""
        found = await self._resolver.resolve(host, port, family)
        if not found or not all(may_be_posted_to(each["host"]) for each in found):
            raise Inside(f"{host} leads into a private network")
        return found

    async def close(self) -> None:
        """Close what was asked."""
        await self._resolver.close()


class WebhookPerformer:
    """The Performer port over HTTP. `local`: everything is a stand-in on this machine, which may be posted to then."""

    def __init__(self, session: ClientSession, *, local: bool) -> None:
        """Use a session whose resolver is ours."""
        self._session = session
        self._local = local

    async def perform(self, claimed: Claimed) -> Receipt:
        """Post, as the port says; a challenge counts as answered where the answer has it."""
        effect = claimed.outgoing.effect
        if not isinstance(effect, PostToWebhook):
            raise TypeError(f"{claimed.outgoing.id} is no webhook's")
        try:
            webhook_address(effect.url, local=self._local)
        except Refusal as refusal:
            return Refused(error="bad address", remedy=str(refusal))
        headers = {
            "Content-Type": "application/json",
            "User-Agent": "Tocsin",
            "Idempotency-Key": sha256(claimed.outgoing.id.encode()).hexdigest()[:32],
        }
        try:
            async with self._session.post(
                effect.url, data=effect.body.encode(), headers=headers, allow_redirects=False
            ) as answer:
                said = await answer.content.read(READ) if effect.challenge else b""
                return self._answered(claimed, effect, answer.status, said)
        except (ClientError, TimeoutError, OSError) as trouble:
            if _leads_inside(trouble):
                return Refused(error="private address", remedy="It leads into a private network.")
            return self._failed(claimed, type(trouble).__name__)

    async def look_up(self, claimed: Claimed) -> tuple[Sent, ...]:
        """Raise NotFindable: what a webhook did with it is its own."""
        raise NotFindable(f"{claimed.outgoing.id} was posted to somebody else's server")

    async def remove(self, claimed: Claimed, copy: Remote) -> None:
        """Do nothing: what was posted cannot be called back."""

    def _answered(self, claimed: Claimed, effect: PostToWebhook, status: int, said: bytes) -> Receipt:
        if status == HTTPStatus.GONE:
            return Refused(error=str(status), remedy="It says that it is gone.")
        if not HTTPStatus.OK <= status < HTTPStatus.MULTIPLE_CHOICES:
            return self._failed(claimed, str(status))
        answered = bool(effect.challenge) and effect.challenge.encode() in said
        return Sent(facts=(ANSWERED,) if answered else ())

    def _failed(self, claimed: Claimed, why: str) -> Refused:
        if claimed.attempts <= len(PAUSES):
            raise RetryLater(PAUSES[claimed.attempts - 1], f"the webhook answered {why}")
        return Refused(error=why, remedy=f"It did not take it, tried {claimed.attempts} times.")


@asynccontextmanager
async def opened_webhooks(*, local: bool, patience: float = SECONDS) -> AsyncIterator[WebhookPerformer]:
    """The performer over a session of its own; `patience` is how many seconds a call may take."""
    connector = TCPConnector(resolver=ThreadedResolver() if local else OutsideOnly(), use_dns_cache=False)
    timeout = ClientTimeout(total=min(patience, SECONDS))
    async with ClientSession(connector=connector, timeout=timeout) as session:
        yield WebhookPerformer(session, local=local)


def _leads_inside(trouble: BaseException | None) -> bool:
    while trouble is not None:
        if isinstance(trouble, Inside) or isinstance(getattr(trouble, "os_error", None), Inside):
            return True
        trouble = trouble.__cause__ or trouble.__context__
    return False
