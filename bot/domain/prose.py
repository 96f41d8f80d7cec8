"""Sentences as data: what the bot says, before any surface decides how a person, a time or a typed word looks.

A sentence is a tuple of fragments. A plain `str` is our own wording; `Words` is what a person typed and is escaped by
the renderer, once; `Who`, `At`, `Channel` and `Link` become mentions, local times and links on Slack, and names, UTC
times and addresses in plain text. One sentence thus serves Slack, the record and the postmortem.
"""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal


@dataclass(frozen=True, slots=True, kw_only=True)
class Who:
    """A person as the record knows them.

    Their Slack id where there is one, a name always, a number to call if known.
    """

    name: str
    user: str | None = None
    phone: str | None = None
    person: str | None = None
    kind: Literal["who"] = "who"

    def same_as(self, other: "Who | None") -> bool:
        """Tell whether both are one person: by Slack id where both have one, else by directory key."""
        if other is None:
            return False
        if self.user and other.user:
            return self.user == other.user
        return self.person is not None and self.person == other.person


@dataclass(frozen=True, slots=True)
class Words:
    """Words a person typed, to be escaped by whoever renders them."""

    text: str
    kind: Literal["words"] = "words"


@dataclass(frozen=True, slots=True)
class Strong:
    """Our own words, emphasised."""

    strong: str
    kind: Literal["strong"] = "strong"


@dataclass(frozen=True, slots=True)
class At:
    """A moment (aware UTC), shown in the reader's zone where the surface can; `dated` adds the day."""

    at: datetime
    dated: bool = False
    kind: Literal["at"] = "at"


@dataclass(frozen=True, slots=True)
class Channel:
    """A Slack channel by id, with its name for surfaces that cannot link."""

    channel: str
    name: str = ""
    kind: Literal["channel"] = "channel"


@dataclass(frozen=True, slots=True)
class Link:
    """A web address with its label."""

    url: str
    label: str
    kind: Literal["link"] = "link"


Fragment = str | Who | Words | Strong | At | Channel | Link
Sentence = tuple[Fragment, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Button:
    """A button under a message: `action` is a name of the Slack layer's Action enum, `value` what it acts on."""

    action: str
    label: str
    value: str
    style: Literal["primary", "danger"] | None = None
    url: str | None = None
    confirm: str | None = field(default=None)
