"""The test run itself: its PostgreSQL is real and each test's own, and in CI nothing is skipped."""

import os
import subprocess
import sys
from pathlib import Path

import psycopg
import pytest

PROJECT = Path(__file__).parent.parent


@pytest.mark.parametrize("turn", [1, 2])
def test_each_test_has_an_empty_postgresql_of_its_own(fresh_postgres: str, turn: int) -> None:
    with psycopg.connect(fresh_postgres) as connection:
        connection.execute("CREATE TABLE page (turn integer)")
        connection.execute("INSERT INTO page VALUES (%s)", [turn])
        assert connection.execute("SELECT turn FROM page").fetchall() == [(turn,)]


SKIPS = """
import pytest

def test_that_is_skipped():
    pytest.skip("no browser here")
"""

SKIPS_ITSELF_WHOLE = """
import pytest

pytest.skip("no database here", allow_module_level=True)
"""


def test_each_test_is_held_to_it(pytestconfig: pytest.Config) -> None:
    assert pytestconfig.pluginmanager.has_plugin("tests.skipped")


@pytest.mark.parametrize(("source", "reason"), [(SKIPS, "no browser here"), (SKIPS_ITSELF_WHOLE, "no database here")])
@pytest.mark.parametrize(("ci", "ends_well"), [("", True), ("true", False)])
def test_in_ci_a_skip_is_a_failure(*, tmp_path: Path, source: str, reason: str, ci: str, ends_well: bool) -> None:
    (tmp_path / "test_some.py").write_text(source)
    command = [sys.executable, "-m", "pytest", "-p", "tests.skipped", "-p", "no:cacheprovider", "-rs", str(tmp_path)]
    environment = {**os.environ, "CI": ci, "PYTHONPATH": str(PROJECT), "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}
    run = subprocess.run(command, check=False, capture_output=True, text=True, cwd=tmp_path, env=environment)
    assert reason in run.stdout
    assert ("1 skipped" in run.stdout) is ends_well
