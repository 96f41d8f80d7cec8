"""A server on this machine that takes what is posted to webhooks, and answers as a test has it answer."""

from dataclasses import dataclass, field
from typing import Any, Self

from aiohttp import web


@dataclass
class Receiver:
    """The server. `taken` is what was posted, oldest first; `status` is what it answers; it echoes a challenge."""

    status: int = 200
    echoes: bool = True
    taken: list[dict[str, Any]] = field(default_factory=list)
    headers: list[dict[str, str]] = field(default_factory=list)
    port: int = 0

    async def start(self) -> Self:
        app = web.Application()
        app.router.add_post("/{any:.*}", self._take)
        self._runner = web.AppRunner(app)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", 0)
        await site.start()
        self.port = self._runner.addresses[0][1]
        return self

    async def stop(self) -> None:
        await self._runner.cleanup()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/hook"

    async def _take(self, request: web.Request) -> web.Response:
        body = await request.json()
        self.taken.append(body)
        self.headers.append(dict(request.headers))
        if self.status in {301, 302, 307}:
            return web.Response(status=self.status, headers={"Location": "/elsewhere"})
        return web.json_response({"challenge": body.get("challenge") if self.echoes else ""}, status=self.status)
