"""Figures and how they are shown: a table beside its targets. A ratio compares two figures of one run, never of two."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum
from statistics import median

from bot.sandbox.clock import monotonic_seconds
from bot.services.outbox import wait

SMALL = 0.010
HEAD = ("What", "Reference", "Tocsin", "Ratio", "Worst", "Target", "Met")


class Unit(Enum):
    """What a figure counts. Of a rate and of nothing else, more is better."""

    SECONDS = "seconds"
    A_SECOND = "a second"
    MEGABYTES = "megabytes"


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One line of a table: what was measured of Tocsin, a figure a run, and in the same runs of a reference.

    `ratio` and `worst` are the targets: what the median may be to the reference's median, and what any run may be; at
    most so much, of a rate at least. A ratio without a target, and a reference without a ratio, are for the reader.
    """

    what: str
    measured: Sequence[float]
    reference: Sequence[float] = ()
    ratio: float | None = None
    worst: float | None = None
    unit: Unit = Unit.SECONDS

    @property
    def met(self) -> bool:
        """Whether each target is met."""
        sign = -1 if self.unit is Unit.A_SECOND else 1
        met_ratio = self.ratio is None or sign * self.ratios <= sign * self.ratio
        return met_ratio and (self.worst is None or sign * self.worst_measured <= sign * self.worst)

    @property
    def ratios(self) -> float:
        """The median to the reference's median."""
        return median(self.measured) / median(self.reference)

    @property
    def worst_measured(self) -> float:
        """The worst of all runs."""
        return (min if self.unit is Unit.A_SECOND else max)(self.measured)

    def cells(self) -> tuple[str, ...]:
        """The line as the table shows it."""
        bound = "at least" if self.unit is Unit.A_SECOND else "at most"
        targets = [f"ratio {bound} {self.ratio}"] if self.ratio is not None else []
        targets += [f"{bound} {shown(self.worst, self.unit)}"] if self.worst is not None else []
        return (
            self.what,
            shown(median(self.reference), self.unit) if self.reference else "",
            shown(median(self.measured), self.unit),
            f"{self.ratios:.2f}" if self.reference else "",
            shown(self.worst_measured, self.unit),
            ", ".join(targets),
            ("yes" if self.met else "NO") if targets else "",
        )


class Stopwatch:
    """Seconds since it was made, by a clock that only goes forward."""

    def __init__(self) -> None:
        self.started = monotonic_seconds()

    def seconds(self) -> float:
        """Seconds until now."""
        return monotonic_seconds() - self.started


async def pause(seconds: float) -> None:
    """Let time pass that is part of what is measured, or between two looks at a program that cannot be waited for."""
    await wait(asyncio.Event(), seconds)


def percentile(figures: Sequence[float], percent: int) -> float:
    """The figure that so many of a hundred do not exceed."""
    ordered = sorted(figures)
    return ordered[max(0, -(-len(ordered) * percent // 100) - 1)]


def shown(figure: float, unit: Unit) -> str:
    """A figure with its unit: seconds in milliseconds, a small one with its tenths."""
    match unit:
        case Unit.A_SECOND:
            return f"{figure:,.0f}/s"
        case Unit.MEGABYTES:
            return f"{figure:,.0f} MB"
        case Unit.SECONDS:
            tenths = 1 if figure < SMALL else 0
            return f"{figure * 1000:,.{tenths}f} ms"


def table(lines: Sequence[Line]) -> str:
    """A table as Markdown has it; the figures are medians of the runs, but for the worst."""
    rows = [HEAD, *(line.cells() for line in lines)]
    widths = [max(len(row[column]) for row in rows) for column in range(len(HEAD))]
    rows.insert(1, tuple("-" * width for width in widths))
    written = (" | ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)) for row in rows)
    return "\n".join(f"| {row} |" for row in written) + "\n"
