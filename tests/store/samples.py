"""Values to save: small ones, each complete."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from bot.domain.change import Timer, TimerKind
from bot.domain.effects import Effect, Outgoing, Priority, TellRoom
from bot.domain.incident import Brief, Incident, Room, RoomKind, Status, Times
from bot.domain.page import Page, PageKind, PageState, PageTier
from bot.domain.prose import Sentence, Who
from bot.domain.timeline import Event, EventKind

NOW = datetime(2026, 11, 18, 7, 17, tzinfo=UTC)
LEASE = timedelta(seconds=30)
MAYA = Who(name="Maya Ito", user="U1", person="maya")


def incident(number: int = 1, journey: str | None = "checkout") -> Incident:
    return Incident(
        number=number,
        brief=Brief(journey=journey, name="Checkout", pain="Customers cannot place orders", customers_see="Errors"),
        words="Cards are declined",
        severity="SEV1",
        status=Status.INVESTIGATING,
        private=False,
        declared_by=MAYA,
        times=Times(since=NOW, detected=NOW, declared=NOW),
        war_room=Room(kind=RoomKind.WAR_ROOM, name=f"inc-{number}"),
        stakeholders=Room(kind=RoomKind.STAKEHOLDERS, name=f"inc-{number}-updates"),
    )


def in_channels(of: Incident, war_room: str, stakeholders: str) -> Incident:
    return replace(
        of,
        war_room=replace(of.war_room, channel=war_room),
        stakeholders=replace(of.stakeholders, channel=stakeholders),
    )


def page(number: int = 1, of: int = 1, state: PageState = PageState.RUNNING) -> Page:
    tier = PageTier(rule="owner", who=MAYA, why="Checkout's owner", wait=timedelta(minutes=5))
    return Page(
        id=number,
        incident=of,
        kind=PageKind.IMPACT,
        target="checkout",
        epoch=1,
        state=state,
        tiers=(tier,),
        started_at=NOW,
    )


def event(key: str, of: int = 1, said: Sentence = ("Something happened.",)) -> Event:
    return Event(incident=of, key=key, at=NOW, kind=EventKind.LOG, said=said)


def timer(name: str, due_at: datetime = NOW, of: int = 1, page: int | None = None) -> Timer:
    return Timer(id=name, kind=TimerKind.ESCALATE, due_at=due_at, incident=of, page=page)


def line(
    name: str,
    stream: str = "s",
    *,
    priority: Priority = Priority.NORMAL,
    after: tuple[str, ...] = (),
    collapse: str | None = None,
    effect: Effect | None = None,
) -> Outgoing:
    what = effect or TellRoom(room=RoomKind.WAR_ROOM, said=("Hello",))
    return Outgoing(id=name, stream=stream, effect=what, priority=priority, after=after, collapse=collapse)
