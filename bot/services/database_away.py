"""The database away, as one loop sees it: said once when it begins, and once when it is over."""

import logging

from bot.services.ports import Unavailable

log = logging.getLogger(__name__)


class DatabaseAway:
    """Whether `who` waits for the database. It is tried again and again, and the log is not to be filled by that."""

    def __init__(self, who: str) -> None:
        """Begin with a database that answers; `who` begins a sentence."""
        self._who = who
        self._away = False

    def goes_on(self, trouble: Unavailable) -> None:
        """Note that the database was away."""
        if not self._away:
            log.warning("%s waits for the database: %s", self._who, trouble)
        self._away = True

    def is_over(self) -> None:
        """Note that the database has answered."""
        if self._away:
            log.info("%s goes on: the database answers again.", self._who)
        self._away = False
