"""How the values of the directory file's fields are read: each kind of field is a type, with the parser of its text."""

from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from typing import Annotated, Final, TypeAlias
from zoneinfo import ZoneInfo

from pydantic import BeforeValidator, InstanceOf, StringConstraints

from bot.directory import values
from bot.domain.routing import Matcher, parse_matcher
from bot.domain.working_hours import WorkingHours


def text(parse: Callable[[str], object]) -> BeforeValidator:
    """Read a field from its text; a list, a map or nothing in its place is refused in words."""

    def read(given: object) -> object:
        if isinstance(given, str):
            return parse(given)
        raise ValueError("empty; give it a value or leave the field out" if given is None else NOT_TEXT)

    return BeforeValidator(read)


def text_or_nothing(parse: Callable[[str | None], object]) -> BeforeValidator:
    """The same for a field in which nothing means something."""

    def read(given: object) -> object:
        if given is None or isinstance(given, str):
            return parse(given)
        raise ValueError(NOT_TEXT)

    return BeforeValidator(read)


NOT_TEXT: Final = "one value is expected here, not a list or a map"

Name: TypeAlias = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=75)]
Line: TypeAlias = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=150)]
Words: TypeAlias = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=1000)]
Key: TypeAlias = Annotated[str, text(values.key)]
Duration: TypeAlias = Annotated[timedelta, text(values.duration)]
Promise: TypeAlias = Annotated[timedelta | None, text_or_nothing(values.duration_or_none)]
Zone: TypeAlias = Annotated[InstanceOf[ZoneInfo], text(values.zone)]
Hours: TypeAlias = Annotated[InstanceOf[WorkingHours], text(values.working_hours)]
Channel: TypeAlias = Annotated[str | None, text_or_nothing(values.channel)]
Address: TypeAlias = Annotated[str, text(values.address)]
Day: TypeAlias = Annotated[date, text(values.day)]
Moment: TypeAlias = Annotated[datetime, text(values.local_moment)]
YesNo: TypeAlias = Annotated[bool, text(values.yes_or_no)]
OneOrMore: TypeAlias = Annotated[tuple[Name, ...], BeforeValidator(values.as_list)]
Handoff: TypeAlias = Annotated[tuple[int | None, time], text(values.handoff)]
StatuspageId: TypeAlias = Annotated[str, text(values.statuspage_id)]
Folder: TypeAlias = Annotated[str, text(values.folder)]
Match: TypeAlias = Annotated[InstanceOf[Matcher], text(parse_matcher)]
