"""Figures and how they are shown: a table beside its targets. A ratio compares two figures of one run, never of two."""

import sys
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median

from bot.sandbox.clock import monotonic_seconds

SMALL = 0.010
HEAD = ("What", "Reference", "Tocsin", "Ratio", "Slowest", "Target", "Met")


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One line of a table, in seconds: what was measured of Tocsin and, in the same runs, of a reference.

    `ratio` and `slowest` are the targets: the highest median ratio, and the most seconds that any one may take.
    """

    what: str
    measured: Sequence[float]
    reference: Sequence[float] = ()
    ratio: float | None = None
    slowest: float | None = None

    @property
    def met(self) -> bool:
        """Whether each target is met."""
        met_ratio = self.ratio is None or self.ratios <= self.ratio
        return met_ratio and (self.slowest is None or max(self.measured) <= self.slowest)

    @property
    def ratios(self) -> float:
        """The median to the reference's median."""
        return median(self.measured) / median(self.reference)

    def cells(self) -> tuple[str, ...]:
        """The line as the table shows it."""
        targets = [f"ratio {self.ratio}"] if self.ratio is not None else []
        targets += [f"each {shown(self.slowest)}"] if self.slowest is not None else []
        return (
            self.what,
            shown(median(self.reference)) if self.reference else "",
            shown(median(self.measured)),
            f"{self.ratios:.2f}" if self.reference else "",
            shown(max(self.measured)),
            ", ".join(targets),
            "yes" if self.met else "NO",
        )


class Stopwatch:
    """Seconds since it was made, by a clock that only goes forward."""

    def __init__(self) -> None:
        self.started = monotonic_seconds()

    def seconds(self) -> float:
        """Seconds until now."""
        return monotonic_seconds() - self.started


def shown(seconds: float) -> str:
    """A figure in milliseconds; a small one with its tenths."""
    tenths = 1 if seconds < SMALL else 0
    return f"{seconds * 1000:,.{tenths}f} ms"


def show(title: str, lines: Sequence[Line]) -> None:
    """Print a table; the figures are medians, but for the slowest."""
    rows = [HEAD, *(line.cells() for line in lines)]
    widths = [max(len(row[column]) for row in rows) for column in range(len(HEAD))]
    rows.insert(1, tuple("-" * width for width in widths))
    written = [" | ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)) for row in rows]
    sys.stdout.write("\n".join(("", title, "", *(f"| {row} |" for row in written), "")))
    sys.stdout.flush()
