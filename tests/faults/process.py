"""The bot as a real process beside the local Slack of the test: started, killed, moved through time, started again."""

import asyncio
import os
import re
import sqlite3
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import aiohttp
import psycopg
from sqlalchemy import create_engine

from bot.sandbox.client import Person
from bot.sandbox.clock import real_seconds
from bot.sandbox.screens import Answer
from bot.sandbox.server import LocalSlack
from bot.services.figures import Invariant
from tests.faults.forked import Forked, parent
from tests.scenarios.holding import all_holds
from tests.scenarios.world import CHANNELS, COMPANY, NIGHT, PEOPLE, ROOT, TOKEN, UNHURRIED
from tests.size import FULL, PATIENT

NOT_OURS = ("SLACK_", "PYTHONDONTWRITEBYTECODE")
"""Without compiled modules a start takes twice as long, and here it is starts that take the time."""
STARTS_WITHIN = 600.0 if FULL else 120.0
"""Seconds; in a storm a process is ready only when Slack happens to answer it, and a machine may be busy."""
STOPS_WITHIN = 15.0
LOOKS_EVERY = 0.05
LISTENS = re.compile(r"Tocsin listens on http://127\.0\.0\.1:(\d+)")
OPEN = "SELECT count(*) FROM outbox WHERE state IN ('ready', 'sending', 'unknown')"


@dataclass(slots=True, kw_only=True)
class Process:
    """One `python app.py`, and what it has said."""

    running: asyncio.subprocess.Process | Forked
    ended: asyncio.Task[int]
    log: Path

    @classmethod
    async def begin(cls, folder: Path, environ: dict[str, str], log: Path, *words: str, anew: bool = FULL) -> "Process":
        """Start it with these words, `anew` or forked; it is not ready yet."""
        running: asyncio.subprocess.Process | Forked
        if anew:
            with log.open("wb") as written:
                running = await asyncio.create_subprocess_exec(
                    *(sys.executable, str(ROOT / "app.py"), *words),
                    env=environ,
                    cwd=folder,
                    stdout=written,
                    stderr=written,
                )
        else:
            running = await parent().fork(folder, environ, log, *words)
        return cls(running=running, ended=asyncio.create_task(running.wait()), log=log)

    @property
    def said(self) -> str:
        """What it has said and logged."""
        return self.log.read_text(encoding="utf-8", errors="replace")

    @property
    def port(self) -> int:
        """Where it listens; 0: nowhere yet."""
        found = LISTENS.search(self.said)
        return int(found[1]) if found else 0

    async def over(self, seconds: float) -> bool:
        """Wait for its end, but no longer than this; tells whether it has come."""
        await asyncio.wait({self.ended}, timeout=seconds)
        return self.ended.done()


