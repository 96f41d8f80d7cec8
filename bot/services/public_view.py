"""Reading what the public may see: kept by incident and version, so that only what changed is read again."""

from bot.domain.public_incident import PublicIncident, public_incident
from bot.domain.status_page import StatusPage, status_page
from bot.services.ports import Desk, Tx

Known = dict[int, tuple[int, PublicIncident | None]]
"""By an incident's number, its version and what the public knows of it at that version."""


class PublicView:
    """Looks at the incidents with the public's eyes."""

    def __init__(self, desk: Desk) -> None:
        """Look with a desk's store, clock and directory."""
        self._desk = desk
        self._known: Known = {}

    async def look(self) -> StatusPage | None:
        """Give the status page as it is now; None where the directory has no status site. Raises Unavailable."""
        directory, now = self._desk.directory(), self._desk.clock()
        if not directory.workspace.status_site:
            return None
        before = self._known

        def read(tx: Tx) -> tuple[Known, StatusPage]:
            known = _known(tx, before)
            told = (each for _, each in known.values() if each is not None)
            return known, status_page(told, directory, now, tx.noted_maintenance())

        self._known, page = await self._desk.store.read(read)
        return page


def _known(tx: Tx, before: Known) -> Known:
    versions = tx.incident_versions()
    stale = [number for number, version in versions.items() if before.get(number, (None, None))[0] != version]
    if not stale and len(before) == len(versions):
        return before
    read = {each.number: (each.version, public_incident(each)) for each in tx.incidents(stale)}
    kept = {number: before[number] for number in versions if number in before and number not in read}
    return kept | read
