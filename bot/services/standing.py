"""What the store keeps of standing duties: of the phone tree that was sent, and of heartbeats heard."""

from collections.abc import Mapping
from typing import Protocol

from bot.domain.heartbeat import Heard
from bot.domain.phone_tree import Dispatch


class StandingTx(Protocol):
    """The part of a transaction that is about standing duties."""

    def phone_tree_sent(self) -> Dispatch | None:
        """Tell what phone tree was sent last, and when."""

    def note_phone_tree(self, sent: Dispatch) -> None:
        """Note what phone tree is being sent."""

    def heartbeats(self) -> Mapping[str, Heard]:
        """Load what is known of every heartbeat, by its name."""

    def save_heartbeat(self, heard: Heard) -> None:
        """Save what is known of a heartbeat."""

    def drop_heartbeat(self, name: str) -> None:
        """Forget a heartbeat."""
