"""The installation's fallback: where a page goes that Slack does not take, by any service that Apprise knows.

Apprise blocks, and a service may hang: it has threads of its own, and nothing else waits for them.
"""

import asyncio
import importlib
import logging
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Final, Protocol

from bot.domain.copies import Copy
from bot.domain.effects import Receipt, Refused, Sent
from bot.domain.fallback import SendByFallback
from bot.domain.page import Ask
from bot.domain.undelivered import FELL_BACK, undelivered_yet
from bot.services.page_finding import copy_of
from bot.services.ports import Claimed, Desk, RetryLater, Tx

THREADS: Final = 8
AGAIN_AFTER: Final = 10.0
NOT_SET: Final = Refused(error="no_fallback", remedy="FALLBACK_URLS is not set")

log = logging.getLogger(__name__)


class BadFallback(Exception):
    """FALLBACK_URLS cannot be used; the text is a sentence for whoever starts the bot, without the secrets in it."""


class Notifier(Protocol):
    """What Apprise does for us."""

    def notify(self, body: str, title: str) -> bool | None:
        """Send to every service; true only if each took it. Blocks."""


def notifier_of(urls: Sequence[str]) -> Notifier | None:
    """Apprise, with these services; None without any. Raises BadFallback."""
    if not urls:
        return None
    try:
        apprise = importlib.import_module("apprise")
    except ImportError:
        raise BadFallback(
            "FALLBACK_URLS: needs Apprise, which is not installed: pip install 'tocsin[apprise]'"
        ) from None
    notifier = apprise.Apprise()
    for number, url in enumerate(urls, start=1):
        if not notifier.add(url):
            service = url.partition("://")[0]
            raise BadFallback(
                f"FALLBACK_URLS: Apprise cannot read address {number} ({service}://…); nothing was started"
            )
    known: Notifier = notifier
    return known


class FallbackPerformer:
    """The Performer port for pages that Slack has not taken. Without a notifier each is refused, which says so."""

    def __init__(self, desk: Desk, notifier: Notifier | None) -> None:
        """Use the notifier, on threads of its own."""
        self._desk = desk
        self._notifier = notifier
        self._threads = ThreadPoolExecutor(THREADS, thread_name_prefix="fallback")

    async def perform(self, claimed: Claimed) -> Receipt:
        """Send it, unless the page has left meanwhile or was answered."""
        effect = claimed.outgoing.effect
        if not isinstance(effect, SendByFallback):
            raise TypeError(f"{effect.kind} is not the fallback's to carry out")
        found = await self._desk.store.read(lambda tx: _waiting(tx, effect))
        if found is None:
            return Sent()
        if self._notifier is None:
            return NOT_SET
        notifier, title, body = self._notifier, title_of(found), body_of(found)
        loop = asyncio.get_running_loop()
        taken = await loop.run_in_executor(self._threads, lambda: notifier.notify(body=body, title=title))
        if not taken:
            log.warning("The fallback did not take the page for %s; it is tried again.", found.ask.who.name)
            raise RetryLater(AGAIN_AFTER, "the fallback did not take it")
        return Sent(facts=((FELL_BACK, "yes"),))

    async def look_up(self, claimed: Claimed) -> tuple[Sent, ...]:  # noqa: ARG002 - the port's signature
        """Find nothing: no service can be asked what it has got."""
        return ()

    async def remove(self, claimed: Claimed, copy: object) -> None:
        """Remove nothing: it leaves nothing that could be removed."""

    def close(self) -> None:
        """Take nothing more, and leave behind whatever hangs."""
        self._threads.shutdown(wait=False, cancel_futures=True)


def title_of(waiting: Copy) -> str:
    """The first line: for whom, and how bad it is."""
    incident, who = waiting.incident, waiting.ask.who.name
    if incident.private:
        return f"Page for {who}: private incident {incident.label}"
    return f"Page for {who}: {incident.severity}, {incident.brief.pain} ({incident.label})"


def body_of(waiting: Copy) -> str:
    """What whoever watches the fallback has to know; of a private incident nothing but whom to call."""
    incident, ask = waiting.incident, waiting.ask
    lines = [f"Slack has not taken this page. Call {_reached(ask)}: nobody can acknowledge it here."]
    if not incident.private:
        lines += [incident.words] if incident.words else []
        lines += [f"First action: {incident.brief.first_action}"] if incident.brief.first_action else []
        lines += [f"Runbook: {incident.brief.runbook}"] if incident.brief.runbook else []
    if ask.next_name is not None and ask.due_at is not None:
        phone = f", {ask.next_name.phone}" if ask.next_name.phone else ""
        lines.append(f"Next, at {ask.due_at:%H:%M} UTC: {ask.next_name.name}{phone}")
    lines.append("This message may come more than once.")
    return "\n".join(lines)


def _reached(ask: Ask) -> str:
    return f"{ask.who.name} at {ask.who.phone}" if ask.who.phone else f"{ask.who.name} (no phone number is known)"


def _waiting(tx: Tx, effect: SendByFallback) -> Copy | None:
    copy = copy_of(tx, effect.page, effect.ask)
    return copy if copy and copy.page.live and undelivered_yet(copy.ask) else None
