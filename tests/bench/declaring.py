"""Declarations while Slack takes 100 ms a call, and a second: when the page leaves, when all is set up, who waits.

*Leaves* means that the request has reached Slack. *Set up* means what the reference sets up, too: both channels, the
topic, who is invited, the card and its pin, the first post for stakeholders, and the page; Slack has carried all out.
"""

import asyncio
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

from bot.sandbox.client import Person
from bot.sandbox.server import LocalSlack
from tests.bench.beside import PATIENCE, a_reference
from tests.bench.figures import Line, Stopwatch
from tests.faults.process import a_field

TITLE = "Declaring while Slack is slow"
RUNS = 3
COMMAND = "/incident"
LINE = f"{COMMAND} declare sev1 checkout Cards are declined"
JOURNEYS = ("checkout", "sign-in", "invoices")
AT_ONCE = 20
A_CALL, A_LONG_CALL = 0.1, 1.0
LEAVES = "declare: the page leaves, Slack taking 100 ms a call"
SET_UP = "declare: everything is set up, 100 ms a call"
LEAVES_LATE = "declare: the page leaves, 1 s a call"
ACKS = "20 declarations at once, 100 ms a call: the slowest acknowledgement"
ACKS_ON_LOOP = "the same beside the inline bot on asyncio, which keeps nobody waiting and saves nothing"
ROWS = (LEAVES, SET_UP, LEAVES_LATE, ACKS, ACKS_ON_LOOP)
REFERENCE = "a bot that asks Slack inside its listener, one call after another"
MISSED = {
    SET_UP: "Tocsin's set-up is three calls deep (the channels, what stands in them, the pins) and is more than the "
    "reference sets up; each call is recorded in a commit, which claims what it makes possible, so that a crash loses "
    "none.",
    ACKS: "a declaration is acknowledged when the whole incident is saved, which takes some ten milliseconds of one "
    "processor; the twentieth waits for nineteen. The reference acknowledges first and may lose what it has promised.",
}


@dataclass(slots=True, kw_only=True)
class Seen:
    """What a bot came to, run by run, in seconds."""

    page: list[float] = field(default_factory=list)
    set_up: list[float] = field(default_factory=list)
    late_page: list[float] = field(default_factory=list)
    slowest_ack: list[float] = field(default_factory=list)


async def measure() -> list[Line]:
    """Measure Tocsin and the reference, in turn; takes about two minutes."""
    tocsin, inline, threads = Seen(), Seen(), Seen()
    for _ in range(RUNS):
        async with a_reference("inline") as (slack, ana, maya):
            await slowed(slack, ana, maya, inline)
        async with a_reference("threads") as (slack, ana, _maya):
            threads.slowest_ack.append(await slowest(slack, ana, COMMAND, ("",)))
        async with tocsin_with(a_budget=1) as (slack, ana, maya):
            await slowed(slack, ana, maya, tocsin)
    return [
        Line(what=LEAVES, measured=tocsin.page, reference=inline.page, ratio=0.2),
        Line(what=SET_UP, measured=tocsin.set_up, reference=inline.set_up, ratio=0.45),
        Line(what=LEAVES_LATE, measured=tocsin.late_page, reference=inline.late_page, ratio=0.2),
        Line(what=ACKS, measured=tocsin.slowest_ack, reference=threads.slowest_ack, ratio=0.2, worst=1.0),
        Line(what=ACKS_ON_LOOP, measured=tocsin.slowest_ack, reference=inline.slowest_ack),
    ]


async def slowed(slack: LocalSlack, ana: Person, maya: Person, seen: Seen) -> None:
    """One declaration at each pace, then many at once."""
    slack.faults.add("*", "latency", seconds=A_CALL)
    page, set_up = await one_declaration(slack, ana, maya)
    seen.page.append(page)
    seen.set_up.append(set_up)
    slack.faults.clear()
    slack.faults.add("*", "latency", seconds=A_LONG_CALL)
    page, _ = await one_declaration(slack, ana, maya)
    seen.late_page.append(page)
    slack.faults.clear()
    seen.slowest_ack.append(await slowest(slack, ana, f"{COMMAND} declare sev1", JOURNEYS))


async def slowest(slack: LocalSlack, ana: Person, command: str, journeys: tuple[str, ...]) -> float:
    """Declare twenty times at once; seconds until the last was acknowledged."""
    slack.faults.add("*", "latency", seconds=A_CALL)
    lines = [f"{command} {journeys[number % len(journeys)]} Number {number}" for number in range(AT_ONCE)]
    watch = Stopwatch()
    answers = await asyncio.gather(*(ana.command(line, channel="general") for line in lines))
    seconds = watch.seconds()
    assert all(answer.text for answer in answers) or seconds > 3, answers
    return seconds


async def one_declaration(slack: LocalSlack, ana: Person, maya: Person) -> tuple[float, float]:
    """Declare: seconds until the page has reached Slack, and until Slack has carried out all that is set up."""
    before, channels = len(slack.calls()), {channel.id for channel in slack.channels}

    def page() -> list[float]:
        sent = [call for call in slack.calls()[before:] if call.method == "chat.postMessage"]
        return [call.at for call in sent if call.args.get("channel") == maya.id]

    def set_up() -> bool:
        rooms = [channel for channel in slack.channels if channel.id not in channels]
        updates = [room for room in rooms if room.name.endswith("-updates") and room.messages]
        war_rooms = [room for room in rooms if room.pins and room.topic and {ana.id, maya.id} <= set(room.members)]
        return bool(updates and war_rooms and len(maya.dms) > told)

    told = len(maya.dms)
    watch = Stopwatch()
    declared = asyncio.create_task(ana.command(f"{LINE} {before}", channel="general"))  # never the same words
    await slack.until(set_up, timeout=PATIENCE, why="everything to be set up")
    seconds = watch.seconds()
    await declared
    return page()[0] - watch.started, seconds


@asynccontextmanager
async def tocsin_with(*, a_budget: int) -> AsyncIterator[tuple[LocalSlack, Person, Person]]:
    """Tocsin, ready, with so many times Slack's usual limits."""
    with tempfile.TemporaryDirectory() as folder:
        async with a_field(Path(folder), anew=True, moves=False) as here:
            here.more["LIMITS_TIMES"] = str(a_budget)
            await here.start()
            yield here.slack, here.people["ana"], here.people["maya"]
