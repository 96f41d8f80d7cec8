"""How bad an incident looks from outside, by its severity: the words are those of Statuspage, for both status pages."""

from collections.abc import Iterable
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from bot.domain.severity import BUILT_IN_BY_NAME
from bot.domain.update import Stage


class Indicator(StrEnum):
    """How bad it is, from none to critical; Statuspage calls it an incident's impact."""

    NONE = "none"
    MINOR = "minor"
    MAJOR = "major"
    CRITICAL = "critical"

    @property
    def weight(self) -> int:
        """Give its place, 0 for none: the greater, the worse."""
        return tuple(Indicator).index(self)


class ComponentStatus(StrEnum):
    """How a component is, in the same order."""

    OPERATIONAL = "operational"
    DEGRADED_PERFORMANCE = "degraded_performance"
    PARTIAL_OUTAGE = "partial_outage"
    MAJOR_OUTAGE = "major_outage"


BY_RANK: Final = MappingProxyType({1: Indicator.CRITICAL, 2: Indicator.MAJOR})
"""What a severity of this rank looks like from outside; a milder one is minor."""

OF_A_COMPONENT: Final = MappingProxyType(
    {
        Indicator.NONE: ComponentStatus.OPERATIONAL,
        Indicator.MINOR: ComponentStatus.DEGRADED_PERFORMANCE,
        Indicator.MAJOR: ComponentStatus.PARTIAL_OUTAGE,
        Indicator.CRITICAL: ComponentStatus.MAJOR_OUTAGE,
    }
)


def indicator_of(severity: str) -> Indicator:
    """What a severity looks like from outside, by its name."""
    row = BUILT_IN_BY_NAME.get(severity)
    return BY_RANK.get(row.rank, Indicator.MINOR) if row else Indicator.MINOR


def indicator_at(status: Stage, impact: Indicator) -> Indicator:
    """How bad it is now: nothing once it is over, and mild while what was mended is watched."""
    if status is Stage.RESOLVED:
        return Indicator.NONE
    return Indicator.MINOR if status is Stage.MONITORING else impact


def worst_of(indicators: Iterable[Indicator]) -> Indicator:
    """The worst of them; none where there are none."""
    return max(indicators, key=lambda each: each.weight, default=Indicator.NONE)
