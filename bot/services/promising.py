"""What a declaration promises: the clocks, the first words drafted from the journey, and the hourly summary."""

from datetime import datetime

from bot.domain import clock, summary
from bot.domain.change import Change
from bot.domain.directory import Directory
from bot.domain.effects import Card
from bot.domain.incident import Incident
from bot.domain.outgoing import show_card
from bot.domain.severity import Severity
from bot.services import drafting
from bot.services.ports import Render


def promise_words(
    render: Render, directory: Directory, incident: Incident, severity: Severity, now: datetime
) -> Change:
    """The clocks, the first words drafted from them, and the first summary; nothing where no rooms are wanted."""
    if not incident.rooms_wanted:
        return Change(incident=incident)
    change = clock.start(incident, severity, now).and_then(lambda each: summary.start(each, now))
    worded, drafts = drafting.first_drafts(render, directory, change.incident or incident, now)
    rows = (show_card(worded, Card.FIRST_WORD),) if drafts else ()
    return change.then(Change(incident=worded, outgoing=rows))
