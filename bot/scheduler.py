"""The clock that wakes the engine: one alarm at the earliest due time, and recurring duties. It stores nothing.

What must happen is rows in the database, which the sweep reads; the alarm only tells it when to look. Should the alarm
be lost (it was moved while it ran, the wall clock jumped), the sweep's own tick finds what is due within a second.
"""

import logging
from collections.abc import Callable
from datetime import UTC, datetime

from apscheduler.executors.asyncio import AsyncIOExecutor
from apscheduler.jobstores.memory import MemoryJobStore
from apscheduler.schedulers.asyncio import AsyncIOScheduler
from apscheduler.triggers.cron import CronTrigger
from apscheduler.triggers.date import DateTrigger

log = logging.getLogger(__name__)

WAKE = "wake"


class Scheduler:
    """APScheduler as a clock only. Everything is called on the event loop's thread."""

    def __init__(self, wake: Callable[[], None], on_the_machine: Callable[[datetime], datetime]) -> None:
        """Prepare; `on_the_machine` turns a moment of the bot's clock into what the machine's own will show then."""
        self._wake = wake
        self._on_the_machine = on_the_machine
        self._alarm: datetime | None = None
        self._scheduler = AsyncIOScheduler(
            jobstores={"default": MemoryJobStore()},
            executors={"default": AsyncIOExecutor()},
            job_defaults={"coalesce": True, "misfire_grace_time": None, "max_instances": 1},
            timezone=UTC,
        )

    def start(self) -> None:
        """Begin to tell the time; needs the running event loop."""
        self._scheduler.start()

    def stop(self) -> None:
        """Tell it no more."""
        self._scheduler.shutdown(wait=False)

    def committed(self, earliest: datetime) -> None:
        """Move the alarm forward if a timer was set for earlier than it."""
        if self._alarm is None or earliest < self._alarm:
            self.alarm(earliest)

    def alarm(self, at: datetime | None) -> None:
        """Set the one alarm to when the next timer is due (the bot's clock), or to never."""
        self._alarm = at
        if at is None:
            if self._scheduler.get_job(WAKE):
                self._scheduler.remove_job(WAKE)
            return
        trigger = DateTrigger(self._on_the_machine(at))
        self._scheduler.add_job(self._ring, trigger, id=WAKE, replace_existing=True)

    def recurring(self, name: str, crontab: str, come_round: Callable[[str], None]) -> None:
        """Call with this name at the times of a crontab expression (UTC); missed ones are made up for once."""

        async def tell() -> None:
            come_round(name)

        self._scheduler.add_job(tell, CronTrigger.from_crontab(crontab, UTC), id=name, replace_existing=True)

    async def _ring(self) -> None:
        """Wake; a coroutine, because APScheduler would run a plain function on a thread of its own."""
        self._alarm = None
        self._wake()
