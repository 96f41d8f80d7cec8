"""Bad weather: a share of Slack's answers goes wrong, and something is done just as a certain call arrives.

Everything is drawn from a seed and counted in calls, so that nothing depends on how fast the machine is.
"""

import os
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from hashlib import sha256

from bot.sandbox.jsons import JsonObject
from bot.sandbox.server import LocalSlack
from tests.size import FULL

SEED = int(os.environ.get("FAULTS_SEED", "1"))
SHARES: Mapping[str, float] = {
    "429": 0.03,
    "5xx": 0.08,
    "5xx_stored": 0.08,
    "reset_stored": 0.07 if FULL else 0.09,
    "hang_stored": 0.01 if FULL else 0.0,
    "late_stored": 0.01 if FULL else 0.0,
}
"""28 of 100 calls. Those whose answer never comes take ten seconds each: few in full size, none in the small one."""
LANDS_AFTER = 2.0
OF_A_START = frozenset({"auth.test", "apps.connections.open", "users.lookupByEmail"})
"""What a process asks before it is ready: it may fail, but a start that hangs is not what is tried here."""
HANGING = frozenset({"hang_stored", "late_stored"})


def drawn(*what: object) -> float:
    """A number from 0 up to 1 that depends on the seed and on what it is drawn for, and on nothing else."""
    return int.from_bytes(sha256(repr((SEED, *what)).encode()).digest()[:8]) / 2**64


def one_of(low: int, high: int, *what: object) -> int:
    """A whole number from `low` to `high`, both included."""
    return low + int(drawn(*what) * (high - low + 1))


@dataclass(slots=True, kw_only=True)
class Weather:
    """Counts the calls that arrive, spoils a share of the answers, and does something as one of them arrives."""

    slack: LocalSlack
    spoils: bool = True
    calls: int = 0
    spoilt: Counter[str] = field(default_factory=Counter)
    _now: str = ""
    _then: dict[int, Callable[[], None]] = field(default_factory=dict)

    def begin(self) -> None:
        """Begin to count and to spoil."""
        self.slack.faults.add("*", "latency", when=self._arrived)
        for kind in SHARES:
            self.slack.faults.add("*", kind, seconds=LANDS_AFTER, retry_after=1, when=self._is(kind))

    def end(self) -> None:
        """Let everything through from now on."""
        self.slack.faults.clear()
        self._then.clear()

    def at(self, calls: int, do: Callable[[], None]) -> None:
        """Do something as the so-manieth call from now on arrives, before it takes effect."""
        self._then[self.calls + calls] = do

    def forget(self) -> None:
        """Do nothing more as a call arrives."""
        self._then.clear()

    def __str__(self) -> str:
        """Say how bad it was."""
        return f"{sum(self.spoilt.values())} of {self.calls} answers of Slack faulty"

    def _arrived(self, _args: JsonObject) -> bool:
        self.calls += 1
        kind = self._drawn_kind()
        method = self.slack.web_api.calls[-1].method
        self._now = "" if kind in HANGING and method in OF_A_START else kind
        if self._now:
            self.spoilt[self._now] += 1
        do = self._then.pop(self.calls, None)
        if do is not None:
            do()
        return False

    def _drawn_kind(self) -> str:
        left = drawn("answer", self.calls) if self.spoils else 1.0
        for kind, share in SHARES.items():
            left -= share
            if left < 0:
                return kind
        return ""

    def _is(self, kind: str) -> Callable[[JsonObject], bool]:
        return lambda _args: self._now == kind
