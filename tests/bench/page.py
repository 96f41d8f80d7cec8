"""docs/performance.md: its tables are those of the last run of every benchmark, with what was missed and why."""

import os
import platform
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from bot.sandbox.clock import real_seconds
from tests.bench.figures import Line, table

PAGE = Path(__file__).parent.parent.parent / "docs" / "performance.md"
BEGINS = "<!-- make bench writes from here -->"
ENDS = "<!-- to here -->"
UNEXPLAINED = "nobody knows why yet."


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """What one benchmark came to. `broke` says why its `rows` came to nothing; `why` has the reasons known, by row."""

    title: str
    against: str
    lines: Sequence[Line] = ()
    why: dict[str, str]
    broke: str = ""
    rows: Sequence[str] = ()

    @property
    def met(self) -> bool:
        """Whether every target was met."""
        return not self.broke and all(line.met for line in self.lines)

    def section(self) -> str:
        """The part of the page about it."""
        if self.broke:
            nothing = "".join(f"| {row} | not measured |\n" for row in self.rows)
            return f"### {self.title}\n\nThis run broke: {self.broke}\n\n| What | Tocsin |\n| --- | --- |\n{nothing}"
        against = f"The reference is {self.against}.\n\n" if self.against else ""
        missed = [line.what for line in self.lines if not line.met]
        reasons = "".join(f"- Missed: *{what}*: {self.why.get(what, UNEXPLAINED)}\n" for what in missed)
        return f"### {self.title}\n\n{against}{table(self.lines)}" + (f"\n{reasons}" if reasons else "")


def of_this_run() -> str:
    """When, at which commit, on what: a paragraph. No machine is named."""
    day = datetime.fromtimestamp(real_seconds(), UTC)
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    busy = os.getloadavg()[0]
    on = f"{cores} cores, {platform.system()}, {platform.python_implementation()} {platform.python_version()}"
    return f"Measured on {day:%Y-%m-%d} at commit {_commit()}, on {on}; {busy:.1f} others wanted to run.\n"


def written(page: str, run: str, measured: Sequence[Measured]) -> str:
    """Give the page with these tables. Raises ValueError when the page has lost the marks around them."""
    before, begins, rest = page.partition(BEGINS)
    _, ends, after = rest.partition(ENDS)
    if not begins or not ends:
        raise ValueError(f"docs/performance.md has lost {BEGINS} or {ENDS}, between which its tables stand.")
    sections = "\n".join(each.section() for each in measured)
    return f"{before}{BEGINS}\n\n{run}\n{sections}\n{ENDS}{after}"


def _commit() -> str:
    asked = subprocess.run(
        ["git", "-C", str(PAGE.parent), "rev-parse", "--short", "HEAD"],
        capture_output=True,
        text=True,
        check=False,
    )
    return f"`{asked.stdout.strip()}`" if asked.returncode == 0 else "unknown"
