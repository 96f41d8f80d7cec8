"""What every test may ask for: a real PostgreSQL. And what every test is held to: in CI none is skipped."""

import itertools
import os
import tempfile
from collections.abc import Generator, Iterator
from pathlib import Path
from typing import TypeVar

import pytest
from hypothesis import settings

from tests.postgres import fresh_database, running_server
from tests.size import FULL

# How long an example may take depends on the machine. All else stays as in the profile that is in force, in CI its own.
settings.register_profile("tocsin", settings.default, deadline=None)
settings.load_profile("tocsin")

AnyReport = TypeVar("AnyReport", pytest.TestReport, pytest.CollectReport)


@pytest.fixture(scope="session")
def postgres_url(testrun_uid: str, worker_id: str) -> str:
    """The URL of a PostgreSQL server's own database; one server for the whole run, however many workers it has."""
    home = Path(tempfile.gettempdir()) / f"tocsin-postgres-{testrun_uid[:12]}"
    return running_server(home, belongs_to=os.getpid() if worker_id == "master" else os.getppid())


@pytest.fixture(scope="session")
def database_numbers() -> Iterator[int]:
    """Numbers that tell one test's database from another's."""
    return itertools.count(1)


@pytest.fixture
def fresh_postgres(postgres_url: str, worker_id: str, database_numbers: Iterator[int]) -> Iterator[str]:
    """The URL of an empty PostgreSQL database that this test has to itself."""
    with fresh_database(postgres_url, f"test_{worker_id}_{next(database_numbers)}") as url:
        yield url


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out what is tried in full size only (`make faults`): what a quick test of the same row shows already."""
    if FULL:
        return
    large = [item for item in items if item.get_closest_marker("full_size")]
    if large:
        config.hook.pytest_deselected(items=large)
        items[:] = [item for item in items if not item.get_closest_marker("full_size")]


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


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say what tests have shown that no pass or failure tells: how much of it there was."""
    reports = [report for kind in ("passed", "failed") for report in terminalreporter.getreports(kind)]
    for report in reports:
        rows = ", ".join(str(value) for name, value in report.user_properties if name == "row")
        for name, value in report.user_properties:
            shown, _, row = name.partition(" ")
            if shown == "shown":
                about = row or rows
                terminalreporter.write_line(f"fault {about}: {value}" if about else str(value))


def _failed_if_skipped_in_ci(report: AnyReport) -> AnyReport:
    if report.skipped and os.environ.get("CI"):
        report.outcome = "failed"
        report.longrepr = f"Skipped, and in CI nothing is: {report.longrepr}"
    return report
