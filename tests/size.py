"""How large a test is: quick in `make test`, whole with FAULTS=full in the environment, as `make faults` sets it."""

import os

import pytest

FULL = os.environ.get("FAULTS") == "full"
PATIENT = 120 if FULL else 20
"""Real seconds for which it is waited that due work ends, however busy the machine: a bound on waiting, no promise."""
DATABASES = ("SQLite", "PostgreSQL") if FULL else ("SQLite",)

EXAMPLES = 100 if FULL else 40
"""Made-up examples of a test that says nothing else. `FAULTS=full make test` makes up as many as ever."""


def examples(full: int) -> int:
    """So many made-up examples in full size; in a quick run two of five."""
    return full if FULL else max(1, full * 2 // 5)


def promised_in_full_size(figure: float, at_most: float, of_what: str) -> None:
    """Hold a full run to a promise about time, of which a quick one beside others says nothing."""
    assert figure <= at_most or not FULL, f"{of_what}: {figure:g}, promised are {at_most:g} at most"


def address_of(database: str, request: pytest.FixtureRequest) -> str | None:
    """The address of an empty PostgreSQL database, where one is wanted."""
    return str(request.getfixturevalue("fresh_postgres")) if database == "PostgreSQL" else None
