"""Words written ahead for others than the two audiences: customers known to be hurt, executives who are asked."""

from dataclasses import replace
from datetime import datetime

from bot.domain.authority import is_insider
from bot.domain.change import Change
from bot.domain.directory import Directory
from bot.domain.effects import PostText
from bot.domain.errors import Refusal
from bot.domain.incident import Incident, RoomKind
from bot.domain.outgoing import post_text
from bot.domain.prose import Who
from bot.domain.severity import Severity
from bot.domain.telling import trouble
from bot.domain.update import Audience
from bot.domain.wording import HOLDING, TARGETED
from bot.domain.wording import prefilled as prefilled_form
from bot.services.drafting import words_of
from bot.services.loading import loaded_for
from bot.services.ports import Desk, Render, Tx

FOR_SUPPORT = "For support: to a customer who is known to be affected, one at a time; it names no other"


def for_known_customers(
    render: Render, directory: Directory, incident: Incident, severity: Severity, now: datetime
) -> Change:
    """Where the public is promised nothing, hand support the words for the customers who are known to be hurt.

    Nothing for a private incident, of which nobody outside it hears. A broken template is told in the room.
    """
    if incident.private or severity.first_public is not None:
        return Change(incident=incident)
    try:
        text = words_of(render, directory, incident, TARGETED, prefilled_form(incident), now, first=True)
    except Refusal as refusal:
        return trouble(incident, "targeted", ("The words for known customers were not written. ", *refusal.said), now)
    effect = PostText(
        incident=incident.number, room=RoomKind.STAKEHOLDERS, title=FOR_SUPPORT, text=text.strip(), to_copy=True
    )
    return Change(incident=incident, outgoing=(post_text(incident, "targeted", effect),))


async def holding_statement(desk: Desk, number: int, by: Who) -> tuple[Incident, str]:
    """What executives may say to whoever asks, from the last update or the journey's words; nothing is sent by this.

    Raises Refusal for whoever is no responder, and where the template is broken.
    """
    now, directory = desk.clock(), desk.directory()

    def read(tx: Tx) -> tuple[Incident, str]:
        incident = loaded_for(tx, directory, number, by)
        if not is_insider(by, incident, directory.workspace.managers):
            raise Refusal(
                f"The holding statement of {incident.label} is for its responders. Nothing was shown; "
                "join with I'm helping, then press again."
            )
        promise = incident.clock(Audience.PUBLIC)
        due = promise.due_at if promise and promise.running and promise.due_at and promise.due_at > now else None
        text = words_of(desk.render, directory, incident, HOLDING, replace(prefilled_form(incident), next_at=due), now)
        return incident, text.strip()

    return await desk.store.read(read)
