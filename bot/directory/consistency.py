"""What no single field can tell: keys and addresses used twice, circles, teams of nobody. All of it is an error."""

from collections.abc import Iterator
from typing import Final

from bot.directory.findings import Finding, Path
from bot.directory.references import section
from bot.directory.source import Raw, Source
from bot.domain.escalation import DIRECTOR, MANAGER, PRIMARY, SECONDARY

_TIER_WORDS: Final = (PRIMARY, SECONDARY, MANAGER, DIRECTOR)
_BUILT_IN_ROLES: Final = ("commander", "ic", "comms", "scribe")


def inconsistencies(source: Source) -> Iterator[Finding]:
    """Everything that is wrong with the file as a whole."""
    yield from _taken_keys(source)
    yield from _same_email(source)
    yield from _same_name(source)
    yield from _teams_of_nobody(source)
    yield from _circles(source)
    yield from _private_maintenance(source)


def _taken_keys(source: Source) -> Iterator[Finding]:
    people = section(source.values, "people")
    for key in people:
        if key in _TIER_WORDS:
            says = f'"{key}" is a word of escalation policies; give the person another key'
            yield source.finding(("people", key), says)
    for key in section(source.values, "teams"):
        if key in people:
            line = source.line_of(("people", key))
            says = f'"{key}" is a person too, on line {line}, so that an owner could be either; rename one'
            yield source.finding(("teams", key), says)
    for key in section(source.values, "roles"):
        if key.casefold() in _BUILT_IN_ROLES:
            yield source.finding(("roles", key), f'every incident has "{key}" already; give the role another key')


def _same_email(source: Source) -> Iterator[Finding]:
    seen: dict[str, str] = {}
    for key, person in section(source.values, "people").items():
        email = person.get("email") if isinstance(person, dict) else None
        if not isinstance(email, str):
            continue
        address = email.strip().casefold()
        if address in seen:
            says = f"{email} belongs to {seen[address]} already; one person has one key"
            yield source.finding(("people", key, "email"), says)
        seen.setdefault(address, key)


def _same_name(source: Source) -> Iterator[Finding]:
    seen: dict[str, str] = {}
    for key, journey in section(source.values, "journeys").items():
        given = journey.get("name") if isinstance(journey, dict) else None
        name = given.strip().casefold() if isinstance(given, str) else key.casefold()
        if name in seen:
            path: Path = ("journeys", key, "name") if isinstance(given, str) else ("journeys", key)
            yield source.finding(path, f"reads like journeys.{seen[name]}; give one of them another name")
        seen.setdefault(name, key)


def _teams_of_nobody(source: Source) -> Iterator[Finding]:
    schedules = section(source.values, "schedules")
    for key, team in section(source.values, "teams").items():
        if not isinstance(team, dict) or team.get("members"):
            continue
        schedule = team.get("schedule")
        if schedule is None:
            yield source.finding(("teams", key), "nobody is in this team; give it members or a schedule")
        elif isinstance(schedule, str) and schedule in schedules and not _has_members(schedules[schedule]):
            says = f"nobody is in this team or its schedule {schedule}; give one of them members"
            yield source.finding(("teams", key), says)


def _has_members(schedule: Raw) -> bool:
    """Whether somebody is in a rotation; a schedule that cannot be read is not complained of twice."""
    if not isinstance(schedule, dict):
        return True
    return any(isinstance(rotation, dict) and bool(rotation.get("members")) for rotation in schedule.values())


def _circles(source: Source) -> Iterator[Finding]:
    services = section(source.values, "services")
    below = {key: _depends_on(service) for key, service in services.items()}
    reported: set[frozenset[str]] = set()
    for key in below:
        circle = _circle_from(key, below)
        if circle is not None and frozenset(circle) not in reported:
            reported.add(frozenset(circle))
            says = f"a circle: {' → '.join([*circle, key])}; remove one of these dependencies"
            yield source.finding(("services", key, "depends_on"), says)


def _private_maintenance(source: Source) -> Iterator[Finding]:
    """Maintenance is public, and a private journey has no place there."""
    journeys = section(source.values, "journeys")
    private = {key for key, each in journeys.items() if isinstance(each, dict) and _is_yes(each.get("private"))}
    declared = source.values.get("maintenance") if isinstance(source.values, dict) else None
    for index, each in enumerate(declared if isinstance(declared, list) else []):
        given = each.get("journeys") if isinstance(each, dict) else None
        for name in [given] if isinstance(given, str) else given if isinstance(given, list) else []:
            if name in private:
                says = f"{name} is private, and maintenance is shown to the public; leave it out"
                yield source.finding(("maintenance", index, "journeys"), says)


def _is_yes(given: Raw) -> bool:
    return isinstance(given, str) and given.strip().casefold() in {"true", "yes"}


def _depends_on(service: Raw) -> list[str]:
    given = service.get("depends_on") if isinstance(service, dict) else None
    names = [given] if isinstance(given, str) else given
    return [name for name in names if isinstance(name, str)] if isinstance(names, list) else []


def _circle_from(start: str, below: dict[str, list[str]]) -> list[str] | None:
    """A shortest way from a service back to itself."""
    ways = [[start]]
    seen: set[str] = set()
    for way in ways:
        for following in below.get(way[-1], []):
            if following == start:
                return way
            if following not in seen:
                seen.add(following)
                ways.append([*way, following])
    return None
