"""What a declaration promises: the clocks, the first words drafted from the journey, and the hourly summary."""

from datetime import datetime

from bot.domain import clock, summary
from bot.domain.change import Change
from bot.domain.directory import Directory
from bot.domain.effects import Card
from bot.domain.errors import Refusal
from bot.domain.incident import Incident
from bot.domain.outgoing import show_card
from bot.domain.severity import Severity
from bot.domain.telling import trouble
from bot.services import ahead, drafting
from bot.services.ports import Render


def promise_words(
    render: Render, directory: Directory, incident: Incident, severity: Severity, now: datetime
) -> Change:
    """The clocks, the first words drafted from them, and the first summary; nothing where no rooms are wanted."""
    if not incident.rooms_wanted:
        return Change(incident=incident)
    change = clock.start(incident, severity, now).and_then(
        lambda each: summary.start(each, now, severity.summary_every)
    )
    change = change.and_then(lambda each: _first_words(render, directory, each, now))
    return change.and_then(lambda each: ahead.for_known_customers(render, directory, each, severity, now))


def _first_words(render: Render, directory: Directory, incident: Incident, now: datetime) -> Change:
    """A broken template must not hold up a page: then the room is told why there is no first word to publish."""
    try:
        worded, drafts = drafting.first_drafts(render, directory, incident, now)
    except Refusal as refusal:
        return trouble(incident, "first_word", ("The first words were not drafted. ", *refusal.said), now)
    return Change(incident=worded, outgoing=(show_card(worded, Card.FIRST_WORD),) if drafts else ())
