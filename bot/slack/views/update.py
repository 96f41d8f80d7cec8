"""Status updates as forms: the update itself, its preview for both audiences, *No change*, and the summary's words.

What a preview shows is saved as drafts before it is shown; the preview carries their numbers, and those words go out.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

from slack_sdk.models.blocks import Block
from slack_sdk.models.views import View

from bot.domain.incident import Incident, Status
from bot.domain.prose import At, Sentence, Strong
from bot.domain.update import Audience, StatusUpdate, UpdateForm
from bot.slack.ids import Block as BlockId
from bot.slack.ids import ViewId
from bot.slack.meta import Meta
from bot.slack.views.inputs import Choice, chosen, modal, moment_of, ticked, typed
from bot.slack.views.parts import context, in_lines, pieces, preformatted, section
from bot.slack.views.phrases import at_once, headline, lasting

AT_A_TIME: Final = "at"
"""*Next update*'s value for a time of one's own; the others are minutes."""
OFFERED: Final = (timedelta(minutes=15), timedelta(minutes=30), timedelta(hours=1))
USUAL: Final = timedelta(minutes=30)
POSTMORTEM_DAYS: Final = (2, 3, 5, 10)
USUAL_DAYS: Final = 5
SHOWN_PIECES: Final = 4
SHOWN_WARNINGS: Final = 6


def update_form(incident: Incident, form: UpdateForm, now: datetime, *, every: timedelta | None = None) -> View:
    """The update form, started from `form` (the last update, or what failed); `every` is the usual interval."""
    blocks = [
        context(_two_readers(incident)),
        chosen(BlockId.STATUS, "Status", status_choices(), initial=form.status),
        typed(BlockId.CUSTOMERS_SEE, "What customers see", initial=form.customers_see, needed=True),
        typed(
            BlockId.AFFECTED,
            "Who is affected",
            initial=form.affected,
            lines=False,
            placeholder="All, a region, or a flow",
        ),
        moment_of(BlockId.SINCE, "Since", initial=form.since or incident.times.since),
        typed(
            BlockId.CAUSE,
            "Cause, in customers' words",
            initial=form.cause,
            hint="Published only with the tick below; no names of people, teams or systems",
        ),
        ticked(BlockId.CONFIRMED, "Confirmed", "The cause is confirmed", initial=form.confirmed),
        typed(BlockId.DOING, "What we are doing", initial=form.doing),
        typed(BlockId.ESTIMATE, "Estimate", initial=form.estimate, lines=False),
        chosen(BlockId.NEXT_UPDATE, "Next update", next_choices(every), initial=_initial_next(form, now, every)),
        moment_of(
            BlockId.NEXT_UPDATE_AT,
            "Next update at",
            initial=form.next_at,
            hint="Only where Next update says: a time",
        ),
        chosen(
            BlockId.POSTMORTEM_WITHIN,
            "Postmortem within",
            [Choice(value=str(days), label=f"{days} business days") for days in POSTMORTEM_DAYS],
            initial=str(form.postmortem_days or USUAL_DAYS),
        ),
    ]
    return modal(ViewId.UPDATE, "Status update", blocks, submit="Preview", meta=Meta(incident=incident.number))


def preview(
    incident: Incident,
    drafts: Sequence[StatusUpdate],
    warnings: Sequence[Sentence] = (),
    *,
    anew: bool = False,
    notes: Sequence[Sentence] = (),
) -> View:
    """What would be published, word for word, for each audience; shown on top of the form.

    `anew`: what was to be published was no longer true, so nothing went, and fresh words are shown. `notes` say
    what else to know, in small print.
    """
    words = [block for draft in drafts for block in _draft(draft)]
    blocks = [*_anew(anew=anew), *_warned(warnings), *map(context, notes), *words]
    meta = Meta(incident=incident.number, updates=tuple(draft.number for draft in drafts))
    empty = (
        () if blocks else (section(("Nobody is promised a word at this severity, so there is nothing to publish.",)),)
    )
    return modal(ViewId.UPDATE_PREVIEW, "Preview", [*blocks, *empty], submit="Publish" if drafts else None, meta=meta)


def no_change_preview(
    incident: Incident,
    drafts: Sequence[StatusUpdate],
    warnings: Sequence[Sentence] = (),
    *,
    anew: bool = False,
    notes: Sequence[Sentence] = (),
) -> View:
    """The *No change* texts with their fresh time, before they are published; the rest as in `preview`."""
    meta = Meta(incident=incident.number, updates=tuple(draft.number for draft in drafts))
    words = [block for draft in drafts for block in _draft(draft)]
    blocks = [section((headline(incident),)), *_anew(anew=anew), *_warned(warnings), *map(context, notes), *words]
    return modal(ViewId.NO_CHANGE, "No change", blocks, submit="Publish", meta=meta)


def summary_form(incident: Incident, text: str, answered: tuple[int, ...] = ()) -> View:
    """The stakeholder summary, to be edited and posted now; `answered` are the questions whose answers it tells."""
    blocks = [
        context(("Posted in the stakeholder channel at once; the hourly one counts from then.",)),
        typed(BlockId.SUMMARY, "Summary", initial=text, needed=True),
    ]
    meta = Meta(incident=incident.number, questions=answered)
    return modal(ViewId.SUMMARY, "Summary", blocks, submit="Post", meta=meta)


def status_choices() -> tuple[Choice, ...]:
    """The four statuses, in their order."""
    return tuple(Choice(value=status.value, label=status.value.capitalize()) for status in Status)


def next_choices(every: timedelta | None = None) -> tuple[Choice, ...]:
    """When the next update may be promised: the usual intervals, the severity's own, or a time."""
    offered = sorted({*OFFERED, *([every] if every else [])})
    after = [Choice(value=str(round(each.total_seconds() / 60)), label=f"In {lasting(each)}") for each in offered]
    return (*after, Choice(value=AT_A_TIME, label="At a time (below)"))


