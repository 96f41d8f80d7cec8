"""What one version of Tocsin knows of the database: which migrations there are, and which engine owns the tables."""

from dataclasses import dataclass
from pathlib import Path
from typing import Final

ENGINE_VERSION: Final = 3
"""Raised, here and by a migration, with every kind of timer or effect and every field that older ones do not know."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Release:
    """The migrations in a folder, and the version of the engine that works on what they lead to."""

    scripts: Path = Path(__file__).parent / "migrations"
    engine: int = ENGINE_VERSION


THIS: Final = Release()
