"""The directory in use: loaded at the start, replaced by a good reload, kept when the new one is bad."""

import logging
from collections.abc import Callable
from datetime import datetime

from bot.directory.file import DirectoryFile, Loaded
from bot.directory.findings import DirectoryError, Finding
from bot.domain.directory import Directory

log = logging.getLogger(__name__)


class Keeper:
    """Holds the directory that everybody reads, and looks after its file."""

    def __init__(self, file: DirectoryFile, clock: Callable[[], datetime]) -> None:
        """Load the file. Raises DirectoryError when it cannot be used: there is no older one to keep yet."""
        self._file = file
        self._clock = clock
        self._directory = self._warned(file.load(clock()))
        self.refused: tuple[Finding, ...] = ()

    def __call__(self) -> Directory:
        """The directory as it is now."""
        return self._directory

    def changed(self) -> bool:
        """Whether the file differs from what was last read, good or bad."""
        return self._file.changed()

    def reload(self) -> bool:
        """Read the file again; False, with the findings in `refused`, when it is bad and the old one stays in use."""
        try:
            self._directory = self._warned(self._file.load(self._clock()))
        except DirectoryError as error:
            self.refused = error.findings
            log.error("The directory file is not usable; the one read before stays in use.\n%s", error)  # noqa: TRY400
            return False
        self.refused = ()
        log.info("The directory file was read again and is in use.")
        return True

    def _warned(self, loaded: Loaded) -> Directory:
        for warning in loaded.warnings:
            log.warning("%s", warning)
        return loaded.directory
