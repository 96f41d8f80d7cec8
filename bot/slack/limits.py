"""How much this process asks of Slack: token buckets for each method and place, and what Slack itself told us to wait.

What several processes ask together is in `shared_limits`. Nothing sleeps here. A call is let through or told when to
come back, and whoever was turned away keeps a turn: tokens are kept for the more urgent ones and for those who came
first.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from bot.domain.effects import Priority
from bot.services.shared_budgets import Draw, Drawn

GRACE: Final = 3.0  # how long a turn is kept after its time, for a row that has to be claimed again first
MANY: Final = 2000
SOON: Final = 0.01


@dataclass(frozen=True, slots=True, kw_only=True)
class Budget:
    """So many calls at once, then so many a second."""

    burst: float
    per_second: float

    def raised(self, times: float) -> "Budget":
        """Give so many times as much."""
        return Budget(burst=self.burst * times, per_second=self.per_second * times)


@dataclass(frozen=True, slots=True, kw_only=True)
class Allowance:
    """What a method allows in the whole workspace, and in each place (a channel, a message) if that is limited too."""

    whole: Budget
    each: Budget | None = None


def a_minute(calls: int) -> Budget:
    """Let the whole minute's calls go at once, but one, then keep their rate.

    The one is for what calls take to reach Slack, some longer than others: it counts when they arrive.
    """
    return Budget(burst=calls - 1, per_second=calls / 60)


# Slack's tiers: one, twenty, fifty, a hundred a minute.
TIER_2: Final = Allowance(whole=a_minute(20))
TIER_3: Final = Allowance(whole=a_minute(50))
TIER_4: Final = Allowance(whole=a_minute(100))

EVERY_OTHER: Final = "*"
LOOKING: Final = Allowance(whole=a_minute(50), each=Budget(burst=1, per_second=0.1))
BUDGETS: Final[Mapping[str, Allowance]] = MappingProxyType(
    {
        # "Several hundred a minute" in a workspace, one a second in a channel with a short burst.
        "chat.postMessage": Allowance(whole=a_minute(300), each=Budget(burst=5, per_second=1)),
        # One message is edited at most every three seconds.
        "chat.update": Allowance(whole=a_minute(50), each=Budget(burst=3, per_second=1 / 3)),
        "chat.delete": TIER_3,
        "views.publish": TIER_4,
        "users.info": TIER_4,
        "users.lookupByEmail": TIER_3,
        "users.conversations": TIER_2,
        "dnd.info": TIER_3,
        "auth.test": TIER_4,
        "conversations.create": TIER_2,
        "conversations.archive": TIER_2,
        "conversations.unarchive": TIER_2,
        "conversations.setTopic": TIER_2,
        "conversations.list": TIER_2,
        "conversations.invite": TIER_3,
        "conversations.join": TIER_3,
        "conversations.open": TIER_3,
        "conversations.info": TIER_3,
        "conversations.history": LOOKING,
        "conversations.replies": LOOKING,
        "pins.add": TIER_2,
        "bookmarks.add": TIER_2,
        "bookmarks.list": TIER_3,
        EVERY_OTHER: TIER_2,
    }
)


def raised(times: float) -> Mapping[str, Allowance]:
    """The same budgets so many times over, for runs against a Slack of our own."""
    return {
        method: Allowance(whole=each.whole.raised(times), each=each.each and each.each.raised(times))
        for method, each in BUDGETS.items()
    }


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """The place in the queue of a row that was turned away."""

    priority: Priority
    number: int
    until: float

    @property
    def order(self) -> tuple[Priority, int]:
        """Give what turns are sorted by: pages first, then first come."""
        return self.priority, self.number


class Bucket:
    """The tokens of one method or one place, and who waits for them."""

    def __init__(self, budget: Budget, now: float) -> None:
        """Begin full."""
        self._budget = budget
        self._tokens = budget.burst
        self._at = now
        self._turns: dict[str, Turn] = {}
        self._number = 0

    @property
    def budget(self) -> Budget:
        """What it lets through."""
        return self._budget

    def seconds_for(self, row: str, priority: Priority, now: float) -> float:
        """Tell how long this row has to wait; 0 if it may go now."""
        self._pass_time(now)
        mine = self._turns[row].order if row in self._turns else (priority, self._number + 1)
        ahead = sum(turn.order < mine for name, turn in self._turns.items() if name != row)
        return max(0.0, (1 + ahead - self._tokens) / self._budget.per_second)

    def take(self, row: str) -> None:
        """Let a row through."""
        self._tokens -= 1
        self._turns.pop(row, None)

    def count(self, calls: float) -> None:
        """Count calls that are made beside those let through; fewer than none are given back."""
        self._tokens = min(self._budget.burst, self._tokens - calls)

    def learn(self, seconds: float) -> None:
        """Have nothing left for so long: others have used it."""
        self._tokens = min(self._tokens, 1 - seconds * self._budget.per_second)

    def put_first(self, row: str, priority: Priority, until: float) -> None:
        """Give a row that was let through, and may not go after all, the turn before all of its priority."""
        number = min((turn.number for turn in self._turns.values()), default=self._number) - 1
        self._turns[row] = Turn(priority=priority, number=number, until=until + GRACE)

    def take_over(self, row: str, others: Sequence[str]) -> Turn | None:
        """Give a row the best turn that these others wait for, and let none of them wait any longer; gives its turn."""
        theirs = [self._turns.pop(name) for name in (row, *others) if name in self._turns]
        if not theirs:
            return None
        self._turns[row] = best = min(theirs, key=lambda turn: turn.order)
        return best

    def seconds_to_full(self, now: float) -> float:
        """Tell in how many seconds everything used will be there again."""
        self._pass_time(now)
        return (self._budget.burst - self._tokens) / self._budget.per_second

    def queue(self, row: str, priority: Priority, until: float) -> None:
        """Keep a turn for a row that was turned away; it keeps the place that it had."""
        known = self._turns.get(row)
        if known is None:
            self._number += 1
        number = known.number if known else self._number
        self._turns[row] = Turn(priority=priority, number=number, until=until + GRACE)

    def idle(self, now: float) -> bool:
        """Tell whether a new bucket would be the same."""
        self._pass_time(now)
        return self._tokens >= self._budget.burst and not self._turns

    def _pass_time(self, now: float) -> None:
        passed, self._at = max(0.0, now - self._at), max(now, self._at)
        # A hair more than exactly what came in: who comes back at the second that was named finds the token there.
        self._tokens = min(self._budget.burst, self._tokens + passed * self._budget.per_second + 1e-9)
        if self._turns:
            self._turns = {name: turn for name, turn in self._turns.items() if turn.until > now}


class Limits:
    """All buckets of this process. `clock` gives monotonic seconds; `budgets` may be raised for runs against a fake."""

    def __init__(self, clock: Callable[[], float], budgets: Mapping[str, Allowance] = BUDGETS) -> None:
        """Begin with every bucket full."""
        self._clock = clock
        self._budgets = budgets
        self._buckets: dict[str, Bucket] = {}
        self._blocked_until: dict[str, float] = {}

    def take(self, method: str, row: str, priority: Priority, place: str = "") -> float:
        """Let a call through (0), or tell in how many seconds to come back.

        `row` is who asks, `place` what the method's second limit is counted by (a channel, a message).
        """
        now = self._clock()
        buckets = self._of(method, place, now)
        blocked = self._blocked_until.get(method, now) - now
        waits = {bucket: bucket.seconds_for(row, priority, now) for bucket in buckets}
        longest = max(blocked, *waits.values())
        if longest <= 0:
            for bucket in buckets:
                bucket.take(row)
            return 0.0
        for bucket, seconds in waits.items():
            if seconds > 0:
                bucket.queue(row, priority, now + longest)
        return longest + SOON

    def goes_instead(self, row: str, others: Sequence[str]) -> float | None:
        """Give a row the best turn that these others wait for, wherever they do; they wait no longer.

        Tells in how many seconds its turn is; None where none of them had one.
        """
        now = self._clock()
        waits: list[float] = []
        for name, bucket in self._buckets.items():
            turn = bucket.take_over(row, others)
            if turn is not None:
                blocked = self._blocked_until.get(name.partition(" ")[0], now) - now
                waits.append(max(blocked, bucket.seconds_for(row, turn.priority, now)))
        return max(waits) + SOON if waits else None

    def block(self, method: str, seconds: float) -> None:
        """Let nothing of this method through for so long: Slack said so."""
        until = self._clock() + seconds
        self._blocked_until[method] = max(until, self._blocked_until.get(method, until))

    def draws(self, method: str, place: str = "") -> tuple[Draw, ...]:
        """Tell what budgets a call draws on, by the names of their buckets."""
        named = zip(_names(method, place), self._of(method, place, self._clock()), strict=False)
        return tuple(
            Draw(budget=name, burst=bucket.budget.burst, per_second=bucket.budget.per_second) for name, bucket in named
        )

    def count(self, calls: float, method: str, place: str = "") -> None:
        """Count calls beside those let through."""
        for bucket in self._of(method, place, self._clock()):
            bucket.count(calls)

    def turn_away(self, drawn: Drawn, method: str, row: str, priority: Priority, place: str = "") -> float:
        """Have a row that was let through come back after all; gives the seconds. It will be first of its priority."""
        now = self._clock()
        if drawn.blocked > 0:
            self.block(method, drawn.blocked)
        for name, bucket in zip(_names(method, place), self._of(method, place, now), strict=False):
            bucket.count(-1)
            if name in drawn.short:
                bucket.learn(drawn.short[name])
                bucket.put_first(row, priority, now + drawn.seconds)
        return drawn.seconds + SOON

    def used(self, but: tuple[str, str]) -> Mapping[str, float]:
        """Tell in how many seconds each bucket that is not full will be, without the one call of `but`, let through."""
        now = self._clock()
        self.count(-1, *but)
        times = {name: bucket.seconds_to_full(now) for name, bucket in self._buckets.items()}
        self.count(1, *but)
        return {name: seconds for name, seconds in times.items() if seconds > SOON}

    def _of(self, method: str, place: str, now: float) -> tuple[Bucket, ...]:
        allowance = self._budgets.get(method) or self._budgets.get(EVERY_OTHER, TIER_2)
        whole, each = _names(method, place)
        if allowance.each is None or not place:
            return (self._bucket(whole, allowance.whole, now),)
        return self._bucket(whole, allowance.whole, now), self._bucket(each, allowance.each, now)

    def _bucket(self, key: str, budget: Budget, now: float) -> Bucket:
        if key not in self._buckets:
            if len(self._buckets) >= MANY:
                self._buckets = {name: bucket for name, bucket in self._buckets.items() if not bucket.idle(now)}
            self._buckets[key] = Bucket(budget, now)
        return self._buckets[key]


def _names(method: str, place: str) -> tuple[str, str]:
    return method, f"{method} {place}"