def _initial_next(form: UpdateForm, now: datetime, every: timedelta | None) -> str:
    if form.next_at and form.next_at > now:
        return AT_A_TIME
    return str(round((every or USUAL).total_seconds() / 60))


def _two_readers(incident: Incident) -> Sentence:
    last = incident.last_update(Audience.PUBLIC)
    told: Sentence = ("Customers last told ", At(last.published_at)) if last and last.published_at else ()
    return in_lines(
        (headline(incident),), told or ("Customers have not been told yet",), ("A preview follows; nothing goes yet.",)
    )


def _draft(draft: StatusUpdate) -> list[Block]:
    public = draft.audience is Audience.PUBLIC
    title = "Public" if public else "Internal (the stakeholder channel)"
    block_id = BlockId.PREVIEW_PUBLIC if public else BlockId.PREVIEW_INTERNAL
    # The stage is the public wording's; the internal text says the status itself, and the two may differ.
    stage = f" · {draft.stage.value.replace('_', ' ')}" if public else ""
    due: Sentence = (" · next word by ", At(draft.next_at)) if draft.next_at else ()
    shown = pieces(draft.text)[:SHOWN_PIECES] or ("",)
    return [
        section((Strong(title), stage, *due, *at_once(draft))),
        *(preformatted(piece, block_id=f"{block_id}:{place}") for place, piece in enumerate(shown)),
    ]


def _anew(*, anew: bool) -> list[Block]:
    if not anew:
        return []
    title = Strong("Nothing was published yet")
    why = (
        ": those words were no longer true (their next time, the severity or the status).",
        " These are made anew; look again, then publish.",
    )
    return [section((title, *why))]


def _warned(warnings: Sequence[Sentence]) -> list[Block]:
    if not warnings:
        return []
    shown = [("• ", *each) for each in warnings[:SHOWN_WARNINGS]]
    if more := len(warnings) - len(shown):
        shown.append((f"• and {more} more",))
    title = Strong("Look at this before you publish: it can go as it is, or be changed in the form")
    return [section(in_lines((title,), *shown))]
