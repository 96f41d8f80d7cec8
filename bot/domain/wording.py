"""Which template words a status update, and the facts that it may use. Nothing unconfirmed is a fact."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final
from zoneinfo import ZoneInfo

from bot.domain.impact import Impact
from bot.domain.incident import Incident, Status
from bot.domain.role import COMMANDER
from bot.domain.update import Audience, Stage, StatusUpdate, UpdateForm

BUSINESS_DAYS_TO_POSTMORTEM = 5
TARGETED: Final = "status_update/targeted/first.md.j2"
"""For customers who are known to be hurt, where the public is promised nothing: support writes to them."""
HOLDING: Final = "status_update/executive/holding.md.j2"
"""What executives may say to whoever asks them, until there is more to say."""
AHEAD: Final = (TARGETED, HOLDING)


def stage_of(form: UpdateForm) -> Stage:
    """Choose the stage: *Identified* needs a cause in customers' words and the tick that it is confirmed."""
    status = Status(form.status)
    if status is Status.MITIGATING:
        return Stage.IDENTIFIED if form.confirmed and form.cause.strip() else Stage.INVESTIGATING
    return {
        Status.INVESTIGATING: Stage.INVESTIGATING,
        Status.MONITORING: Stage.MONITORING,
        Status.RESOLVED: Stage.RESOLVED,
    }[status]


def template_of(audience: Audience, stage: Stage) -> str:
    """Name the template file below templates/."""
    return f"status_update/{audience.value}/{stage.value}.md.j2"


@dataclass(frozen=True, slots=True, kw_only=True)
class Wording:
    """What a template is given beside the form: the moment, the zone it is written for, and the next time.

    `first` is for words drafted at the declaration: what nobody can know yet is left out, so that they are still true
    when they are published some minutes later.
    """

    now: datetime
    zone: ZoneInfo
    next_at: datetime | None
    owner: str
    first: bool = False


def context(incident: Incident, form: UpdateForm, wording: Wording) -> dict[str, object]:
    """Build a template's context. The cause is there only once confirmed."""
    commander = incident.holder(COMMANDER)
    room = incident.war_room
    return {
        "now": wording.now,
        "zone": wording.zone,
        "customers_see": form.customers_see.strip() or incident.brief.customers_see,
        "affected": form.affected.strip(),
        "since": form.since or incident.times.since,
        "cause": form.cause.strip() if form.confirmed else "",
        "doing": form.doing.strip(),
        "estimate": form.estimate.strip(),
        "next_at": wording.next_at,
        "postmortem_days": form.postmortem_days or BUSINESS_DAYS_TO_POSTMORTEM,
        "label": incident.label,
        "pain": incident.brief.pain,
        "severity": incident.severity,
        "status": form.status,
        "owner": wording.owner,
        "commander": "" if wording.first else commander.name if commander else "nobody yet",
        "war_room": f"#{room.name}" if room.channel or not room.trouble else "could not be opened",
        "impact": "" if wording.first else impact_line(incident.impact[-1] if incident.impact else None),
        "resolved_at": incident.times.resolved or wording.now,
    }


def impact_line(impact: Impact | None) -> str:
    """Say what it costs customers, a number only where somebody gave one."""
    if impact is None:
        return "not reported yet"
    parts = []
    if impact.percent is not None:
        parts.append(f"about {impact.percent:g} %")
    if impact.customers is not None:
        parts.append(f"at least {impact.customers:,} customers")
    if impact.scope:
        parts.append(impact.scope)
    if impact.words:
        parts.append(impact.words)
    return ", ".join(parts) or "not reported yet"


def prefilled(incident: Incident) -> UpdateForm:
    """The form as it starts: from the last update, or from what the journey's owner wrote ahead."""
    forms = [update.form for update in incident.updates if update.handed_out_at or update.published_at]
    last = forms[-1] if forms else incident.draft
    if last is None:
        last = UpdateForm(status=incident.status.value, customers_see=incident.brief.customers_see)
    return replace(last, status=incident.status.value, since=incident.times.since, next_at=None)


def draft(
    incident: Incident, audience: Audience, stage: Stage, text: str, form: UpdateForm, now: datetime
) -> StatusUpdate:
    """An update with its words frozen, under a number that no other had, not yet published."""
    return StatusUpdate(
        number=last_number(incident) + 1,
        audience=audience,
        stage=stage,
        text=text.strip(),
        form=form,
        by=None,
        drafted_at=now,
        next_at=form.next_at,
    )


def with_update(incident: Incident, update: StatusUpdate) -> Incident:
    """The incident with an update added, or replaced by its number."""
    others = tuple(each for each in incident.updates if each.number != update.number)
    updates = tuple(sorted((*others, update), key=lambda each: each.number))
    return replace(incident, updates=updates, drafted=max(last_number(incident), update.number))


def last_number(incident: Incident) -> int:
    """The highest number that any update had, dropped drafts included: an old preview never names newer words."""
    return max((incident.drafted, *(update.number for update in incident.updates)))
