"""What is kept for the status site beside the incidents."""

from collections.abc import Iterable
from datetime import datetime

from sqlmodel import select

from bot.store.part import Part, table_of
from bot.store.site_tables import MaintenanceRow


class SiteRecords(Part):
    """The rows of the status site."""

    def note_maintenance(self, ids: Iterable[str], now: datetime) -> None:
        """Note when planned maintenance was first seen declared; what is noted already stays as it is."""
        self._add_new(table_of(MaintenanceRow), [{"id": each, "noted_at": now} for each in ids])

    def noted_maintenance(self) -> dict[str, datetime]:
        """Give by id when each planned maintenance was first seen."""
        return dict(self._session.exec(select(MaintenanceRow.id, MaintenanceRow.noted_at)).all())
