"""Slack's limits, kept by all replicas together: what this process lets through is also counted where all count.

Our own buckets (`limits`) decide first: they know whose turn it is here, and most refusals cost no question. What they
let through, the shared budgets must let through, too; one statement in the database counts it on all of its budgets or
on none, and tells what Slack has blocked, so that a Retry-After told to one replica holds for the others with their
very next call. A page that is turned away there has what it waited for kept from whoever is less urgent.

Alone, a process asks nobody, and a page leaves without a question to the database; on SQLite it is always alone. Who
was alone says what it has used before it draws together with the others, and goes on sharing for a minute after it
last saw one: by then every budget is full again. A newcomer knows the others from its start; they learn of it within a
few seconds, and what both let through in that time beyond the limit Slack answers with a Retry-After, which all keep.

Why so, and not more simply: budgets divided by the number of replicas are wrong in each place, because a channel's
messages are often all sent by one of them, which would then take twice as long, and half of "once in ten seconds" is
never. Tokens lent to each replica in advance lie idle with those who do not need them, for the same reason. Telling
the others afterwards what was used lets a burst through on each, which is what a storm is made of. What asking costs
is one question to the database for each call: 3 ms in the median and 10 ms for the slowest twentieth, measured on two
very busy cores.

A limiter in trouble holds nothing up. When the budgets cannot be had, each call is counted as if every replica made
one, here alone, and the database is left in peace for some seconds. It is the one place where dividing is right:
without the database nothing new is taken up, and what is in flight is spread over all.
"""

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from bot.domain.effects import Priority
from bot.services.ports import Unavailable
from bot.services.shared_budgets import Drawn, SharedBudgets
from bot.slack.limits import Limits

SHARED_FOR: Final = 60.0
ASKED_AGAIN_AFTER: Final = 5.0
NEVER: Final = float("-inf")

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Neighbourhood:
    """What is shared, and with whom.

    `clock` (aware UTC) shows all replicas the same, `seconds` never jump, and `alive` tells how many replicas there
    are, this one included.
    """

    budgets: SharedBudgets
    clock: Callable[[], datetime]
    seconds: Callable[[], float]
    alive: Callable[[], int]


def neighbourhood(
    budgets: SharedBudgets | None,
    clock: Callable[[], datetime],
    seconds: Callable[[], float],
    alive: Callable[[], int],
) -> Neighbourhood | None:
    """Say with whom limits are shared; None where there are no shared budgets, because nobody else can be there."""
    return Neighbourhood(budgets=budgets, clock=clock, seconds=seconds, alive=alive) if budgets is not None else None


class SharedLimits:
    """What this process and its neighbours ask of Slack."""

    def __init__(self, mine: Limits, around: Neighbourhood | None = None) -> None:
        """Let through what `mine` does and what is shared with those around, if there can be any."""
        self._mine = mine
        self._around = around
        self._share_until = NEVER
        self._ask_from = NEVER
        self._unsaid = False
        """Whether we have used what the others do not know of."""

    def goes_instead(self, row: str, others: Sequence[str]) -> float | None:
        """Give a row the turns here of those in whose place it goes; the other replicas forget theirs by themselves.

        Tells in how many seconds its turn is; None where none of them had one here.
        """
        return self._mine.goes_instead(row, others)

    async def take(self, method: str, row: str, priority: Priority, place: str = "") -> float:
        """Let a call through (0), or tell in how many seconds to come back; see `Limits.take`."""
        seconds = self._mine.take(method, row, priority, place)
        if seconds > 0:
            return seconds
        around = self._around
        if around is None:
            return 0.0
        if not self._in_company(around):
            self._unsaid = True
            return 0.0
        drawn = await self._draw(around, method, priority, place)
        if drawn is None:
            self._mine.count(around.alive() - 1, method, place)
            return 0.0
        return self._mine.turn_away(drawn, method, row, priority, place) if drawn.seconds > 0 else 0.0

    async def block(self, method: str, seconds: float) -> None:
        """Let nothing of this method through for so long, here and in every replica: Slack said so."""
        self._mine.block(method, seconds)
        if self._around is None:
            return
        try:
            await self._around.budgets.block(method, seconds, self._around.clock())
        except Unavailable as unavailable:
            log.warning("The other replicas do not know that Slack limits %s: %s", method, unavailable)

    def _in_company(self, around: Neighbourhood) -> bool:
        now = around.seconds()
        if around.alive() > 1:
            self._share_until = now + SHARED_FOR
        return now < self._share_until

    async def _draw(self, around: Neighbourhood, method: str, priority: Priority, place: str) -> Drawn | None:
        """Ask for one call; None if the budgets cannot be had."""
        if around.seconds() < self._ask_from:
            return None
        try:
            if self._unsaid:
                self._unsaid = False
                await around.budgets.note_used(self._mine.used(but=(method, place)), around.clock())
            draws = self._mine.draws(method, place)
            return await around.budgets.draw(draws, around.clock(), urgent=priority is Priority.PAGE)
        except Unavailable as unavailable:
            self._ask_from = around.seconds() + ASKED_AGAIN_AFTER
            self._unsaid = True
            log.warning("Slack's limits are not shared with the other replicas for now: %s", unavailable)
            return None
