"""Whom a person asks to page: somebody of the directory, somebody of the workspace, a team, or a journey's owner."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from bot.domain.directory import Directory
from bot.domain.errors import Refusal
from bot.domain.naming import clean_line
from bot.domain.prose import Who, Words
from bot.domain.reading import MENTION


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonTarget:
    """A person of the directory, by key."""

    person: str


@dataclass(frozen=True, slots=True, kw_only=True)
class UserTarget:
    """A member of the workspace, whether the directory knows them or not."""

    who: Who


@dataclass(frozen=True, slots=True, kw_only=True)
class TeamTarget:
    """A team, by key: paged along its own policy."""

    team: str


@dataclass(frozen=True, slots=True, kw_only=True)
class JourneyTarget:
    """Whoever owns a journey, by its id."""

    journey: str


PageTarget = PersonTarget | UserTarget | TeamTarget | JourneyTarget

FORMS: Final = ("person", "team", "journey")


def parse_target(directory: Directory, text: str) -> PageTarget:
    """Read `<@U…|name>`, `@maya`, a person, a team, a journey, or a menu's `team:auth`. Raises Refusal.

    What several could be called is understood as the person first, then the team, then the journey.
    """
    mention = MENTION.fullmatch(text.strip())
    if mention is not None:
        return UserTarget(who=Who(name=mention["label"] or mention["user"], user=mention["user"]))
    kind, _, key = text.strip().partition(":")
    if kind in FORMS and key:
        found = _FINDERS[kind](directory, key)
        if found is not None:
            return found
    spoken = clean_line(text).removeprefix("@").strip()
    for name in FORMS:
        found = _FINDERS[name](directory, spoken) if spoken else None
        if found is not None:
            return found
    raise _unknown(directory, spoken)


def first_words(directory: Directory, text: str) -> tuple[PageTarget, str]:
    """Read a target from the beginning of a line, the longest that is known, and give the words that are left."""
    words = text.split()
    for count in range(min(len(words), 6), 0, -1):
        try:
            return parse_target(directory, " ".join(words[:count])), " ".join(words[count:])
        except Refusal:
            continue
    raise _unknown(directory, clean_line(words[0]) if words else "")


def _person(directory: Directory, words: str) -> PageTarget | None:
    person = directory.person(words)
    return PersonTarget(person=person.id) if person else None


def _team(directory: Directory, words: str) -> PageTarget | None:
    team = directory.team(words)
    return TeamTarget(team=team.id) if team else None


def _journey(directory: Directory, words: str) -> PageTarget | None:
    journey = directory.journey(words)
    return JourneyTarget(journey=journey.id) if journey else None


_FINDERS: Final[dict[str, Callable[[Directory, str], PageTarget | None]]] = {
    "person": _person,
    "team": _team,
    "journey": _journey,
}


def _unknown(directory: Directory, spoken: str) -> Refusal:
    if not spoken:
        return Refusal("Nobody was named, so nobody was paged. Name a person, a team or a journey.", field="target")
    close = directory.nearest_target(spoken)
    hint = f"Did you mean {close}?" if close else "Name a person, a team or a journey, or mention somebody."
    return Refusal(
        "No person, team or journey is called ", Words(spoken), f". Nobody was paged. {hint}", field="target"
    )
