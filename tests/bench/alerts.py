"""Alerts: how many a second are taken and answered, and how soon each is said in Slack.

Every alert is new. Tocsin puts each on the incident that is open on its journey, in the database, before it answers;
the reference keeps it in memory. Notifications are counted from when a request leaves its source until the message
about its alert reaches Slack; of Tocsin that is the triage channel's message about an alert that pages nobody.
"""

import asyncio
import json
import re
import shutil
import sys
import tempfile
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import asdict
from pathlib import Path

from bot.sandbox.server import LocalSlack
from tests.bench.beside import PATIENCE, answered, free_port, program, served
from tests.bench.figures import Line, Unit, percentile
from tests.bench.posts import Plan
from tests.faults.process import Field, a_field
from tests.scenarios.world import ROOT, TOKEN

TITLE = "Alerts"
RUNS = 3
SINGLY, TOGETHER = 1500, 100
HUNDRED = 100
A_SECOND, SENT = 100, 500
WARM = 32
NUMBER = re.compile(r"\b(\d+): 5% of requests")
UNROUTED = "none-of-ours"
ALERTMANAGER = "prometheus-alertmanager"
ONE = "alerts taken, one a request"
MANY = "alerts taken, 100 a request"
HALF = "webhook → the notification reaches Slack, 100 a second: half within"
MOST = "webhook → the notification reaches Slack, 100 a second: 99 of 100 within"
ROWS = (ONE, MANY, HALF, MOST)
REFERENCE = "a webhook that keeps alerts in memory"
ONE_THERE, MANY_THERE = (f"{what}, by Debian's {ALERTMANAGER}" for what in (ONE, MANY))
WHERE_INSTALLED = (ONE_THERE, MANY_THERE)
MISSED = {
    ONE: "each alert is looked up, routed, put on its incident and on its record, and committed; deliveries that come "
    "at once share the questions and the commit, and the outbox, which says it in Slack, shares the processor.",
    MANY: "each alert is two rows, itself and its line on the record, each composed, written as JSON and inserted "
    "by one thread while another reads the next delivery; the reference keeps the object that it has parsed.",
    HALF: "each alert is three commits of the one writer, in which others join: saved, claimed, recorded as sent. The "
    "reference makes its one call at once and forgets.",
    MOST: "as above; the worst fell in with other work of the one processor that answers, renders and saves.",
}

Rates = tuple[list[float], list[float]]


async def measure() -> list[Line]:
    """Measure all in turn; takes about a minute and a half."""
    memory: Rates = ([], [])
    tocsin: Rates = ([], [])
    other: Rates = ([], [])
    said: Rates = ([], [])
    said_from_memory: Rates = ([], [])
    for _ in range(RUNS):
        await from_memory(memory, said_from_memory)
        await from_tocsin(tocsin, said)
        await from_alertmanager(other)
    rate = Unit.A_SECOND
    there = zip(WHERE_INSTALLED, other, strict=True)
    return [
        Line(what=ONE, measured=tocsin[0], reference=memory[0], ratio=0.25, unit=rate),
        Line(what=MANY, measured=tocsin[1], reference=memory[1], ratio=0.5, unit=rate),
        *(Line(what=what, measured=measured, unit=rate) for what, measured in there if measured),
        Line(what=HALF, measured=said[0], reference=said_from_memory[0], ratio=5),
        Line(what=MOST, measured=said[1], reference=said_from_memory[1], worst=0.050),
    ]


async def from_memory(rates: Rates, said: Rates) -> None:
    """One run of the webhook that keeps alerts in memory."""
    async with a_slack() as (slack, channel):
        told = {"SLACK_API_URL": f"{slack.url}/api/", "SLACK_BOT_TOKEN": slack.bot_token, "CHANNEL": channel}
        async with served("tests.bench.in_memory", "/readyz", told) as webhook:
            await paced(slack, Plan(port=webhook.port, requests=SENT, a_second=A_SECOND), said)
        async with served("tests.bench.in_memory", "/readyz") as webhook:
            await flooded(Plan(port=webhook.port, requests=0), rates)


