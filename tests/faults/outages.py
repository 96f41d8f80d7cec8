"""What must hold while a database is away, however it is away, and how soon all is well once it is back."""

import asyncio
import json
import re
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field

from bot.domain.timeline import Event
from bot.sandbox.jsons import as_object, as_text
from tests.fakes.waiting import until
from tests.scenarios.test_alerts_in import FIRING, as_checkout
from tests.scenarios.test_heartbeats import Switch, pass_seconds
from tests.scenarios.world import World

SLACK_WAITS = 3.0
NOTICED_WITHIN = 5.0
SENTENCE = re.compile(r"database .*(Nothing was saved|not known)", re.DOTALL)
BETWEEN_LOOKS = 0.02


@dataclass(slots=True, kw_only=True)
class Outage:
    """What was asked of the bot meanwhile, and what it said."""

    here: World
    switch: Switch
    webhooks: Counter[int] = field(default_factory=Counter)
    commands: int = 0
    lag: float = 0.0
    """The longest that the event loop kept anybody waiting, in seconds."""

    async def lasting(self, seconds: float) -> None:
        """Look at everything until `seconds` have passed. It goes on: to end it is the caller's."""
        loop = asyncio.get_running_loop()
        end = loop.time() + seconds
        heard = self.switch.beats
        pass_seconds(self.here, 60)
        measuring = asyncio.create_task(self._measure())
        try:
            await self._not_ready()
            await self.asked()
            await until(lambda: loop.time() >= end, seconds=seconds + 5, why="the outage's end")
            await self.asked()
            assert await self.status("healthz") == 200, "to start Tocsin anew would not help"
            assert self.switch.beats == heard, "the heartbeat is silent"
            assert set(self.webhooks) == {503}
        finally:
            measuring.cancel()

    async def _not_ready(self) -> None:
        """Wait until it says so: a connection that was open may have been good for one more write."""
        async with asyncio.timeout(NOTICED_WITHIN):
            while await self.status("readyz") != 503:
                pass

    async def asked(self) -> None:
        """Present an alert, and have Ana log a line: neither is taken, and both are told so in time."""
        told, (status, _) = await asyncio.gather(self.log_line("During the outage"), self.alert())
        self.webhooks[status] += 1
        assert SENTENCE.search(told), told

    async def log_line(self, words: str) -> str:
        """Have Ana log a line about INC-1; gives what she is told, which is in time."""
        self.commands += 1
        answer = await self.here["ana"].command(f"/incident log {words}", channel="inc-1-cards-are-declined")
        assert not answer.ack.error, answer.ack.error
        assert answer.ack.seconds < SLACK_WAITS
        return answer.plain

    async def alert(self) -> tuple[int, dict[str, object]]:
        """Present an alert of a journey of its own."""
        return await self.here.alert("alertmanager", as_checkout(FIRING))

    async def seconds_until_taken(self) -> float:
        """Present the alert until it is taken; gives how long that took."""
        loop = asyncio.get_running_loop()
        since = loop.time()
        status = 0
        while status != 200:
            assert loop.time() - since < 30, f"alerts are still answered {status}"
            status, _ = await self.alert()
        return loop.time() - since

    async def status(self, path: str) -> int:
        """How the bot answers a path."""
        async with self.here.http.get(f"http://127.0.0.1:{self.here.bot.port}/{path}") as answer:
            await answer.read()
            return answer.status

    async def well_again(self) -> None:
        """Ready, and heard by whoever waits for the heartbeat."""
        heard = self.switch.beats
        assert await self.status("readyz") == 200
        pass_seconds(self.here, 60)
        for _ in range(5):  # what fell due in that minute is overdue when the first look is taken
            with suppress(AssertionError):
                await until(lambda: self.switch.beats > heard, seconds=3)
                return
            await self.here.settled()
            pass_seconds(self.here, 10)
        raise AssertionError("the heartbeat is not heard again")

    async def _measure(self) -> None:
        loop = asyncio.get_running_loop()
        while True:
            before = loop.time()
            turn = asyncio.Event()
            loop.call_later(BETWEEN_LOOKS, turn.set)
            await turn.wait()
            self.lag = max(self.lag, loop.time() - before - BETWEEN_LOOKS)


def events_not_taken_are_expected(here: World) -> None:
    """An event that could not be saved is not acknowledged, so that Slack delivers it again: as it should be."""
    here.slack.unexpected[:] = [each for each in here.slack.unexpected if each.error != "event_not_acknowledged"]


async def begun(here: World) -> None:
    """An incident whose page waits for an answer, and nothing else that waits."""
    await here["ana"].command("/incident declare sev1 checkout Cards are declined", channel="general")
    await here.settled()


async def timed(condition: Callable[[], object], seconds: float, why: str) -> float:
    """Wait for a condition; gives how long that took."""
    loop = asyncio.get_running_loop()
    since = loop.time()
    await until(lambda: bool(condition()), seconds=seconds, why=why)
    return loop.time() - since


async def logged(here: World, words: str) -> list[Event]:
    """What the record of INC-1 has with these words."""
    events = await here.bot.store.read(lambda tx: tx.timeline(1))
    return [event for event in events if words in json.dumps(event.said, default=str)]


def pages_of(here: World, person: str) -> int:
    """How many pages somebody has got."""
    return sum("Why you" in message.plain for message in here[person].dms)


def doubled(here: World) -> list[str]:
    """The rows of which there is more than one message."""
    found: Counter[str] = Counter()
    for channel in here.slack.workspace.channels.values():
        for message in channel.log.values():
            row = as_text(as_object(as_object(message.metadata).get("event_payload")).get("id"))
            found[row] += bool(row)
    return [row for row, copies in found.items() if copies > 1]
