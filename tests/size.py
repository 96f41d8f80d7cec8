"""How large a test is: quick in `make test`, whole with FAULTS=full in the environment, as `make faults` sets it."""

import os

import pytest

FULL = os.environ.get("FAULTS") == "full"
PATIENT = 120 if FULL else 20
"""Real seconds for which it is waited that due work ends, however busy the machine: a bound on waiting, no promise."""
DATABASES = ("SQLite", "PostgreSQL") if FULL else ("SQLite",)


def address_of(database: str, request: pytest.FixtureRequest) -> str | None:
    """The address of an empty PostgreSQL database, where one is wanted."""
    return str(request.getfixturevalue("fresh_postgres")) if database == "PostgreSQL" else None
