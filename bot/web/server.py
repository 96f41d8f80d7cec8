"""Serving the web endpoints inside the bot's own event loop: started, told its port, stopped; no signals are caught."""

import asyncio
import contextlib
import socket
from collections.abc import Iterator
from types import TracebackType
from typing import Self

import uvicorn
from fastapi import FastAPI

GRACE = 5
"""Seconds that requests in flight have when the server stops."""


class CannotListen(Exception):
    """The address could not be had. Its text is a sentence."""


class _Server(uvicorn.Server):
    """A server that leaves signals to whoever runs the loop, and tells when it has started."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.up = asyncio.Event()

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self.up.set()


class WebServer:
    """The endpoints on one address. Port 0 takes any free port; `port` then tells which."""

    def __init__(self, app: FastAPI, host: str, port: int) -> None:
        """Prepare; nothing is bound yet."""
        self._app = app
        self._host = host
        self.port = port
        self._server: _Server | None = None
        self._serving: asyncio.Task[None] | None = None

    async def start(self) -> int:
        """Listen, and return the port once requests are answered. Raises CannotListen with a sentence."""
        listening = _bound(self._host, self.port)
        self.port = int(listening.getsockname()[1])
        config = uvicorn.Config(
            self._app,
            lifespan="off",
            ws="none",
            log_config=None,
            access_log=False,
            server_header=False,
            timeout_graceful_shutdown=GRACE,
        )
        self._server = _Server(config)
        self._serving = asyncio.create_task(self._server.serve(sockets=[listening]), name="web")
        up = asyncio.create_task(self._server.up.wait())
        await asyncio.wait({self._serving, up}, return_when=asyncio.FIRST_COMPLETED)
        if not up.done():
            up.cancel()
            await self._serving
            raise CannotListen(f"The web server on {self._host}:{self.port} stopped as it started.")
        return self.port

    async def stop(self) -> None:
        """Stop listening, let what is in flight end, and return when it has."""
        if self._server is None or self._serving is None:
            return
        self._server.should_exit = True
        await self._serving
        self._server = None
        self._serving = None

    async def run(self) -> None:
        """Serve until cancelled or stopped, for a supervisor; starts if that has not happened."""
        if self._serving is None:
            await self.start()
        if self._serving is not None:
            await self._serving

    async def __aenter__(self) -> Self:
        """Start."""
        await self.start()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Stop."""
        await self.stop()


def _bound(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    # Named as TCP, so that asyncio sets TCP_NODELAY: otherwise a kept connection waits 40 ms for each answer's body.
    listening = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    try:
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind((host, port))
    except OSError as trouble:
        listening.close()
        raise CannotListen(
            f"Cannot listen on {host}:{port} ({trouble.strerror or trouble}). Nothing was started; "
            "stop what uses it, or set HOST and PORT."
        ) from trouble
    return listening
