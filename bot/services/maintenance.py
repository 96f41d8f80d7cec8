"""Planned maintenance is noted when the directory first declares it, so that its readers can be told since when."""

from bot.domain.maintenance import maintenance_id
from bot.services.ports import Desk


async def note(desk: Desk) -> None:
    """Note what the directory declares now. Raises Unavailable."""
    ids = [maintenance_id(each) for each in desk.directory().maintenance]
    now = desk.clock()
    if ids:
        await desk.store.write(lambda tx: tx.note_maintenance(ids, now))
