"""The breaker: once Slack as a whole has stopped answering, it is asked nothing but whether it is back.

It opens after three calls in a row without an answer, or after half a minute of trying, and only when `auth.test`, the
smallest question there is, and another call are both among them. One bad method must not stop pages: Slack may answer
every `conversations.create` with 500, or choke on one message, and take all else. So any answer to anything begins the
count anew, and what fails alone is left to its own row's growing pause; the first failure after an answer has
`auth.test` asked at once, whose answer clears Slack. Nor does an `auth.test` that alone is broken open it, and while it
is open a page is let through every half minute, because the question itself might be what is broken.

An answer is whatever Slack itself said: a refusal is one, and so is "wait" (429). No answer is a 5xx, a timeout, a
connection that failed, or something that is not Slack's.
"""

import asyncio
import logging
from collections.abc import Callable
from typing import Final

from bot.services.gate import EVERYTHING

PROBE: Final = "auth.test"
IN_A_ROW: Final = 3
TRYING_FOR: Final = 30.0
PAGE_EVERY: Final = 30.0
PUT_OFF: Final = 2.0

log = logging.getLogger(__name__)


def no_news() -> None:
    """Tell nobody that it opened or closed."""


class Breaker:
    """Whether Slack answers at all."""

    def __init__(self, seconds: Callable[[], float], changed: Callable[[], None] = no_news) -> None:
        """Begin closed. `seconds` are what pauses are counted by; `changed` is told of opening and of closing."""
        self.seconds = seconds
        self.doubted = asyncio.Event()
        """Set when an answer fails to come for the first time: whoever asks `auth.test` is to ask it now."""
        self._changed = changed
        self._unanswered: set[str] = set()
        self._in_a_row = 0
        self._since = 0.0
        self._page_at: float | None = None

    @property
    def is_open(self) -> bool:
        """Whether Slack is held to be down."""
        return self._page_at is not None

    def rows_at_once(self) -> int:
        """How many rows of the outbox may be in the air: all while it is closed, else none, or a single page now."""
        if self._page_at is None:
            return EVERYTHING
        return 1 if self.seconds() >= self._page_at else 0

    def pause(self, method: str) -> float:
        """Let a call through (0), or tell in how many seconds to come back."""
        if self._page_at is None or method == PROBE:
            return 0.0
        now = self.seconds()
        if now < self._page_at:
            return PUT_OFF
        self._page_at = now + PAGE_EVERY
        return 0.0

    def answered(self) -> None:
        """Slack has said something: whatever was wrong was not Slack as a whole, or is over."""
        was_open, since = self.is_open, self._since
        self._unanswered.clear()
        self._in_a_row, self._page_at = 0, None
        if was_open:
            log.info("Slack answers again after %.0f s: what waited goes now, pages first.", self.seconds() - since)
            self._changed()

    def unanswered(self, method: str, begun: float) -> None:
        """A call that was begun then (by `seconds`) has had no answer of Slack's."""
        if not self._unanswered:
            self._since = begun
            self.doubted.set()
        self._unanswered.add(method)
        self._in_a_row += 1
        if not self.is_open and self._is_slack_itself():
            self._page_at = self.seconds() + PAGE_EVERY
            log.warning(
                "Slack has not answered %d calls in a row, %s the last: nothing goes to it until it answers %s, and "
                "pages go by the fallback at once.",
                self._in_a_row,
                method,
                PROBE,
            )
            self._changed()

    def trouble(self) -> str:
        """What is wrong, in a sentence; empty while it is closed."""
        if not self.is_open:
            return ""
        silent = max(0.0, self.seconds() - self._since)
        return f"Slack has answered nothing for {silent:.0f} s: everything waits, and pages go by the fallback"

    def _is_slack_itself(self) -> bool:
        long_enough = self._in_a_row >= IN_A_ROW or self.seconds() - self._since >= TRYING_FOR
        return long_enough and PROBE in self._unanswered and len(self._unanswered) > 1
