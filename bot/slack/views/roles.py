"""Roles: the panel that is edited in place, the form that gives a role, and the private guide of a new holder."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from slack_sdk.models.blocks import Block, ButtonElement
from slack_sdk.models.views import View

from bot.domain.incident import Incident
from bot.domain.prose import At, Sentence, Strong, Words
from bot.domain.role import COMMANDER, COMMS, ROLES
from bot.domain.roles import commander_checklist
from bot.domain.team import AddedRole
from bot.domain.update import Audience
from bot.slack.ids import Action, ViewId
from bot.slack.ids import Block as BlockId
from bot.slack.meta import Meta, write_about
from bot.slack.views.comms_hand_over import still_due
from bot.slack.views.inputs import Choice, chosen, member, modal
from bot.slack.views.parts import Message, actions, button, in_lines, message, section
from bot.slack.views.phrases import headline, room_link

MANY: Final = 40


@dataclass(frozen=True, slots=True, kw_only=True)
class Duty:
    """One of the commander's five lines, and whether the record shows it done."""

    words: str
    done: bool


def roles_panel(incident: Incident, added: Sequence[AddedRole] = ()) -> Message:
    """Who holds which role; *Take* when empty, *Hand over* when held."""
    names = _names(added)
    lines = [_held(incident, role, name) for role, name in names]
    return message(
        in_lines((Strong(f"Roles of {incident.label}"),), *lines),
        section((Strong(f"Roles of {incident.label}"),)),
        *_rows(incident, names),
    )


def roles_modal(incident: Incident, added: Sequence[AddedRole] = ()) -> View:
    """The same panel as a modal."""
    blocks = [section((headline(incident),)), *_rows(incident, _names(added))]
    return modal(ViewId.ROLES, "Roles", blocks, meta=Meta(incident=incident.number))


def give_role_form(
    incident: Incident, role: str, added: Sequence[AddedRole] = (), *, suggested: str | None = None
) -> View:
    """Give a role to somebody; `suggested` is the Slack id that stands chosen."""
    choices = [Choice(value=key, label=name) for key, name in _names(added)]
    blocks = [
        section((headline(incident),)),
        chosen(BlockId.ROLE, "Role", choices[:100], initial=role),
        member(BlockId.PERSON, "Person", initial=suggested, needed=True, hint="They get a short private guide"),
    ]
    return modal(ViewId.GIVE_ROLE, "Give a role", blocks, submit="Give", meta=Meta(incident=incident.number, role=role))


def guide(incident: Incident, role: str, added: Sequence[AddedRole] = ()) -> Message:
    """What a new holder of a role needs to know; the commander's ends in five lines that tick themselves."""
    name = dict(_names(added)).get(role, role)
    name = name.lower() if any(known.id == role for known in ROLES) else name
    title: Sentence = (Strong(f"You are {name} of {incident.label}"), f" · {incident.severity} · ", incident.brief.pain)
    steps = tuple((Words(line),) for line in _guide(role, added))
    ticks = tuple(_tick(duty) for duty in duties(incident)) if role == COMMANDER else ()
    promised = still_due(incident) if role == COMMS and incident.open else ()
    room = room_link(incident.war_room)
    said = in_lines(title, *steps, *ticks, *promised, ("War room: ", *room) if room else None)
    return message(
        (f"Private incident {incident.label}",) if incident.private else said,
        section(said),
        _public_clock(incident) if role == COMMANDER else None,
    )


def duties(incident: Incident) -> tuple[Duty, ...]:
    """The commander's five lines, as far as the record shows them done."""
    return tuple(Duty(words=words, done=done) for words, done in commander_checklist(incident))


def _names(added: Sequence[AddedRole]) -> list[tuple[str, str]]:
    built_in = [(role.id, role.name) for role in ROLES]
    return [*built_in, *((role.id, role.name) for role in added if role.id not in dict(built_in))]


def _guide(role: str, added: Sequence[AddedRole]) -> tuple[str, ...]:
    for known in ROLES:
        if known.id == role:
            return known.guide
    return tuple(each.guide for each in added if each.id == role and each.guide)


def _held(incident: Incident, role: str, name: str) -> Sentence:
    terms = [term for term in incident.terms if term.role == role]
    current = next((term for term in terms if term.until is None), None)
    before = [term for term in terms if term.until is not None]
    last: Sentence = (" · before: ", before[-1].who) if before else ()
    if current is None:
        return (Strong(name), ": nobody yet", *last)
    return (Strong(name), ": ", current.who, " since ", At(current.since), *last)


def _rows(incident: Incident, names: Sequence[tuple[str, str]]) -> list[Block]:
    return [
        section(_held(incident, role, name), accessory=_button(incident, role, name) if incident.open else None)
        for role, name in names[:MANY]
    ]


def _button(incident: Incident, role: str, name: str) -> ButtonElement:
    value = write_about(incident.number, role)
    if incident.holder(role):
        return button(Action.HAND_OVER_ROLE, "Hand over", value, about=name)
    return button(Action.TAKE_ROLE, "Take", value, about=name)


def _tick(duty: Duty) -> Sentence:
    return (f"{'☑' if duty.done else '☐'} {duty.words} ({'done' if duty.done else 'to do'})",)


def _public_clock(incident: Incident) -> Block | None:
    public = incident.clock(Audience.PUBLIC)
    if not incident.private or (public and public.running) or not incident.open:
        return None
    start = button(Action.START_PUBLIC_CLOCK, "Start the public clock", str(incident.number), about=incident.label)
    return actions(start)
