"""What every test may ask for: a real PostgreSQL; and what a run leaves out, and says at its end."""

import gc
import itertools
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings

from tests.postgres import fresh_database, running_server
from tests.size import EXAMPLES, FULL

pytest_plugins = ("tests.browser", "tests.skipped")

# How long an example may take depends on the machine. All else stays as in the profile that is in force, in CI its own.
settings.register_profile("tocsin", settings.default, deadline=None, max_examples=EXAMPLES)
settings.load_profile("tocsin")


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


def pytest_collection() -> None:
    """Have the garbage collector rest while all is imported."""
    gc.disable()


def pytest_collection_finish() -> None:
    """Have the garbage collector look less often, and no more at what was imported: 200,000 objects that all stay."""
    gc.enable()
    gc.collect()
    gc.freeze()
    gc.set_threshold(10_000)


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
