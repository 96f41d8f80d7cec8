"""A copy of the database while it is in use: whole, of one moment, and checked before it gets its name."""

import os
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Final

from bot.store.engines import is_postgres, read_url, sqlite_file

AT_ONCE: Final = -1
"""All pages in one step: a copy in parts begins anew after each commit of the running bot, and might never end."""


class CannotBackUp(Exception):
    """No copy was made; its text is a sentence that says why, and what to do."""


def back_up(url: str, to: Path) -> int:
    """Copy the SQLite database of a DATABASE_URL to `to`, and give its size in bytes.

    It may be in use, and nobody waits: what is committed while the copy is made is not in it.
    Raises CannotBackUp, and CannotOpen for a URL that names no database; `to` is not there then.
    """
    parsed = read_url(url)
    if is_postgres(parsed):
        named = parsed.set(drivername="postgresql").render_as_string(hide_password=True)
        raise CannotBackUp(
            f"{named} is backed up by PostgreSQL's own tools, and nothing was copied. Run: pg_dump --format=custom "
            f"--file={to} {named}"
        )
    file = sqlite_file(parsed)
    if not file.is_file():
        raise CannotBackUp(f"{file} is not there, so nothing was copied. Check DATABASE_URL.")
    if to.exists():
        raise CannotBackUp(f"{to} is there already and was left as it is. Name a file that is not there yet.")
    part = to.with_name(f"{to.name}.part")
    try:
        _copy(file, part)
        os.link(part, to)  # which, unlike a rename, never replaces what came there meanwhile
        _settle(to.absolute().parent)
    except (OSError, sqlite3.Error) as error:
        raise CannotBackUp(f"{to} could not be written ({error}). There is no copy of the database.") from error
    finally:
        part.unlink(missing_ok=True)
    return to.stat().st_size


def _copy(file: Path, part: Path) -> None:
    part.unlink(missing_ok=True)
    os.close(os.open(part, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))  # it holds what private incidents hold
    with (
        closing(sqlite3.connect(f"file:{file.absolute()}?mode=ro", uri=True)) as source,
        closing(sqlite3.connect(part)) as copy,
    ):
        source.backup(copy, pages=AT_ONCE)
        copy.execute("PRAGMA journal_mode=DELETE")
        (found,) = copy.execute("PRAGMA quick_check(1)").fetchone()
        if found != "ok":
            raise sqlite3.DatabaseError(f"the copy is damaged: {found}")
    with part.open("rb") as written:
        os.fsync(written.fileno())


def _settle(folder: Path) -> None:
    """Have the name of the new file survive a power failure, too."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
