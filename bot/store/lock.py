"""The lock file beside a SQLite database: one process at a time, and the second is told why."""

import fcntl
import os
from contextlib import suppress
from pathlib import Path
from typing import TextIO

from bot.store.troubles import CannotOpen


class LockFile:
    """An exclusive lock that ends with the process, however it ends."""

    def __init__(self, database: Path) -> None:
        """Lock `database` by a file beside it, once taken."""
        self._database = database
        self._path = database.with_name(database.name + ".lock")
        self._held: TextIO | None = None

    def take(self) -> None:
        """Take the lock at once, or raise CannotOpen."""
        try:
            file = self._path.open("a+", encoding="ascii")
        except OSError as error:
            raise CannotOpen(
                f"{self._database}: the database's folder cannot be written ({error.strerror}). "
                "Nothing was started. Create the folder, or set DATABASE_URL to a file in one that can be written."
            ) from error
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            file.seek(0)
            owner = file.read().strip() or "unknown"
            file.close()
            raise CannotOpen(
                f"{self._database}: another Tocsin (process {owner}) is using this database. Nothing was started. "
                "Stop that one first, or set DATABASE_URL to another file; several replicas need PostgreSQL."
            ) from error
        self._held = file
        with suppress(OSError):  # the disk is full: the lock holds all the same, only nobody can be told whose it is
            os.ftruncate(file.fileno(), 0)
            os.write(file.fileno(), str(os.getpid()).encode())

    def give_back(self) -> None:
        """Let the next process have it."""
        if self._held is not None:
            self._held.close()
            self._held = None
