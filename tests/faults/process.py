"""The bot as a real process beside the local Slack of the test: started, killed, moved through time, started again."""

import asyncio
import os
import sqlite3
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

import aiohttp

from bot.sandbox.client import Person
from bot.sandbox.server import LocalSlack
from tests.scenarios.world import CHANNELS, COMPANY, PEOPLE, ROOT, TOKEN

STARTS_WITHIN = 20.0


@dataclass(slots=True, kw_only=True)
class Field:
    """The local Slack, a folder, and the process, when there is one."""

    slack: LocalSlack
    folder: Path
    people: dict[str, Person]
    port: int
    process: asyncio.subprocess.Process | None = None
    faulty: list[str] = field(default_factory=list)

    @property
    def crash_file(self) -> Path:
        """Where the number of the checkpoint to be killed at is written."""
        return self.folder / "crash"

    async def start(self) -> None:
        """Start the process and wait until it is ready."""
        self.process = await asyncio.create_subprocess_exec(
            sys.executable, str(ROOT / "app.py"), env=self._environ(), cwd=self.folder, stderr=self._log()
        )
        async with asyncio.timeout(STARTS_WITHIN):
            while not await self._ready():
                await asyncio.wait({asyncio.ensure_future(self.process.wait())}, timeout=0.05)

    async def killed_at(self, number: int) -> None:
        """Have the process killed at its `number`-th checkpoint from now on."""
        self.crash_file.write_text(str(number))

    async def start_again(self) -> None:
        """Start a process after the first was killed, well after everything it had begun has ended or been lost."""
        assert self.process is not None
        await self.process.wait()
        self.crash_file.unlink(missing_ok=True)
        await self.start()

    async def ended(self) -> bool:
        """Whether the process is dead."""
        return self.process is not None and self.process.returncode is not None

    async def stop(self) -> int | None:
        """Ask the process to stop, and give its exit code."""
        if self.process is None or self.process.returncode is not None:
            return None
        self.process.terminate()
        async with asyncio.timeout(20):
            return await self.process.wait()

    def move_clock(self, seconds: float) -> None:
        """Move the bot and Slack through time."""
        file = self.folder / "clock-offset"
        before = float(file.read_text()) if file.exists() else 0.0
        file.write_text(str(before + seconds))

    def rows(self, query: str) -> list[tuple[object, ...]]:
        """Ask the bot's database."""
        with sqlite3.connect(f"file:{self.folder / 'tocsin.db'}?mode=ro", uri=True, timeout=10) as connection:
            return connection.execute(query).fetchall()

    async def _ready(self) -> bool:
        assert self.process is not None
        assert self.process.returncode is None, f"the bot ended as it started:\n{self.log()}"
        try:
            async with (
                aiohttp.ClientSession() as session,
                session.get(f"http://127.0.0.1:{self.port}/readyz") as answer,
            ):
                return answer.status == 200
        except aiohttp.ClientError:
            return False

    def log(self) -> str:
        """What the processes have logged."""
        return (self.folder / "log").read_text(encoding="utf-8", errors="replace")[-4000:]

    def _log(self) -> int:
        return os.open(self.folder / "log", os.O_WRONLY | os.O_CREAT | os.O_APPEND)

    def _environ(self) -> dict[str, str]:
        return {
            **{name: value for name, value in os.environ.items() if not name.startswith("SLACK_")},
            "SLACK_API_URL": f"{self.slack.url}/api/",
            "SLACK_BOT_TOKEN": self.slack.bot_token,
            "SLACK_APP_TOKEN": self.slack.app_token,
            "DATABASE_URL": f"sqlite:///{self.folder / 'tocsin.db'}",
            "DIRECTORY": str(COMPANY),
            "PORT": str(self.port),
            "ALERT_TOKENS": TOKEN,
            "CLOCK_OFFSET_FILE": str(self.folder / "clock-offset"),
            "CRASH_FILE": str(self.crash_file),
        }


@asynccontextmanager
async def a_field(folder: Path, port: int) -> AsyncIterator[Field]:
    """A local Slack with the company of the stories; no process yet. `port` is where the bot is to listen."""
    slack = await LocalSlack.start(manifest=ROOT / "manifest.yml", clock_offset_file=folder / "clock-offset")
    people = {name: slack.add_person(name, email=f"{name}@acme.test", real_name=real) for name, real in PEOPLE.items()}
    for name in CHANNELS:
        slack.add_channel(name, members=list(people.values()))
    here = Field(slack=slack, folder=folder, people=people, port=port)
    try:
        yield here
    finally:
        await here.stop()
        await slack.stop()
