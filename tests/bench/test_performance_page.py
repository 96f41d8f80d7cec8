"""docs/performance.md has every row that is measured, and is written again without losing a word around its tables."""

from types import ModuleType

import pytest

from tests.bench.__main__ import BENCHES
from tests.bench.figures import Line, Unit, percentile
from tests.bench.page import BEGINS, ENDS, PAGE, Measured, written


@pytest.mark.parametrize("bench", BENCHES, ids=lambda bench: bench.TITLE)
def test_the_page_has_every_row_of_a_benchmark(bench: ModuleType) -> None:
    page = PAGE.read_text(encoding="utf-8")
    section = page.partition(f"### {bench.TITLE}\n")[2].partition("\n### ")[0]
    in_table = {line.split("|")[1].strip() for line in section.splitlines() if line.startswith("|")}
    assert set(bench.ROWS) <= in_table
    assert set(bench.MISSED) <= set(bench.ROWS), "a reason belongs to a row"


def test_what_was_missed_says_why_and_the_words_around_stay() -> None:
    slow = Line(what="an answer", measured=[0.2, 0.3, 0.9], reference=[0.1], ratio=2)
    few = Line(what="alerts taken", measured=[300, 90, 110], reference=[1000], ratio=0.1, unit=Unit.A_SECOND)
    measured = Measured(title="Answers", against="a guess", lines=[slow, few], why={"an answer": "it is thought over."})
    page = written(f"Before.\n{BEGINS}\nold\n{ENDS}\nAfter.\n", "Measured today.\n", [measured])
    assert page.startswith(f"Before.\n{BEGINS}\n\nMeasured today.\n\n### Answers\n\nThe reference is a guess.\n")
    assert page.endswith(f"{ENDS}\nAfter.\n")
    assert "| an answer    | 100 ms    | 300 ms | 3.00  | 900 ms | ratio at most 2    | NO  |" in page
    assert "| alerts taken | 1,000/s   | 110/s  | 0.11  | 90/s   | ratio at least 0.1 | yes |" in page
    assert "- Missed: *an answer*: it is thought over." in page
    assert "old" not in page


def test_a_benchmark_that_breaks_is_a_section_and_no_success() -> None:
    broken = Measured(title="Answers", against="", why={}, broke="nobody answered", rows=["an answer"])
    assert not broken.met
    assert "This run broke: nobody answered" in broken.section()
    assert "| an answer | not measured |" in broken.section()


def test_of_a_hundred_figures_ninety_nine_are_not_above_the_percentile() -> None:
    assert percentile(range(1, 101), 99) == 99
    assert percentile([7.0], 99) == 7.0
    assert percentile([3, 1, 2], 50) == 2
