"""Real stores for tests: on SQLite, in a folder that the test gives or in memory's file system."""

import atexit
import shutil
import tempfile
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import datetime
from functools import cache
from pathlib import Path

from bot.domain.delivery import Carrier
from bot.services.ports import Checkpoint, carry_on
from bot.store.migrate import migrate
from bot.store.store import SqlStore, open_store
from tests.fakes.clock import START, FakeClock

MEMORY = Path("/dev/shm")  # noqa: S108 - a folder of our own is made in it


def ignore_commits(_earliest: datetime | None, _outgoing: frozenset[Carrier]) -> None:
    """Wake nobody: the test looks when it wants to."""


@asynccontextmanager
async def file_store(
    folder: Path,
    on_commit: Callable[[datetime | None, frozenset[Carrier]], None] = ignore_commits,
    clock: Callable[[], datetime] | None = None,
    checkpoint: Checkpoint = carry_on,
) -> AsyncIterator[SqlStore]:
    """A started store on a SQLite file in `folder`, which a later one may open again; closed at the end."""
    url = migrated_database(folder)
    store = open_store(url, on_commit, clock=clock or FakeClock(START), checkpoint=checkpoint)
    await store.start()
    try:
        yield store
    finally:
        await store.close()


def migrated_database(folder: Path) -> str:
    """The URL of a SQLite file in `folder`: the one that is there, or a new one that has been migrated already."""
    file = folder / "tocsin.db"
    if not file.exists():
        shutil.copyfile(_migrated(), file)
    return f"sqlite:///{file}"


@asynccontextmanager
async def memory_store(
    on_commit: Callable[[datetime | None, frozenset[Carrier]], None] = ignore_commits,
    clock: Callable[[], datetime] | None = None,
) -> AsyncIterator[SqlStore]:
    """A started store that leaves nothing behind."""
    with _folder() as folder:
        async with file_store(Path(folder), on_commit, clock) as store:
            yield store


def _folder() -> tempfile.TemporaryDirectory[str]:
    return tempfile.TemporaryDirectory(prefix="tocsin-", dir=MEMORY if MEMORY.is_dir() else None)


@cache
def _migrated() -> Path:
    """A migrated, empty database of this test process, to be copied: migrating each time would cost more."""
    folder = Path(tempfile.mkdtemp(prefix="tocsin-schema-"))
    atexit.register(shutil.rmtree, folder)
    migrate(f"sqlite:///{folder / 'empty.db'}")
    return folder / "empty.db"
