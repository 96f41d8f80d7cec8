"""The end of an incident: the guard before it, what resolving sets going, and the review of the route."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from bot.domain import clock, watch
from bot.domain.alert import Alert, AlertStatus
from bot.domain.change import Change, Timer, TimerKind
from bot.domain.effects import Card, Outgoing
from bot.domain.errors import Refusal
from bot.domain.incident import Incident, Status
from bot.domain.naming import WORDS_LIMIT, clean
from bot.domain.outgoing import refresh_card, refresh_cards, show_card, tell_person
from bot.domain.prose import At, Fragment, Sentence, Who, Words
from bot.domain.role import COMMANDER
from bot.domain.rooms import archive
from bot.domain.telling import one_line
from bot.domain.timeline import Event, EventKind
from bot.domain.wording import BUSINESS_DAYS_TO_POSTMORTEM
from bot.domain.working_hours import WorkingHours

QUESTIONS: Final = 3
SAYS_SO: Final = frozenset({Status.MONITORING.value, Status.RESOLVED.value})


@dataclass(frozen=True, slots=True, kw_only=True)
class ResolveForm:
    """What resolving is told: a summary, and why although something is still open."""

    summary: str = ""
    override_reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Afterwards:
    """What the workspace wants after the end: the postmortem's due time, and when the channels are archived."""

    postmortem_due: datetime
    archive_at: datetime | None = None


def open_items(incident: Incident, alerts: Sequence[Alert]) -> tuple[Sentence, ...]:
    """What is still open, each a sentence: no update that says so, no commander, alerts firing."""
    found: list[Sentence] = []
    if incident.clocks and not _told_that_it_ends(incident):
        found.append(("No update has said that it is over, or nearly so",))
    if incident.holder(COMMANDER) is None:
        found.append(("Nobody is commander",))
    firing = [alert for alert in alerts if alert.status is AlertStatus.FIRING]
    if firing:
        count = "1 alert is" if len(firing) == 1 else f"{len(firing)} alerts are"
        found.append((f"{count} still firing: ", Words(firing[-1].summary)))
    return tuple(found)


def guard(incident: Incident, alerts: Sequence[Alert], form: ResolveForm) -> tuple[Sentence, ...]:
    """What is still open although the form gives a reason to resolve all the same. Raises Refusal without one."""
    found = open_items(incident, alerts)
    if found and not form.override_reason.strip():
        parts: list[Fragment] = ["Not resolved. Still open: "]
        for item in found:
            parts += [*item, "; "]
        raise Refusal(*parts[:-1], ". See to it, or give a reason, which goes on record.", field="reason")
    return found


def resolved(
    incident: Incident, form: ResolveForm, overridden: Sequence[Sentence], by: Who, now: datetime, after: Afterwards
) -> Change:
    """The state, the record and the timers of a resolved incident; pages and the last update are the caller's."""
    summary = clean(form.summary)[:WORDS_LIMIT]
    ended = clock.stop(incident, now)
    saved = replace(
        ended.incident or incident,
        status=Status.RESOLVED,
        times=replace(incident.times, resolved=now),
        resolution=summary,
        next_summary_at=None,
        held_until=None,
        postmortem_due=after.postmortem_due,
        review=(),
    )
    said: Sentence = (by, f" resolved {incident.label}", *((": ", Words(summary)) if summary else ()))
    fence = f"{incident.reopened}"
    events = [_event(incident, f"resolved:{fence}", EventKind.RESOLVED, said, now, by)]
    if overridden:
        events.append(_overridden(incident, overridden, form.override_reason, by, now))
    number = incident.number
    cancel = (f"summary:{number}:*", f"revisit:{number}:*")
    change = ended.then(Change(incident=saved, timeline=tuple(events), timers=_timers(saved, after), cancel=cancel))
    return change.and_then(watch.ended)


def announced(incident: Incident) -> tuple[Outgoing, ...]:
    """What is shown of the end: the line, every card turned, the route's review and the postmortem's draft.

    `incident` is the value being saved, its postmortem written.
    """
    fence = str(incident.reopened)
    by = incident.holder(COMMANDER)
    took = incident.times.resolved - incident.times.since if incident.times.resolved else timedelta()
    lasted = f" after {spoken(took)}"
    said: Sentence = (
        f"{incident.label} is resolved{lasted}",
        *((": ", Words(incident.resolution)) if incident.resolution else ()),
    )
    rows = [*one_line(incident, f"resolved:{fence}", said), *every_card(incident)]
    if incident.rooms_wanted:
        if incident.times.first_page is not None:
            rows.append(show_card(incident, Card.REVIEW, fence))
        rows.append(show_card(incident, Card.POSTMORTEM, fence))
    elif by is None and incident.declared_by.user and incident.private:
        rows.append(tell_person(incident, incident.declared_by, f"resolved:{fence}", said))
    return tuple(rows)


def suggested_summary(incident: Incident) -> str:
    """What the form of resolving starts from: the pain, and what was decided or done last, in the record's words."""
    told = [update.form.doing for update in incident.updates if update.published_at and update.form.doing.strip()]
    done = incident.decisions[-1].text if incident.decisions else (told[-1] if told else "")
    parts = (incident.resolution or incident.brief.pain, done)
    return ". ".join(part.strip().rstrip(".") for part in parts if part.strip())[:WORDS_LIMIT]


