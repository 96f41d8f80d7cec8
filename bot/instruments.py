"""What the running bot measures with, and what a test may replace: the clock, rate limits, checkpoints."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from bot.services.database_clock import Hands
from bot.services.in_time import SLACK_WAITS
from bot.services.ports import Checkpoint, carry_on
from bot.settings import Settings
from bot.slack.api import SECONDS
from bot.slack.limits import BUDGETS, Allowance, raised
from bot.system import CrashWhenTold, SystemClock, monotonic


@dataclass(frozen=True, slots=True, kw_only=True)
class Instruments:
    """What a test may replace: the wall clock (aware UTC), the seconds and budgets of limits, the checkpoints passed.

    `hands` are those of `clock`, where it can be made to follow another.
    `patience` is how many seconds a call to Slack may take before its answer counts as lost, `slack_waits` how many a
    transaction may take of what Slack wants answered in time.
    """

    clock: Callable[[], datetime]
    seconds: Callable[[], float] = monotonic
    on_the_machine: Callable[[datetime], datetime] = lambda at: at
    hands: Hands | None = None
    checkpoint: Checkpoint = carry_on
    patience: float = SECONDS
    slack_waits: float = SLACK_WAITS
    budgets: Mapping[str, Allowance] = field(default_factory=lambda: BUDGETS)


def instruments_for(settings: Settings) -> Instruments:
    """The machine's own clock, and what Slack allows; only on a local Slack may either be moved, or the bot killed."""
    if not settings.local:
        clock = SystemClock()
        return Instruments(clock=clock, on_the_machine=clock.on_the_machine, hands=clock)
    clock = SystemClock(settings.CLOCK_OFFSET_FILE, settings.CLOCK_WRONG_BY)
    checkpoint = CrashWhenTold(settings.CRASH_FILE) if settings.CRASH_FILE else carry_on
    return Instruments(
        clock=clock,
        seconds=clock.seconds,
        on_the_machine=clock.on_the_machine,
        hands=clock,
        checkpoint=checkpoint,
        budgets=raised(settings.LIMITS_TIMES),
    )