async def from_tocsin(rates: Rates, said: Rates) -> None:
    """One run of Tocsin, with its usual limits for the flood, and without any for the notifications."""
    async with tocsin(times=1000) as here:
        assert here.process is not None
        plan = Plan(port=here.process.port, requests=SENT, a_second=A_SECOND, token=TOKEN, journeys=(UNROUTED,))
        await paced(here.slack, plan, said)
    async with tocsin(times=1) as here:
        assert here.process is not None
        await flooded(Plan(port=here.process.port, requests=0, token=TOKEN), rates)


async def from_alertmanager(rates: Rates) -> None:
    """One run of Debian's Alertmanager, where it is installed."""
    installed = shutil.which(ALERTMANAGER)
    if installed is None:
        return
    port = free_port()
    with tempfile.TemporaryDirectory() as folder:
        config = Path(folder) / "alertmanager.yml"
        config.write_text("route: {receiver: nobody}\nreceivers: [{name: nobody}]\n")
        words = (f"--config.file={config}", f"--storage.path={folder}", f"--web.listen-address=127.0.0.1:{port}")
        async with program(installed, *words, "--cluster.listen-address=", "--log.level=error"):
            await answered(port, "/-/ready")
            await flooded(Plan(port=port, requests=0, path="/api/v2/alerts"), rates)


async def flooded(plan: Plan, rates: Rates) -> None:
    """Note how many alerts a second were taken one a request, and a hundred a request."""
    given = asdict(plan)
    for place, (requests, each) in enumerate(((SINGLY, 1), (TOGETHER, HUNDRED))):
        warm = Plan(**{**given, "requests": WARM, "each": each, "first": (place + 1) * 10**9})
        await posted(warm)
        seconds, _ = await posted(Plan(**{**given, "requests": requests, "each": each, "first": (place + 1) * 10**8}))
        rates[place].append(requests * each / seconds)


async def paced(slack: LocalSlack, plan: Plan, said: Rates) -> None:
    """Note within how many seconds half, and nearly all, of what came in reached Slack."""
    await posted(Plan(**{**asdict(plan), "requests": WARM, "first": 10**9}))
    await slack.until(lambda: len(slack.calls("chat.postMessage")) >= WARM, timeout=PATIENCE, why="the first few")
    _, left = await posted(plan)
    every = WARM + plan.requests
    await slack.until(lambda: len(slack.calls("chat.postMessage")) >= every, timeout=PATIENCE, why="every alert")
    heard = said_in(slack)
    took = [heard[number] - moment for number, moment in left.items()]
    said[0].append(percentile(took, 50))
    said[1].append(percentile(took, 99))


def said_in(slack: LocalSlack) -> dict[int, float]:
    """When the message about each alert first reached Slack, by the alert's number."""
    heard: dict[int, float] = {}
    for call in slack.calls("chat.postMessage"):
        for number in NUMBER.findall(json.dumps(call.args)):
            heard.setdefault(int(number), call.at)
    return heard


async def posted(plan: Plan) -> tuple[float, dict[int, float]]:
    """Send by a program of its own; gives the seconds that it took, and when each request left."""
    words = (sys.executable, "-m", "tests.bench.posts", json.dumps(asdict(plan)))
    running = await asyncio.create_subprocess_exec(*words, cwd=ROOT, stdout=asyncio.subprocess.PIPE)
    written, _ = await running.communicate()
    assert running.returncode == 0, "not every request was answered with 200"
    seconds, left = json.loads(written)
    return seconds, {int(number): moment for number, moment in left.items()}


@asynccontextmanager
async def a_slack() -> AsyncIterator[tuple[LocalSlack, str]]:
    """A workspace with a channel."""
    slack = await LocalSlack.start(manifest=ROOT / "manifest.yml")
    ana = slack.add_person("ana", email="ana@acme.test")
    try:
        yield slack, slack.add_channel("alert-triage", members=[ana], creator=ana, with_bot=True)
    finally:
        await slack.stop()


@asynccontextmanager
async def tocsin(*, times: int) -> AsyncIterator[Field]:
    """Tocsin, ready, with so many times Slack's limits."""
    async with AsyncExitStack() as opened:
        folder = opened.enter_context(tempfile.TemporaryDirectory())
        here = await opened.enter_async_context(a_field(Path(folder), anew=True, moves=False))
        here.more["LIMITS_TIMES"] = str(times)
        await here.start()
        yield here
