"""docs/directory.md documents every field of the schema, invents none, and its examples are right."""

import re
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.directory.file import parse
from bot.directory.schema import ROWS, fields_of

REFERENCE = (Path(__file__).parents[2] / "docs" / "directory.md").read_text(encoding="utf-8")
EXAMPLES = re.findall(r"^```yaml\n(.*?)^```", REFERENCE, re.DOTALL | re.MULTILINE)
NOW = datetime(2026, 11, 18, 7, 17, tzinfo=UTC)


def documented() -> dict[str, set[str]]:
    """The fields that each section's table lists, by the place that its heading names."""
    found: dict[str, set[str]] = {}
    for section in re.split(r"^## ", REFERENCE, flags=re.MULTILINE)[1:]:
        place = re.search(r"`(.+?)`", section.partition("\n")[0])
        if place is not None:
            pattern = re.sub(r"<\w+>", "*", place[1]).replace("[n]", ".*")
            found[pattern] = set(re.findall(r"^\| `(\w+)` \|", section, re.MULTILINE))
    return found


def test_every_field_is_documented_and_none_is_invented() -> None:
    in_the_schema = {".".join(pattern) or "file": set(fields_of(row)) for pattern, row in ROWS}
    assert documented() == in_the_schema


@pytest.mark.parametrize("example", EXAMPLES)
def test_every_example_is_a_file_without_a_warning(example: str) -> None:
    assert parse(example.encode(), "directory.yml", {}, NOW).warnings == ()


def test_there_are_examples() -> None:
    assert len(EXAMPLES) == 6
