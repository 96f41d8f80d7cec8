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
from bot.domain.severity import Severity
from bot.domain.status_change import change_since, change_status
from bot.domain.update import Audience, Clock, Stage, StatusUpdate, UpdateForm
from bot.domain.wording import prefilled as prefilled_form
from bot.services import notices
from bot.services.drafting import Previews, drafted, publication, still_true, tidied, with_remarks
from bot.services.loading import loaded, loaded_for, severity_of
from bot.services.ports import Desk, Render, Tx

LEAST_NOTICE: Final = timedelta(minutes=1)
WHOLE: Final = timedelta(minutes=1)
"""Forms give times in whole minutes; a smaller difference is no correction."""


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
        return with_remarks(made, desk.remarks_on)

    return await desk.store.write(write)


async def no_change(desk: Desk, number: int, audiences: tuple[Audience, ...], by: Who) -> Previews:
    """Render *nothing new* for audiences with a fresh time, from the last update, and keep it as drafts.

    Raises Refusal where none of them has been told anything that could be unchanged.
    """
    now, directory = desk.clock(), desk.directory()

    def write(tx: Tx) -> Previews:
        incident = loaded_for(tx, directory, number, by)
        told = _told(incident, audiences)
        form = prefilled_form(incident)
        made = drafted(
            desk.render, directory, tidied(incident, by), form, by, now, stage=Stage.NOTHING_NEW, audiences=told
        )
        tx.save(Change(incident=made.incident))
        return with_remarks(made, desk.remarks_on)

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
        fresh = tuple(each for each in chosen if not publishing.is_out(each))
        publishing.refuse_outdated(incident, fresh)
        if any(_outdated(desk.render, directory, incident, each, now) for each in fresh):
            return _made_anew(desk, directory, tx, incident, fresh, by, now)
        change = publishing.publish(incident, fresh, publication(directory, incident, by, now))
        change = change.and_then(lambda each: _take_over(each, fresh, by, now))
        change = change.and_then(lambda each: notices.words_out(tx, each, drafts, now))
        tx.save(authority.with_override(change, override))
        saved = loaded(tx, number)
        return Published(incident=saved, updates=tuple(each for each in saved.updates if each.number in drafts))

    return await desk.store.write(write)


async def posted_it(desk: Desk, number: int, update: int, by: Who, *, delivery: str, reason: str = "") -> Incident:
    """Note that public text was posted; the public clock stops at this press.

    Raises Refusal when it was before or a later text replaces it, ReasonNeeded when this person needs a reason.
    """
    now, directory = desk.clock(), desk.directory()

    def write(tx: Tx) -> Incident:
        incident = loaded_for(tx, directory, number, by)
        if tx.first_time(delivery, now):
            managers = directory.workspace.managers
            override = authority.check(Act.UPDATE, by, incident, managers=managers, now=now, reason=reason)
            change = publishing.posted(incident, update, publishing.Publication(by=by, now=now))
            tx.save(authority.with_override(change, override))
        return loaded(tx, number)

    return await desk.store.write(write)


async def snooze(
    desk: Desk, number: int, audiences: tuple[Audience, ...], by: Who, *, delivery: str, reason: str = ""
) -> datetime:
    """Put due promises off by ten minutes, once; returns the first new time (UTC).

    Raises Refusal when nothing is due or that is used up, ReasonNeeded when this person needs a reason.
    """
    now, directory = desk.clock(), desk.directory()

    def write(tx: Tx) -> datetime:
        incident = loaded_for(tx, directory, number, by)
        if tx.first_time(delivery, now):
            promises = _snoozable(incident, audiences, now)
            managers = directory.workspace.managers
            override = authority.check(Act.CLOCK, by, incident, managers=managers, now=now, reason=reason)
            tx.save(authority.with_override(clock_keeping.snoozed(incident, promises, by, now), override))
        clocks = [loaded(tx, number).clock(audience) for audience in audiences]
        return min((each.due_at for each in clocks if each and each.due_at), default=now)

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
        running = incident.clock(Audience.PUBLIC)
        if tx.first_time(delivery, now) and not (running and running.running):
            change = _public_clock(incident, severity_of(directory, incident), now)
            tx.save(clock_keeping.started(incident, change, by, now))
        return loaded(tx, number)

    return await desk.store.write(write)


def _clock_soon(tx: Tx, timer: Timer, _directory: Directory, now: datetime, _render: Render) -> Change:
    return clock_keeping.soon(loaded(tx, timer.incident), timer, now)


def _clock_due(tx: Tx, timer: Timer, _directory: Directory, now: datetime, _render: Render) -> Change:
    return clock_keeping.due(loaded(tx, timer.incident), timer, now)


