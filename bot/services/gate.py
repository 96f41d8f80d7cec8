"""The gate before whoever carries a lane's rows: how many may pass now, and who has whose turn in its queue."""

from collections.abc import Sequence
from typing import Final, Protocol

EVERYTHING: Final = 1000
"""More than any lane has in the air."""


class Gate(Protocol):
    """What a lane asks and tells of the queue before its carrier."""

    def rows_at_once(self) -> int:
        """Tell how many rows may be in the air now: none, while the carrier is down."""

    def goes_instead(self, row: str, others: Sequence[str]) -> float | None:
        """Learn that a row goes in the place of others: it has the best of their turns, and they wait no longer.

        Tells in how many seconds its turn is now; None where none of them had one.
        """


class OpenGate:
    """Holds nothing back, and has no queue."""

    def rows_at_once(self) -> int:
        """Let all pass."""
        return EVERYTHING

    def goes_instead(self, row: str, others: Sequence[str]) -> float | None:
        """Nobody waits here."""
