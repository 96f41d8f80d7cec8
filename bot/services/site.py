"""Where the bot's own pages are reached, for whoever writes a link to one."""

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """The bot's own pages: `base` begins every link, `key` signs those that are for one person.

    `reachable` tells that somebody set the address in front; otherwise links open on this machine only.
    """

    base: Callable[[], str]
    key: bytes
    reachable: bool
