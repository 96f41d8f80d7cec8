"""The schema's refusals in words: each with the line, the field and what would be right."""

from collections.abc import Mapping
from typing import Final

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from bot.directory.findings import Finding, Path
from bot.directory.row import WrongField
from bot.directory.schema import ROWS, fields_of
from bot.directory.source import Source
from bot.domain.nearest import nearest

_FOR_EXAMPLE: Final[Mapping[str, str]] = {
    "email": "email: maya@acme.test",
    "from": "from: 2026-12-24 09:00",
    "journey": "journey: checkout",
    "maintenance.journeys": "journeys: [checkout]",
    "maintenance.customers_see": "customers_see: Orders may fail for some minutes",
    "maintenance.until": "until: 2026-12-24 11:00",
    "title": "title: New payment provider",
    "journeys": "journeys: {checkout: {pain: Customers cannot place orders, owner: maya}}",
    "match": "match: ['service=\"checkout-api\"']",
    "members": "members: [maya, leon]",
    "page": "page: primary",
    "pain": "pain: Customers cannot place orders",
    "people": "people: {maya: {email: maya@acme.test}}",
    "person": "person: maya",
    "team": "team: checkout",
    "tiers": "tiers: [{page: primary, wait: 5m}]",
    "to": "to: 2026-12-31 09:00",
    "until": "until: 1h",
    "every": "every: 15m",
}


def explain(error: ValidationError, source: Source) -> list[Finding]:
    """One finding for each refusal of the schema, without those that only follow from another."""
    return [_finding(one, source) for one in error.errors() if not _follows_from_another(one)]


def _follows_from_another(error: ErrorDetails) -> bool:
    """A list whose items were refused is then also called too short."""
    return error["type"] == "too_short" and bool(error["input"])


def _finding(error: ErrorDetails, source: Source) -> Finding:
    path = _in_the_file(tuple(part for part in error["loc"] if part != "[key]"), source)
    if error["type"] == "extra_forbidden":
        return source.finding(path, _unknown_field(path))
    cause = error.get("ctx", {}).get("error")
    if isinstance(cause, WrongField):
        return source.finding((*path, cause.field), str(cause))
    return source.finding(path, str(cause) if isinstance(cause, ValueError) else _in_words(error, path))


def _in_the_file(path: Path, source: Source) -> Path:
    """A policy written as a plain list of tiers has no field `tiers` in the file."""
    place = 2
    is_policy = path[:1] == ("escalation_policies",) and path[place : place + 1] == ("tiers",)
    if is_policy and path[: place + 1] not in source.lines and path[:place] in source.lines:
        return (*path[:place], *path[place + 1 :])
    return path


def _example_of(path: Path) -> str:
    """The field whose example fits: a section's own, or what is the same everywhere."""
    field = str(path[-1]) if path else ""
    own = f"{path[0]}.{field}" if path else ""
    return own if own in _FOR_EXAMPLE else field


def _in_words(error: ErrorDetails, path: Path) -> str:
    field = _example_of(path)
    context = error.get("ctx", {})
    match error["type"]:
        case "missing":
            return f"missing; write {_FOR_EXAMPLE[field]}" if field in _FOR_EXAMPLE else "missing; give it a value"
        case "dict_type" | "model_type" | "model_attributes_type":
            return "a map of fields is expected here, such as {name: …}"
        case "tuple_type" | "list_type":
            return "a list is expected here, such as [one, another]"
        case "string_type":
            return "empty; give it a value" if error["input"] is None else "one value is expected, not a list or a map"
        case "string_too_short" | "too_short":
            return f"empty; write {_FOR_EXAMPLE[field]}" if field in _FOR_EXAMPLE else "empty; give it a value"
        case "string_too_long":
            return f"{len(str(error['input']))} characters; write at most {context['max_length']}"
        case "enum":
            return f'"{error["input"]}" is none of {context["expected"]}'
        case _:
            return error["msg"]


def _unknown_field(path: Path) -> str:
    known = _known_fields(path[:-1])
    close = nearest(str(path[-1]), known)
    if close is not None:
        return f'no such field; did you mean "{close}"?'
    return f"no such field; there is {', '.join(known)}"


def _known_fields(path: Path) -> tuple[str, ...]:
    return next((fields_of(row) for pattern, row in ROWS if _stands_at(pattern, path)), ())


def _stands_at(pattern: tuple[str, ...], path: Path) -> bool:
    tiers_in_a_list = pattern == ("escalation_policies", "*", "tiers", "*") and path[:1] == ("escalation_policies",)
    if tiers_in_a_list and len(path) == len(pattern) - 1:
        return True
    return len(pattern) == len(path) and all(part in ("*", at) for part, at in zip(pattern, path, strict=True))
