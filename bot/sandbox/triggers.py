"""Triggers: the right to open one modal, once, within three seconds of what a person did."""

from collections.abc import Callable
from dataclasses import dataclass

from bot.sandbox.models import Refusal

LIFETIME_SECONDS = 3.0


@dataclass(slots=True, kw_only=True)
class Trigger:
    """One trigger: whose, when (monotonic seconds), from which view, and which view it opened."""

    id: str
    user: str
    issued: float
    from_view: str = ""
    opened: str = ""
    used: bool = False


class Triggers:
    """The triggers that were handed out. `monotonic` is a clock in seconds that only goes forward."""

    def __init__(self, monotonic: Callable[[], float]) -> None:
        self._monotonic = monotonic
        self._issued: dict[str, Trigger] = {}

    def issue(self, user: str, from_view: str = "") -> Trigger:
        """A new trigger for what `user` just did."""
        number = len(self._issued) + 1
        trigger = Trigger(
            id=f"{number}.{number:09d}.local{number:027x}", user=user, issued=self._monotonic(), from_view=from_view
        )
        self._issued[trigger.id] = trigger
        return trigger

    def exchange(self, trigger_id: str) -> Trigger:
        """Use a trigger up.

        Refuses what is unknown, used (`exchanged_trigger_id`) or too old (`expired_trigger_id`).
        """
        if not trigger_id or trigger_id not in self._issued:
            raise Refusal("invalid_trigger_id")
        trigger = self._issued[trigger_id]
        if trigger.used:
            raise Refusal("exchanged_trigger_id")
        if self._monotonic() - trigger.issued > LIFETIME_SECONDS:
            raise Refusal("expired_trigger_id")
        trigger.used = True
        return trigger
