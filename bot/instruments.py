"""What the running bot measures with, and what a test may replace: the clock, rate limits' seconds, checkpoints."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from bot.services.ports import Checkpoint, carry_on
from bot.settings import Settings
from bot.slack.api import SECONDS
from bot.system import CrashWhenTold, SystemClock, monotonic


@dataclass(frozen=True, slots=True, kw_only=True)
class Instruments:
    """What a test may replace: the wall clock (aware UTC), the seconds of rate limits, and the checkpoints passed.

    `patience` is how many seconds a call to Slack may take before its answer counts as lost.
    """

    clock: Callable[[], datetime]
    seconds: Callable[[], float] = monotonic
    on_the_machine: Callable[[datetime], datetime] = lambda at: at
    checkpoint: Checkpoint = carry_on
    patience: float = SECONDS


def instruments_for(settings: Settings) -> Instruments:
    """The machine's own clock; on a local Slack it may be moved through time, and the bot killed where it is told."""
    if not settings.local:
        clock = SystemClock()
        return Instruments(clock=clock, on_the_machine=clock.on_the_machine)
    clock = SystemClock(settings.CLOCK_OFFSET_FILE)
    checkpoint = CrashWhenTold(settings.CRASH_FILE) if settings.CRASH_FILE else carry_on
    return Instruments(clock=clock, seconds=clock.seconds, on_the_machine=clock.on_the_machine, checkpoint=checkpoint)
