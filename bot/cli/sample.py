"""A sample incident of a company, and every template's facts for it: words are looked at before they count."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

from bot.domain import postmortem, summary
from bot.domain.action_item import ActionItem
from bot.domain.alert import Alert, AlertStatus
from bot.domain.decision import Decision
from bot.domain.declaring import Declare, new_incident
from bot.domain.directory import Directory
from bot.domain.impact import Impact
from bot.domain.incident import Incident
from bot.domain.page import Ask, AskState, Page, PageKind, PageState
from bot.domain.postmortem import Manner
from bot.domain.prose import Who
from bot.domain.question import Question, QuestionState, Said
from bot.domain.role import COMMANDER
from bot.domain.roles import assign
from bot.domain.timeline import Event, EventKind
from bot.domain.update import Audience, Promise, Stage, StatusUpdate, UpdateForm
from bot.domain.wording import AHEAD, Wording, context, template_of
from bot.text import escape_markdown

HALF: Final = timedelta(minutes=30)
CUSTOMERS_SEE: Final = "Some customers cannot complete a purchase"
STATUS_AT: Final = {
    Stage.INVESTIGATING: "investigating",
    Stage.IDENTIFIED: "mitigating",
    Stage.MONITORING: "monitoring",
    Stage.RESOLVED: "resolved",
    Stage.NOTHING_NEW: "investigating",
}
ANA: Final = Who(name="Ana")
MAYA: Final = Who(name="Maya")


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """A template, and sets of facts that it must be able to tell of: the fullest first, then those that lack most."""

    template: str
    facts: tuple[dict[str, object], ...]


def samples(directory: Directory, now: datetime) -> Iterator[Sample]:
    """Every template of text with the facts of an incident at the directory's first public journey; `now` is aware."""
    incident = _incident(directory, now)
    for audience in Audience:
        for stage in Stage:
            yield _update(directory, incident, template_of(audience, stage), stage, now)
    for template in AHEAD:
        yield _update(directory, incident, template, Stage.INVESTIGATING, now)
    zone = directory.workspace.zone
    bare = replace(incident, updates=(), questions=(), impact=(), decisions=())
    event = _event(now)
    yield Sample(
        template=summary.TEMPLATE,
        facts=(
            summary.facts(incident, (event,), zone, now, from_record=True),
            summary.facts(bare, (), zone, now, from_record=True),
        ),
    )
    last = tuple(summary.last_facts(each, zone, now) for each in (incident, bare))
    yield Sample(template=summary.LAST, facts=last)
    yield Sample(template=postmortem.TEMPLATE, facts=(_past(directory, incident, now), _bare_past(directory, now)))


def _update(directory: Directory, incident: Incident, template: str, stage: Stage, now: datetime) -> Sample:
    full = UpdateForm(
        status=STATUS_AT[stage],
        customers_see=incident.brief.customers_see,
        affected="customers in one region",
        cause="a recent change to our checkout page",
        confirmed=True,
        doing="we are undoing the change",
        estimate="within the hour",
        next_at=now + HALF,
    )
    bare = UpdateForm(status=full.status, customers_see=full.customers_see, cause=full.cause, confirmed=True)
    wordings = [(form, _wording(directory, form, now, first=form is bare)) for form in (full, bare)]
    return Sample(template=template, facts=tuple(context(incident, form, wording) for form, wording in wordings))


def _wording(directory: Directory, form: UpdateForm, now: datetime, *, first: bool) -> Wording:
    zone = directory.workspace.zone
    return Wording(now=now, zone=zone, next_at=form.next_at, owner="The owner", first=first)


def _incident(directory: Directory, now: datetime) -> Incident:
    since = now - HALF
    journey = next((each for each in directory.journeys.values() if not each.private), None)
    asked = Declare(by=ANA, journey=journey.id if journey else None, words="Cards are declined", since=since)
    incident = assign(new_incident(1, asked, directory, now), COMMANDER, MAYA, MAYA, now)
    seen = incident.brief.customers_see or CUSTOMERS_SEE
    form = UpdateForm(status="investigating", customers_see=seen, doing="we are undoing a recent change")
    told = StatusUpdate(
        number=1,
        audience=Audience.INTERNAL,
        stage=Stage.INVESTIGATING,
        text="Customers see errors.",
        form=form,
        by=ANA,
        drafted_at=now,
        published_at=now,
    )
    return replace(
        incident,
        brief=replace(incident.brief, customers_see=seen),
        impact=(Impact(at=now, by=ANA, percent=32, customers=1240, scope="checkout", revenue="about 1,000 an hour"),),
        changed="a release at noon",
        decisions=(Decision(number=1, text="Undo the release", by=MAYA, at=now, why="it is the quickest"),),
        actions=(ActionItem(number=1, text="Add a test", by=MAYA, at=now, owner=ANA, due=now + HALF),),
        updates=(told,),
        promises=(Promise(audience=Audience.INTERNAL, severity="SEV1", made_at=since, due_at=since, missed=True),),
        questions=(_question(now),),
    )


def _question(now: datetime) -> Question:
    return Question(
        number=1,
        asker=ANA,
        at=now,
        words=(Said(text="Is Europe affected?", length=19),),
        state=QuestionState.ANSWERED,
        answer="Yes.",
        closed_by=MAYA,
        closed_at=now,
    )


def _past(directory: Directory, incident: Incident, now: datetime) -> dict[str, object]:
    ask = Ask(id="1", who=ANA, tier=0, loop=0, why="", asked_at=now, due_at=None, state=AskState.MISSED)
    page = Page(
        id=1,
        incident=1,
        kind=PageKind.IMPACT,
        target="Checkout",
        epoch=1,
        state=PageState.ACKNOWLEDGED,
        tiers=(),
        asks=(ask,),
        started_at=now,
        acknowledged_by=MAYA,
        acknowledged_at=now,
    )
    alert = Alert(
        source="alertmanager", fingerprint="1", status=AlertStatus.FIRING, starts_at=now, summary="Orders are failing"
    )
    over = replace(incident, resolution="the release was undone", words="Cards are declined")
    return postmortem.facts(over, (page,), (alert,), (_event(now),), now, _manner(directory))


def _bare_past(directory: Directory, now: datetime) -> dict[str, object]:
    incident = new_incident(1, Declare(by=ANA), directory, now)
    return postmortem.facts(incident, (), (), (), now, _manner(directory))


def _event(now: datetime) -> Event:
    return Event(incident=1, key="1", at=now, kind=EventKind.DECLARED, said=(ANA, " declared it."), actor=ANA)


def _manner(directory: Directory) -> Manner:
    return Manner(zone=directory.workspace.zone, escape=escape_markdown)
