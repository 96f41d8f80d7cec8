"""Slack's JSON answers, read with their types checked: what is missing or of another type reads as empty."""

from collections.abc import Mapping

Answer = Mapping[str, object]
NOTHING: Answer = {}


def answer_of(data: object) -> Answer | None:
    """Take what the client decoded; None unless it is an object."""
    return {str(key): value for key, value in data.items()} if isinstance(data, dict) else None


def object_at(answer: Answer, *path: str) -> Answer:
    """Give the object at a path, empty if there is none."""
    found: Answer = answer
    for name in path:
        found = answer_of(found.get(name)) or NOTHING
    return found


def text_at(answer: Answer, *path: str) -> str:
    """Give the text at a path, empty if there is none."""
    *way, name = path
    found = object_at(answer, *way).get(name)
    return found if isinstance(found, str) else ""


def number_at(answer: Answer, *path: str) -> float:
    """Give the number at a path, 0 if there is none."""
    *way, name = path
    found = object_at(answer, *way).get(name)
    return found if isinstance(found, int | float) else 0


def flag_at(answer: Answer, *path: str) -> bool:
    """Tell whether the value at a path is true."""
    *way, name = path
    return object_at(answer, *way).get(name) is True


def objects_at(answer: Answer, *path: str) -> tuple[Answer, ...]:
    """Give the objects of the list at a path."""
    *way, name = path
    found = object_at(answer, *way).get(name)
    given = found if isinstance(found, list) else []
    return tuple(each for item in given if (each := answer_of(item)) is not None)