@dataclass(slots=True, kw_only=True)
class Field:
    """The local Slack, a folder, and the process, when there is one."""

    slack: LocalSlack
    folder: Path
    people: dict[str, Person]
    mode: str
    moved_by: float | None = None
    """Seconds by which processes are in another time for good; None: `move_clock` says where they are."""
    anew: bool = FULL
    """Whether each process imports everything itself, as it does for you: two seconds of each start."""
    database: str = ""
    """The URL of a PostgreSQL database; empty: a SQLite file in the folder."""
    process: Process | None = None
    others: list[Process] = field(default_factory=list)
    starts: int = 0
    more: dict[str, str] = field(default_factory=dict)
    """What else is in the environment of a process."""
    door: str = ""
    """Where Slack delivers over HTTP, if not to the process that was started last."""
    tolerated: dict[Invariant, str] = field(default_factory=dict)
    """What a test leaves broken at its end, and why it may."""

    @property
    def crash_file(self) -> Path:
        """Where the number of the checkpoint to be killed at is written."""
        return self.folder / "crash"

    async def start(self) -> None:
        """Start a process and wait until it is ready and the company's people are known in Slack."""
        process = await self.begin()
        async with asyncio.timeout(STARTS_WITHIN):
            while not (process.port and await self.status("readyz") == 200 and self.introduced()):
                assert not await process.over(LOOKS_EVERY), f"the bot ended as it started:\n{process.said}"

    async def start_beside(self) -> Process:
        """Start another process beside the one there is, and wait until it is ready."""
        first = self.process
        assert first is not None
        await self.start()
        second, self.process = self.process, first
        assert second is not None
        self.others.append(second)
        return second

    async def begin(self) -> Process:
        """Start a process and wait until it listens."""
        self.starts += 1
        environ, log = self.environ(), self.folder / f"log-{self.starts}"
        self.process = process = await Process.begin(self.folder, environ, log, anew=self.anew)
        async with asyncio.timeout(STARTS_WITHIN):
            while not process.port:
                assert not await process.over(LOOKS_EVERY), f"the bot ended as it started:\n{process.said}"
        if self.mode == "http":
            self.slack.request_url = self.door or f"http://127.0.0.1:{process.port}/slack/events"
        return process

    def kill_at(self, number: int) -> None:
        """Have the process killed at its `number`-th checkpoint from now on."""
        self.crash_file.write_text(str(number))

    async def kill(self) -> None:
        """Kill the process now, as `kill -9` does."""
        assert self.process is not None
        self.process.running.kill()
        assert await self.process.over(STOPS_WITHIN)

    async def start_again(self) -> None:
        """Start another process after the first was killed."""
        self.crash_file.unlink(missing_ok=True)
        await self.start()

    @property
    def killed(self) -> bool:
        """Whether the process is dead."""
        return self.process is not None and self.process.ended.done()

    async def stop(self) -> int | None:
        """Ask the process to stop, and give its exit code; None when none was running."""
        if self.process is None or self.killed:
            return None
        self.process.running.terminate()
        assert await self.process.over(STOPS_WITHIN), f"it did not stop within {STOPS_WITHIN} s:\n{self.process.said}"
        return self.process.running.returncode

    async def declare(self, words: str) -> Answer:
        """Have Ana declare an incident."""
        return await self.people["ana"].command(f"/incident declare sev1 checkout {words}", channel="general")

    async def settle(self, *, steps: int = 12, seconds: float = 15) -> None:
        """Move the clock in steps until nothing is left open in the outbox. Raises AssertionError if it stays open."""
        for _ in range(steps):
            if await self.slack.changed.wait_for(self.settled, 1.5):
                return
            self.move_clock(seconds)
        await self.slack.until(self.settled, timeout=PATIENT, why=f"nothing to be left open, but {self.left_open()}")

    def settled(self) -> bool:
        """Whether nothing is left open in the outbox."""
        return self.rows(OPEN) == [(0,)]

    def left_open(self) -> list[tuple[object, ...]]:
        """What is left open in the outbox."""
        return self.rows("SELECT id, state, last_error FROM outbox WHERE state IN ('ready', 'sending', 'unknown')")

    def move_clock(self, seconds: float) -> None:
        """Move the bot and Slack through time."""
        file = self.folder / "clock-offset"
        before = float(file.read_text())
        new = file.with_suffix(".new")
        new.write_text(str(before + seconds))
        new.replace(file)

    def rows(self, query: str) -> list[tuple[object, ...]]:
        """Ask the bot's database."""
        if self.database:
            with psycopg.connect(self.database, autocommit=True) as asked:
                return list(asked.execute(query.encode()).fetchall())
        connection = sqlite3.connect(f"file:{self.folder / 'tocsin.db'}?mode=ro", uri=True, timeout=10)
        try:
            return connection.execute(query).fetchall()
        finally:
            connection.close()

    async def status(self, path: str) -> int:
        """The status with which the process answers a path; 0 when it does not."""
        assert self.process is not None
        try:
            async with (
                aiohttp.ClientSession() as session,
                session.get(f"http://127.0.0.1:{self.process.port}/{path}") as answer,
            ):
                return answer.status
        except aiohttp.ClientError:
            return 0

    def introduced(self) -> bool:
        """Whether the company's people are known in Slack."""
        return self.rows("SELECT count(*) FROM contact WHERE person IS NOT NULL") == [(5,)]

    def environ(self) -> dict[str, str]:
        """What a process of this field is told from outside."""
        if self.mode == "socket":
            door = {"SLACK_APP_TOKEN": self.slack.app_token}
        else:
            door = {"SLACK_SIGNING_SECRET": self.slack.signing_secret}
        return {
            **{name: value for name, value in os.environ.items() if not name.startswith(NOT_OURS)},
            **door,
            "SLACK_API_URL": f"{self.slack.url}/api/",
            "SLACK_BOT_TOKEN": self.slack.bot_token,
            "DATABASE_URL": self.database or f"sqlite:///{self.folder / 'tocsin.db'}",
            "DIRECTORY": str(COMPANY),
            "PORT": "0",
            "ALERT_TOKENS": TOKEN,
            **self.strings(),
            **self.more,
        }

    def strings(self) -> dict[str, str]:
        """What a process hangs on: it looks at these files all the time, whether it is moved or not."""
        if self.moved_by is not None:
            return {"CLOCK_WRONG_BY": str(self.moved_by)}
        return {"CLOCK_OFFSET_FILE": str(self.folder / "clock-offset"), "CRASH_FILE": str(self.crash_file)}


