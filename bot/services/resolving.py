"""Resolving with its guard, answering the review of the route, and reopening."""

from dataclasses import replace
from datetime import datetime

from bot.domain import authority, clock, clock_keeping, paging, reopening, resolving, summary, watch
from bot.domain.alert import Alert
from bot.domain.authority import Act
from bot.domain.change import Change
from bot.domain.directory import Directory
from bot.domain.errors import Refusal
from bot.domain.incident import Incident, Status
from bot.domain.prose import At, Sentence, Who
from bot.domain.resolving import Afterwards, ResolveForm
from bot.domain.telling import one_line
from bot.domain.timeline import Event, EventKind
from bot.domain.update import Stage
from bot.domain.wording import prefilled
from bot.services import drafting, notices, summaries
from bot.services.loading import loaded, loaded_for, severity_of
from bot.services.page_starting import begin
from bot.services.ports import Desk, Render, Tx
from bot.services.postmortems import drafted, in_pieces
from bot.text import TextError


async def open_items(desk: Desk, number: int, by: Who) -> tuple[Sentence, ...]:
    """What is still open, for the form of resolving to show. Raises Refusal when it is not for this person to see."""
    directory = desk.directory()

    def read(tx: Tx) -> tuple[Sentence, ...]:
        incident = loaded_for(tx, directory, number, by)
        return resolving.open_items(incident, tx.alerts_of(number))

    return await desk.store.read(read)


async def resolve(desk: Desk, number: int, form: ResolveForm, by: Who, *, delivery: str, reason: str = "") -> Incident:
    """Resolve an incident: cards, pages, clocks, the last update, the review and the postmortem's draft.

    Raises Refusal (field `reason`) while something is open and the form gives no reason; ReasonNeeded when this person
    needs `reason`; Refusal when it is resolved already.
    """
    now, directory = desk.clock(), desk.directory()

    def write(tx: Tx) -> Incident:
        incident = loaded_for(tx, directory, number, by)
        if not tx.first_time(delivery, now):
            return incident
        if not incident.open:
            raise Refusal(f"{incident.label} is resolved already", *_when(incident), ". Nothing was changed.")
        managers = directory.workspace.managers
        given = reason or form.override_reason
        override = authority.check(Act.RESOLVE, by, incident, managers=managers, now=now, reason=given)
        change = _resolved(tx, desk.render, directory, incident, form, by, now)
        tx.save(authority.with_override(change, override))
        return loaded(tx, number)

    return await desk.store.write(write)


async def answer_review(
    desk: Desk, number: int, question: int, answer: str, by: Who, *, delivery: str, reason: str = ""
) -> Incident:
    """Note an answer to question 1, 2 or 3 of the route's review. Raises Refusal, ReasonNeeded."""
    now, directory = desk.clock(), desk.directory()

    def write(tx: Tx) -> Incident:
        incident = loaded_for(tx, directory, number, by)
        if tx.first_time(delivery, now):
            managers = directory.workspace.managers
            override = authority.check(Act.REVIEW, by, incident, managers=managers, now=now, reason=reason)
            change = resolving.answered(incident, question, answer, by, now)
            tx.save(authority.with_override(change, override))
        return loaded(tx, number)

    return await desk.store.write(write)


async def reopen(desk: Desk, number: int, why: str, by: Who, *, delivery: str, reason: str = "") -> Incident:
    """Open a resolved incident again: clocks start, channels come back. Raises Refusal.

    The impact owner is paged, unless the commander is still at it.
    """
    now, directory = desk.clock(), desk.directory()

    def write(tx: Tx) -> Incident:
        incident = loaded_for(tx, directory, number, by)
        if tx.first_time(delivery, now):
            managers = directory.workspace.managers
            override = authority.check(Act.REOPEN, by, incident, managers=managers, now=now, reason=reason)
            severity = severity_of(directory, incident)
            change = reopening.reopened(incident, why, by, now)
            change = change.and_then(lambda each: notices.begun_again(tx, each, now))
            if reopening.leads_on(incident, by, now) is None:
                change = change.and_then(lambda each: begin(tx, directory, each, severity, now, by=by))
            change = change.and_then(lambda each: watch.resumed(each, now))
            if incident.rooms_wanted:
                change = change.and_then(lambda each: clock.start(each, severity, now))
                change = change.and_then(lambda each: summary.start(each, now, severity.summary_every))
            tx.save(authority.with_override(change, override))
        return loaded(tx, number)

    return await desk.store.write(write)


