"""Drafting status updates: a form becomes words for each audience, kept so that the same words are published."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime

from bot.domain import clock, publishing
from bot.domain.change import Change
from bot.domain.directory import Directory
from bot.domain.errors import Refusal
from bot.domain.incident import Incident, Status
from bot.domain.prose import Sentence, Who, Words
from bot.domain.public_words import remarks, vocabulary_of
from bot.domain.severity import Severity
from bot.domain.to_statuspage import connection_for
from bot.domain.update import Audience, BoundFor, Stage, StatusUpdate, UpdateForm
from bot.domain.wording import Wording, context, draft, stage_of, template_of, with_update
from bot.domain.wording import prefilled as prefilled_form
from bot.services.loading import severity_of
from bot.services.ports import Render
from bot.text import TextError

BOTH = (Audience.PUBLIC, Audience.INTERNAL)


@dataclass(frozen=True, slots=True, kw_only=True)
class Previews:
    """What would be published, saved as drafts so that the same words go out; an unpromised audience has none.

    `warnings` are about the public words; they hold nothing up. `notes` say what to know of the templates that
    worded them.
    """

    incident: Incident
    public: StatusUpdate | None
    internal: StatusUpdate | None
    warnings: tuple[Sentence, ...] = ()
    notes: tuple[Sentence, ...] = ()

    @property
    def numbers(self) -> tuple[int, ...]:
        """The drafts' numbers, to publish by."""
        return tuple(each.number for each in (self.public, self.internal) if each)


def first_drafts(
    render: Render, directory: Directory, incident: Incident, now: datetime
) -> tuple[Incident, tuple[StatusUpdate, ...]]:
    """Draft the first words at the declaration, so that publishing them is a look and one tap.

    Raises Refusal for a template that cannot be rendered, which must not hold up a page.
    """
    made = drafted(render, directory, incident, prefilled_form(incident), None, now)
    return made.incident, tuple(each for each in (made.public, made.internal) if each)


def still_true(render: Render, directory: Directory, incident: Incident, draft: StatusUpdate, now: datetime) -> bool:
    """Whether words drafted at the declaration would be the same now; a person's own words are theirs to judge."""
    if draft.by is not None:
        return True
    form = replace(prefilled_form(incident), next_at=draft.next_at)
    if stage_of(form) is not draft.stage:
        return False
    return (
        words_of(render, directory, incident, template_of(draft.audience, draft.stage), form, now, first=True).strip()
        == draft.text
    )


def final_words(
    render: Render, directory: Directory, incident: Incident, by: Who, now: datetime, form: UpdateForm
) -> Change:
    """Publish the resolved update of an incident that is being resolved, in every audience that was promised words."""
    made = drafted(render, directory, tidied(incident, by), form, by, now)
    chosen = tuple(each for each in (made.public, made.internal) if each)
    return publishing.publish(made.incident, chosen, publication(directory, incident, by, now))


def publication(directory: Directory, incident: Incident, by: Who, now: datetime) -> publishing.Publication:
    """Who publishes, when, and where an incident's public text goes by itself."""
    journey = directory.journeys.get(incident.brief.journey or "")
    statuspage = connection_for(directory, incident)
    severity = directory.severity(incident.severity)
    return publishing.Publication(
        by=by,
        now=now,
        to_site=directory.workspace.status_site,
        statuspage=statuspage,
        component=(journey.statuspage_component if journey else None) or "",
        by_hand=statuspage is None and directory.workspace.statuspage is not None,
        downtime=severity is not None and severity.downtime,
    )


def tidied(incident: Incident, by: Who) -> Incident:
    """The incident without this person's earlier unpublished previews."""
    kept = tuple(update for update in incident.updates if publishing.is_out(update) or not by.same_as(update.by))
    return replace(incident, updates=kept)


def drafted(
    render: Render,
    directory: Directory,
    incident: Incident,
    form: UpdateForm,
    by: Who | None,
    now: datetime,
    *,
    stage: Stage | None = None,
    audiences: tuple[Audience, ...] = BOTH,
) -> Previews:
    """Words for each audience that is promised any, with the time of the next. Raises Refusal for a broken template.

    The time chosen in the form is what customers are promised; the stakeholder channel hears no later than its
    severity says. Words that say it is over promise no next ones.
    """
    severity, bound_for = severity_of(directory, incident), _bound_for(directory, incident)
    made: dict[Audience, StatusUpdate] = {}
    for audience in audiences:
        if audience is Audience.PUBLIC and not _promised_to_public(incident, severity):
            continue
        due = clock.next_due(incident, severity, audience, now)
        filled = replace(form, next_at=_next_at(form, due, capped=Audience.PUBLIC in made))
        worded = stage or stage_of(filled)
        text = words_of(render, directory, incident, template_of(audience, worded), filled, now, first=by is None)
        update = replace(draft(incident, audience, worded, text, filled, now), by=by)
        if audience is Audience.PUBLIC:
            update = replace(update, bound_for=bound_for)
        incident = with_update(incident, update)
        made[audience] = update
    public = made.get(Audience.PUBLIC)
    warnings = _warnings(directory, incident, public) if public else ()
    return Previews(incident=incident, public=public, internal=made.get(Audience.INTERNAL), warnings=warnings)


def with_remarks(previews: Previews, remarks_on: Callable[[str], tuple[str, ...]]) -> Previews:
    """The previews, with what is wrong with the templates that worded them."""
    used = [template_of(each.audience, each.stage) for each in (previews.public, previews.internal) if each]
    said = tuple((Words(each),) for template in used for each in remarks_on(template))
    return replace(previews, notes=said)


def _bound_for(directory: Directory, incident: Incident) -> BoundFor:
    """Where an incident's public text would go at the press of Publish, so that whoever presses knows."""
    if connection_for(directory, incident) is not None:
        return BoundFor.STATUSPAGE
    site = directory.workspace.status_site and not incident.private
    return BoundFor.SITE if site and directory.workspace.statuspage is None else BoundFor.BY_HAND


def _warnings(directory: Directory, incident: Incident, public: StatusUpdate) -> tuple[Sentence, ...]:
    vocabulary = vocabulary_of(directory, incident)
    return tuple(each.sentence for each in remarks(public.text, vocabulary, confirmed=public.form.confirmed))


def words_of(
    render: Render,
    directory: Directory,
    incident: Incident,
    template: str,
    form: UpdateForm,
    now: datetime,
    *,
    first: bool = False,
) -> str:
    """What a template makes of a form; `first` as in Wording. Raises Refusal when it cannot be rendered."""
    journey = directory.journey(incident.brief.journey) if incident.brief.journey else None
    owner = (directory.owner_name(journey) if journey else None) or "nobody (no owner for this pain)"
    wording = Wording(now=now, zone=directory.workspace.zone, next_at=form.next_at, owner=owner, first=first)
    try:
        return render(template, context(incident, form, wording))
    except TextError as error:
        raise Refusal(
            f"A template could not be used: {error}. Nothing was published. Mend the file, then try again; "
            "until then, write in the channels yourself."
        ) from error


def _next_at(form: UpdateForm, due: datetime | None, *, capped: bool) -> datetime | None:
    if form.status == Status.RESOLVED:
        return None
    if form.next_at is None:
        return due
    return min(form.next_at, due) if capped and due is not None else form.next_at


def _promised_to_public(incident: Incident, severity: Severity) -> bool:
    if incident.private:
        return incident.clock(Audience.PUBLIC) is not None
    return severity.first_public is not None or incident.clock(Audience.PUBLIC) is not None
