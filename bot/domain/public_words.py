"""The check of public text before it goes: blame, people, teams, internal systems, guesses, unconfirmed causes, jargon.

It warns and offers better words; it never holds anything up. What a company calls things comes from its directory.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from bot.domain.comms_queue import named_customers
from bot.domain.directory import Directory
from bot.domain.incident import Incident
from bot.domain.prose import Sentence, Words
from bot.domain.public_phrases import (
    ACTS,
    ADDRESSES,
    BLAME,
    CAUSE,
    GIVEN_TO,
    GUESS,
    INSTEAD,
    JARGON,
    KINDS_OF_SYSTEM,
    KINDS_OF_TEAM,
    KNOWN_TEAMS,
    NAMES_THAT_ARE_WORDS,
    SAYS,
    Fault,
)

SHORTEST_NAME: Final = 3
LONGEST_SHOWN: Final = 60
STARTS_A_SENTENCE: Final = re.compile(r"(?:^|[.!?:•\n])[\s\"'“‘(]*\Z")
LEGAL_FORM: Final = re.compile(
    r"[\s,]+(?:inc|incorporated|ltd|limited|llc|llp|corp|corporation|co|company|gmbh|ag|se|sa|sas|srl|bv|nv|ab|oy|plc)"
    r"\.?\s*\Z",
    re.IGNORECASE,
)
PLAIN: Final = re.compile(r"[^\W\d_]+\Z")


@dataclass(frozen=True, slots=True, kw_only=True)
class Vocabulary:
    """What a company's own words are: none of them belongs in public text. `avoid` is what it added, with better words.

    `customers` are those that were reported by name. `known` is what customers call things (the journeys' names): a
    team or system of the same name is left alone where the sentence may mean the thing.
    """

    people: tuple[str, ...] = ()
    teams: tuple[str, ...] = ()
    services: tuple[str, ...] = ()
    customers: tuple[str, ...] = ()
    known: tuple[str, ...] = ()
    avoid: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Remark:
    """One phrase that customers should not read: where it begins, what is wrong with it, and what to say instead."""

    fault: Fault
    found: str
    better: str
    at: int

    @property
    def sentence(self) -> Sentence:
        """The warning as a person reads it."""
        found = self.found if len(self.found) <= LONGEST_SHOWN else f"{self.found[:LONGEST_SHOWN]}…"
        return ("“", Words(found), f"” {SAYS[self.fault]}. Better: “", Words(self.better), "”")


def vocabulary_of(directory: Directory, incident: Incident) -> Vocabulary:
    """The words of a directory, and the names of those who have held a role in the incident."""
    people = [word for person in directory.people.values() for word in (person.id, person.name)]
    people += [term.who.name for term in incident.terms]
    return Vocabulary(
        people=_each(people),
        teams=_each(word for team in directory.teams.values() for word in (team.name, team.id)),
        services=_each(word for service in directory.services.values() for word in (service.name, service.id)),
        known=_each(word for journey in directory.journeys.values() for word in (journey.name, journey.id)),
        customers=_each(named_customers(incident)),
        avoid=tuple(directory.workspace.plain_words.items()),
    )


def remarks(text: str, vocabulary: Vocabulary, *, confirmed: bool) -> tuple[Remark, ...]:
    """What in a public text should be said otherwise, in the order of the text, each phrase once.

    `confirmed`: the cause is, so that naming it is no fault. Where two remarks overlap the graver one stands.
    """
    found: list[Remark] = []
    for fault, pattern, better in _patterns(vocabulary):
        if fault is Fault.CAUSE and confirmed:
            continue
        for match in pattern.finditer(text):
            remark = Remark(fault=fault, found=match[0], better=better, at=match.start())
            if not _may_be_a_word(remark, text, vocabulary) and not any(_overlap(remark, other) for other in found):
                found.append(remark)
    known: dict[tuple[Fault, str], Remark] = {}
    for remark in sorted(found, key=lambda each: each.at):
        known.setdefault((remark.fault, remark.found.casefold()), remark)
    return tuple(known.values())


@lru_cache(maxsize=16)
def _patterns(vocabulary: Vocabulary) -> tuple[tuple[Fault, re.Pattern[str], str], ...]:
    """Every pattern with what it finds, the gravest first."""
    own = {
        Fault.CUSTOMERS: list(map(_of_customer, vocabulary.customers)),
        Fault.PEOPLE: [_of_people(vocabulary.people)],
        Fault.TEAMS: list(_of_teams(vocabulary)),
        Fault.SERVICES: [*_of_services(vocabulary), *ADDRESSES],
        Fault.BLAME: BLAME,
        Fault.GUESS: GUESS,
        Fault.CAUSE: CAUSE,
    }
    ordered = [(fault, each, INSTEAD[fault]) for fault, patterns in own.items() for each in patterns]
    ordered += [(Fault.JARGON, _word(re.escape(word)), better) for word, better in vocabulary.avoid]
    ordered += [(Fault.JARGON, _word(pattern), better) for pattern, better in JARGON.items()]
    return tuple((fault, re.compile(pattern, re.IGNORECASE), better) for fault, pattern, better in ordered if pattern)


def _of_people(names: Iterable[str]) -> str:
    parts = [part for name in names for part in (name, *name.split()) if len(part) >= SHORTEST_NAME]
    return _word(rf"@?{_any_of(parts)}") if parts else ""


def _of_customer(name: str) -> str:
    """A customer as reported, with or without the company's legal form; two letters only as they were spelt."""
    bare = LEGAL_FORM.sub("", name).strip() or name
    spelt = r"\s+".join(map(re.escape, bare.split()))
    return _word(spelt if len(bare) >= SHORTEST_NAME else f"(?-i:{spelt})")


def _of_teams(vocabulary: Vocabulary) -> Iterator[str]:
    yield rf"\b(?:our |the )?{KNOWN_TEAMS} {KINDS_OF_TEAM}\b"
    if vocabulary.teams:
        every = _any_of(vocabulary.teams)
        yield rf"\b(?:our |the )?{every} {KINDS_OF_TEAM}\b"
        yield rf"\b{KINDS_OF_TEAM} (?:of (?:the )?)?{every}\b"
    if own := [name for name in vocabulary.teams if name.casefold() not in _folded(vocabulary.known)]:
        yield rf"\b{_any_of(own)} {ACTS}"
        yield rf"\b{_any_of(own)}['’]s\b"
        yield rf"\b{GIVEN_TO} (?:the )?{_any_of(own)}\b"


def _of_services(vocabulary: Vocabulary) -> Iterator[str]:
    if technical := [name for name in vocabulary.services if not PLAIN.match(name) and " " not in name]:
        spelt = "|".join(r"[-_.]".join(map(re.escape, re.split(r"[-_.]", name))) for name in _longest(technical))
        yield _word(f"(?:{spelt})")
    if plain := [name for name in vocabulary.services if PLAIN.match(name) or " " in name]:
        yield rf"\b{_any_of(plain)} {KINDS_OF_SYSTEM}\b"


def _may_be_a_word(remark: Remark, text: str, vocabulary: Vocabulary) -> bool:
    """Whether a name is an ordinary word here: in small letters, or at the start of a sentence."""
    words = remark.found.lstrip("@").casefold()
    if remark.fault is not Fault.PEOPLE or remark.found.startswith("@"):
        return False
    if words in _folded(vocabulary.known):
        return True
    starts = STARTS_A_SENTENCE.search(text[: remark.at]) is not None
    return words in NAMES_THAT_ARE_WORDS and (starts or not remark.found[:1].isupper())


def _overlap(one: Remark, other: Remark) -> bool:
    return one.at < other.at + len(other.found) and other.at < one.at + len(one.found)


def _any_of(words: Iterable[str]) -> str:
    return f"(?:{'|'.join(map(re.escape, _longest(words)))})"


def _longest(words: Iterable[str]) -> list[str]:
    """Longest first, so that a full name is found before its parts."""
    return sorted(set(words), key=lambda word: (-len(word), word))


def _word(pattern: str) -> str:
    return rf"(?<![\w@-])(?:{pattern})(?![\w-])"


def _each(words: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(word for word in words if word.strip()))


def _folded(words: Iterable[str]) -> frozenset[str]:
    return frozenset(word.casefold() for word in words)
