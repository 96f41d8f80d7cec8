"""Loading the directory file, and noticing that it has changed."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from pydantic import ValidationError

from bot.directory.build import build
from bot.directory.consistency import inconsistencies
from bot.directory.explain import explain
from bot.directory.findings import DirectoryError, Finding, in_order
from bot.directory.lint import warnings
from bot.directory.references import unknown_references
from bot.directory.schema import FileRow, fields_of
from bot.directory.source import START_WITH, Source, read
from bot.domain.directory import Directory


@dataclass(frozen=True, slots=True, kw_only=True)
class Loaded:
    """A directory that can be used, and what its file should be warned of."""

    directory: Directory
    warnings: tuple[Finding, ...]


def load(path: Path, environ: Mapping[str, str], now: datetime) -> Loaded:
    """Read the file at `path`; `now` (aware) is the moment for warnings about dates and about who is on call.

    Raises DirectoryError with every error at once, sorted by line.
    """
    return parse(_content(path), path.name, environ, now)


def parse(content: bytes, name: str, environ: Mapping[str, str], now: datetime) -> Loaded:
    """The same from the file's bytes; `name` is what findings call the file."""
    source = read(content, name, environ)
    file = _rows(source)
    errors = [*source.findings, *unknown_references(source), *inconsistencies(source)]
    if errors or file is None:
        raise DirectoryError(in_order(errors))
    directory = build(file)
    return Loaded(directory=directory, warnings=in_order(warnings(directory, source, now)))


def _rows(source: Source) -> FileRow | None:
    """The rows of the file; None, with the findings noted, where the schema refuses them."""
    given = source.values
    if isinstance(given, dict):
        known = fields_of(FileRow)
        given = {section: rows for section, rows in given.items() if rows is not None or section not in known}
    try:
        return FileRow.model_validate(given)
    except ValidationError as error:
        source.findings.extend(explain(error, source))
        return None


def _content(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except FileNotFoundError as error:
        says = f"there is no such file; write it, for a start:\n{START_WITH}or set DIRECTORY to where it is"
        raise DirectoryError([Finding(file=str(path), line=None, field="", says=says)]) from error
    except OSError as error:
        says = f"cannot be read ({error.strerror}); make it a file that this user may read"
        raise DirectoryError([Finding(file=str(path), line=None, field="", says=says)]) from error


@dataclass(frozen=True, slots=True)
class _Seen:
    """What was there at the last look; `stamp` is None where there was no file to read."""

    stamp: tuple[int, int] | None
    digest: bytes


class DirectoryFile:
    """The file between reloads. A bad load counts as seen, so that the same mistake is told once."""

    def __init__(self, path: Path, environ: Mapping[str, str]) -> None:
        """Look at nothing yet: before the first load, the file counts as changed."""
        self._path = path
        self._environ = environ
        self._seen: _Seen | None = None

    def load(self, now: datetime) -> Loaded:
        """Read the file as it is now. Raises DirectoryError; then the caller keeps the directory that it has."""
        self._seen = self._look()
        return load(self._path, self._environ, now)

    def changed(self) -> bool:
        """Whether the content differs from what was last loaded; a mere touch does not count."""
        if self._seen is None:
            return True
        if self._stamp() == self._seen.stamp:
            return False
        now_there = self._look()
        if now_there.digest != self._seen.digest:
            return True
        self._seen = now_there
        return False

    def _look(self) -> _Seen:
        stamp = self._stamp()
        try:
            content = self._path.read_bytes()
        except OSError as error:
            return _Seen(stamp, f"unreadable: {error.errno}".encode())
        return _Seen(stamp, hashlib.sha256(content).digest())

    def _stamp(self) -> tuple[int, int] | None:
        try:
            found = self._path.stat()
        except OSError:
            return None
        return (found.st_mtime_ns, found.st_size)
