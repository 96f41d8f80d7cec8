"""The declaration's form: one required field, and under it what will happen before it happens."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from slack_sdk.models.blocks import Block
from slack_sdk.models.views import View

from bot.domain.directory import DEFAULT_SEVERITY, Directory
from bot.domain.incident import Incident
from bot.domain.plan import CATCH_ALL
from bot.domain.prose import At, Fragment, Sentence, Strong, Words
from bot.domain.severity import Pages, Severity
from bot.domain.working_hours import next_opening, within
from bot.slack.ids import Action, ViewId
from bot.slack.ids import Block as BlockId
from bot.slack.meta import Meta
from bot.slack.mrkdwn import joined
from bot.slack.views.inputs import Choice, chosen, matching, modal, moment_of, ticked, typed
from bot.slack.views.parts import button, context, divider, in_lines, labelled, section
from bot.slack.views.phrases import headline, lasting, status_line

SOMETHING_ELSE: Final = "*"
"""The journey's value for *Something else / not sure*, and the service's for none."""
SHOWN: Final = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class DeclareDraft:
    """What the form holds: `journey` is an id (None: *Something else*), `severity` None means the journey's own."""

    journey: str | None = None
    severity: str | None = None
    words: str = ""
    since: datetime | None = None
    service: str | None = None
    private: bool = False


def declare_form(
    directory: Directory, draft: DeclareDraft, same_journey: Sequence[Incident], now: datetime, meta: Meta
) -> View:
    """The form as it stands for a draft; drawn anew with a new draft when journey or severity change.

    `same_journey` are the open incidents on the draft's journey that this person may see. The menu of severities has a
    block id of its own for each journey, so that it starts again at that journey's severity.
    """
    severity = chosen_severity(directory, draft)
    blocks = [
        *_already_open(same_journey),
        *_menus(directory, draft, severity),
        context(what_will_happen(directory, draft, severity, now)),
        typed(
            BlockId.WORDS,
            "What is happening",
            initial=draft.words,
            placeholder="What can customers not do?",
        ),
        moment_of(BlockId.SINCE, "Since", initial=draft.since or now, hint="When customers began to hurt"),
        chosen(
            BlockId.SERVICE,
            "Which system looks broken",
            service_choices(directory),
            initial=draft.service,
            action=Action.CHOOSE_SERVICE,
            hint="Names the repair owner; nobody is paged for it",
        ),
        ticked(
            BlockId.PRIVATE,
            "Private",
            "Only responders and managers may see it",
            initial=draft.private or _private(directory, draft),
            about="Private channels; lists are not invited",
        ),
    ]
    return modal(ViewId.DECLARE, "Declare an incident", blocks, submit="Declare", meta=meta)


def journey_choices(directory: Directory, words: str = "") -> tuple[Choice, ...]:
    """Every journey by name and pain, and *Something else / not sure* last; those that match `words` where given."""
    journeys = [
        Choice(value=journey.id, label=journey.name, about=journey.pain) for journey in directory.journeys.values()
    ]
    other = Choice(value=SOMETHING_ELSE, label="Something else / not sure", about="Pages whoever catches all")
    return (*matching(journeys, words)[:99], other) if words else (*journeys, other)


def service_choices(directory: Directory, words: str = "") -> tuple[Choice, ...]:
    """*Not known* first, then every service with the team that repairs it; those that match `words` where given."""
    known = [
        Choice(value=service.id, label=service.name, about=f"Repaired by {directory.teams[service.team].name}")
        for service in directory.services.values()
    ]
    none = Choice(value=SOMETHING_ELSE, label="Not known")
    return (none, *(matching(known, words)[:99] if words else known))


def severity_choices(directory: Directory) -> tuple[Choice, ...]:
    """Every severity with what it means, the worst first."""
    return tuple(Choice(value=row.name, label=row.name, about=row.means) for row in directory.severities)


