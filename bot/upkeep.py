"""Upkeep: the directory file is read when it changes, people are matched to Slack's members, tables are kept small."""

import asyncio
import logging
from collections.abc import Callable, Mapping
from typing import Final

from bot.directory.keeper import Keeper
from bot.services import chores, maintenance, news, people
from bot.services.database_away import DatabaseAway
from bot.services.housekeeping import Chore
from bot.services.outbox import wait
from bot.services.ports import Desk, Members, Unavailable

LOOK: Final = 1.0

log = logging.getLogger(__name__)


class Upkeep:
    """What each replica does for its own copy of the directory, and the chores that one does for all."""

    def __init__(self, desk: Desk, directory: Keeper, members: Callable[[], Members]) -> None:
        """Prepare; `members` is asked for when people are matched."""
        self._desk = desk
        self._directory = directory
        self._members = members
        self._away = DatabaseAway("The directory's upkeep")
        self._reload = asyncio.Event()
        self._stopping = asyncio.Event()

    def chores(self) -> Mapping[str, Chore]:
        """What comes round by the calendar, by name."""
        return {"prune deliveries": self._prune, "match people": self.match_people}

    def reload_soon(self) -> None:
        """Read the directory file again, changed or not."""
        self._reload.set()

    def stop(self) -> None:
        """Watch the file no more."""
        self._stopping.set()

    async def watch_directory(self) -> None:
        """Read the file whenever it has changed, until stopped."""
        await maintenance.note(self._desk)
        while not self._stopping.is_set():
            await wait(self._reload, LOOK)
            asked = self._reload.is_set()
            self._reload.clear()
            if asked or await asyncio.to_thread(self._directory.changed):
                await self._read_directory_again_and_again()

    async def match_people(self) -> None:
        """Match the directory's people to Slack's members, and log whoever was not found."""
        matched = await people.sync(self._desk, self._members())
        for warning in matched.warnings:
            log.warning("%s", warning)

    async def _read_directory_again_and_again(self) -> None:
        """Read it, and once more in a second where the database could not be told."""
        try:
            await self._read_directory_again()
        except Unavailable as trouble:
            self._away.goes_on(trouble)
            await wait(self._stopping, LOOK)
            self._reload.set()
        else:
            self._away.is_over()

    async def _read_directory_again(self) -> None:
        if self._directory.reload():
            await maintenance.note(self._desk)
            await self.match_people()
        else:
            await news.directory_refused(self._desk, tuple(str(finding) for finding in self._directory.refused))

    async def _prune(self) -> None:
        await chores.prune_deliveries(self._desk)
        await chores.prune_subscribers(self._desk)
