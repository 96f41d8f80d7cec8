"""The watches, put together: Tocsin's own heartbeat, and what is looked after beside the sweep."""

from collections.abc import Awaitable, Callable, Iterator, Mapping
from dataclasses import replace
from typing import Final

from bot.instruments import Instruments
from bot.notify.heartbeat import call
from bot.services.database_clock import DatabaseClock
from bot.services.heartbeats import HeartbeatWatch
from bot.services.housekeeping import Chore, Housekeeping
from bot.services.invariants import InvariantWatch
from bot.services.lag import EVERY as LAG_EVERY
from bot.services.lag import LoopLag
from bot.services.neighbours import Neighbours, only_on_duty
from bot.services.phone_tree import PhoneTreeSender
from bot.services.ports import Desk
from bot.services.synthetic import SyntheticPages
from bot.services.vitals import OwnHeartbeat, Vitals
from bot.services.watching import Look, Watch
from bot.settings import Settings
from bot.system import monotonic
from bot.web.metrics import Meters

BEATING: Final = ("neighbours", "watch")
"""Which of them must come round for Tocsin to count as alive; the others may wait for other servers, and long."""


class Watches:
    """Every watch of the running bot; the heartbeat's has a loop of its own, so that a slow answer delays no other."""

    def __init__(
        self,
        desk: Desk,
        settings: Settings,
        instruments: Instruments,
        vitals: Vitals,
        meters: Meters,
        database_clock: DatabaseClock,
        neighbours: Neighbours,
        chores: Mapping[str, Chore],
    ) -> None:
        """Make them; nothing is looked at yet. `chores` are those that come round by the calendar."""
        housekeeping = Housekeeping(desk, neighbours, chores)
        self.come_round = housekeeping.come_round
        synthetic = SyntheticPages(desk, neighbours.name, monotonic)
        meters.synthetic(lambda: synthetic.took, synthetic.age)
        invariants = InvariantWatch(desk.store, desk.clock, monotonic, meters.broken)
        for_all = (HeartbeatWatch(desk, meters.took_in).look, PhoneTreeSender(desk).look)
        self._watches = {
            "database clock": Watch([database_clock.look]),
            "neighbours": Watch([neighbours.look]),
            "housekeeping": Watch([housekeeping.look]),
            "watch": Watch([only_on_duty(neighbours, look) for look in for_all]),
            "synthetic": Watch([synthetic.look]),
            "invariants": Watch([invariants.look]),
            "lag": Watch([LoopLag(monotonic, meters.lagged).look], LAG_EVERY),
        }
        secret = settings.HEARTBEAT_URL
        if secret is not None:
            address = secret.get_secret_value()
            own = OwnHeartbeat(replace(vitals, synthetic=synthetic.trouble), lambda: call(address), instruments.seconds)
            meters.heartbeat(own.age)
            self._watches["heartbeat"] = Watch([own.look])

    def beat_by(self, beats: Mapping[str, Callable[[], None]]) -> None:
        """Have each of `BEATING` call what `beats` has for it whenever it has come round."""
        for name in BEATING:
            self._watches[name].beat = beats[name]

    def look_also(self, name: str, look: Look) -> None:
        """Take another look every second, in a loop of its own, in this process whatever others do."""
        self._watches[name] = Watch([look])

    def running(self) -> Iterator[tuple[str, Callable[[], Awaitable[None]]]]:
        """Give each watch's name and its loop."""
        return ((name, watch.run) for name, watch in self._watches.items())

    def wake(self) -> None:
        """Have each look at once."""
        for watch in self._watches.values():
            watch.wake()

    def stop(self) -> None:
        """End after the looks that are being taken."""
        for watch in self._watches.values():
            watch.stop()
