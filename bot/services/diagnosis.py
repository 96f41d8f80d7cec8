"""What an examination of an installation finds: one line for each thing, and what to do where it is not well."""

from dataclasses import dataclass
from enum import StrEnum


class Level(StrEnum):
    """How a thing stands: OK, WARN (it works, but not as it should), FAIL (pages would be lost)."""

    OK = "ok"
    WARN = "warn"
    FAIL = "fail"


@dataclass(frozen=True, slots=True, kw_only=True)
class Diagnosis:
    """One line of the report. `remedy` is what a person can do, and is empty only where nothing has to be done."""

    level: Level
    about: str
    says: str
    remedy: str = ""

    def __str__(self) -> str:
        """`warn  people: … What to do.`."""
        return f"{self.level:<5} {self.about}: {' '.join(filter(None, (self.says, self.remedy)))}"


def well(about: str, says: str) -> Diagnosis:
    """A thing that is as it should be."""
    return Diagnosis(level=Level.OK, about=about, says=says)


def doubtful(about: str, says: str, remedy: str) -> Diagnosis:
    """A thing that works, but not as it should."""
    return Diagnosis(level=Level.WARN, about=about, says=says, remedy=remedy)


def broken(about: str, says: str, remedy: str) -> Diagnosis:
    """A thing because of which somebody would not be reached."""
    return Diagnosis(level=Level.FAIL, about=about, says=says, remedy=remedy)
