"""Alerts by the thousand, each in a delivery of its own, over many connections at once: one incident for each journey.

Every delivery is answered 2xx, and after its commit; the first page leaves while the storm goes on. With FAULTS=full
in the environment it is ten thousand alerts.
"""

import asyncio
import json
import sys
from asyncio.subprocess import PIPE
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.faults.process import Field, a_field
from tests.scenarios.world import COMPANY, ROOT, TOKEN
from tests.size import DATABASES, FULL, address_of, promised_in_full_size

pytestmark = pytest.mark.alone

ALERTS = 10_000 if FULL else 120
JOURNEYS = 50 if FULL else 4
CONNECTIONS = 200 if FULL else 30
JOURNEY = "  storm-{0}: {{pain: 'Customers cannot do {0}', owner: maya, backup: leon, severity: SEV1}}\n"
FATES = "SELECT count(*), count(DISTINCT incident) FROM alert WHERE incident IS NOT NULL"


@dataclass(frozen=True, slots=True, kw_only=True)
class Answered:
    """One delivery's answer: its status, what became of the alert or why nothing did, and the seconds it took."""

    status: int
    fate: str
    seconds: float


@pytest.mark.parametrize("database", DATABASES)
async def test_a_storm_of_alerts_is_one_incident_for_each_journey(
    tmp_path: Path, database: str, request: pytest.FixtureRequest, record_property: Callable[[str, object], None]
) -> None:
    record_property("row", "18")
    record_property("on", database)
    url = address_of(database, request) or ""
    async with a_stormy_field(tmp_path, url) as here:
        await here.start()
        before, now = resident(here), asyncio.get_running_loop().time
        async with probed(here) as probe:
            began = now()
            first_page = asyncio.create_task(acknowledged(here))
            answers = await crowd(here, [an_alert(number) for number in range(ALERTS)])
            seconds = now() - began
            paged_after, slowest = await first_page - began, await probe()
        grown = resident(here) - before

        assert Counter(each.status for each in answers) == {200: ALERTS}
        assert Counter(each.fate for each in answers) == {"declared": JOURNEYS, "attached": ALERTS - JOURNEYS}
        assert here.rows(FATES) == [(ALERTS, JOURNEYS)]
        assert here.rows("SELECT count(*) FROM incident") == [(JOURNEYS,)]
        assert here.rows("SELECT count(*), count(DISTINCT incident) FROM page") == [(JOURNEYS, JOURNEYS)]
        assert len({message.text for message in here.people["maya"].dms}) == len(here.people["maya"].dms)
        promised_in_full_size(paged_after, 10, "seconds until the first page")
        promised_in_full_size(slowest, 0.1, "seconds for which the event loop was held up")
        assert grown < 100, f"{grown:.0f} MB more memory"
        forgive_late_events(here)
    record_property(
        "shown",
        f"{ALERTS:,} alerts in deliveries of their own over {CONNECTIONS} connections: all 200 after {seconds:.1f} s, "
        f"{JOURNEYS} incidents, the first page after {paged_after:.1f} s, {grown:.0f} MB more memory, "
        f"/healthz answered within {slowest * 1000:.0f} ms throughout, 0 lost, 0 doubled",
    )


async def acknowledged(here: Field) -> float:
    """The moment at which the first page stood in Slack; it is answered at once, and the storm keeps nobody from it."""
    maya = here.people["maya"]
    await here.slack.until(lambda: maya.dms, timeout=120, why="the first page")
    moment = asyncio.get_running_loop().time()
    page = maya.dms[0]
    await maya.click(page, "Acknowledge")
    query = "SELECT count(*) FROM page WHERE state = 'acknowledged'"
    await here.slack.until(lambda: here.rows(query) == [(1,)], timeout=60, why="the page to be acknowledged")
    return moment


def forgive_late_events(here: Field) -> None:
    """On a busy machine an event may be answered too late in a storm; Slack then delivers it again."""
    late = [each for each in here.slack.unexpected if each.error == "event_not_acknowledged"]
    for each in late:
        here.slack.unexpected.remove(each)


@asynccontextmanager
async def probed(here: Field) -> AsyncIterator[Callable[[], Awaitable[float]]]:
    """Gives what tells how many seconds the process took at most to say that it lives, from now until it is asked."""
    assert here.process is not None
    command = (sys.executable, "-m", "tests.faults.probing", str(here.process.port))
    asking = await asyncio.create_subprocess_exec(*command, stdin=PIPE, stdout=PIPE, cwd=ROOT)

    async def found() -> float:
        said, _ = await asking.communicate(b"\n")
        return float(said)

    try:
        yield found
    finally:
        if asking.returncode is None:
            asking.kill()
            await asking.wait()


@asynccontextmanager
async def a_stormy_field(folder: Path, database: str) -> AsyncIterator[Field]:
    """A field whose company has a journey for each group of alerts."""
    company = folder / "company.yml"
    journeys = "".join(JOURNEY.format(number) for number in range(JOURNEYS))
    text = COMPANY.read_text(encoding="utf-8")
    company.write_text(text.replace("journeys:\n", f"journeys:\n{journeys}"), encoding="utf-8")
    async with a_field(folder, database=database, moves=False) as here:
        here.more["DIRECTORY"] = str(company)
        yield here


def an_alert(number: int) -> bytes:
    """The body of a delivery with one alert of one of the groups."""
    group = number % JOURNEYS
    alert = {
        "status": "firing",
        "labels": {"alertname": f"Errors{number}", "journey": f"storm-{group}", "severity": "page"},
        "annotations": {"summary": f"Errors on instance {number}"},
        "startsAt": "2026-11-18T07:14:00Z",
        "endsAt": "0001-01-01T00:00:00Z",
        "generatorURL": "http://prometheus.acme.test/graph",
        "fingerprint": f"{number:016x}",
    }
    return json.dumps({"version": "4", "status": "firing", "alerts": [alert]}).encode()


async def crowd(here: Field, bodies: Sequence[bytes]) -> list[Answered]:
    """Deliver these over many connections at once, each the next as soon as its last was answered."""
    waiting = iter(bodies)
    strands = await asyncio.gather(*(strand(here, waiting) for _ in range(CONNECTIONS)))
    return [answer for answers in strands for answer in answers]


async def strand(here: Field, waiting: Iterator[bytes]) -> list[Answered]:
    """Deliver what waits, one after the other, on one connection."""
    assert here.process is not None
    loop = asyncio.get_running_loop()
    reader, writer = await asyncio.open_connection("127.0.0.1", here.process.port)
    answers = []
    for body in waiting:
        began = loop.time()
        writer.write(
            b"POST /alerts/alertmanager HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n"
            + f"Authorization: Bearer {TOKEN}\r\nContent-Length: {len(body)}\r\n\r\n".encode()
            + body
        )
        head = (await reader.readuntil(b"\r\n\r\n")).decode().lower()
        length = int(head.partition("content-length:")[2].split("\r\n", 1)[0])
        said = json.loads(await reader.readexactly(length))
        fate = said["alerts"][0]["fate"] if "alerts" in said else said["error"]
        answers.append(Answered(status=int(head.split(" ")[1]), fate=fate, seconds=loop.time() - began))
    writer.close()
    await writer.wait_closed()
    return answers


def resident(here: Field) -> float:
    """How many megabytes of memory the process has."""
    assert here.process is not None
    status = Path(f"/proc/{here.process.running.pid}/status").read_text(encoding="ascii")
    return int(status.partition("VmRSS:")[2].split()[0]) / 1024
