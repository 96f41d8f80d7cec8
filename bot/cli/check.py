"""`python app.py check [FILE]`: whether the directory file is right, and whom it would page."""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final, TextIO

from bot.cli.words import warnings as of_words
from bot.directory.file import load
from bot.directory.findings import DirectoryError, Finding
from bot.domain.directory import Directory
from bot.domain.escalation import FrozenPolicy

USAGE: Final = "usage: python app.py check [FILE]\n"
_MINUTE: Final = timedelta(minutes=1)


def run(argv: list[str], environ: Mapping[str, str], now: datetime, out: TextIO) -> int:
    """Check FILE, else what DIRECTORY names, else directory.yml; needs no token.

    Prints to `out`. Returns 0 if the file can be used (with or without warnings), 1 if not, 2 if asked wrongly.
    """
    if len(argv) > 1 or any(word.startswith("-") for word in argv):
        out.write(USAGE)
        return 0 if argv in (["-h"], ["--help"]) else 2
    path = directory_path(argv, environ)
    try:
        loaded = load(path, environ, now)
    except DirectoryError as error:
        out.writelines(error_lines(error.findings))
        return 1
    warnings = (*map(str, loaded.warnings), *of_words(loaded.directory, path, now))
    out.writelines(f"warning: {warning}\n" for warning in warnings)
    out.writelines(f"{line}\n" for line in _summary(path.name, loaded.directory, len(warnings), now))
    return 0


def directory_path(argv: list[str], environ: Mapping[str, str]) -> Path:
    """The directory file that is meant: the one named, else what DIRECTORY names, else directory.yml."""
    return Path(argv[0] if argv else environ.get("DIRECTORY") or "directory.yml")


def error_lines(findings: tuple[Finding, ...]) -> Iterable[str]:
    """Every error, and that nothing was done."""
    yield from (f"{finding}\n" for finding in findings)
    yield f"{counted(len(findings), 'error')}; nothing was changed. Put it right and check again.\n"


def _summary(name: str, directory: Directory, warnings: int, now: datetime) -> Iterable[str]:
    counts = (
        (len(directory.people), "person", "people"),
        (len(directory.teams), "team", "teams"),
        (len(directory.journeys), "journey", "journeys"),
        (len(directory.rules), "rule", "rules"),
    )
    parts = ", ".join(counted(number, one, many) for number, one, many in counts if number)
    with_warnings = f", with {counted(warnings, 'warning')}" if warnings else ""
    yield f"{name} is good{with_warnings}: {parts}."
    yield "Who would be paged now:"
    for journey in directory.journeys.values():
        yield f"  {journey.name} ({journey.pain}): {_route(directory, directory.plan_for(journey.id, now))}"
    yield f"  Something else: {_route(directory, directory.plan_for(None, now))}"


def _route(directory: Directory, plan: FrozenPolicy) -> str:
    """`Maya (Checkout's primary until Mon 09:00), in 5 min Leon, …`."""
    first = plan.first()
    if first is None:
        return "NOBODY; name an owner or workspace.catch_all"
    route: list[str] = []
    elapsed = timedelta()
    index: int | None = first
    while index is not None:
        tier = plan.tiers[index]
        name = directory.people[tier.person].name if tier.person is not None else ""
        route.append(f"after {_length(elapsed)} {name}" if route else f"{name} ({tier.why})")
        elapsed += tier.wait
        index = plan.following(index)
    return ", ".join(route)


def _length(elapsed: timedelta) -> str:
    minutes, rest = divmod(elapsed, _MINUTE)
    parts = [f"{minutes} min"] if minutes else []
    if rest:
        parts.append(f"{int(rest.total_seconds())} s")
    return " ".join(parts)


def counted(number: int, one: str, many: str = "") -> str:
    """`1 person`, `3 people`; the plural of most words needs no saying."""
    return f"{number} {one if number == 1 else many or one + 's'}"
