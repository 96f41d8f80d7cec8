"""Which tests say that they show a row of the table of faults: read from their sources, so that one that fails counts.

A test says so with `record_property("row", "14")`, the number in plain digits: a test that breaks before its first line
is then still known to belong to the row.
"""

import ast
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parent.parent.parent


@dataclass(frozen=True, slots=True, order=True, kw_only=True)
class Marked:
    """A test and a row that it shows."""

    row: int
    file: str
    test: str

    @property
    def id(self) -> str:
        """What pytest calls it, all its parameters together."""
        return f"{self.file}::{self.test}"


def marked_tests(root: Path = ROOT) -> tuple[Marked, ...]:
    """Every test below `tests/` that shows a row, by row."""
    found = (
        Marked(row=row, file=file.relative_to(root).as_posix(), test=test)
        for file in sorted((root / "tests").rglob("test_*.py"))
        for test, row in marks_in(file.read_text(encoding="utf-8"))
    )
    return tuple(sorted(set(found)))


def marks_in(source: str) -> Iterator[tuple[str, int]]:
    """Give each test of a file that marks itself, with the row."""
    if "record_property" not in source:
        return
    for each in ast.walk(ast.parse(source)):
        if isinstance(each, ast.FunctionDef | ast.AsyncFunctionDef) and each.name.startswith("test_"):
            yield from ((each.name, row) for row in _rows(ast.walk(each)))


def full_size_in(source: str) -> Iterator[str]:
    """Give each test of a file that `make test` leaves to `make faults`."""
    for each in ast.walk(ast.parse(source)):
        if isinstance(each, ast.FunctionDef | ast.AsyncFunctionDef):
            marks = (
                node.attr for mark in each.decorator_list for node in ast.walk(mark) if isinstance(node, ast.Attribute)
            )
            yield from (each.name for mark in marks if mark == "full_size")


def _rows(nodes: Iterable[ast.AST]) -> Iterator[int]:
    for node in nodes:
        match node:
            case ast.Call(
                func=ast.Name(id="record_property"),
                args=[ast.Constant(value="row"), ast.Constant(value=str() as number)],
            ) if number.isdecimal():
                yield int(number)
            case _:
                pass
