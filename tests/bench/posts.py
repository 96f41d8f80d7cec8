"""Sources of alerts as a program of their own: `python -m tests.bench.posts '{"port": …}'`, the fields of `Plan`.

Each request is Alertmanager's, of alerts that nobody has seen. All is written before the watch starts, and of the
answers only the status is looked at, so that what is measured is the server.
"""

import asyncio
import json
import sys
from collections.abc import Sequence
from dataclasses import dataclass

from tests.bench.figures import Stopwatch, pause

SOCKETS = 32
STARTED = "2026-11-18T07:16:00Z"
OWN_DOOR = "/api/"
"""How the paths of Alertmanager's own interface begin, which takes a bare list."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What is sent: so many requests of so many alerts `each`, numbered on from `first`, on journeys in turn.

    With `a_second` requests leave at that pace; without it each socket sends its next as soon as the last is answered.
    """

    port: int
    requests: int
    token: str = ""
    path: str = "/alerts/alertmanager"
    each: int = 1
    first: int = 0
    journeys: tuple[str, ...] = ("checkout",)
    a_second: float = 0

    def written(self) -> list[bytes]:
        """Every request, head and body."""
        return [self._request(number) for number in range(self.requests)]

    def _request(self, number: int) -> bytes:
        start = self.first + number * self.each
        journey = self.journeys[number % len(self.journeys)]
        alerts = [alert(each, journey) for each in range(start, start + self.each)]
        content = json.dumps(alerts if self.path.startswith(OWN_DOOR) else {**GROUP, "alerts": alerts})
        head = f"POST {self.path} HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer {self.token}\r\n"
        return f"{head}Content-Type: application/json\r\nContent-Length: {len(content)}\r\n\r\n{content}".encode()


GROUP = {
    "version": "4",
    "status": "firing",
    "receiver": "tocsin",
    "groupKey": "{}:{}",
    "externalURL": "http://alertmanager.acme.test",
}


def alert(number: int, journey: str) -> dict[str, object]:
    """One alert as Alertmanager sends it; its summary begins with its number."""
    return {
        "status": "firing",
        "labels": {
            "alertname": "HighErrorRate",
            "cluster": "eu-1",
            "instance": f"api-{number}.acme.test",
            "job": "api",
            "journey": journey,
        },
        "annotations": {"summary": f"{number}: 5% of requests fail"},
        "startsAt": STARTED,
        "endsAt": "0001-01-01T00:00:00Z",
        "generatorURL": "http://prometheus.acme.test/graph?g0.expr=errors",
        "fingerprint": f"{number:016x}",
    }


async def send(port: int, requests: Sequence[bytes], moments: Sequence[float], watch: Stopwatch) -> list[float]:
    """Send one after another on one connection, none before its moment; each must be taken. Gives when each left."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    left = []
    for moment, each in zip(moments, requests, strict=True):
        if moment > watch.seconds():
            await pause(moment - watch.seconds())
        left.append(watch.started + watch.seconds())
        writer.write(each)
        head = (await reader.readuntil(b"\r\n\r\n")).lower()
        assert head.startswith(b"http/1.1 200"), head
        await reader.readexactly(int(head.partition(b"content-length:")[2].split(b"\r\n", 1)[0]))
    writer.close()
    await writer.wait_closed()
    return left


async def flood(plan: Plan) -> tuple[float, dict[int, float]]:
    """Seconds until every request was answered, and when each left, by the number of its first alert."""
    written = plan.written()
    moments = [number / plan.a_second if plan.a_second else 0.0 for number in range(plan.requests)]
    watch = Stopwatch()
    shares = [range(start, plan.requests, SOCKETS) for start in range(min(SOCKETS, plan.requests))]
    sent = await asyncio.gather(
        *(send(plan.port, written[each.start :: SOCKETS], moments[each.start :: SOCKETS], watch) for each in shares)
    )
    seconds = watch.seconds()
    left: dict[int, float] = {}
    for share, at in zip(shares, sent, strict=True):
        left.update(zip((plan.first + number * plan.each for number in share), at, strict=True))
    return seconds, left


if __name__ == "__main__":
    told = json.loads(sys.argv[1])
    sys.stdout.write(json.dumps(asyncio.run(flood(Plan(**told)))))
