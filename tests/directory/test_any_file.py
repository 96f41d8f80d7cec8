"""Whatever the file holds, the answer is a directory or findings in words, never anything else."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.directory import values
from bot.directory.file import parse
from bot.directory.findings import DirectoryError, Finding
from tests.size import examples

LARGER = (Path(__file__).parent / "files" / "larger.yml").read_text(encoding="utf-8")
NOW = datetime(2026, 11, 18, 7, 17, tzinfo=UTC)
SPOILS = st.sampled_from(
    ["", "{", "}", "[", "]", ":", ": ", "- ", "#", "'", '"', "&a ", "*a", "<<: ", "!x ", "\t", "~", "${X}", "0", "é"]
)


def findings_in(content: bytes) -> tuple[Finding, ...] | None:
    """What is wrong with the file; None if nothing is."""
    try:
        parse(content, "directory.yml", {}, NOW)
    except DirectoryError as error:
        return error.findings
    return None


def assert_answered(content: bytes) -> None:
    findings = findings_in(content)
    if findings is not None:
        assert findings
        assert all(str(finding).startswith("directory.yml") and finding.says for finding in findings)
        lines = [finding.line or 0 for finding in findings]
        assert lines == sorted(lines)


def refusal_of(text: str) -> str | None:
    try:
        return None if values.duration(text) > timedelta() else "accepted nothing"
    except ValueError as refused:
        return str(refused)


@given(content=st.binary(max_size=200))
def test_any_bytes_get_an_answer(content: bytes) -> None:
    assert_answered(content)


@settings(max_examples=examples(150))
@given(at=st.integers(0, len(LARGER)), length=st.integers(0, 40), spoil=SPOILS)
def test_a_good_file_with_something_spoilt_gets_an_answer(at: int, length: int, spoil: str) -> None:
    assert_answered((LARGER[:at] + spoil + LARGER[at + length :]).encode())


@given(seconds=st.integers(1, 10**7))
def test_a_duration_reads_as_it_is_written(seconds: int) -> None:
    hours, rest = divmod(seconds, 3600)
    text = f"{hours}h{rest // 60}m{rest % 60}s"
    assert values.duration(text) == timedelta(seconds=seconds)


@given(text=st.text(max_size=12))
def test_what_is_no_duration_is_refused_with_an_example(text: str) -> None:
    refusal = refusal_of(text)
    assert refusal is None or "write 30s, 5m, 1h30m or 7d" in refusal


@pytest.mark.parametrize("text", ["fri-mon 09:00-18:00", "mon,wed 22:00-06:00", "sunday 00:00-23:59"])
def test_working_hours_take_days_across_the_weekend_and_nights(text: str) -> None:
    hours = values.working_hours(text)
    assert hours.days == {"f": {4, 5, 6, 0}, "m": {0, 2}, "s": {6}}[text[0]]
