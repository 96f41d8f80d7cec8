"""Reports over incidents: only those that the person who asks may see are counted."""

from datetime import date, datetime
from typing import Final

from bot.domain.authority import may_see
from bot.domain.comms_report import Choice, CommsReport, month_of, read_month, report
from bot.domain.directory import Directory
from bot.domain.errors import Refusal
from bot.domain.incident import Incident
from bot.domain.naming import clean_line
from bot.domain.nearest import nearest
from bot.domain.prose import Who, Words
from bot.services.ports import Desk, Tx

NEWEST: Final = 1000
"""As many incidents as a report looks at; a person waits for it."""
UNOWNED: Final = "no owner"
ALL: Final = frozenset({"all", "ever", "everything"})


async def comms(desk: Desk, words: str, by: Who) -> CommsReport:
    """How promises of updates were kept; `words` choose a month, a team or a severity, and else it is this month.

    Raises Refusal for words that name nothing.
    """
    now, directory = desk.clock(), desk.directory()
    choice = chosen(directory, words, now)

    def read(tx: Tx) -> CommsReport:
        managers = directory.workspace.managers
        seen = [each for each in tx.recent_incidents(NEWEST) if may_see(by, each, managers)]
        return report(seen, lambda each: owner_of(directory, each), choice, directory.workspace.zone, now)

    return await desk.store.read(read)


def owner_of(directory: Directory, incident: Incident) -> str:
    """Who owns an incident's pain by the directory as it is now, as people read it."""
    journey = directory.journey(incident.brief.journey) if incident.brief.journey else None
    return (directory.owner_name(journey) if journey else None) or UNOWNED


def chosen(directory: Directory, words: str, now: datetime) -> Choice:
    """What the words ask for, in any order: `october`, `checkout`, `sev1`, `last month auth`, `all`. Raises Refusal."""
    today = now.astimezone(directory.workspace.zone).date()
    month: date | None = month_of(now, directory.workspace.zone)
    owner = severity = None
    rest = clean_line(words).split()
    while rest:
        size, found = _longest(directory, rest, today)
        match found:
            case date():
                month = found
            case ("severity", name):
                severity = name
            case ("owner", name):
                owner = name
            case _:
                month = None
        rest = rest[size:]
    return Choice(month=month, owner=owner, severity=severity)


def _longest(directory: Directory, words: list[str], today: date) -> tuple[int, date | tuple[str, str] | None]:
    """What the most words at the beginning name, and how many they are. None means every month."""
    for size in range(len(words), 0, -1):
        said = " ".join(words[:size])
        if said.casefold() in ALL:
            return size, None
        row, team, person = directory.severity(said), directory.team(said), directory.person(said)
        if row is not None:
            return size, ("severity", row.name)
        if team is not None or person is not None:
            return size, ("owner", team.name if team else person.name if person else "")
        month = read_month(said, today)
        if month is not None:
            return size, month
    raise _unknown(directory, " ".join(words))


def _unknown(directory: Directory, said: str) -> Refusal:
    known = [*directory.teams, *(team.name for team in directory.teams.values()), *directory.people]
    close = nearest(said, known)
    hint = f"; did you mean {close}?" if close else "."
    return Refusal(
        "No month, team or severity is called ",
        Words(said),
        f"{hint} No report was made. Write a month (october, 2026-10, last month, all), a team or a severity, or "
        "nothing for this month.",
    )
