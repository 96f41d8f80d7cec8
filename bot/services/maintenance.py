"""Planned maintenance is noted when the directory first declares it, and subscribers are told of it."""

from collections.abc import Iterator
from datetime import datetime

from bot.domain.change import Change
from bot.domain.effects import Outgoing
from bot.domain.journey import Maintenance
from bot.domain.maintenance import MaintenanceStatus, maintenance_id
from bot.domain.webhook import TellSubscribers
from bot.services.ports import Desk, Tx


async def note(desk: Desk) -> None:
    """Note what the directory declares now, and have subscribers told of it, then and at its times. Raises Unavailable.

    What was over when it was first seen is told to nobody. A row that was saved before stays the same row.
    """
    directory, now = desk.directory(), desk.clock()
    ids = [maintenance_id(each) for each in directory.maintenance]
    rows = tuple(row for each in directory.maintenance for row in _told(each, now))

    def write(tx: Tx) -> None:
        tx.note_maintenance(ids, now)
        tx.save(Change(outgoing=rows if directory.workspace.status_site else ()))

    if ids:
        await desk.store.write(write)


def _told(planned: Maintenance, now: datetime) -> Iterator[Outgoing]:
    moments = (
        (MaintenanceStatus.SCHEDULED, planned.starts, None),
        (MaintenanceStatus.IN_PROGRESS, planned.starts, planned.starts),
        (MaintenanceStatus.COMPLETED, planned.ends, planned.ends),
    )
    known_as = maintenance_id(planned)
    for status, until, at in moments:
        if now < until:
            yield Outgoing(
                id=f"tell:maintenance:{known_as}:{status}:{at.isoformat() if at else ''}",
                stream=f"tell:{known_as}:{status}",
                effect=TellSubscribers(maintenance=known_as, status=status),
                not_before=at,
            )
