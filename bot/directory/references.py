"""Names that refer to something must stand elsewhere in the file. Looks at the plain values, whatever else is wrong."""

from collections.abc import Iterator, Mapping
from typing import Final

from bot.directory.findings import Finding, Path, unknown
from bot.directory.schedule_rows import ScheduleRow
from bot.directory.schema import fields_of
from bot.directory.source import Raw, Source
from bot.domain.escalation import DIRECTOR, MANAGER, PRIMARY, SECONDARY
from bot.domain.severity import BUILT_IN

_SECTION_OF: Final[Mapping[str, str]] = {
    "team": "teams",
    "person": "people",
    "schedule": "schedules",
    "policy": "escalation_policies",
    "service": "services",
    "journey": "journeys",
    "distribution list": "distribution_lists",
}

_REFERENCES: Final[tuple[tuple[str, str], ...]] = (
    ("workspace.catch_all", "team or person"),
    ("workspace.managers", "person"),
    ("workspace.phone_tree", "distribution list"),
    ("teams.*.members", "person"),
    ("teams.*.manager", "person"),
    ("teams.*.director", "person"),
    ("teams.*.schedule", "schedule"),
    ("teams.*.policy", "policy"),
    ("schedules.*.*.members", "person"),
    ("schedules.*.overrides.*.person", "person"),
    ("services.*.team", "team"),
    ("services.*.depends_on", "service"),
    ("journeys.*.owner", "team or person"),
    ("journeys.*.backup", "team or person"),
    ("journeys.*.then", "team or person"),
    ("journeys.*.policy", "policy"),
    ("journeys.*.services", "service"),
    ("journeys.*.severity", "severity"),
    ("rules.*.journey", "journey"),
    ("rules.*.service", "service"),
    ("rules.*.severity", "severity"),
    ("severities.*.notify", "distribution list"),
    ("severities.*.aware", "person or distribution list"),
    ("maintenance.*.journeys", "journey"),
    ("heartbeats.*.journey", "journey"),
    ("heartbeats.*.severity", "severity"),
    ("distribution_lists.*.people", "person"),
    ("escalation_policies.*.*.page", "tier"),
    ("escalation_policies.*.tiers.*.page", "tier"),
)
_PLACES: Final = tuple((tuple(pattern.split(".")), what) for pattern, what in _REFERENCES)


def unknown_references(source: Source) -> Iterator[Finding]:
    """Every name that refers to nothing, with what was probably meant."""
    for path, word in _texts(source.values, ()):
        what = next((what for place, what in _PLACES if _is_at(place, path)), None)
        if what is None:
            continue
        known = _known(source.values, what)
        if known is not None and word not in known:
            meant = "rotation, manager, director or person" if what == "tier" else what
            yield source.finding(path, unknown(meant, word, known))
    yield from _unknown_severities(source)
    yield from _unknown_rotations(source)


def section(values: Raw, name: str) -> dict[str, Raw]:
    """The maps of one section by key; empty where the section is missing or is no map."""
    found = values.get(name) if isinstance(values, dict) else None
    return found if isinstance(found, dict) else {}


def _texts(value: Raw, path: Path) -> Iterator[tuple[Path, str]]:
    if isinstance(value, dict):
        for key, below in value.items():
            yield from _texts(below, (*path, key))
    elif isinstance(value, list):
        for index, below in enumerate(value):
            yield from _texts(below, (*path, index))
    elif isinstance(value, str):
        yield path, value


def _is_at(parts: tuple[str, ...], path: Path) -> bool:
    """Whether the path fits; a list's items stand where the list does."""
    if len(path) == len(parts) + 1 and isinstance(path[-1], int):
        path = path[:-1]
    return len(path) == len(parts) and all(part in ("*", at) for part, at in zip(parts, path, strict=True))


def _known(values: Raw, what: str) -> list[str] | None:
    """The names that `what` may refer to; None where the section they stand in cannot be read."""
    if what == "severity":
        return [row.name for row in BUILT_IN]
    kinds = ["person"] if what == "tier" else what.split(" or ")
    names = [PRIMARY, SECONDARY, MANAGER, DIRECTOR, *_rotations(values)] if what == "tier" else []
    for kind in kinds:
        found = values.get(_SECTION_OF[kind], {}) if isinstance(values, dict) else None
        if not isinstance(found, dict | None):
            return None
        names.extend(found or {})
    return names


def _rotations(values: Raw) -> Iterator[str]:
    for schedule in section(values, "schedules").values():
        yield from _rotations_of(schedule)


def _rotations_of(schedule: Raw) -> Iterator[str]:
    if isinstance(schedule, dict):
        yield from (name for name in schedule if name not in fields_of(ScheduleRow))


def _unknown_severities(source: Source) -> Iterator[Finding]:
    known = [row.name for row in BUILT_IN]
    for name in section(source.values, "severities"):
        if name not in known:
            yield source.finding(("severities", name), unknown("severity", name, known))


def _unknown_rotations(source: Source) -> Iterator[Finding]:
    """An override is of a rotation of its own schedule; `primary` unless it says another."""
    for key, schedule in section(source.values, "schedules").items():
        overrides = schedule.get("overrides") if isinstance(schedule, dict) else None
        for index, override in enumerate(overrides if isinstance(overrides, list) else []):
            word = override.get("rotation", PRIMARY) if isinstance(override, dict) else None
            known = list(_rotations_of(schedule))
            if isinstance(word, str) and word not in known:
                yield source.finding(
                    ("schedules", key, "overrides", index, "rotation"), unknown("rotation", word, known)
                )
