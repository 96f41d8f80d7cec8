"""Who is on call now and next, and why a page went where it went."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from bot.domain.alert import Alert
from bot.domain.asking import lasting
from bot.domain.directory import Directory
from bot.domain.errors import Refusal
from bot.domain.incident import Incident
from bot.domain.naming import clean_line
from bot.domain.nearest import nearest
from bot.domain.page import Ask, AskState, Page, PageKind, PageState, PageTier
from bot.domain.prose import At, Fragment, Sentence, Strong, Who, Words
from bot.domain.schedule import relieved_at
from bot.domain.team import Team
from bot.services.calls import known
from bot.services.loading import loaded_for
from bot.services.ports import Desk, Tx

SHOWN_ALERTS = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class OnCall:
    """One rotation of a team: who has it until when (aware UTC), and who is next; None where nobody is in it."""

    team: str
    rotation: str
    now: Who | None
    until: datetime | None = None
    following: Who | None = None


async def on_call(desk: Desk, team: str | None = None) -> tuple[OnCall, ...]:
    """Who is on call now and next, for one team or for all; a journey owned by a person is shown by its owner.

    Raises Refusal for a team that the directory does not know.
    """
    now, directory = desk.clock(), desk.directory()
    teams = tuple(directory.teams.values()) if team is None else (_team(directory, team),)

    def read(tx: Tx) -> tuple[OnCall, ...]:
        rows = [row for each in teams for row in _rows(tx, directory, each, now)]
        return (*rows, *(_owners(tx, directory) if team is None else ()))

    return await desk.store.read(read)


async def explain(desk: Desk, number: int, for_user: Who) -> tuple[Sentence, ...]:
    """Why the page went where it went: the rule, each tier with its person and reason, what was skipped and missed.

    Raises Refusal for an incident that this person may not know of.
    """
    directory = desk.directory()

    def read(tx: Tx) -> tuple[Sentence, ...]:
        incident = loaded_for(tx, directory, number, for_user)
        pages = tx.pages_of(number)
        said = [_route(incident), *_alerts(tx.alerts_of(number))]
        for page in pages:
            said += [_page(page), *_tiers(page), *_asks(page)]
        if not pages:
            said.append((f"Nobody was paged: {incident.severity} pages nobody",))
        return tuple(said)

    return await desk.store.read(read)


def _team(directory: Directory, words: str) -> Team:
    team = directory.team(words.strip().removeprefix("@"))
    if team is not None:
        return team
    names = [*directory.teams, *(each.name for each in directory.teams.values())]
    close = nearest(clean_line(words), names)
    hint = f" Did you mean {close}?" if close else " `oncall` alone shows everybody."
    raise Refusal("No team is called ", Words(clean_line(words)), f".{hint}", field="target")


def _rows(tx: Tx, directory: Directory, team: Team, at: datetime) -> Iterator[OnCall]:
    schedule = directory.schedule_of(team)
    if schedule is None:
        yield _members(tx, directory, team)
        return
    for row in directory.on_call(team.id, at):
        rotation = schedule.rotations[row.rotation]
        yield OnCall(
            team=team.name,
            rotation=row.rotation,
            now=known(tx, directory, row.now.person) if row.now else None,
            until=relieved_at(rotation, at),
            following=known(tx, directory, row.following.person) if row.following else None,
        )


def _members(tx: Tx, directory: Directory, team: Team) -> OnCall:
    """A team without a schedule: its members are paged one at a time, in order."""
    people = [known(tx, directory, key) for key in team.members[:2]]
    return OnCall(
        team=team.name,
        rotation="members, one at a time",
        now=people[0] if people else None,
        following=people[1] if len(people) > 1 else None,
    )


def _owners(tx: Tx, directory: Directory) -> Iterator[OnCall]:
    for journey in directory.journeys.values():
        if journey.owner is None or journey.owner not in directory.people:
            continue
        after = journey.backup if journey.backup is not None and journey.backup in directory.people else None
        yield OnCall(
            team=journey.name,
            rotation="owner",
            now=known(tx, directory, journey.owner),
            following=known(tx, directory, after) if after else None,
        )


def _route(incident: Incident) -> Sentence:
    brief = incident.brief
    came: Sentence = ("Declared by ", incident.declared_by, " (", At(incident.times.declared, dated=True), ")")
    owned = "" if brief.owned else ". Nobody owns this pain, so the catch-all was paged"
    where: Sentence = (f". Journey: {brief.name}",) if brief.journey else (". No journey was named",)
    why: Sentence = (" (", Words(brief.route), ")") if brief.route else ()
    repair: Sentence = (". Repair owner: ", Words(brief.repair)) if brief.repair else ()
    return (Strong(f"{incident.label} · {incident.severity}"), " ", *came, *where, *why, owned, *repair)


def _alerts(alerts: tuple[Alert, ...]) -> Iterator[Sentence]:
    for alert in alerts[:SHOWN_ALERTS]:
        yield ("Alert ", Words(alert.summary), f" ({alert.source}, {alert.status.value}): ", Words(alert.why))
    if len(alerts) > SHOWN_ALERTS:
        yield (f"And {len(alerts) - SHOWN_ALERTS} more alerts",)


def _page(page: Page) -> Sentence:
    target = "the impact owner" if page.kind is PageKind.IMPACT else page.target
    by: Sentence = (", by ", page.paged_by) if page.paged_by else ()
    why: Sentence = (": ", Words(page.why)) if page.why else ()
    return (Strong(f"Page for {target}"), " since ", At(page.started_at), *by, *why, ". ", *_state(page))


def _state(page: Page) -> Sentence:
    match page.state:
        case PageState.ACKNOWLEDGED:
            who, at = page.acknowledged_by, page.acknowledged_at
            when: Sentence = (" at ", At(at), f", after {lasting(at - page.started_at)}") if at else ()
            return ("Acknowledged by ", who or "somebody", *when)
        case PageState.HELD:
            return ("Held until ", At(page.next_due, dated=True)) if page.next_due else ("Held",)
        case PageState.STOPPED:
            return ("Stopped",)
        case PageState.EXHAUSTED:
            return ("Nobody has answered",)
        case PageState.RUNNING:
            return ("Waiting for an answer",)


def _tiers(page: Page) -> Iterator[Sentence]:
    for number, tier in enumerate(page.tiers, start=1):
        yield (f"Tier {number} ({tier.rule}): ", *_whom(tier))


def _whom(tier: PageTier) -> Sentence:
    if tier.who is None:
        return ("skipped: ", Words(tier.skipped or "it reaches nobody"))
    return (tier.who, ", ", Words(tier.why), f"; waits {lasting(tier.wait)}")


def _asks(page: Page) -> Iterator[Sentence]:
    for ask in page.asks:
        round_ = f" (round {ask.loop + 1})" if ask.loop else ""
        yield ("• ", At(ask.asked_at), " ", ask.who, f" paged{round_}: ", *_became(ask))


def _became(ask: Ask) -> Sentence:
    said: list[Fragment] = [_WORDS[ask.state]]
    if ask.ended_at is not None and ask.state is not AskState.WAITING:
        said.append(f" after {lasting(ask.ended_at - ask.asked_at)}")
    if ask.trouble:
        said += [" (", Words(ask.trouble), ")"]
    if ask.muted:
        said.append("; notifications were paused")
    return tuple(said)


_WORDS = {
    AskState.WAITING: "no answer yet",
    AskState.MISSED: "no answer",
    AskState.UNREACHABLE: "could not be reached",
    AskState.ACKNOWLEDGED: "acknowledged",
    AskState.DECLINED: "said that they can't",
    AskState.STOPPED: "no longer needed",
}
