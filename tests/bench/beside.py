"""Programs that are measured beside Tocsin: started with clean settings, ready, and ended."""

import asyncio
import os
import socket
import sys
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass

import aiohttp

from bot.sandbox.client import Person
from bot.sandbox.server import LocalSlack
from tests.bench.figures import Stopwatch, pause
from tests.faults.process import NOT_OURS
from tests.scenarios.world import ROOT

PATIENCE = 60.0
LOOKS_EVERY = 0.02


@dataclass(frozen=True, slots=True, kw_only=True)
class Served:
    """A program that answers on a port, and how many seconds that took."""

    running: asyncio.subprocess.Process
    port: int
    seconds: float


@asynccontextmanager
async def program(*words: str, more: Mapping[str, str] | None = None) -> AsyncIterator[asyncio.subprocess.Process]:
    """Run a program until the block is left."""
    running = await asyncio.create_subprocess_exec(*words, cwd=ROOT, env={**clean(), **(more or {})})
    try:
        yield running
    finally:
        if running.returncode is None:
            running.kill()
        await running.wait()


@asynccontextmanager
async def served(module: str, path: str, more: Mapping[str, str] | None = None) -> AsyncIterator[Served]:
    """Run a module that takes a port as its word, and wait until it answers `path`."""
    port = free_port()
    watch = Stopwatch()
    async with program(sys.executable, "-m", module, str(port), more=more) as running:
        await answered(port, path)
        yield Served(running=running, port=port, seconds=watch.seconds())


async def answered(port: int, path: str) -> None:
    """Wait until a port answers a path with 200."""
    async with asyncio.timeout(PATIENCE), aiohttp.ClientSession() as session:
        while True:
            try:
                async with session.get(f"http://127.0.0.1:{port}{path}") as answer:
                    if answer.status == 200:
                        return
            except aiohttp.ClientError:
                pass
            await pause(LOOKS_EVERY)


@asynccontextmanager
async def a_reference(kind: str) -> AsyncIterator[tuple[LocalSlack, Person, Person]]:
    """One of the reference bots on a workspace of its own, connected, with the two who act."""
    slack = await LocalSlack.start(manifest=ROOT / "manifest.yml")
    ana, maya = (slack.add_person(name, email=f"{name}@acme.test") for name in ("ana", "maya"))
    slack.add_channel("general", members=[ana, maya])
    settings = {
        "SLACK_API_URL": f"{slack.url}/api/",
        "SLACK_BOT_TOKEN": slack.bot_token,
        "SLACK_APP_TOKEN": slack.app_token,
        "ON_CALL": maya.id,
    }
    try:
        async with program(sys.executable, "-m", "tests.bench.reference", kind, more=settings):
            await slack.connected(timeout=PATIENCE)
            yield slack, ana, maya
    finally:
        await slack.stop()


def clean() -> dict[str, str]:
    """The environment without what would change how a program runs."""
    return {name: value for name, value in os.environ.items() if not name.startswith(NOT_OURS)}


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as tried:
        tried.bind(("127.0.0.1", 0))
        return int(tried.getsockname()[1])
