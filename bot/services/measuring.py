"""What the outbox tells whoever measures it; nothing of it says which incident or person it is about."""

from typing import Protocol


class SendMeter(Protocol):
    """Counts attempts and what came of them."""

    def sent(self, kind: str, outcome: str) -> None:
        """Count an attempt: the effect's kind, and what came of it in one word."""

    def page_taken(self, seconds: float) -> None:
        """Note how many seconds after it was saved a page was taken by Slack."""

    def fenced(self) -> None:
        """Count a completion that was not recorded: the row had been claimed by another meanwhile."""

    def removed(self) -> None:
        """Count an extra copy of a message that was deleted."""


class Unmeasured:
    """A meter that keeps nothing."""

    def sent(self, kind: str, outcome: str) -> None:
        """Count nothing."""

    def page_taken(self, seconds: float) -> None:
        """Note nothing."""

    def fenced(self) -> None:
        """Count nothing."""

    def removed(self) -> None:
        """Count nothing."""
