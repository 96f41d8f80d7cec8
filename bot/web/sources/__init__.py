"""Alert sources: what each sends, read into alerts. One module a source, listed here.

A source's `parse(headers, body)` gives its alerts, or raises a Refusal that names the field at fault.
"""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Final

from bot.domain.alert import Alert
from bot.web.sources import alertmanager, generic

Parse = Callable[[Mapping[str, str], bytes], list[Alert]]

SOURCES: Final[Mapping[str, Parse]] = MappingProxyType(
    {alertmanager.NAME: alertmanager.parse, generic.NAME: generic.parse}
)