def every_card(incident: Incident) -> tuple[Outgoing, ...]:
    """Edit every card that was posted, the declarer's and the first word's too."""
    return (*refresh_cards(incident), refresh_card(incident, Card.DECLARED), refresh_card(incident, Card.FIRST_WORD))


def answered(incident: Incident, question: int, answer: str, by: Who, now: datetime) -> Change:
    """Note an answer to question 1, 2 or 3 of the route's review; a later answer replaces it, both stay on record."""
    if incident.open:
        raise Refusal(f"{incident.label} is open again. Nothing was noted; the review comes when it is resolved.")
    if not 1 <= question <= QUESTIONS:
        raise Refusal("There is no such question. Nothing was noted; use the buttons under the review.")
    answers = [*incident.review, *[""] * QUESTIONS][:QUESTIONS]
    words = clean(answer)
    if answers[question - 1] == words:
        return Change(incident=incident)
    answers[question - 1] = words
    saved = replace(incident, review=tuple(answers))
    asked = ("right person", "soon enough", "could act")[question - 1]
    said: Sentence = (by, f" on the page's route, {asked}: ", Words(words))
    event = _event(
        incident, f"review:{incident.reopened}:{question}:{now.isoformat()}", EventKind.REVIEW, said, now, by
    )
    return Change(
        incident=saved,
        timeline=(event,),
        outgoing=() if saved.war_room.archived else (refresh_card(saved, Card.REVIEW, str(incident.reopened)),),
    )


def postmortem_due(incident: Incident, now: datetime) -> Change:
    """Remind the commander, or else the declarer, that the postmortem was promised for now."""
    if incident.open or incident.postmortem_due is None:
        return Change()
    whom = incident.holder(COMMANDER) or incident.declared_by
    said: Sentence = (f"{incident.label}: the postmortem is due now, as promised (", At(now, dated=True), ").")
    key = f"postmortem_due:{incident.reopened}"
    event = _event(incident, key, EventKind.POSTMORTEM, ("The postmortem is due; reminded ", whom), now, None)
    return Change(timeline=(event,), outgoing=(tell_person(incident, whom, key, said),))


def archive_due(incident: Incident, now: datetime) -> Change:
    """Archive the channels of an incident that has stayed resolved."""
    if incident.open:
        return Change()
    change = archive(incident)
    if not change.outgoing:
        return Change()
    said: Sentence = ("The channels were archived",)
    return change.then(
        Change(timeline=(_event(incident, f"archived:{incident.reopened}", EventKind.ROOM, said, now, None),))
    )


def promised_days(incident: Incident) -> int:
    """Within how many business days the postmortem was promised publicly; five unless an update said otherwise."""
    told = [update.form.postmortem_days for update in incident.updates if update.handed_out_at or update.published_at]
    return next((days for days in reversed(told) if days), BUSINESS_DAYS_TO_POSTMORTEM)


def business_days_after(now: datetime, days: int, hours: WorkingHours, zone: ZoneInfo) -> datetime:
    """The end of the working day that lies `days` working days after `now` (UTC)."""
    working = hours.days or frozenset(range(7))
    day = now.astimezone(zone).date()
    left = days
    while left > 0:
        day += timedelta(days=1)
        left -= day.weekday() in working
    return datetime.combine(day, hours.closes, zone).astimezone(now.tzinfo)


def spoken(duration: timedelta) -> str:
    """A duration as people say it: `45 s`, `1 min 10 s`, `1 h 35 min`, `2 d 3 h`."""
    seconds = max(round(duration.total_seconds()), 0)
    minutes, rest = divmod(seconds, 60)
    hours, minutes = divmod(minutes, 60)
    days, hours = divmod(hours, 24)
    if days:
        parts = ((days, "d"), (hours, "h"))
    elif hours:
        parts = ((hours, "h"), (minutes, "min"))
    else:
        parts = ((minutes, "min"), (rest, "s"))
    return " ".join(f"{number} {unit}" for number, unit in parts if number) or "0 s"


def _told_that_it_ends(incident: Incident) -> bool:
    since = incident.times.reopened or incident.times.declared
    return any(
        update.form.status in SAYS_SO and (update.published_at or update.handed_out_at) and update.drafted_at >= since
        for update in incident.updates
    )


def _overridden(incident: Incident, found: Sequence[Sentence], reason: str, by: Who, now: datetime) -> Event:
    said: list[Fragment] = [by, " resolved it although: "]
    for item in found:
        said += [*item, "; "]
    said += ["because: ", Words(clean(reason))]
    return _event(incident, f"resolved:{incident.reopened}:override", EventKind.OVERRIDE, tuple(said), now, by)


def _timers(incident: Incident, after: Afterwards) -> tuple[Timer, ...]:
    number, fence = incident.number, incident.reopened
    due = Timer(
        id=f"postmortem:{number}:{fence}",
        kind=TimerKind.POSTMORTEM,
        due_at=after.postmortem_due,
        incident=number,
        fence=fence,
    )
    if after.archive_at is None or not incident.rooms_wanted:
        return (due,)
    later = Timer(
        id=f"archive:{number}:{fence}", kind=TimerKind.ARCHIVE, due_at=after.archive_at, incident=number, fence=fence
    )
    return (due, later)


def _event(incident: Incident, key: str, kind: EventKind, said: Sentence, now: datetime, by: Who | None) -> Event:
    return Event(incident=incident.number, key=key, at=now, kind=kind, said=said, actor=by)
