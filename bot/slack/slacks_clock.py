"""Slack's clock against ours, learnt from its answers: what was sent is looked for by the time that Slack gave it."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Final

EARLIER: Final = timedelta(seconds=5)
"""Look back this much further than to the first attempt: a Date header has whole seconds, and so have channels."""
WHOLE_SECOND: Final = timedelta(seconds=1)
SET_BACK: Final = timedelta(days=1)
"""How far to look back when our clock has been set back since, by nobody knows how much."""


class SlacksClock:
    """How far our clock has been ahead of Slack's, at most, since the start."""

    def __init__(self, ours: Callable[[], datetime] | None = None) -> None:
        """Begin with clocks that agree; without `ours` (aware UTC) they are taken to agree for ever."""
        self._ours = ours
        self.lead = timedelta(0)

    def read(self, date: str) -> None:
        """Compare the Date header of an answer that has just come with our time; an unreadable one says nothing.

        How long the answer took counts as a lead too, and only makes a search look a little further back.
        """
        if self._ours is None:
            return
        try:
            theirs = parsedate_to_datetime(date).astimezone(UTC)
        except ValueError:
            return
        self.lead = max(self.lead, self._ours() - theirs - WHOLE_SECOND)

    def sent_at_the_earliest(self, first_sent_at: datetime) -> datetime:
        """The earliest time by Slack's clock of what we first sent at `first_sent_at` by ours."""
        now = self._ours() if self._ours else first_sent_at
        if first_sent_at > now:
            return now - SET_BACK
        return first_sent_at - self.lead - EARLIER