@asynccontextmanager
async def a_field(
    folder: Path, mode: str = "socket", database: str = "", *, anew: bool = FULL, moves: bool = True
) -> AsyncIterator[Field]:
    """A local Slack with the company of the stories; no process yet. `mode` is how Slack delivers.

    `database` is the URL of an empty PostgreSQL database; without one it is a SQLite file in the folder. Processes
    start `anew`, or forked of one that has everything imported, where there are hundreds of them. Those that nobody
    `moves` through time or kills at a checkpoint are timed as they run for you: on PostgreSQL in the present, whose
    clock they go by, else in the night of the stories.
    """
    away = NIGHT.timestamp() - real_seconds()
    offset_file, moved_by = folder / "clock-offset", None
    if moves:
        offset_file.write_text(str(away))
        slack = await LocalSlack.start(manifest=ROOT / "manifest.yml", clock_offset_file=offset_file)
    else:
        moved_by = 0.0 if database else away
        slack = await LocalSlack.start(manifest=ROOT / "manifest.yml", now=partial(seconds_ahead, moved_by))
    slack.delivery.signing_clock = slack.clock.wall
    if not (FULL or anew):
        slack.delivery.ack_seconds = UNHURRIED
    people = {name: slack.add_person(name, email=f"{name}@acme.test", real_name=real) for name, real in PEOPLE.items()}
    for name in CHANNELS:
        slack.add_channel(name, members=list(people.values()))
    here = Field(slack=slack, folder=folder, people=people, mode=mode, anew=anew, database=database, moved_by=moved_by)
    try:
        yield here
        if here.starts:
            await everything_holds(here)
        assert not slack.unexpected, slack.unexpected
    finally:
        if here.process is not None and not here.killed:
            await here.kill()
        for other in here.others:
            if not other.ended.done():
                other.running.kill()
                await other.over(STOPS_WITHIN)
        await slack.stop()


def seconds_ahead(by: float) -> float:
    """Unix seconds of a clock that is ahead of this machine's by so many."""
    return real_seconds() + by


async def everything_holds(here: Field) -> None:
    """Raise AssertionError if an invariant is broken in the database as the test leaves it."""
    url = here.database.replace("postgresql://", "postgresql+psycopg://") or f"sqlite:///{here.folder / 'tocsin.db'}"
    database = create_engine(url)
    try:
        now = datetime.fromtimestamp(here.slack.clock.wall(), UTC)
        await all_holds(here.slack, database, now, here.tolerated)
    finally:
        database.dispose()
