"""What whoever takes over comms needs: everything that was promised and is still due, and where the words stand."""

from bot.domain import clock
from bot.domain.comms_queue import open_questions
from bot.domain.incident import Incident
from bot.domain.prose import At, Sentence
from bot.domain.publishing import first_word_drafts
from bot.domain.update import Audience
from bot.slack.views.parts import labelled
from bot.slack.views.phrases import short
from bot.slack.views.promised import next_due, so_far

WORDS = 500


def still_due(incident: Incident) -> tuple[Sentence, ...]:
    """A line each: when the next words are due, what was said last, what is ready, who waits for an answer."""
    kept, summary = so_far(incident), incident.next_summary_at
    questions = len(open_questions(incident))
    waiting = "1 question waits" if questions == 1 else f"{questions} questions wait"
    lines: list[Sentence | None] = [
        labelled("Promised and still due", *next_due(incident)),
        labelled("Promised so far", *kept) if kept else None,
        labelled("Next summary", At(summary)) if summary else None,
        labelled("Customers last told", *_told(incident, Audience.PUBLIC)),
        labelled("Stakeholders last told", *_told(incident, Audience.INTERNAL)),
        _ready(incident),
        labelled("Asked", f"{waiting} for you, each in a message of its own") if questions else None,
    ]
    return tuple(each for each in lines if each)


def _told(incident: Incident, audience: Audience) -> Sentence:
    update = clock.last_word(incident, audience)
    if update is None or update.published_at is None:
        return ("nothing yet",)
    return (At(update.published_at), " · ", short(update.text, WORDS))


def _ready(incident: Incident) -> Sentence | None:
    """Words that wait for somebody: public text to be posted, first words, a preview that nobody published."""
    since = clock.began(incident)
    handed = [each for each in incident.updates if each.handed_out_at and not each.published_at]
    if handed and handed[-1].drafted_at >= since and not incident.is_replaced(handed[-1]):
        return labelled("Ready", "public text waits to be posted, since ", At(handed[-1].handed_out_at or since))
    if first_word_drafts(incident):
        return labelled("Ready", "the first words are drafted in the war room, and nobody has published them")
    drafts = [each for each in incident.updates if each.by is not None and not each.handed_out_at]
    if drafts and drafts[-1].by:
        return labelled(
            "Ready", drafts[-1].by, " previewed an update at ", At(drafts[-1].drafted_at), " and has not published it"
        )
    return None
