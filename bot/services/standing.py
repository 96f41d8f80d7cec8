"""What the store keeps of standing duties: of the phone tree that was sent."""

from typing import Protocol

from bot.domain.phone_tree import Dispatch


class StandingTx(Protocol):
    """The part of a transaction that is about standing duties."""

    def phone_tree_sent(self) -> Dispatch | None:
        """Tell what phone tree was sent last, and when."""

    def note_phone_tree(self, sent: Dispatch) -> None:
        """Note what phone tree is being sent."""
