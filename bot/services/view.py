"""What a surface shows: one incident whole, the open ones, Home. Private incidents are shown to insiders only."""

from dataclasses import dataclass, replace
from zoneinfo import ZoneInfo

from bot.domain.alert import AlertTally
from bot.domain.authority import may_see
from bot.domain.comms_queue import open_questions
from bot.domain.directory import Directory
from bot.domain.incident import Incident
from bot.domain.page import AskState, Page
from bot.domain.prose import Who
from bot.domain.question import Question
from bot.domain.severity import Severity
from bot.domain.team import AddedRole
from bot.services import oncall
from bot.services.loading import loaded_for, severity_of
from bot.services.oncall import OnCall
from bot.services.page_finding import page_for
from bot.services.ports import Desk, Tx
from bot.services.record import zone_of

RECENT = 20
"""As many incidents as are looked at for questions that were asked after the end."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Situation:
    """One incident with all that its cards and forms need."""

    incident: Incident
    pages: tuple[Page, ...]
    severity: Severity
    alerts: AlertTally
    same_journey: tuple[Incident, ...]
    added_roles: tuple[AddedRole, ...]
    zone: ZoneInfo


@dataclass(frozen=True, slots=True, kw_only=True)
class HomeFacts:
    """What a person's Home shows: pages and questions that wait for them, open incidents, who is on call."""

    my_pages: tuple[tuple[Page, Incident], ...]
    my_questions: tuple[tuple[Question, Incident], ...]
    open: tuple[Incident, ...]
    on_call: tuple[OnCall, ...]


async def situation(desk: Desk, number: int, for_user: Who) -> Situation:
    """Everything about one incident. Raises Refusal when there is none, or none for this person to see."""
    directory = desk.directory()

    def read(tx: Tx) -> Situation:
        return _situation(tx, directory, loaded_for(tx, directory, number, for_user), for_user)

    return await desk.store.read(read)


async def situation_in_room(desk: Desk, number: int) -> Situation | None:
    """The same for what the bot itself posts in the incident's own places; None when there is no such incident."""
    directory = desk.directory()

    def read(tx: Tx) -> Situation | None:
        incident = tx.incident(number)
        return _situation(tx, directory, incident, incident.declared_by) if incident else None

    return await desk.store.read(read)


async def situation_of_page(desk: Desk, page: int, for_user: Who) -> Situation:
    """The same about the incident that a page is for. Raises Refusal for a page that this person may not know of."""
    directory = desk.directory()

    def read(tx: Tx) -> Situation:
        incident, _ = page_for(tx, directory, page, for_user)
        return _situation(tx, directory, incident, for_user)

    return await desk.store.read(read)


async def open_list(desk: Desk, for_user: Who) -> tuple[Incident, ...]:
    """The open incidents that this person may see, newest first."""
    directory = desk.directory()
    return await desk.store.read(lambda tx: _visible(tx.open_incidents(), directory, for_user))


async def open_on(desk: Desk, journey: str, for_user: Who) -> tuple[Incident, ...]:
    """The open incidents on a journey (by id) that this person may see, newest first."""
    directory = desk.directory()
    return await desk.store.read(lambda tx: _visible(tx.open_on(journey), directory, for_user))


async def home(desk: Desk, for_user: Who) -> HomeFacts:
    """What this person's Home shows now."""
    directory = desk.directory()

    def read(tx: Tx) -> HomeFacts:
        found = tx.open_incidents()
        return HomeFacts(
            my_pages=_waiting_for(tx, for_user),
            my_questions=_to_answer(tx, found, for_user),
            open=_visible(found, directory, for_user),
            on_call=(),
        )

    return replace(await desk.store.read(read), on_call=await oncall.on_call(desk))


def _situation(tx: Tx, directory: Directory, incident: Incident, for_user: Who) -> Situation:
    journey = incident.brief.journey
    same = _visible(tx.open_on(journey), directory, for_user) if journey else ()
    return Situation(
        incident=incident,
        pages=tx.pages_of(incident.number),
        severity=severity_of(directory, incident),
        alerts=tx.alert_tally(incident.number),
        same_journey=tuple(each for each in same if each.number != incident.number),
        added_roles=directory.roles,
        zone=zone_of(tx, directory, for_user),
    )


def _waiting_for(tx: Tx, who: Who) -> tuple[tuple[Page, Incident], ...]:
    mine = (
        page
        for page in tx.live_pages()
        if any(ask.state in {AskState.WAITING, AskState.MISSED} and who.same_as(ask.who) for ask in page.asks)
    )
    found = ((page, tx.incident(page.incident)) for page in mine)
    return tuple((page, incident) for page, incident in found if incident is not None)


def _to_answer(tx: Tx, open_now: tuple[Incident, ...], who: Who) -> tuple[tuple[Question, Incident], ...]:
    """The questions that this person has, oldest first, those of incidents that ended lately too."""
    ended = tuple(each for each in tx.recent_incidents(RECENT) if not each.open)
    found = [(question, each) for each in (*open_now, *ended) for question in open_questions(each)]
    mine = [(question, each) for question, each in found if who.same_as(question.holder)]
    return tuple(sorted(mine, key=lambda pair: (pair[0].at, pair[1].number, pair[0].number)))


def _visible(incidents: tuple[Incident, ...], directory: Directory, who: Who) -> tuple[Incident, ...]:
    managers = directory.workspace.managers
    return tuple(each for each in incidents if may_see(who, each, managers))
