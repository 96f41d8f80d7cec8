"""Reading an alert source's body: JSON checked against a model; what is wrong is said with the field's name."""

import hashlib
from datetime import UTC, datetime
from typing import Final, TypeVar

from pydantic import BaseModel, TypeAdapter, ValidationError
from pydantic_core import ErrorDetails

from bot.domain.alert import NO_TIME
from bot.domain.errors import Refusal
from bot.domain.naming import clean, clean_line

Read = TypeVar("Read")

SUMMARY_LIMIT: Final = 3000
VALUE_LIMIT: Final = 1000
KEY_LIMIT: Final = 200
NOTHING_TAKEN: Final = "Nothing was taken in; correct the body and send it again."


def read(adapter: TypeAdapter[Read], body: bytes) -> Read:
    """Parse a body. Raises Refusal naming the first field that is wrong, and what it should be."""
    try:
        return adapter.validate_json(body)
    except ValidationError as wrong:
        raise _refusal(wrong.errors(include_url=False, include_context=False)[0]) from wrong


def moment(given: datetime | None) -> datetime:
    """A time as sent, in UTC; NO_TIME where none is given, which is also how Go writes none. Zoneless is UTC."""
    if given is None or given.year <= NO_TIME.year:
        return NO_TIME
    return given.replace(tzinfo=UTC) if given.tzinfo is None else given.astimezone(UTC)


def words(text: str) -> str:
    """What a summary keeps of sent text: one line without control characters, cut to what a message holds."""
    return clean_line(text)[:SUMMARY_LIMIT]


def texts(given: dict[str, str]) -> dict[str, str]:
    """Labels or annotations without control characters, each cut to a length that a row holds."""
    return {clean_line(key)[:KEY_LIMIT]: clean(value)[:VALUE_LIMIT] for key, value in given.items()}


def identity(given: str) -> str:
    """A fingerprint that fits a key: as given where it does, else its digest."""
    plain = clean_line(given)
    return plain if plain and len(plain) <= KEY_LIMIT else digest(given)


def digest(*parts: str) -> str:
    """A short, stable name for what has none."""
    return hashlib.sha256("\n".join(parts).encode("utf-8", "replace")).hexdigest()[:16]


def link(given: str) -> str:
    """A web address, or nothing: only http and https are ever shown as links."""
    plain = clean_line(given)
    return plain if plain.startswith(("http://", "https://")) and len(plain) <= SUMMARY_LIMIT else ""


class Sent(BaseModel):
    """What a source sends: fields that we do not read are let through."""


def _refusal(wrong: ErrorDetails) -> Refusal:
    place = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in wrong["loc"]).lstrip(".")
    field = place or "the body"
    match wrong["type"]:
        case "missing":
            says = "is missing"
        case "extra_forbidden":
            says = "is not a field of this source"
        case "json_invalid":
            says = f"is not JSON ({wrong['msg'].removeprefix('Invalid JSON: ')})"
        case _:
            says = f"is wrong ({wrong['msg'][:1].lower()}{wrong['msg'][1:]})"
    return Refusal(f"{field} {says}. {NOTHING_TAKEN}", field=field)