def _resolved(
    tx: Tx, render: Render, directory: Directory, incident: Incident, form: ResolveForm, by: Who, now: datetime
) -> Change:
    alerts: tuple[Alert, ...] = tx.alerts_of(incident.number)
    overridden = resolving.guard(incident, alerts, form)
    change = resolving.resolved(incident, form, overridden, by, now, _afterwards(directory, incident, now))
    pages = tx.pages_of(incident.number)
    change = change.and_then(lambda each: paging.stop_all(each, pages, now, "resolved"))
    change = change.and_then(lambda each: _last_words(render, directory, each, by, now))
    change = change.and_then(clock_keeping.settled)
    change = change.and_then(lambda each: _with_postmortem(tx, render, directory, each, change.timeline, now))
    change = change.and_then(lambda each: summaries.last(render, directory, each, now))
    saved = change.incident or incident
    change = change.then(Change(outgoing=(*resolving.announced(saved), *in_pieces(saved))))
    return change.then(notices.ended(tx, saved, now))


def _last_words(render: Render, directory: Directory, incident: Incident, by: Who, now: datetime) -> Change:
    """The resolved update, unless one went out already. A broken template must not keep an incident open."""
    since = incident.times.reopened or incident.times.declared
    told = any(
        update.stage is Stage.RESOLVED and update.drafted_at >= since and (update.handed_out_at or update.published_at)
        for update in incident.updates
    )
    if told or not incident.clocks:
        return Change(incident=incident)
    form = replace(prefilled(incident), status=Status.RESOLVED.value, doing="", estimate="", next_at=None)
    try:
        return drafting.final_words(render, directory, incident, by, now, form)
    except Refusal as refusal:
        return _trouble(incident, "last_words", ("The resolved update was not published. ", *refusal.said), now)


def _with_postmortem(
    tx: Tx, render: Render, directory: Directory, incident: Incident, more: tuple[Event, ...], now: datetime
) -> Change:
    try:
        text = drafted(tx, render, directory, incident, more, now)
    except TextError as error:
        return _trouble(incident, "postmortem", (f"The postmortem was not drafted: {error}",), now)
    made = Event(
        incident=incident.number,
        key=f"postmortem:{incident.reopened}",
        at=now,
        kind=EventKind.POSTMORTEM,
        said=("The postmortem was drafted from the record",),
    )
    return Change(incident=replace(incident, postmortem=text), timeline=(made,))


def _trouble(incident: Incident, what: str, said: Sentence, now: datetime) -> Change:
    key = f"{what}:{incident.reopened}:failed"
    event = Event(incident=incident.number, key=key, at=now, kind=EventKind.TROUBLE, said=said)
    return Change(incident=incident, timeline=(event,), outgoing=one_line(incident, key, said))


def _afterwards(directory: Directory, incident: Incident, now: datetime) -> Afterwards:
    workspace = directory.workspace
    days = resolving.promised_days(incident)
    return Afterwards(
        postmortem_due=resolving.business_days_after(now, days, workspace.working_hours, workspace.zone),
        archive_at=now + workspace.archive_after if workspace.archive_after else None,
    )


def _when(incident: Incident) -> Sentence:
    resolved = incident.times.resolved
    return (", since ", At(resolved, dated=True)) if resolved else ()
