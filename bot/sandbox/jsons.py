"""Reading JSON that others wrote: every function answers a value of the type it names, or an empty one."""

import json
from collections.abc import Iterator, Mapping
from typing import TypeAlias

JsonObject: TypeAlias = dict[str, object]


def parsed(text: str) -> object:
    """The JSON value in `text`, or None where it is not JSON."""
    try:
        value: object = json.loads(text)
    except ValueError:
        return None
    return value


def as_object(value: object) -> JsonObject:
    """`value` if it is a JSON object, else an empty one."""
    if isinstance(value, dict):
        return value
    return dict(value) if isinstance(value, Mapping) else {}


def as_list(value: object) -> list[object]:
    """`value` if it is a list, else an empty one."""
    if isinstance(value, list):
        return value
    return list(value) if isinstance(value, tuple) else []


def as_objects(value: object) -> list[JsonObject]:
    """The JSON objects in a list."""
    return [item for item in as_list(value) if isinstance(item, dict)]


def as_text(value: object, default: str = "") -> str:
    """`value` as text; numbers in their usual form, everything else as `default`."""
    if isinstance(value, str):
        return value
    if isinstance(value, bool) or not isinstance(value, int | float):
        return default
    return str(value)


def as_flag(value: object) -> bool:
    """Slack's booleans: true, 1, "1", "true" (and their like)."""
    if isinstance(value, str):
        return value.strip().lower() in {"1", "true", "yes", "on"}
    return bool(value)


def as_number(value: object, default: float) -> float:
    """`value` as a number, or `default`."""
    if isinstance(value, int | float):
        return float(value)
    try:
        return float(as_text(value))
    except ValueError:
        return default


def objects_within(value: object) -> Iterator[JsonObject]:
    """Every JSON object in `value`, depth first, `value` itself included."""
    if isinstance(value, dict):
        yield value
        for inner in value.values():
            yield from objects_within(inner)
    elif isinstance(value, list | tuple):
        for inner in value:
            yield from objects_within(inner)


def text_of(value: object) -> str:
    """The words of a text object (or of a bare string)."""
    return as_text(value.get("text")) if isinstance(value, dict) else as_text(value)
