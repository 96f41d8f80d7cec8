"""Following: who asked to be told of a journey or an incident, and what the store keeps of it."""

from collections.abc import Sequence
from typing import Protocol

from bot.domain.following import Follow


class FollowsTx(Protocol):
    """The part of a transaction that is about what people follow."""

    def save_follow(self, follow: Follow) -> None:
        """Note that somebody follows something; how they are told replaces what was noted before."""

    def drop_follow(self, user: str, target: str) -> bool:
        """Forget that somebody follows something; False if they did not."""

    def follows_of(self, user: str) -> tuple[Follow, ...]:
        """Load what somebody follows, in the order they began."""

    def followers_of(self, targets: Sequence[str]) -> tuple[Follow, ...]:
        """Load who follows any of these."""
