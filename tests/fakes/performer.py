"""A performer with a script, and the Slack it writes to: messages that stand, copies included, by outbox id."""

import asyncio
from collections import defaultdict
from dataclasses import dataclass, field

from bot.domain.effects import Receipt, Sent
from bot.services.ports import Claimed, Remote, Unknown


@dataclass(slots=True)
class Stored:
    """An attempt whose message was stored though its answer is lost, or lands when the test says so."""

    late: bool = False


Step = Receipt | Exception | Stored


@dataclass(slots=True)
class ScriptedPerformer:
    """Answers each attempt at a row by the next step of that row's script, else by posting it."""

    scripts: dict[str, list[Step]] = field(default_factory=lambda: defaultdict(list))
    standing: dict[str, list[Remote]] = field(default_factory=lambda: defaultdict(list))
    late: list[tuple[str, Remote]] = field(default_factory=list)
    performed: list[str] = field(default_factory=list)
    looked_up: list[str] = field(default_factory=list)
    look_up_fails: list[Exception] = field(default_factory=list)
    removed: list[Remote] = field(default_factory=list)
    hold: asyncio.Event | None = None
    flying: int = 0
    most_flying: int = 0
    posted: int = 0

    def script(self, row: str, *steps: Step) -> None:
        """Say what the next attempts at a row come to."""
        self.scripts[row].extend(steps)

    async def perform(self, claimed: Claimed) -> Receipt:
        row = claimed.outgoing.id
        self.performed.append(row)
        self.flying += 1
        self.most_flying = max(self.most_flying, self.flying)
        try:
            if self.hold is not None:
                await self.hold.wait()
            return self._answer(row)
        finally:
            self.flying -= 1

    def _answer(self, row: str) -> Receipt:
        step = self.scripts[row].pop(0) if self.scripts[row] else None
        if isinstance(step, Exception):
            raise step
        if isinstance(step, Stored):
            place = self._place()
            if step.late:
                self.late.append((row, place))
            else:
                self.standing[row].append(place)
            raise Unknown("the connection was reset")
        if step is not None:
            return step
        place = self._place()
        self.standing[row].append(place)
        return Sent(channel=place.channel, ts=place.ts)

    async def look_up(self, claimed: Claimed) -> tuple[Sent, ...]:
        self.looked_up.append(claimed.outgoing.id)
        if self.look_up_fails:
            raise self.look_up_fails.pop(0)
        return tuple(Sent(channel=copy.channel, ts=copy.ts) for copy in self.standing[claimed.outgoing.id])

    async def remove(self, claimed: Claimed, copy: Remote) -> None:
        self.removed.append(copy)
        copies = self.standing[claimed.outgoing.id]
        if copy in copies:
            copies.remove(copy)

    def land(self) -> None:
        """Let what was on its way arrive."""
        for row, place in self.late:
            self.standing[row].append(place)
        self.late.clear()

    def _place(self) -> Remote:
        self.posted += 1
        return Remote(channel="C1", ts=f"1700000000.{self.posted:06}")
