"""While Slack is down: no page waits for its half minute, each goes by the installation's fallback at once."""

from collections.abc import Callable

from bot.domain.change import TimerKind
from bot.services.ports import Desk, Tx


class Outage:
    """Brings forward what looks after pages that Slack has not taken; that timer stays as the net beneath."""

    def __init__(self, desk: Desk, down: Callable[[], bool]) -> None:
        """Work on this desk; `down` tells whether Slack is."""
        self._desk = desk
        self._down = down

    async def look(self) -> None:
        """Have every page that has not left looked after now, those that were begun since the last look among them."""
        if self._down():
            await self._desk.store.write(self._hurry)

    def _hurry(self, tx: Tx) -> None:
        tx.bring_forward(TimerKind.UNDELIVERED, self._desk.clock())
