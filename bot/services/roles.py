"""Giving, taking and handing over roles, and the panel that shows them."""

from datetime import datetime
from types import MappingProxyType
from typing import Final

from bot.domain import authority, roles, watch
from bot.domain.authority import Act
from bot.domain.change import Change, Timer, TimerKind
from bot.domain.directory import Directory
from bot.domain.effects import Card
from bot.domain.errors import Refusal
from bot.domain.incident import Incident
from bot.domain.outgoing import show_card
from bot.domain.prose import Who
from bot.domain.role import Role
from bot.services.loading import loaded, loaded_for
from bot.services.page_starting import held_until
from bot.services.ports import Desk, Render, Tx


def parse_role(directory: Directory, text: str) -> Role:
    """The role that people call so (`ic`, `comms lead`, one of the directory's own). Raises Refusal naming them all."""
    return roles.find_role(roles.all_roles(directory), text)


async def give(desk: Desk, number: int, role: str, who: Who, by: Who, *, delivery: str, reason: str = "") -> Incident:
    """Give a role to somebody, or hand it over; giving an empty one to oneself is taking it.

    Raises Refusal for an unknown role or a resolved incident, ReasonNeeded when this person needs a reason.
    """
    now, directory = desk.clock(), desk.directory()

    def write(tx: Tx) -> Incident:
        incident = _open(loaded_for(tx, directory, number, by))
        wanted = parse_role(directory, role)
        if tx.first_time(delivery, now):
            act = _act(incident, wanted, who, by)
            managers = directory.workspace.managers
            override = authority.check(act, by, incident, managers=managers, now=now, reason=reason)
            tx.save(authority.with_override(roles.given(incident, wanted, who, by, now), override))
        return loaded(tx, number)

    return await desk.store.write(write)


async def take(desk: Desk, number: int, role: str, by: Who, *, delivery: str, reason: str = "") -> Incident:
    """Take a role oneself: anybody may while it is empty. Raises as `give` does."""
    return await give(desk, number, role, by, by, delivery=delivery, reason=reason)


async def fine_for_now(desk: Desk, number: int, role: str, place: int, by: Who, *, delivery: str) -> Incident:
    """Note that whoever holds a role goes on for now; `place` is their term's. Raises Refusal to anybody else."""
    now, directory = desk.clock(), desk.directory()

    def write(tx: Tx) -> Incident:
        incident = loaded_for(tx, directory, number, by)
        if tx.first_time(delivery, now):
            tx.save(watch.fine(incident, role, place, by, now))
        return loaded(tx, number)

    return await desk.store.write(write)


async def panel(desk: Desk, number: int, by: Who, *, delivery: str) -> Incident:
    """Post the roles panel in the war room when somebody first asks for it; from then on it is edited in place.

    Raises Refusal for an incident that has no war room.
    """
    now, directory = desk.clock(), desk.directory()

    def write(tx: Tx) -> Incident:
        incident = loaded_for(tx, directory, number, by)
        if not incident.rooms_wanted:
            raise Refusal(f"{incident.label} has no war room at {incident.severity}. Raise the severity to open one.")
        if tx.first_time(delivery, now):
            tx.save(Change(outgoing=(show_card(incident, Card.ROLES),)))
        return incident

    return await desk.store.write(write)


def _act(incident: Incident, role: Role, who: Who, by: Who) -> Act:
    if not who.same_as(by):
        return Act.GIVE_ROLE
    return Act.TAKE_EMPTY_ROLE if incident.holder(role.id) is None else Act.TAKE_HELD_ROLE


def _open(incident: Incident) -> Incident:
    if not incident.open:
        raise Refusal(f"{incident.label} is resolved. No role was changed; reopen it first.")
    return incident


def _watch_due(tx: Tx, timer: Timer, directory: Directory, now: datetime, _render: Render) -> Change:
    incident = loaded(tx, timer.incident)
    severity = directory.severity(incident.severity)
    return watch.due(incident, timer, held_until(directory, severity, now) if severity else None, now)


DUTIES: Final = MappingProxyType({TimerKind.WATCH: _watch_due})
