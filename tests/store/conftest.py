"""A store on each database: every test of the store runs on SQLite and on PostgreSQL."""

from collections.abc import AsyncIterator
from datetime import datetime
from pathlib import Path

import pytest

from bot.domain.delivery import Carrier
from bot.store.store import SqlStore, open_store
from tests.fakes.clock import FakeClock
from tests.fakes.store import file_store
from tests.store.samples import NOW

Commits = list[tuple[datetime | None, frozenset[Carrier]]]


@pytest.fixture
def commits() -> Commits:
    return []


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock(NOW)


@pytest.fixture(params=["sqlite", "postgres"])
def database(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The URL of an empty database."""
    if request.param == "postgres":
        return str(request.getfixturevalue("fresh_postgres"))
    return f"sqlite:///{tmp_path / 'tocsin.db'}"


@pytest.fixture
async def store(database: str, tmp_path: Path, clock: FakeClock, commits: Commits) -> AsyncIterator[SqlStore]:
    """A started store; what it tells after its commits stands in `commits`."""

    def committed(earliest: datetime | None, outgoing: frozenset[Carrier]) -> None:
        commits.append((earliest, outgoing))

    if database.startswith("sqlite"):
        async with file_store(tmp_path, committed, clock) as opened:
            yield opened
        return
    opened = open_store(database, committed, clock=clock)
    await opened.start()
    yield opened
    await opened.close()
