"""Recurring duties that keep the tables small."""

from datetime import timedelta
from typing import Final

from bot.domain.subscriber import PENDING_FOR
from bot.services.ports import Desk, Tx

KEEP_DELIVERIES: Final = timedelta(days=7)


async def prune_deliveries(desk: Desk) -> int:
    """Forget the keys of deliveries received over a week ago; nothing is delivered again so late. Returns how many."""
    now = desk.clock()
    return await desk.store.write(lambda tx: tx.prune_inbound(now - KEEP_DELIVERIES))


async def prune_subscribers(desk: Desk) -> int:
    """Forget whoever was asked to confirm a subscription over a day ago and did not, and what was told a week ago.

    Returns how many were forgotten.
    """
    now = desk.clock()

    def write(tx: Tx) -> int:
        tx.prune_told(now - KEEP_DELIVERIES)
        return tx.prune_subscribers(now - PENDING_FOR)

    return await desk.store.write(write)
