"""The arguments of a Web API call, as clients send them: query, form or JSON; JSON in strings; booleans as 0 and 1."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import parse_qsl

from bot.sandbox.jsons import JsonObject, as_flag, as_list, as_number, as_object, as_objects, as_text, parsed
from bot.sandbox.models import Refusal

_JSON_INSIDE = frozenset({"blocks", "attachments", "metadata", "view", "errors"})


@dataclass(frozen=True, slots=True)
class Arguments:
    """Arguments by name."""

    values: JsonObject = field(default_factory=dict)

    def has(self, name: str) -> bool:
        """Whether the argument was sent at all."""
        return self.values.get(name) is not None

    def text(self, name: str, default: str = "") -> str:
        """The argument as text."""
        return as_text(self.values.get(name), default)

    def sent(self, name: str, missing: str = "invalid_arguments") -> str:
        """The argument as text, perhaps empty; refused with `missing` when it was not sent."""
        if not self.has(name):
            raise Refusal(missing) if missing != "invalid_arguments" else missing_field(name)
        found = self.values[name]
        if isinstance(found, bool) or not isinstance(found, str | int | float):
            raise invalid_arguments(f"must be a string [json-pointer:/{name}]")
        return self.text(name)

    def required(self, name: str, empty: str = "invalid_arguments", *, missing: str = "invalid_arguments") -> str:
        """The argument as text; refused with `missing` when it was not sent, with `empty` when it is empty."""
        found = self.sent(name, missing)
        if not found:
            raise Refusal(empty) if empty != "invalid_arguments" else missing_field(name)
        return found

    def flag(self, name: str) -> bool:
        """The argument as a boolean; false when it is missing."""
        return as_flag(self.values.get(name))

    def number(self, name: str, default: float) -> float:
        """The argument as a number."""
        return as_number(self.values.get(name), default)

    def objects(self, name: str) -> tuple[JsonObject, ...]:
        """The argument as a list of JSON objects."""
        return tuple(as_objects(self.values.get(name)))

    def mapping(self, name: str) -> JsonObject:
        """The argument as a JSON object."""
        return as_object(self.values.get(name))

    def words(self, name: str) -> list[str]:
        """A list of ids: comma-separated, or a JSON list."""
        value = self.values.get(name)
        given = value.split(",") if isinstance(value, str) else [as_text(item) for item in as_list(value)]
        return [word.strip() for word in given if word.strip()]


def invalid_arguments(reason: str) -> Refusal:
    """The refusal of arguments that are not of the method's form; `reason` goes to `response_metadata.messages`."""
    return Refusal("invalid_arguments", response_metadata={"messages": [f"[ERROR] {reason}"]})


def missing_field(name: str) -> Refusal:
    """The general refusal when a required argument was not sent."""
    return invalid_arguments(f"missing required field: {name}")


def read_arguments(query: Mapping[str, str], content_type: str, body: str) -> Arguments:
    """Merge query and body, the body winning.

    Raises Refusal(`invalid_json`) for a JSON body that is none, `json_not_object` for one that is no object;
    `invalid_form_data` never: forms always parse.
    """
    values: JsonObject = dict(query)
    if content_type.startswith("application/json") and body.strip():
        sent = parsed(body)
        if not isinstance(sent, dict):
            raise Refusal("invalid_json" if sent is None else "json_not_object")
        values |= sent
    elif body:
        values |= dict(parse_qsl(body, keep_blank_values=True))
    for name in _JSON_INSIDE & values.keys():
        value = values[name]
        if isinstance(value, str) and value:
            values[name] = _decoded(name, value)
    return Arguments(values)


def _decoded(name: str, value: str) -> object:
    """The JSON in an argument; blocks that are none stay as they are, for the method to refuse in its own way."""
    found = parsed(value)
    if found is None and name != "blocks":
        raise invalid_arguments(f"must be JSON [json-pointer:/{name}]")
    return value if found is None else found
