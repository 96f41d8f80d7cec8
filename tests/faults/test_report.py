"""The table of docs/reliability.md: whole, well formed, and never kinder than the run that it is made of."""

import pytest

from tests.faults.marks import ROOT, Marked, full_size_in, marked_tests, marks_in
from tests.faults.report import (
    BETWEEN,
    FAILED,
    HEAD,
    NOT_TRIED,
    PASSED,
    RESULTS,
    Outcome,
    Run,
    known_outcomes,
    outcomes,
    run_in,
    with_outcomes,
)
from tests.faults.table import FAULTS, Promise

PAGE = (ROOT / "docs" / "reliability.md").read_text(encoding="utf-8")
NUMBERS = {fault.number for fault in FAULTS}
KILLED, FROZEN = "tests/faults/test_a.py::test_killed", "tests/b/test_b.py::test_frozen"
MARKED = tuple(
    Marked(row=row, file=test.partition("::")[0], test=test.partition("::")[2])
    for row, test in ((1, KILLED), (16, FROZEN), (2, FROZEN))
)
RUN = """
<testsuites><testsuite timestamp="2026-11-21T14:00:00+00:00">
  <testcase file="tests/faults/test_a.py" name="test_killed[SQLite]"><properties>
    <property name="row" value="1"/><property name="on" value="SQLite"/>
    <property name="shown" value="4 kills: 0 lost | 0 doubled"/></properties></testcase>
  <testcase file="tests/faults/test_a.py" name="test_killed[PostgreSQL]">{breaks}</testcase>
  <testcase file="tests/faults/test_a.py" name="test_of_no_row"/>
</testsuite></testsuites>
"""


def came_of(breaks: str, *, whole: bool = False) -> dict[int, Outcome]:
    run = run_in(RUN.format(breaks=breaks), MARKED)
    return dict(outcomes(run, MARKED, f"abc1234, {run.when}", whole=whole))


def test_a_row_says_what_its_tests_have_shown_on_which_database_and_when() -> None:
    shown = came_of('<properties><property name="on" value="PostgreSQL"/></properties>')
    assert shown == {
        1: Outcome(
            tried="SQLite: 4 kills: 0 lost \\| 0 doubled<br>PostgreSQL: killed (without figures)",
            result=PASSED,
            run="abc1234, 2026-11-21",
        )
    }


def test_what_ran_alone_stands_beside_what_ran_before_it() -> None:
    run = Run()
    for breaks in ("", "<failure/>"):
        run.join(run_in(RUN.format(breaks=breaks), MARKED))
    assert run.when == "2026-11-21"
    assert [each.passed for each in run.tried[1]] == [True, True, True, False]
    assert outcomes(run, MARKED, "abc1234", whole=False)[1].result == f"{FAILED} (1 of 4: test_killed[PostgreSQL])"


@pytest.mark.parametrize("breaks", ["<failure/>", "<error/>", "<skipped/>"])
def test_a_test_that_broke_before_it_said_anything_fails_its_row(breaks: str) -> None:
    shown = came_of(breaks)[1]
    assert shown.result == f"{FAILED} (1 of 2: test_killed[PostgreSQL])"
    assert shown.tried.endswith("<br>FAILED: killed (without figures)")


def test_in_a_whole_run_what_did_not_run_has_failed_and_what_no_test_shows_was_not_tried() -> None:
    shown = came_of("", whole=True)
    assert set(shown) == NUMBERS
    assert shown[16].result == shown[2].result == f"{FAILED} (1 of 1: test_frozen did not run)"
    assert shown[3] == Outcome(result=NOT_TRIED, run="abc1234, 2026-11-21")


def test_the_page_keeps_the_rows_of_which_nothing_ran() -> None:
    first = with_outcomes(PAGE, {1: Outcome(tried="a", result=PASSED, run="x"), 2: Outcome(tried="b", run="y")})
    second = with_outcomes(first, came_of(""))
    rows = known_outcomes(second)
    assert (rows[2], rows[1]) == (Outcome(tried="b", run="y"), came_of("")[1])
    assert with_outcomes(second, rows) == second, "what is written is read as it was"


def test_a_page_that_has_lost_its_table_is_refused() -> None:
    with pytest.raises(ValueError, match="has lost"):
        with_outcomes("# Reliability\n", {})


def test_marks_are_read_from_the_tests_own_words() -> None:
    source = """
def test_one(record_property):
    record_property("row", "3")
    record_property("row", "25")
    record_property("shown", "4")

async def test_two(record_property):
    async with field() as here:
        record_property("row", "14")

def not_a_test(record_property):
    record_property("row", "9")
"""
    assert list(marks_in(source)) == [("test_one", 3), ("test_one", 25), ("test_two", 14)]


def test_the_page_has_every_row_well_formed_and_as_the_table_of_faults_has_it() -> None:
    assert [fault.number for fault in FAULTS] == list(range(1, 30))
    assert with_outcomes(PAGE, {}) == PAGE, "run make faults, or write the table's own cells by hand as they are"
    rows = [line for line in PAGE.splitlines() if line.startswith("|")]
    assert all(len(BETWEEN.split(row.strip("|"))) == len(HEAD) for row in rows)
    for outcome in known_outcomes(PAGE).values():
        assert outcome.result.startswith(RESULTS)
        assert (outcome.result == PASSED) <= (outcome.run != "–")


def test_the_page_says_what_each_promise_is() -> None:
    promises = PAGE.partition("## What is promised")[2].partition("\n## ")[0]
    assert [f"**{promise}.**" in promises for promise in Promise] == [True] * len(Promise)


def test_every_row_has_a_test_and_every_mark_is_a_row() -> None:
    assert {each.row for each in marked_tests()} == NUMBERS


def test_every_row_has_a_test_that_is_quick_enough_for_make_test() -> None:
    files = (ROOT / "tests" / "faults").glob("test_*.py")
    large = {name for file in files for name in full_size_in(file.read_text(encoding="utf-8"))}
    assert large, "none is left to make faults"
    assert {each.row for each in marked_tests() if each.test not in large} == NUMBERS
