"""Publishing status updates: preview, publish word for word, no change, posted, snooze; the clock's duties."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Final

from bot.domain import authority, clock, clock_keeping, publishing
from bot.domain.authority import Act
from bot.domain.change import Change, Timer, TimerKind
from bot.domain.directory import Directory
from bot.domain.errors import Refusal
from bot.domain.incident import Incident, Status
from bot.domain.prose import At, Who
from bot.domain.status_change import change_status
from bot.domain.update import Audience, Clock, Stage, StatusUpdate, UpdateForm
from bot.domain.wording import prefilled as prefilled_form
from bot.services.drafting import Previews, drafted, tidied
from bot.services.loading import loaded, loaded_for, severity_of
from bot.services.ports import Desk, Render, Tx

LEAST_NOTICE: Final = timedelta(minutes=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Published:
    """What was published; `made_anew` when the drafts' next time had passed, so that fresh ones must be looked at."""

    incident: Incident
    updates: tuple[StatusUpdate, ...]
    made_anew: Previews | None = None


async def prefilled(desk: Desk, number: int, by: Who) -> UpdateForm:
    """The update form as it starts, from the last update. Raises Refusal when the incident is not for this person."""

    def read(tx: Tx) -> UpdateForm:
        return prefilled_form(loaded_for(tx, desk.directory(), number, by))

    return await desk.store.read(read)


async def preview(desk: Desk, number: int, form: UpdateForm, by: Who) -> Previews:
    """Render a form for both audiences and keep the words as drafts. Raises Refusal with the field at fault."""
    now, directory = desk.clock(), desk.directory()
    _checked(form, now)

    def write(tx: Tx) -> Previews:
        incident = loaded_for(tx, directory, number, by)
        made = drafted(desk.render, directory, tidied(incident, by), form, by, now)
        tx.save(Change(incident=made.incident))
        return made

    return await desk.store.write(write)


async def no_change(desk: Desk, number: int, audiences: tuple[Audience, ...], by: Who) -> Previews:
    """Render *nothing new* for audiences with a fresh time, from the last update, and keep it as drafts."""
    now, directory = desk.clock(), desk.directory()

    def write(tx: Tx) -> Previews:
        incident = loaded_for(tx, directory, number, by)
        form = prefilled_form(incident)
        made = drafted(
            desk.render, directory, tidied(incident, by), form, by, now, stage=Stage.NOTHING_NEW, audiences=audiences
        )
        tx.save(Change(incident=made.incident))
        return made

    return await desk.store.write(write)


async def publish(
    desk: Desk, number: int, drafts: tuple[int, ...], by: Who, *, reason: str = "", delivery: str
) -> Published:
    """Publish previewed drafts word for word, and take over the status that their form names.

    Raises Refusal when a draft is gone, ReasonNeeded when this person needs a reason.
    """
    now, directory = desk.clock(), desk.directory()

    def write(tx: Tx) -> Published:
        incident = loaded_for(tx, directory, number, by)
        if not tx.first_time(delivery, now):
            return Published(incident=incident, updates=())
        managers = directory.workspace.managers
        override = authority.check(Act.UPDATE, by, incident, managers=managers, now=now, reason=reason)
        chosen = tuple(publishing.update_numbered(incident, each) for each in drafts)
        if any(each.next_at and each.next_at < now + LEAST_NOTICE for each in chosen):
            return _made_anew(desk.render, directory, tx, incident, chosen, by, now)
        given = publishing.Publication(by=by, now=now)
        change = publishing.publish(incident, chosen, given)
        change = change.then(_take_over(change.incident or incident, chosen, by, now))
        tx.save(change.then(Change(timeline=(override,))) if override else change)
        saved = loaded(tx, number)
        return Published(incident=saved, updates=tuple(each for each in saved.updates if each.number in drafts))

    return await desk.store.write(write)


async def posted_it(desk: Desk, number: int, update: int, by: Who, *, delivery: str) -> Incident:
    """Note that public text was posted; the public clock stops at this press. Raises Refusal when it was before."""
    now, directory = desk.clock(), desk.directory()

    def write(tx: Tx) -> Incident:
        incident = loaded_for(tx, directory, number, by)
        if tx.first_time(delivery, now):
            tx.save(publishing.posted(incident, update, publishing.Publication(by=by, now=now)))
        return loaded(tx, number)

    return await desk.store.write(write)


