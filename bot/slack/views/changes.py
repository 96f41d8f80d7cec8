"""Forms that change where an incident stands: severity, status, resolving, reopening; and doing it anyway."""

from collections.abc import Sequence

from slack_sdk.models.blocks import Block
from slack_sdk.models.views import View

from bot.domain.incident import Incident, Status
from bot.domain.prose import At, Sentence, Strong, Words
from bot.domain.severity import Severity
from bot.slack.ids import Block as BlockId
from bot.slack.ids import ViewId
from bot.slack.meta import Meta
from bot.slack.views.inputs import Choice, chosen, modal, moment_of, typed
from bot.slack.views.parts import Message, context, in_lines, section
from bot.slack.views.phrases import headline, status_line
from bot.slack.views.update import status_choices


def severity_form(incident: Incident, severities: Sequence[Severity], *, why: str = "") -> View:
    """Change the severity, with the reason on record."""
    choices = [Choice(value=row.name, label=row.name, about=row.means) for row in severities]
    meanings = in_lines(*((Strong(row.name), ": ", Words(row.means)) for row in severities))
    blocks = [
        section((headline(incident),)),
        chosen(BlockId.SEVERITY, "Severity", choices, initial=incident.severity),
        context(meanings),
        context(("Raising it pages and invites whoever is new; lowering it keeps promises already made.",)),
        typed(BlockId.WHY, "Why", initial=why),
    ]
    return modal(ViewId.SEVERITY, "Severity", blocks, submit="Change", meta=Meta(incident=incident.number))


def status_form(incident: Incident, *, why: str = "") -> View:
    """Change the status, or since when customers hurt."""
    choices = [each for each in status_choices() if each.value != Status.RESOLVED.value]
    blocks = [
        section((headline(incident),)),
        chosen(BlockId.STATUS, "Status", choices, initial=incident.status.value, hint="To end it, use Resolve"),
        moment_of(BlockId.SINCE, "Since", initial=incident.times.since, hint="When customers began to hurt"),
        typed(BlockId.WHY, "Why", initial=why),
    ]
    return modal(ViewId.STATUS, "Status", blocks, submit="Change", meta=Meta(incident=incident.number))


def resolve_form(incident: Incident, summary: str, still_open: Sequence[Sentence]) -> View:
    """Resolve, with what is still open in the way: then a reason is needed, and only that."""
    blocks = [
        section((headline(incident), "\n", *status_line(incident))),
        *_guard(still_open),
        typed(BlockId.SUMMARY, "Summary", initial=summary, hint="Goes on every card and into the record"),
    ]
    return modal(ViewId.RESOLVE, "Resolve", blocks, submit="Resolve", meta=Meta(incident=incident.number))


def reopen_form(incident: Incident, *, why: str = "") -> View:
    """Open a resolved incident again."""
    resolved = incident.times.resolved
    when: Sentence = ("\nResolved ", At(resolved, dated=True)) if resolved else ()
    blocks = [
        section((headline(incident), *when)),
        context(("Pages, clocks and channels start again.",)),
        typed(BlockId.WHY, "Why", initial=why),
    ]
    return modal(ViewId.REOPEN, "Reopen", blocks, submit="Reopen", meta=Meta(incident=incident.number))


def do_anyway_form(refused: Sentence, meta: Meta) -> View:
    """Do what was refused all the same: `meta.act` and the rest say what; the reason goes on record."""
    blocks = [
        section(refused),
        typed(BlockId.REASON, "Reason", needed=True, hint="It stands in the record under your name"),
    ]
    return modal(ViewId.DO_ANYWAY, "Do it anyway", blocks, submit="Do it anyway", meta=meta)


def notice(title: str, *said: Sentence) -> View:
    """Say something where a form stood: what was done, or why it was not."""
    return modal(ViewId.NOTICE, title, [section(each) for each in said if each] or [section(("Done.",))])


def said_in_a_form(answer: Message) -> View:
    """Say in a form what would be a message elsewhere, with its buttons."""
    return modal(ViewId.NOTICE, "Tocsin", list(answer.blocks) or [section((Words(answer.text),))])


def _guard(still_open: Sequence[Sentence]) -> list[Block]:
    if not still_open:
        return []
    return [
        section(in_lines((Strong("Still open"),), *(("• ", *each) for each in still_open))),
        typed(
            BlockId.REASON,
            "Reason",
            needed=True,
            hint="Why it is resolved although something is open; it goes on record",
        ),
    ]
