"""The small parts that checks are built of: strings, numbers, lists, and records with required and allowed keys.

A check is a function of a value and the JSON pointer to it; it yields a problem for each thing Slack would refuse.
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """One thing that Slack would refuse: where (JSON pointer), and why, with the limit."""

    pointer: str
    reason: str


_TYPE_NAMES = {str: "string", bool: "boolean", int: "number", float: "number", list: "array", dict: "object"}

Check = Callable[[object, str], Iterator[Problem]]
Rule = Callable[[Mapping[str, object], str], Iterator[Problem]]


def problem(pointer: str, reason: str) -> Iterator[Problem]:
    """Yield the one problem."""
    yield Problem(pointer=pointer, reason=reason)


def wrong_type(expected: str, value: object, pointer: str) -> Iterator[Problem]:
    """Yield the problem of a value that is not of the expected JSON type."""
    found = "null" if value is None else _TYPE_NAMES.get(type(value), type(value).__name__)
    yield Problem(pointer=pointer, reason=f"must be {expected}, is {found}")


def string(*, longest: int | None = None, shortest: int = 1, pattern: str | None = None, shape: str = "") -> Check:
    """Accept a string of ``shortest`` to ``longest`` characters that matches ``pattern``, described as ``shape``."""

    def check(value: object, pointer: str) -> Iterator[Problem]:
        if not isinstance(value, str):
            yield from wrong_type("a string", value, pointer)
        elif len(value) < shortest:
            yield Problem(pointer=pointer, reason=f"must have at least {shortest} character(s)")
        elif longest is not None and len(value) > longest:
            yield Problem(pointer=pointer, reason=f"must have at most {longest} characters, has {len(value)}")
        elif pattern is not None and not re.fullmatch(pattern, value):
            yield Problem(pointer=pointer, reason=f"must be {shape}")

    return check


def integer(*, low: int | None = None, high: int | None = None) -> Check:
    """Accept a whole number from ``low`` to ``high``."""

    def check(value: object, pointer: str) -> Iterator[Problem]:
        if not isinstance(value, int) or isinstance(value, bool):
            yield from wrong_type("a whole number", value, pointer)
        elif low is not None and value < low:
            yield Problem(pointer=pointer, reason=f"must be at least {low}, is {value}")
        elif high is not None and value > high:
            yield Problem(pointer=pointer, reason=f"must be at most {high}, is {value}")

    return check


def number(value: object, pointer: str) -> Iterator[Problem]:
    """Accept any number."""
    if not isinstance(value, int | float) or isinstance(value, bool):
        yield from wrong_type("a number", value, pointer)


def boolean(value: object, pointer: str) -> Iterator[Problem]:
    """Accept true and false."""
    if not isinstance(value, bool):
        yield from wrong_type("a boolean", value, pointer)


def anything(_value: object, _pointer: str) -> Iterator[Problem]:
    """Accept every value: Slack keeps it as it is."""
    return iter(())


def one_of(*allowed: str) -> Check:
    """Accept one of the strings named."""

    def check(value: object, pointer: str) -> Iterator[Problem]:
        if value not in allowed:
            yield Problem(pointer=pointer, reason=f"must be one of {', '.join(allowed)}")

    return check


def nullable(inner: Check) -> Check:
    """Accept null, and what ``inner`` accepts."""

    def check(value: object, pointer: str) -> Iterator[Problem]:
        if value is not None:
            yield from inner(value, pointer)

    return check


def array(item: Check, *, most: int | None = None, least: int = 0, what: str = "items") -> Check:
    """Accept a list of ``least`` to ``most`` values, each accepted by ``item``."""

    def check(value: object, pointer: str) -> Iterator[Problem]:
        if isinstance(value, str | bytes) or not isinstance(value, Sequence):
            yield from wrong_type("an array", value, pointer)
            return
        if len(value) < least:
            yield Problem(pointer=pointer, reason=f"must have at least {least} {what}, has {len(value)}")
        if most is not None and len(value) > most:
            yield Problem(pointer=pointer, reason=f"must have at most {most} {what}, has {len(value)}")
        for index, each in enumerate(value):
            yield from item(each, f"{pointer}/{index}")

    return check


def record(
    *,
    required: Mapping[str, Check] | None = None,
    optional: Mapping[str, Check] | None = None,
    rules: Sequence[Rule] = (),
) -> Check:
    """Accept an object with all the required keys, no key that is unknown, and whatever ``rules`` say of it as a whole.

    A rule sees the object only when each key by itself is right, so that it may trust their types.
    """
    needed, known = dict(required or {}), {**(required or {}), **(optional or {})}

    def check(value: object, pointer: str) -> Iterator[Problem]:
        if not isinstance(value, Mapping):
            yield from wrong_type("an object", value, pointer)
            return
        found = list(_keys(value, pointer, needed, known))
        yield from found
        if not found:
            for rule in rules:
                yield from rule(value, pointer)

    return check


def _keys(
    value: Mapping[str, object], pointer: str, needed: Mapping[str, Check], known: Mapping[str, Check]
) -> Iterator[Problem]:
    for key in needed:
        if key not in value:
            yield Problem(pointer=f"{pointer}/{key}", reason="is required")
    for key, each in value.items():
        if key in known:
            yield from known[key](each, f"{pointer}/{key}")
        else:
            yield Problem(pointer=f"{pointer}/{key}", reason="is not a field of this object")


def by_type(kinds: Mapping[str, Check], *, what: str) -> Check:
    """Accept an object whose ``type`` is one of ``kinds``, by that kind's check. ``what`` names it in the reason."""

    def check(value: object, pointer: str) -> Iterator[Problem]:
        if not isinstance(value, Mapping):
            yield from wrong_type("an object", value, pointer)
            return
        kind = value.get("type")
        if not isinstance(kind, str):
            yield Problem(pointer=f"{pointer}/type", reason="is required")
        elif kind not in kinds:
            yield Problem(
                pointer=f"{pointer}/type", reason=f'"{kind}" is not {what}; allowed: {", ".join(sorted(kinds))}'
            )
        else:
            yield from kinds[kind](value, pointer)

    return check
