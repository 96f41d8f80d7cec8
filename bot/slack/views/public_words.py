"""Public words on their way out: the first word that is ready to publish, and the block that is copied and posted."""

from collections.abc import Sequence

from slack_sdk.models.blocks import Block
from slack_sdk.models.views import View

from bot.domain.incident import Incident
from bot.domain.prose import At, Link, Sentence, Strong, Words
from bot.domain.update import Audience, OnStatuspage, StatusUpdate
from bot.slack.ids import Action, ViewId
from bot.slack.meta import write_about
from bot.slack.views.inputs import modal
from bot.slack.views.parts import Message, actions, button, context, in_lines, message, pieces, preformatted, section
from bot.slack.views.phrases import at_once

SHOWN_PIECES = 8


def first_word(incident: Incident) -> Message:
    """The first words, drafted at the declaration: a look and one tap. Once anything was published it says so."""
    drafts = [each for each in incident.updates if each.by is None and not each.handed_out_at and not each.published_at]
    if not drafts:
        return _no_longer(incident)
    title: Sentence = (Strong(f"The first word about {incident.label} is ready"), *_due(incident))
    number = str(incident.number)
    row = actions(
        button(Action.PUBLISH_DRAFT, "Publish", number, style="primary", about=incident.label),
        button(Action.EDIT_DRAFT, "Edit", number, about=incident.label),
        button(Action.HOLDING, "Holding statement", number, about=incident.label),
    )
    shown = [block for draft in drafts for block in _words(draft)]
    spoken = in_lines(title, *((f"{_named(draft)}: ", Words(draft.text)) for draft in drafts))
    return message(spoken, section(title), *shown, row if incident.open else None)


def copy_block(incident: Incident, number: int) -> Message:
    """A public text for copying to the status page, with [I posted it]; afterwards, who did and when.

    Where Statuspage is connected it says how far the text has come, and is for copying only if it was refused.
    """
    update = next((each for each in incident.updates if each.number == number), None)
    if update is None:
        return message(*_twice((f"This public text of {incident.label} is no longer there.",)))
    page = incident.brief.status_page
    where: Sentence = (Link(page, "the status page"),) if page else ("the status page",)
    said, row = _standing(incident, update, where)
    return message(
        in_lines(said, (Words(update.text),)),
        section(said),
        *(preformatted(piece) for piece in pieces(update.text)[:SHOWN_PIECES]),
        row,
    )


def to_copy(title: str, text: str) -> Message:
    """Text that is ready to be copied, exactly as it is, under what it is for."""
    shown = (preformatted(piece) for piece in pieces(text)[:SHOWN_PIECES])
    return message(in_lines((Strong(title),), (Words(text),)), section((Strong(title),)), *shown)


def holding_statement(incident: Incident, text: str) -> View:
    """What executives may say, for whoever pressed the button alone."""
    about = (f"{incident.label}: what executives may say to whoever asks, until there is more. Nothing was sent.",)
    shown = (preformatted(piece) for piece in pieces(text)[:SHOWN_PIECES])
    return modal(ViewId.NOTICE, "Holding statement", [section(about), *shown])


def _standing(incident: Incident, update: StatusUpdate, where: Sentence) -> tuple[Sentence, Block | None]:
    title = Strong(f"Public text of {incident.label}")
    if update.published_at:
        return (title, *_published(incident, update), " at ", At(update.published_at)), None
    if incident.is_replaced(update):
        return (title, ": a later text replaces this one; do not post it"), None
    if update.statuspage is OnStatuspage.SENT:
        return (title, ": on its way to Statuspage; the public clock stops when it is accepted there"), None
    value = write_about(incident.number, str(update.number))
    press = button(Action.POSTED_IT, "I posted it", value, style="primary", about=f"{incident.label} {update.number}")
    said = ("copy it to ", *where, ", then press I posted it; the public clock stops then")
    return (title, *_why_by_hand(incident, update), *said), actions(press)


def _published(incident: Incident, update: StatusUpdate) -> Sentence:
    link = incident.statuspage.link if incident.statuspage else ""
    if update.statuspage is OnStatuspage.ACCEPTED and not update.by_hand:
        return (": published on ", Link(link, "Statuspage") if link else "Statuspage")
    by: Sentence = (" by ", update.by) if update.by else ()
    return (": posted", *by)


def _why_by_hand(incident: Incident, update: StatusUpdate) -> Sentence:
    """Why text does not go to Statuspage by itself; nothing where no page is connected."""
    if update.refusal:
        return (". Statuspage did not take it: ", Words(update.refusal), " Please ")
    if any(each.by_hand and each.refusal for each in incident.updates):
        return (". An earlier text was posted by hand, so that Tocsin does not know the incident there. Please ",)
    return (": ",)


def _no_longer(incident: Incident) -> Message:
    told = incident.last_update(Audience.PUBLIC) or incident.last_update(Audience.INTERNAL)
    at: Sentence = (" at ", At(told.published_at)) if told and told.published_at else ()
    return message(*_twice((f"The first word about {incident.label} is out", *at)))


def _twice(said: Sentence) -> tuple[Sentence, Block]:
    return said, section(said)


def _due(incident: Incident) -> Sentence:
    clock = incident.clock(Audience.PUBLIC)
    return ("; customers hear by ", At(clock.due_at)) if clock and clock.running and clock.due_at else ()


def _named(draft: StatusUpdate) -> str:
    return "Public" if draft.audience is Audience.PUBLIC else "Internal"


def _words(draft: StatusUpdate) -> Sequence[Block]:
    shown = pieces(draft.text)[:2] or ("",)
    return (context((Strong(_named(draft)), *at_once(draft))), *(preformatted(piece) for piece in shown))
