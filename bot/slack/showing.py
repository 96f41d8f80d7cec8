"""What a message says: rendered from the state as it is when it is sent, or from words that were frozen before."""

from dataclasses import dataclass
from typing import Final

from bot.domain.alert_effects import RefreshAlert, ShowAlert
from bot.domain.authority import may_see
from bot.domain.bundle import RefreshBundle, SendBundle
from bot.domain.bundling import told_of
from bot.domain.copies import Copy
from bot.domain.directory import Directory
from bot.domain.effects import Card, PostText, RefreshCard, RefreshPage, SendPage, ShowCard, TellPerson, TellRoom
from bot.domain.incident import Incident
from bot.domain.line import RewriteLine
from bot.services.page_finding import copy_of
from bot.services.ports import Tx
from bot.slack.views.after import postmortem, review
from bot.slack.views.announce import announce_card, triage_card, unmatched_alert
from bot.slack.views.bundle import bundle
from bot.slack.views.declared import declared
from bot.slack.views.lines import posted, told
from bot.slack.views.notices import notice
from bot.slack.views.page import page_copy
from bot.slack.views.parts import Message
from bot.slack.views.public_words import copy_block, first_word, to_copy
from bot.slack.views.questions import question_message
from bot.slack.views.roles import guide, roles_panel
from bot.slack.views.stakeholders import stakeholder_card
from bot.slack.views.war_room import war_room_card

Shown = (
    SendPage
    | RefreshPage
    | SendBundle
    | RefreshBundle
    | TellPerson
    | TellRoom
    | PostText
    | ShowCard
    | RefreshCard
    | ShowAlert
    | RefreshAlert
    | RewriteLine
)


OF_NO_SINGLE_INCIDENT: Final = (SendPage, RefreshPage, SendBundle, RefreshBundle, ShowAlert, RefreshAlert)
"""What is of several incidents or of none, or says by itself no more of a private one than its number."""


@dataclass(frozen=True, slots=True)
class Nothing:
    """There is nothing to send, and why."""

    why: str


def message_of(tx: Tx, directory: Directory, effect: Shown) -> Message | Nothing:
    """Say what the effect's message reads now; a lock screen tells no more of a private incident than its number."""
    message = _in_full(tx, directory, effect)
    number = None if isinstance(effect, OF_NO_SINGLE_INCIDENT) else effect.incident
    incident = tx.incident(number) if number is not None else None
    if isinstance(message, Nothing) or incident is None or not incident.private:
        return message
    return Message(text=f"Private incident {incident.label}", blocks=message.blocks)


def _in_full(tx: Tx, directory: Directory, effect: Shown) -> Message | Nothing:
    match effect:
        case SendPage() | RefreshPage() | SendBundle() | RefreshBundle():
            return _pages(tx, effect)
        case (
            TellPerson(said=said, buttons=buttons)
            | TellRoom(said=said, buttons=buttons)
            | RewriteLine(said=said, buttons=buttons)
        ):
            return told(said, buttons)
        case PostText(title=title, text=text, to_copy=True):
            return to_copy(title, text)
        case PostText(title=title, text=text, next_at=next_at, buttons=buttons):
            return posted(title, text, next_at, buttons)
        case ShowCard(incident=number, card=card, key=key) | RefreshCard(incident=number, card=card, key=key):
            incident = tx.incident(number)
            return _card(tx, directory, incident, card, key) if incident else Nothing("there is no such incident")
        case ShowAlert() | RefreshAlert():
            alert = tx.alert(effect.source, effect.fingerprint, effect.starts_at)
            return unmatched_alert(alert, alert.why) if alert else Nothing("there is no such alert")


def _copy_of_page(tx: Tx, number: int, name: str) -> Message | Nothing:
    copy = copy_of(tx, number, name)
    if copy is None:
        return Nothing("there is no such page")
    others = tuple(each for each in tx.pages_of(copy.incident.number) if each.id != number)
    return page_copy(copy.page, copy.ask, copy.incident, others)


def _pages(tx: Tx, effect: SendPage | RefreshPage | SendBundle | RefreshBundle) -> Message | Nothing:
    match effect:
        case SendPage(page=page, ask=ask) | RefreshPage(page=page, ask=ask):
            return _copy_of_page(tx, page, ask)
        case SendBundle() as to_send:
            copies = _copies(tx, to_send)
            wanted = any(each.may_be_taken for each in copies)
            return bundle(copies) if wanted else Nothing("each of its pages is answered or over")
        case RefreshBundle(of=of):
            sent = tx.bundle(of)
            return bundle(_copies(tx, sent)) if sent else Nothing("there is no such bundle")


def _copies(tx: Tx, effect: SendBundle) -> tuple[Copy, ...]:
    found = (copy_of(tx, each.page, each.ask) for each in effect.asks)
    return tuple(copy for copy in found if copy and told_of(copy))


def _card(tx: Tx, directory: Directory, incident: Incident, card: Card, key: str) -> Message | Nothing:
    match card:
        case Card.WAR_ROOM:
            return war_room_card(incident, tx.pages_of(incident.number), tx.alert_tally(incident.number))
        case Card.STAKEHOLDERS:
            return stakeholder_card(incident, tx.pages_of(incident.number))
        case Card.ANNOUNCE:
            return announce_card(incident, tx.pages_of(incident.number))
        case Card.DECLARED:
            return declared(incident, tx.pages_of(incident.number), _also_open(tx, directory, incident))
        case Card.ROLES:
            return roles_panel(incident, directory.roles)
        case Card.GUIDE:
            return guide(incident, key.partition(":")[0], directory.roles)
        case Card.NOTICE | Card.QUESTION:
            found = notice(incident, key) if card is Card.NOTICE else question_message(incident, key)
            return found or Nothing("there is no such notice or question, or no answer to it")
        case _:
            return _words_card(incident, card, key)


def _words_card(incident: Incident, card: Card, key: str) -> Message:
    """The cards that need the incident alone."""
    match card:
        case Card.FIRST_WORD:
            return first_word(incident)
        case Card.COPY_BLOCK:
            return copy_block(incident, int(key))
        case Card.REVIEW:
            return review(incident)
        case Card.POSTMORTEM:
            return postmortem(incident)
        case _:
            return triage_card(incident)


def _also_open(tx: Tx, directory: Directory, incident: Incident) -> tuple[Incident, ...]:
    """Other open incidents on the journey that the declarer may see."""
    journey = incident.brief.journey
    found = tx.open_on(journey) if journey else ()
    managers = directory.workspace.managers
    return tuple(
        each for each in found if each.number != incident.number and may_see(incident.declared_by, each, managers)
    )
