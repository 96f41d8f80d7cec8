"""A load balancer before the replicas: requests go to each in turn, and on to the next where nobody listens."""

from collections import Counter
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import aiohttp
from aiohttp import web

NOT_PASSED_ON = {"host", "content-length", "transfer-encoding", "connection", "date", "server"}


@dataclass(slots=True, kw_only=True)
class Balancer:
    """Where it listens, and how many requests each port behind it has answered."""

    ports: Callable[[], Sequence[int]]
    url: str = ""
    answered: Counter[int] = field(default_factory=Counter)
    _turn: int = 0

    async def pass_on(self, request: web.Request, session: aiohttp.ClientSession) -> web.Response:
        """Have the next replica answer; 502 when none does."""
        body = await request.read()
        headers = {name: value for name, value in request.headers.items() if name.lower() not in NOT_PASSED_ON}
        ports = list(self.ports())
        self._turn += 1
        for at in range(len(ports)):
            port = ports[(self._turn + at) % len(ports)]
            try:
                async with session.post(f"http://127.0.0.1:{port}{request.path}", data=body, headers=headers) as answer:
                    self.answered[port] += 1
                    kept = {name: value for name, value in answer.headers.items() if name.lower() not in NOT_PASSED_ON}
                    return web.Response(status=answer.status, body=await answer.read(), headers=kept)
            except aiohttp.ClientConnectorError:
                continue
        return web.Response(status=502)


@asynccontextmanager
async def a_balancer(ports: Callable[[], Sequence[int]]) -> AsyncIterator[Balancer]:
    """A balancer that runs; `ports` tells at each request who is behind it."""
    balancer = Balancer(ports=ports)
    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(force_close=True)) as session:

        async def passed_on(request: web.Request) -> web.Response:
            return await balancer.pass_on(request, session)

        application = web.Application()
        application.router.add_post("/slack/events", passed_on)
        runner = web.AppRunner(application)
        await runner.setup()
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        balancer.url = f"http://127.0.0.1:{runner.addresses[0][1]}/slack/events"
        try:
            yield balancer
        finally:
            await runner.cleanup()
