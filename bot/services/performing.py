"""Who carries out which effect: Slack's performer all that is not listed, and whoever is listed theirs."""

from collections.abc import Mapping

from bot.domain.effects import Effect, Receipt, Sent
from bot.domain.synthetic import SyntheticPage
from bot.services.ports import Claimed, Performer, Remote
from bot.services.synthetic import Sink


class Performers:
    """The Performer port as one, over several: each row goes to the performer of its effect."""

    def __init__(self, usual: Performer, others: Mapping[type[Effect], Performer]) -> None:
        """Use `usual` for every effect whose type is not a key of `others`; synthetic pages have their sink."""
        self._usual = usual
        self._others = {SyntheticPage: Sink(), **others}

    async def perform(self, claimed: Claimed) -> Receipt:
        """Carry an effect out, as the port says."""
        return await self._of(claimed).perform(claimed)

    async def look_up(self, claimed: Claimed) -> tuple[Sent, ...]:
        """Find what earlier attempts left, as the port says."""
        return await self._of(claimed).look_up(claimed)

    async def remove(self, claimed: Claimed, copy: Remote) -> None:
        """Delete an extra copy, as the port says."""
        await self._of(claimed).remove(claimed, copy)

    def _of(self, claimed: Claimed) -> Performer:
        return self._others.get(type(claimed.outgoing.effect), self._usual)
