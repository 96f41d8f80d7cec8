"""`declare`: the form, or at once in one line: `declare [private] [severity] [journey] [words]`."""

from dataclasses import dataclass
from typing import Final

from bot.domain.declaring import Declare
from bot.domain.directory import Directory
from bot.domain.prose import Channel, Fragment, Sentence
from bot.services import incidents
from bot.services.incidents import Declared
from bot.slack.asked import Asked, Reply
from bot.slack.commands.command import Command, done, first_word
from bot.slack.meta import Meta
from bot.slack.views.declare import DeclareDraft, declare_form

ALSO: Final = 5
"""Other open incidents on the journey that are named to whoever declares one more."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OneLine:
    """A declaration as typed: what was recognised, and the words that are left."""

    private: bool
    severity: str | None
    journey: str | None
    words: str


def read_line(directory: Directory, line: str) -> OneLine:
    """Read the one-line form; each part may be left out, the words come last."""
    first, rest = first_word(line)
    private = first.casefold() == "private"
    first, after = first_word(rest if private else line)
    severity = directory.severity(first) if first else None
    left = after if severity else (rest if private else line).strip()
    journey, words = directory.journey_at_start(left)
    return OneLine(
        private=private,
        severity=severity.name if severity else None,
        journey=journey.id if journey else None,
        words=words,
    )


async def run(asked: Asked, words: str) -> Reply:
    """Declare at once where a journey was recognised; else show the form with what was typed."""
    line = read_line(asked.desk.directory(), words)
    if line.journey is None:
        return form(asked, DeclareDraft(severity=line.severity, words=line.words, private=line.private))
    wanted = Declare(
        by=asked.by,
        journey=line.journey,
        words=line.words,
        severity=line.severity,
        private=line.private,
        origin_channel=asked.channel or None,
        link=asked.link,
    )
    return done(*declared_words(await incidents.declare(asked.desk, wanted, delivery=asked.delivery)))


def form(asked: Asked, draft: DeclareDraft) -> Reply:
    """The form; open incidents on a journey are shown once one is chosen."""
    meta = Meta(channel=asked.channel, link=asked.link)
    return declare_form(asked.desk.directory(), draft, (), asked.desk.clock(), meta)


def declared_words(declared: Declared) -> Sentence:
    """What the declarer reads at once; a direct message with the channels follows."""
    incident = declared.incident
    opening = "was declared already" if declared.again else "is declared"
    said: list[Fragment] = [f"{incident.label} {opening}: {incident.severity}. "]
    if declared.again:
        said.append("Nothing new was declared: these words came before. For another incident, say what is different. ")
    said += _paged(declared)
    if incident.rooms_wanted and not declared.again:
        said.append("The channels are being opened; I send you their links.")
    for other in declared.same_journey[:ALSO]:
        room = other.war_room.channel
        link: Fragment = Channel(room, other.war_room.name) if room else other.label
        said += [f"\nAlso open on this journey: {other.label} ", link]
    if len(declared.same_journey) > ALSO:
        said.append(f"\nand {len(declared.same_journey) - ALSO} more; /incident list shows all.")
    return tuple(said)


def _paged(declared: Declared) -> Sentence:
    """Who is being paged, or has the page; or why nobody is."""
    if declared.page is not None and declared.page.acknowledged_by is not None:
        return (declared.page.acknowledged_by, " has acknowledged the page. ")
    if declared.first:
        return (declared.first, " is being paged. ")
    if declared.incident.held_until:
        return ("The page is held until working hours; Page now is on its card. ",)
    return ("Nobody is paged at this severity. ",) if declared.page is None else ()


COMMAND = Command(
    name="declare",
    usage="[private] [severity] [journey] [what is happening]",
    help="declare an incident: the form, or at once in one line",
    run=run,
    aliases=("new", "open", "start"),
    anywhere=True,
)
