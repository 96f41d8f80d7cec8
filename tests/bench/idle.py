"""A command on an idle bot: how soon it is acknowledged, though what it says is saved first."""

import tempfile
from collections.abc import Awaitable, Callable
from functools import partial
from pathlib import Path
from statistics import median

from bot.sandbox.client import Person
from tests.bench.beside import PATIENCE, a_reference
from tests.bench.declaring import LINE
from tests.bench.figures import Line
from tests.faults.process import a_field

TITLE = "A command while nothing else is going on"
RUNS = 3
TIMES = 40
LOGGED = "/incident log …: saved, then acknowledged; half of 40"
DECLARED = "/incident declare …: the whole incident saved, then acknowledged"
ROWS = (LOGGED, DECLARED)
REFERENCE = "a bot that acknowledges with Bolt's defaults and saves nothing"
MISSED = {
    LOGGED: "what is left is the processor's time, Bolt's own included: who asks, which incident, the line on the "
    "record, the commit. The reference waits 10 ms in Bolt and does nothing else."
}


async def measure() -> list[Line]:
    """Measure both in turn; takes about half a minute."""
    logged, declared, bare = [], [], []
    for _ in range(RUNS):
        async with a_reference("acks") as (_slack, ana, _maya):
            bare.append(await half_of(ana, "/incident log The queue is growing", "general"))
        with tempfile.TemporaryDirectory() as folder:
            async with a_field(Path(folder), anew=True, moves=False) as here:
                await here.start()
                answer = await here.people["ana"].command(LINE, channel="general")
                declared.append(answer.seconds)
                await here.slack.until(here.settled, timeout=PATIENCE, why="the incident to be set up")
                room = next(each for each in here.slack.channels if each.name.startswith("inc-1-cards"))
                idle = partial(here.slack.until, here.settled, timeout=PATIENCE, why="what was logged to be said")
                logged.append(await half_of(here.people["ana"], "/incident log The queue is growing", room.name, idle))
    return [
        Line(what=LOGGED, measured=logged, reference=bare, ratio=0.5),
        Line(what=DECLARED, measured=declared, reference=bare),
    ]


async def nothing() -> None:
    """Wait for nothing: all that the reference does is to acknowledge."""


async def half_of(person: Person, command: str, channel: str, idle: Callable[[], Awaitable[object]] = nothing) -> float:
    """Seconds within which half of the commands were acknowledged, each given when the bot is `idle` again."""
    seconds = []
    for number in range(TIMES):
        await idle()
        seconds.append((await person.command(f"{command} {number}", channel=channel)).seconds)
    return median(seconds)
