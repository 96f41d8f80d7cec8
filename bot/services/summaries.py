"""Summaries for stakeholders, hourly or by hand, and *catch me up* for one person."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Final

from bot.domain import authority, summary
from bot.domain.authority import Act
from bot.domain.change import Change, Timer, TimerKind
from bot.domain.comms_answers import untold
from bot.domain.directory import Directory
from bot.domain.errors import Refusal
from bot.domain.incident import Incident
from bot.domain.naming import clean
from bot.domain.prose import At, Sentence, Strong, Who, Words
from bot.domain.role import COMMANDER, COMMS
from bot.domain.summary import Written
from bot.domain.summary_news import news
from bot.domain.telling import trouble
from bot.domain.timeline import Event, EventKind
from bot.domain.wording import impact_line
from bot.services.loading import loaded, loaded_for
from bot.services.ports import Desk, Render, Tx
from bot.text import TextError

LIMIT: Final = 3000
NEWEST: Final = 6
TOLD: Final = frozenset(
    {
        EventKind.ACKNOWLEDGED,
        EventKind.NOBODY,
        EventKind.ROLE,
        EventKind.DECISION,
        EventKind.LOG,
        EventKind.CHANGE,
        EventKind.IMPACT,
        EventKind.SEVERITY,
        EventKind.STATUS,
        EventKind.UPDATE,
        EventKind.BREACH,
        EventKind.ALERT,
        EventKind.RESOLVED,
        EventKind.REOPENED,
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class SummaryDraft:
    """A summary as the record would write it, to be edited and posted; `answered` are the questions it tells of."""

    incident: Incident
    text: str
    answered: tuple[int, ...] = ()


async def draft(desk: Desk, number: int, by: Who) -> SummaryDraft:
    """Write the summary from the record, for a person to edit. Raises Refusal when it is not for them to see."""
    now, directory = desk.clock(), desk.directory()

    def read(tx: Tx) -> SummaryDraft:
        incident = loaded_for(tx, directory, number, by)
        timeline = tx.timeline(number)
        facts = summary.facts(incident, timeline, directory.workspace.zone, now, from_record=False)
        text = _rendered(desk.render, facts)
        return SummaryDraft(incident=incident, text=text, answered=_untold(incident))

    return await desk.store.read(read)


async def post(
    desk: Desk,
    number: int,
    text: str,
    by: Who,
    *,
    reason: str = "",
    delivery: str,
    answered: tuple[int, ...] = (),
) -> Incident:
    """Post a summary now, in this person's words; the next is due an interval later.

    `answered` are the questions that its draft told of; the next one does not tell of them again.

    Raises Refusal for empty or over-long text (3,000 characters), ReasonNeeded when this person needs a reason.
    """
    now, directory = desk.clock(), desk.directory()
    words = clean(text)
    if not words:
        raise Refusal("The summary is empty, so nothing was posted. Write a line, or close the form.", field="summary")
    if len(words) > LIMIT:
        raise Refusal(
            f"The summary has {len(words):,} characters and 3,000 fit; nothing was posted. Shorten it.", field="summary"
        )

    def write(tx: Tx) -> Incident:
        incident = loaded_for(tx, directory, number, by)
        if tx.first_time(delivery, now):
            managers = directory.workspace.managers
            override = authority.check(Act.SUMMARY, by, incident, managers=managers, now=now, reason=reason)
            written = Written(text=words, by=by, answered=answered)
            change = summary.post(incident, written, _every(directory, incident), now)
            tx.save(change.then(Change(timeline=(override,))) if override else change)
        return loaded(tx, number)

    return await desk.store.write(write)


async def leave_out(desk: Desk, number: int, which: int, by: Who, *, delivery: str, reason: str = "") -> Incident:
    """Leave the next summary (its number) out, because nothing changed; the one after it is due an interval later.

    Raises Refusal where something did change or that summary is out, ReasonNeeded when this person needs a reason.
    """
    now, directory = desk.clock(), desk.directory()

    def write(tx: Tx) -> Incident:
        incident = loaded_for(tx, directory, number, by)
        if tx.first_time(delivery, now):
            _still_quiet(tx, directory, incident, which)
            managers = directory.workspace.managers
            override = authority.check(Act.SUMMARY, by, incident, managers=managers, now=now, reason=reason)
            change = summary.left_out(incident, _every(directory, incident), by, now)
            tx.save(authority.with_override(change, override))
        return loaded(tx, number)

    return await desk.store.write(write)


async def catch_up(desk: Desk, number: int, by: Who) -> tuple[Sentence, ...]:
    """Everything a person who just arrived needs, a line each, newest facts last. Raises Refusal as `draft` does."""
    now, directory = desk.clock(), desk.directory()

    def read(tx: Tx) -> tuple[Sentence, ...]:
        incident = loaded_for(tx, directory, number, by)
        return caught_up(incident, tx.timeline(number), now)

    return await desk.store.read(read)


def caught_up(incident: Incident, timeline: tuple[Event, ...], now: datetime) -> tuple[Sentence, ...]:
    """The lines of *catch me up*: where it stands, what is being done, what was decided, what happened last."""
    lines: list[Sentence] = [
        (
            Strong(f"{incident.label} · {incident.severity} · {incident.status.value}"),
            " · ",
            Words(incident.brief.pain),
        ),
        (Words(incident.words or incident.brief.pain), ", since ", At(incident.times.since, dated=True)),
        ("Customers: ", Words(impact_line(incident.impact[-1] if incident.impact else None)), "."),
        _led(incident),
        _doing(incident),
    ]
    if incident.changed:
        lines.append(("Changed before it broke: ", Words(incident.changed)))
    lines += [(f"Decision {each.number}: ", Words(each.text), " (", each.by, ")") for each in incident.decisions[-3:]]
    open_items = [each for each in incident.actions if each.done_at is None]
    lines += [
        (f"To do {each.number}: ", Words(each.text), *((" (", each.owner, ")") if each.owner else ()))
        for each in open_items[:5]
    ]
    told = [event for event in timeline if event.kind in TOLD]
    lines += [(At(event.at), " ", *event.said) for event in told[-NEWEST:]]
    due = summary.next_word(incident, now)
    if due and incident.open:
        lines.append(("Next update: ", At(due)))
    return tuple(lines)


def _led(incident: Incident) -> Sentence:
    commander, comms = incident.holder(COMMANDER), incident.holder(COMMS)
    return (
        "Commander: ",
        commander or "nobody yet",
        " · Comms: ",
        comms or "nobody yet",
    )


def _doing(incident: Incident) -> Sentence:
    confirmed, doing = summary.last_confirmed(incident), summary.doing(incident)
    if not doing:
        return ("What we are doing: not reported yet.",)
    at = confirmed.published_at if confirmed and confirmed.form.doing.strip() else incident.decisions[-1].at
    return ("What we are doing: ", Words(doing), *((" (", At(at), ")") if at else ()))


def _summary_due(tx: Tx, timer: Timer, directory: Directory, now: datetime, render: Render) -> Change:
    incident = loaded(tx, timer.incident)
    if not incident.open or timer.fence != len(incident.summaries) + 1:
        return Change()
    every = _every(directory, incident)
    timeline = tx.timeline(incident.number)
    facts = summary.facts(incident, timeline, directory.workspace.zone, now, from_record=True)
    try:
        text = _rendered(render, facts)
    except Refusal as refusal:
        change = summary.start(incident, now, every)
        key = f"summary:{timer.fence}:{int(timer.due_at.timestamp())}:failed"
        return change.then(trouble(change.incident or incident, key, refusal.said, now))
    return summary.post(incident, Written(text=text, answered=_untold(incident)), every, now)


def _summary_soon(tx: Tx, timer: Timer, directory: Directory, now: datetime, _render: Render) -> Change:
    incident = loaded(tx, timer.incident)
    stands = incident.open and timer.fence == len(incident.summaries) + 1
    if not stands or news(incident, tx.timeline(incident.number), directory.workspace.zone):
        return Change()
    return summary.ask_first(incident, timer.fence, now)


def last(render: Render, directory: Directory, incident: Incident, now: datetime) -> Change:
    """The last summary of a resolved incident. A broken template must not keep an incident open."""
    if not incident.rooms_wanted:
        return Change(incident=incident)
    try:
        text = _rendered(render, summary.last_facts(incident, directory.workspace.zone, now), summary.LAST)
    except Refusal as refusal:
        return trouble(incident, f"last_summary:{incident.reopened}:failed", refusal.said, now)
    return summary.post(incident, Written(text=text, answered=_untold(incident)), None, now)


def _every(directory: Directory, incident: Incident) -> timedelta | None:
    severity = directory.severity(incident.severity)
    return severity.summary_every if severity else None


def _still_quiet(tx: Tx, directory: Directory, incident: Incident, which: int) -> None:
    """Refuse to leave a summary out that was posted, or that has something to tell."""
    if not incident.open or which != len(incident.summaries) + 1 or incident.next_summary_at is None:
        raise Refusal(f"That summary of {incident.label} is not waiting any more. Nothing was left out.")
    changed = news(incident, tx.timeline(incident.number), directory.workspace.zone)
    if changed:
        raise Refusal(
            f"Something did change since the last summary of {incident.label}: ",
            Words(changed[-1]),
            ". The summary stays due; edit it, or let it be posted from the record.",
        )


def _untold(incident: Incident) -> tuple[int, ...]:
    return tuple(each.number for each in untold(incident))


def _rendered(render: Render, facts: dict[str, object], template: str = summary.TEMPLATE) -> str:
    try:
        return render(template, facts)
    except TextError as error:
        raise Refusal(f"The summary's template could not be used: {error}. Nothing was posted.") from error


DUTIES: Final = MappingProxyType({TimerKind.SUMMARY_SOON: _summary_soon, TimerKind.SUMMARY: _summary_due})