def chosen_severity(directory: Directory, draft: DeclareDraft) -> Severity:
    """The severity that a draft would be declared with: the one chosen, else its journey's, else the usual one."""
    journey = directory.journeys.get(draft.journey or "")
    named = draft.severity or (journey.severity if journey else DEFAULT_SEVERITY)
    return directory.severity(named) or directory.severities[0]


def what_will_happen(directory: Directory, draft: DeclareDraft, severity: Severity, now: datetime) -> Sentence:
    """What a severity means and sets going: who is paged, who is invited, when the first public word is due."""
    private = draft.private or _private(directory, draft)
    return in_lines(
        (Strong(severity.name), ": ", Words(severity.means)),
        labelled("Paged", *_paged(directory, draft, severity, now)),
        labelled("Invited", *_invited(severity, private=private)) if severity.rooms else None,
        labelled("Must be aware", ", ".join(severity.aware)) if severity.aware and not private else None,
        labelled("First public word", *_first_word(severity, now, private=private)),
    )


def _menus(directory: Directory, draft: DeclareDraft, severity: Severity) -> list[Block]:
    journey = draft.journey if draft.journey in directory.journeys else SOMETHING_ELSE
    return [
        chosen(
            BlockId.JOURNEY,
            "Journey",
            journey_choices(directory),
            initial=journey,
            action=Action.CHOOSE_JOURNEY,
            redraws=True,
        ),
        chosen(
            f"{BlockId.SEVERITY}:{journey}"[:255],
            "Severity",
            severity_choices(directory),
            initial=severity.name,
            action=Action.CHOOSE_SEVERITY,
            redraws=True,
        ),
    ]


def _paged(directory: Directory, draft: DeclareDraft, severity: Severity, now: datetime) -> Sentence:
    if severity.pages is Pages.NEVER:
        return ("nobody; a line in the triage channel, with Raise",)
    journey = draft.journey if draft.journey in directory.journeys else None
    plan = directory.plan_for(journey, now)
    first = plan.first()
    tier = plan.tiers[first] if first is not None else None
    if tier is None or tier.person is None:
        return ("nobody can be reached; call somebody",)
    person = directory.people[tier.person]
    why = "nobody owns this pain" if tier.rule == CATCH_ALL else tier.why
    said: Sentence = (Words(person.name), " (", Words(why), ")")
    hours, zone = directory.workspace.working_hours, directory.workspace.zone
    if severity.pages is Pages.WORKING_HOURS and not within(hours, zone, now):
        return (*said, ", held until ", At(next_opening(hours, zone, now), dated=True), ", with Page now")
    return (*said, ", at once")


def _invited(severity: Severity, *, private: bool) -> Sentence:
    lists = () if private else severity.notify
    return ("you, whoever is paged, role holders", *(f", {name}" for name in lists))


def _first_word(severity: Severity, now: datetime, *, private: bool) -> Sentence:
    if severity.first_public is None:
        return ("none promised; customers hear: ", Words(severity.customers_hear))
    if private:
        return ("only once the commander starts the public clock",)
    due = now + severity.first_public
    return (f"due {lasting(severity.first_public)} after the declaration (", At(due), ")")


def _already_open(same_journey: Sequence[Incident]) -> list[Block]:
    if not same_journey:
        return []
    count = len(same_journey)
    said = "An incident is open on this journey" if count == 1 else f"{count} incidents are open on this journey"
    head: tuple[Fragment, ...] = (Strong(said), ". Join, or declare another: the two are linked.")
    rows = [
        section(
            joined(((headline(each),), status_line(each)), "\n"),
            accessory=button(Action.JOIN, "Join", str(each.number), about=each.label),
        )
        for each in same_journey[:SHOWN]
    ]
    return [section(head), *rows, divider()]


def _private(directory: Directory, draft: DeclareDraft) -> bool:
    journey = directory.journeys.get(draft.journey or "")
    return journey is not None and journey.private