async def snooze(desk: Desk, number: int, audience: Audience, by: Who, *, delivery: str) -> datetime:
    """Put a promise off by ten minutes, once; returns its new time (UTC). Raises Refusal when that is used up."""
    now, directory = desk.clock(), desk.directory()

    def write(tx: Tx) -> datetime:
        incident = loaded_for(tx, directory, number, by)
        if tx.first_time(delivery, now):
            promise = _snoozable(incident, audience)
            authority.check(Act.CLOCK, by, incident, managers=directory.workspace.managers, now=now)
            tx.save(clock_keeping.snoozed(incident, promise, by, now))
        after = loaded(tx, number).clock(audience)
        return after.due_at if after and after.due_at else now

    return await desk.store.write(write)


async def start_public_clock(desk: Desk, number: int, by: Who, *, delivery: str) -> Incident:
    """Start a private incident's public clock: only its commander may. Raises Refusal to anyone else."""
    now, directory = desk.clock(), desk.directory()

    def write(tx: Tx) -> Incident:
        incident = loaded_for(tx, directory, number, by)
        if not by.same_as(incident.holder("commander")):
            raise Refusal(
                "Only the commander starts the public clock of a private incident. It was not started; take the "
                "commander role first if nobody leads."
            )
        if tx.first_time(delivery, now) and incident.clock(Audience.PUBLIC) is None:
            tx.save(clock.start(incident, severity_of(directory, incident), now, (Audience.PUBLIC,)))
        return loaded(tx, number)

    return await desk.store.write(write)


def _clock_soon(tx: Tx, timer: Timer, _directory: Directory, _now: datetime, _render: Render) -> Change:
    return clock_keeping.soon(loaded(tx, timer.incident), timer)


def _clock_due(tx: Tx, timer: Timer, _directory: Directory, now: datetime, _render: Render) -> Change:
    return clock_keeping.due(loaded(tx, timer.incident), timer, now)


def _clock_late(tx: Tx, timer: Timer, directory: Directory, now: datetime, _render: Render) -> Change:
    incident = loaded(tx, timer.incident)
    return clock_keeping.late(incident, timer, severity_of(directory, incident), now)


DUTIES: Final = MappingProxyType(
    {
        TimerKind.CLOCK_SOON: _clock_soon,
        TimerKind.CLOCK_DUE: _clock_due,
        TimerKind.CLOCK_LATE: _clock_late,
    }
)


def _take_over(incident: Incident, chosen: tuple[StatusUpdate, ...], by: Who, now: datetime) -> Change:
    form = chosen[-1].form
    change = Change(incident=incident)
    if form.since and form.since != incident.times.since:
        change = Change(incident=replace(incident, times=replace(incident.times, since=form.since)))
    # Words that say it is over do not end it: resolving has its own form, with its guard.
    if Status(form.status) not in {incident.status, Status.RESOLVED} and incident.open:
        current = change.incident or incident
        change = change.then(change_status(current, Status(form.status), "said in the status update", by, now))
    return change


def _made_anew(
    render: Render,
    directory: Directory,
    tx: Tx,
    incident: Incident,
    chosen: tuple[StatusUpdate, ...],
    by: Who,
    now: datetime,
) -> Published:
    numbers = {each.number for each in chosen}
    rest = replace(incident, updates=tuple(each for each in incident.updates if each.number not in numbers))
    form = replace(chosen[-1].form, next_at=None)
    stage = chosen[-1].stage if chosen[-1].stage is Stage.NOTHING_NEW else None
    audiences = tuple(each.audience for each in chosen)
    made = drafted(render, directory, rest, form, by, now, stage=stage, audiences=audiences)
    tx.save(Change(incident=made.incident))
    return Published(incident=made.incident, updates=(), made_anew=made)


def _checked(form: UpdateForm, now: datetime) -> None:
    if not form.customers_see.strip():
        raise Refusal("Say what customers see; the update starts with it.", field="customers_see")
    if form.since and form.since > now:
        raise Refusal("This is in the future. Give the time when customers began to see it.", field="since")
    if form.next_at and form.next_at < now + LEAST_NOTICE:
        raise Refusal("This time has passed. Choose when the next update comes.", field="next_update")


def _snoozable(incident: Incident, audience: Audience) -> Clock:
    promise = incident.clock(audience)
    if promise is None or not promise.running or promise.due_at is None:
        raise Refusal(f"No {clock_keeping.NAMED[audience]} is due in {incident.label}, so there is nothing to snooze.")
    if promise.snoozed:
        raise Refusal(
            "This update was snoozed once already; once is all. It is due at ",
            At(promise.due_at),
            ". Nothing new to say? Press No change.",
        )
    return promise
