"""One transaction as services see it: every repository in one, and the saving of a whole change."""

from bot.domain.change import Change
from bot.store.bundles import Bundles
from bot.store.figures import Figures
from bot.store.follows import Follows
from bot.store.holding import incidents_of
from bot.store.incidents import Incidents
from bot.store.records import Records
from bot.store.replicas import Replicas
from bot.store.site import SiteRecords
from bot.store.standing import Standing
from bot.store.trips import Trips


class SqlTx(Incidents, Records, Figures, SiteRecords, Follows, Standing, Replicas, Trips, Bundles):
    """A transaction over one session; whoever opened the session commits it."""

    def save(self, change: Change) -> None:
        """Save all of a change; known ids are not inserted again. Raises Stale when a version moved on.

        What a change cancels or withdraws ends before what it adds begins. Raises Unavailable when this process is
        out of date.
        """
        self.must_be_current()
        self._hold_incidents(incidents_of(change))
        if change.incident is not None:
            self.save_incident(change.incident)
        for page in change.pages:
            self.save_page(page)
        self.save_alerts(change.alerts)
        self.save_events(change.timeline)
        self.cancel_timers(change.cancel)
        self.set_timers(change.timers)
        self.withdraw(change.withdraw)
        self.save_outgoing(change.outgoing)