def _clock_late(tx: Tx, timer: Timer, directory: Directory, now: datetime, _render: Render) -> Change:
    incident = loaded(tx, timer.incident)
    return clock_keeping.late(incident, timer, directory.severity(incident.severity), now)


DUTIES: Final = MappingProxyType(
    {
        TimerKind.CLOCK_SOON: _clock_soon,
        TimerKind.CLOCK_DUE: _clock_due,
        TimerKind.CLOCK_LATE: _clock_late,
    }
)


def _take_over(incident: Incident, chosen: tuple[StatusUpdate, ...], by: Who, now: datetime) -> Change:
    """Let the incident follow a form that a person filled in: its status, and since when where that was changed."""
    change = Change(incident=incident)
    if not chosen or not incident.open or chosen[-1].stage is Stage.NOTHING_NEW or chosen[-1].by is None:
        return change
    form = chosen[-1].form
    if form.since and abs(form.since - incident.times.since) >= WHOLE:
        since = form.since
        change = change.and_then(lambda each: change_since(each, since, by, now))
    # Words that say it is over do not end it: resolving has its own form, with its guard.
    if Status(form.status) not in {incident.status, Status.RESOLVED}:
        change = change.and_then(
            lambda each: change_status(each, Status(form.status), "said in the status update", by, now)
        )
    return change


def _outdated(render: Render, directory: Directory, incident: Incident, draft: StatusUpdate, now: datetime) -> bool:
    passed = draft.next_at is not None and draft.next_at < now + LEAST_NOTICE
    return passed or not still_true(render, directory, incident, draft, now)


def _made_anew(
    desk: Desk,
    directory: Directory,
    tx: Tx,
    incident: Incident,
    chosen: tuple[StatusUpdate, ...],
    by: Who,
    now: datetime,
) -> Published:
    # The first words stay where they are shown until others are really published.
    numbers = {each.number for each in chosen if each.by is not None}
    rest = replace(incident, updates=tuple(each for each in incident.updates if each.number not in numbers))
    first = chosen[-1].by is None
    form = prefilled_form(incident) if first else replace(chosen[-1].form, next_at=None)
    stage = chosen[-1].stage if chosen[-1].stage is Stage.NOTHING_NEW else None
    audiences = tuple(each.audience for each in chosen)
    made = drafted(desk.render, directory, tidied(rest, by), form, by, now, stage=stage, audiences=audiences)
    tx.save(Change(incident=made.incident))
    return Published(incident=made.incident, updates=(), made_anew=with_remarks(made, desk.remarks_on))


def _checked(form: UpdateForm, now: datetime) -> None:
    if not form.customers_see.strip():
        raise Refusal("Say what customers see; the update starts with it.", field="customers_see")
    if form.since and form.since > now:
        raise Refusal("This is in the future. Give the time when customers began to see it.", field="since")
    if form.next_at and form.next_at < now + LEAST_NOTICE:
        raise Refusal("This time has passed. Choose when the next update comes.", field="next_update")


def _told(incident: Incident, audiences: tuple[Audience, ...]) -> tuple[Audience, ...]:
    if not incident.open:
        raise Refusal(f"{incident.label} is resolved, so there is nothing to keep working on. Nothing was published.")
    told = tuple(each for each in audiences if clock.last_word(incident, each))
    if not told:
        raise Refusal(
            f"Nobody has been told anything about {incident.label} yet, so there is no news that could be unchanged. "
            "Nothing was published; press Update, it is filled in."
        )
    return told


def _public_clock(incident: Incident, severity: Severity, now: datetime) -> Change:
    change = clock.start(incident, severity, now, (Audience.PUBLIC,)) if incident.open else Change()
    if not change.timers:
        why = f"{severity.name} promises customers no updates" if incident.open else "it is resolved"
        raise Refusal(f"The public clock of {incident.label} was not started: {why}.")
    return change


def _snoozable(incident: Incident, audiences: tuple[Audience, ...], now: datetime) -> tuple[Clock, ...]:
    """The promises whose reminder has come and that were not put off yet: an old button never puts off a later one."""
    running = [each for audience in audiences if (each := incident.clock(audience)) and each.running and each.due_at]
    promises = tuple(each for each in running if each.due_at and each.due_at - clock.NOTICE <= now and not each.snoozed)
    if promises:
        return promises
    snoozed = next((each.due_at for each in running if each.snoozed and each.due_at), None)
    if snoozed:
        raise Refusal(
            "This update was snoozed once already; once is all. It is due at ",
            At(snoozed),
            ". Nothing new to say? Press No change.",
        )
    next_at = min((each.due_at for each in running if each.due_at), default=None)
    then = (" The next is due at ", At(next_at), "; its own reminder comes before.") if next_at else ()
    raise Refusal(f"No update of {incident.label} is due now, so nothing was snoozed.", *then)
