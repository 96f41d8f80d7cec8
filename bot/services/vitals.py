"""Tocsin's own heartbeat: whoever waits for it outside hears it only while pages would go out on time."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from bot.services.ports import Store, Unavailable

EVERY: Final = 60.0
AGAIN_AFTER: Final = 10.0
FIRST_AFTER: Final = 5.0
DATABASE_WITHIN: Final = 5.0
PAGE_WAITS_AT_MOST: Final = timedelta(seconds=60)

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Vitals:
    """What must be well: `loops` names those that stand still, `slack` says what is wrong there, if anything is.

    `synthetic` says it of the synthetic page. `patience` is how many seconds a write may take.
    """

    store: Store
    clock: Callable[[], datetime]
    loops: Callable[[], Sequence[str]]
    slack: Callable[[], str]
    synthetic: Callable[[], str] = str
    patience: float = DATABASE_WITHIN

    async def troubles(self) -> Mapping[str, str]:
        """Why pages might not go out on time, each reason by what it is about; empty when all is well."""
        found = {"loops": "; ".join(self.loops()), "slack": self.slack(), "synthetic page": self.synthetic()}
        return {about: says for about, says in {**found, **await self._engine()}.items() if says}

    async def _engine(self) -> Mapping[str, str]:
        now = self.clock()
        try:
            async with asyncio.timeout(self.patience):
                await self.store.write(lambda tx: tx.touch())
                figures = await self.store.read(lambda tx: tx.figures(now))
        except (Unavailable, TimeoutError) as trouble:
            return {"database": str(trouble) or f"the database took no write within {self.patience:g} s"}
        late, since = figures.timers_overdue, figures.oldest_unsent_page
        waits = since is not None and now - since >= PAGE_WAITS_AT_MOST
        return {
            "timers": f"timers that are 30 s overdue: {late}" if late else "",
            "pages": f"a page has waited to be sent since {since:%H:%M:%S} UTC" if waits else "",
        }


class OwnHeartbeat:
    """Calls each minute while all is well, and says once why it is silent or was not heard."""

    def __init__(self, vitals: Vitals, call: Callable[[], Awaitable[str]], seconds: Callable[[], float]) -> None:
        """Begin in some seconds, when Slack has been reached; `call` gives why it failed, `seconds` never jump."""
        self._vitals = vitals
        self._call = call
        self._seconds = seconds
        self._heard_at = seconds()
        self._next_at = seconds() + FIRST_AFTER
        self._silent_about: frozenset[str] = frozenset()
        self._unheard = False

    def age(self) -> float:
        """Tell how many seconds ago it was heard last; before the first time, since the start."""
        return self._seconds() - self._heard_at

    async def look(self) -> None:
        """Call, if it is time to and all is well."""
        if self._seconds() < self._next_at:
            return
        troubles = await self._vitals.troubles()
        self._tell_silence(troubles)
        if troubles:
            self._next_at = self._seconds() + AGAIN_AFTER
            return
        self._next_at = self._seconds() + EVERY
        failure = await self._call()
        self._tell_unheard(failure)
        if not failure:
            self._heard_at = self._seconds()

    def _tell_silence(self, troubles: Mapping[str, str]) -> None:
        """Say why no heartbeat goes out, once for each set of reasons, and when it goes out again."""
        about = frozenset(troubles)
        if about - self._silent_about:
            log.warning(
                "No heartbeat goes to HEARTBEAT_URL: %s.", "; ".join(each.rstrip(".") for each in troubles.values())
            )
        elif self._silent_about and not about:
            log.info("All is well again: the heartbeat goes to HEARTBEAT_URL.")
        self._silent_about = about

    def _tell_unheard(self, failure: str) -> None:
        if failure and not self._unheard:
            log.warning("The heartbeat was not taken by HEARTBEAT_URL: %s. It is tried every minute.", failure)
        elif self._unheard and not failure:
            log.info("The heartbeat is taken by HEARTBEAT_URL again.")
        self._unheard = bool(failure)
