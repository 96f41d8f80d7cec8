"""Whom the directory knows: people, teams, distribution lists, and the roles a company adds."""

from dataclasses import dataclass
from enum import StrEnum


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Somebody who can be reached. `id` is the key in the directory file; every reference uses it."""

    id: str
    name: str
    email: str
    phone: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Team:
    """People who own journeys or services together. `members` is in paging order; `policy` None means the default."""

    id: str
    name: str
    members: tuple[str, ...] = ()
    schedule: str | None = None
    manager: str | None = None
    director: str | None = None
    policy: str | None = None
    channel: str | None = None


class ToldBy(StrEnum):
    """How the people of a distribution list are brought in."""

    INVITE = "invite"
    DM = "dm"
    EMAIL = "email"


@dataclass(frozen=True, slots=True, kw_only=True)
class DistributionList:
    """People whom a severity's `notify` brings in."""

    id: str
    people: tuple[str, ...]
    by: tuple[ToldBy, ...] = (ToldBy.INVITE,)


@dataclass(frozen=True, slots=True, kw_only=True)
class AddedRole:
    """A role that this company has beside commander, comms lead and scribe; `guide` is told to a new holder."""

    id: str
    name: str
    guide: str = ""
