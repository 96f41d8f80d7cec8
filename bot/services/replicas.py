"""What the store keeps of replicas: who is alive, and who does the chores of all. And the database's own clock."""

from datetime import datetime, timedelta
from typing import Protocol

from bot.domain.replica import Replica


class ReplicasTx(Protocol):
    """The part of a transaction that is about replicas."""

    def note_replica(self, name: str, started_at: datetime, now: datetime, clock_offset: float) -> None:
        """Note that a replica is alive; `clock_offset`: seconds by which the database's clock is ahead of its own."""

    def drop_replica(self, name: str) -> None:
        """Forget a replica that stops, and give back the leases that it holds."""

    def replicas(self) -> tuple[Replica, ...]:
        """Load every replica that was noted, alive or not, the oldest first."""

    def take_lease(self, name: str, holder: str, now: datetime, term: timedelta) -> bool:
        """Take or renew a lease for a term; False if another holds it."""

    def chore_done_at(self, name: str) -> datetime | None:
        """Tell when a chore was last done, whoever did it."""

    def note_chore(self, name: str, holder: str, now: datetime) -> None:
        """Note that a chore is done."""

    def database_time(self) -> datetime:
        """Tell what the database's own clock shows at this very moment; only PostgreSQL has one."""
