"""What every test is held to: in CI none is skipped."""

import os
from collections.abc import Generator
from typing import TypeVar

import pytest

AnyReport = TypeVar("AnyReport", pytest.TestReport, pytest.CollectReport)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """In CI a skipped test, expected failures included, has failed."""
    report = yield
    return _failed_if_skipped_in_ci(report)


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report() -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
    """In CI a file of tests that skips itself has failed."""
    report = yield
    return _failed_if_skipped_in_ci(report)


def _failed_if_skipped_in_ci(report: AnyReport) -> AnyReport:
    if report.skipped and os.environ.get("CI"):
        report.outcome = "failed"
        report.longrepr = f"Skipped, and in CI nothing is: {report.longrepr}"
    return report
