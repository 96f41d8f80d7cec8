"""The outbox's lanes: one loop for each carrier, so that neither waits for the other's server."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Mapping
from typing import Final

from bot.domain.delivery import Carrier
from bot.services.gate import Gate
from bot.services.measuring import SendMeter
from bot.services.outbox import Outbox
from bot.services.ports import Checkpoint, Desk, Performer

NAMED: Final = {
    Carrier.SLACK: "outbox",
    Carrier.MAIL: "mail",
    Carrier.FALLBACK: "fallback",
    Carrier.SUBSCRIBERS: "subscribers",
}


class Lanes:
    """The loops, woken and stopped together."""

    def __init__(
        self,
        desk: Desk,
        performer: Performer,
        checkpoint: Checkpoint,
        beats: Mapping[str, Callable[[], None]],
        meter: SendMeter,
        to_slack: Gate | None = None,
    ) -> None:
        """Prepare; `beats` has for each loop's name what to call after each of its turns.

        `to_slack` is the gate before Slack.
        """
        self._wakes = {name: asyncio.Event() for name in NAMED.values()}
        self._loops = {
            name: Outbox(
                desk,
                performer,
                self._wakes[name],
                lane=lane,
                checkpoint=checkpoint,
                beat=beats[name],
                meter=meter,
                gate=to_slack if lane is Carrier.SLACK else None,
            )
            for lane, name in NAMED.items()
        }

    def wake(self, carriers: Iterable[Carrier] = tuple(Carrier)) -> None:
        """Have the loops of these look at once."""
        for carrier in carriers:
            self._wakes[NAMED[carrier]].set()

    def running(self) -> tuple[tuple[str, Callable[[], Awaitable[None]]], ...]:
        """The loops by name, for whoever keeps them going."""
        return tuple((name, loop.run) for name, loop in self._loops.items())

    async def stop(self) -> None:
        """Claim nothing more, and let what is in flight end."""
        await asyncio.gather(*(loop.stop() for loop in self._loops.values()))
