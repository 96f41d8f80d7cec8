"""docs/reliability.md's table: made of the table of faults and of what a run of their tests has shown.

Each row of the page says when and at which commit its tests ran. A run of some tests alone changes only their rows.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from xml.etree import ElementTree as ET

from tests.faults.marks import Marked
from tests.faults.table import FAULTS, Fault

BEGINS = "<!-- make faults writes from here -->"
ENDS = "<!-- to here -->"
HEAD = ("#", "What is done", "What must be seen", "Promise", "What was tried and what came of it", "Result", "Run")
RULE = ("---:", *["---"] * (len(HEAD) - 1))
PASSED, FAILED, NOT_TRIED, NEVER = "passed", "FAILED", "NOT TRIED", "–"
RESULTS = (PASSED, FAILED, NOT_TRIED)
BETWEEN = re.compile(r"(?<!\\)\|")


@dataclass(frozen=True, slots=True, kw_only=True)
class Tried:
    """What one test of a row came to; `shown` is its own sentence, with figures.

    A test of several rows may say one for each: as the property `shown 14`, and so on.
    """

    test: str
    shown: str
    on: str = ""
    passed: bool = True

    @property
    def line(self) -> str:
        """The sentence, beginning with the database."""
        said = self.shown or f"{in_words(self.test)} (without figures)"
        return f"{self.on}: {said}" if self.on else said


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """The last three cells of a row: what was tried, the result, and of which run."""

    tried: str = NEVER
    result: str = NOT_TRIED
    run: str = NEVER


@dataclass(slots=True, kw_only=True)
class Run:
    """What a run of tests has come to, by row. `when` is its day; `ran` are the tests that it had, as `file::test`."""

    when: str = ""
    tried: dict[int, list[Tried]] = field(default_factory=dict)
    ran: set[str] = field(default_factory=set)

    def join(self, other: "Run") -> None:
        """Add what another run of the same day came to."""
        self.when = self.when or other.when
        self.ran |= other.ran
        for row, tried in other.tried.items():
            self.tried.setdefault(row, []).extend(tried)


def run_in(written: str, marked: Iterable[Marked]) -> Run:
    """Read a JUnit report of pytest (its family `xunit1`, which names the files)."""
    report = ET.fromstring(written)  # noqa: S314 - pytest wrote it just now
    rows: dict[str, list[int]] = {}
    for each in marked:
        rows.setdefault(each.id, []).append(each.row)
    suite = next(report.iter("testsuite"), report)
    run = Run(when=suite.get("timestamp", "")[:10])
    for case in report.iter("testcase"):
        name = case.get("name", "")
        test = f"{case.get('file', '')}::{name.partition('[')[0]}"
        run.ran.add(test)
        told = [(each.get("name"), each.get("value", "")) for each in case.iter("property")]
        said = dict(told)
        passed = not any(case.find(kind) is not None for kind in ("failure", "error", "skipped"))
        numbers = {int(value) for kind, value in told if kind == "row" and value.isdecimal()}
        for row in sorted(numbers.union(rows.get(test, ()))):
            shown = said.get(f"shown {row}", said.get("shown", ""))
            tried = Tried(test=name, shown=shown, on=said.get("on", ""), passed=passed)
            run.tried.setdefault(row, []).append(tried)
    return run


def outcomes(run: Run, marked: Iterable[Marked], label: str, *, whole: bool) -> Mapping[int, Outcome]:
    """What the rows of a run came to. A row of which nothing ran is left out, unless the run was to be `whole`."""
    missing: dict[int, list[str]] = {}
    for each in marked:
        if each.id not in run.ran:
            missing.setdefault(each.row, []).append(each.test)
    return {
        fault.number: _outcome(run.tried.get(fault.number, ()), missing.get(fault.number, ()), label)
        for fault in FAULTS
        if fault.number in run.tried or whole
    }


def _outcome(tried: Sequence[Tried], missing: Sequence[str], label: str) -> Outcome:
    if not tried and not missing:
        return Outcome(run=label)
    failed = [each.test for each in tried if not each.passed] + [f"{test} did not run" for test in missing]
    count = len(tried) + len(missing)
    lines = dict.fromkeys(each.line if each.passed else f"FAILED: {each.line}" for each in tried)
    return Outcome(
        tried=_cell("<br>".join(lines) or NEVER),
        result=_cell(f"{FAILED} ({len(failed)} of {count}: {', '.join(failed)})") if failed else PASSED,
        run=label,
    )


def known_outcomes(page: str) -> Mapping[int, Outcome]:
    """What the rows of the page say now. Raises ValueError when the page has lost the table's two marks."""
    found = {}
    for line in _parts(page)[1].splitlines()[2:]:
        number, *_, tried, result, run = (cell.strip() for cell in BETWEEN.split(line.strip().strip("|")))
        found[int(number)] = Outcome(tried=tried, result=result, run=run)
    return found


def with_outcomes(page: str, new: Mapping[int, Outcome]) -> str:
    """Give the page with these rows written anew, and the others as they were. Raises ValueError as above."""
    before, _, after = _parts(page)
    rows = {**known_outcomes(page), **new}
    lines = [HEAD, RULE, *(_cells(fault, rows.get(fault.number, Outcome())) for fault in FAULTS)]
    table = "\n".join(f"| {' | '.join(cells)} |" for cells in lines)
    return f"{before}{BEGINS}\n\n{table}\n\n{ENDS}{after}"


def in_words(test: str) -> str:
    """A test's name as a sentence."""
    return test.removeprefix("test_").partition("[")[0].replace("_", " ")


def _cells(fault: Fault, outcome: Outcome) -> tuple[str, ...]:
    promises = ", ".join(fault.promises)
    return (str(fault.number), fault.done, fault.must, promises, outcome.tried, outcome.result, outcome.run)


def _cell(text: str) -> str:
    return " ".join(text.replace("|", "\\|").split())


def _parts(page: str) -> tuple[str, str, str]:
    before, begins, rest = page.partition(BEGINS)
    table, ends, after = rest.partition(ENDS)
    if not begins or not ends:
        raise ValueError(f"docs/reliability.md has lost {BEGINS} or {ENDS}, between which its table stands.")
    return before, table.strip(), after
