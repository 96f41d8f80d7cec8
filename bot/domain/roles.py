"""Roles in an incident: giving, taking, handing over; and what tells a commander that the five things are done."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Final

from bot.domain import watch
from bot.domain.change import Change
from bot.domain.comms_queue import passed_on
from bot.domain.directory import Directory
from bot.domain.effects import Card, Outgoing
from bot.domain.errors import Refusal
from bot.domain.incident import Incident, RoomKind, Status
from bot.domain.naming import clean_line
from bot.domain.nearest import nearest
from bot.domain.outgoing import refresh_card, refresh_cards, show_card
from bot.domain.prose import Sentence, Who, Words
from bot.domain.responding import invite, welcome
from bot.domain.role import COMMANDER, COMMS, ROLES, Role, Term
from bot.domain.telling import one_line
from bot.domain.timeline import Event, EventKind
from bot.domain.update import Audience

IN_STAKEHOLDERS: Final = frozenset({COMMANDER, COMMS})
"""Roles whose holders speak to the people asking, and so belong in the stakeholder channel too."""


def all_roles(directory: Directory) -> tuple[Role, ...]:
    """Commander, comms lead, scribe, then the roles that the directory adds."""
    added = (Role(id=role.id, name=role.name, guide=(role.guide,) if role.guide else ()) for role in directory.roles)
    return (*ROLES, *added)


def find_role(roles: Sequence[Role], words: str) -> Role:
    """The role that people call so: by id, by name, by another word for it, in any case. Raises Refusal."""
    wanted = clean_line(words).casefold()
    spoken = {word.casefold(): role for role in roles for word in (role.id, role.name, *role.also)}
    if wanted in spoken:
        return spoken[wanted]
    close = nearest(wanted, spoken) if wanted else None
    hint = f"; did you mean {spoken[close].name}?" if close else "."
    known = ", ".join(role.name for role in roles)
    raise Refusal(
        "There is no role ",
        Words(clean_line(words) or "without a name"),
        f"{hint} Nobody was given anything. The roles are: {known}.",
        field="role",
    )


def assign(incident: Incident, role: str, who: Who, by: Who | None, now: datetime) -> Incident:
    """The incident with a role (by id) held by `who`; an earlier holder's term ends, and stays on record."""
    ended = tuple(
        replace(term, until=now) if term.role == role and term.until is None else term for term in incident.terms
    )
    return replace(incident, terms=(*ended, Term(role=role, who=who, since=now, by=by)))


def given(incident: Incident, role: Role, who: Who, by: Who, now: datetime, *, said: Sentence | None = None) -> Change:
    """Give a role: the history, the guide to the new holder, rooms, cards and topic, and one line in the war room.

    With `said` (even empty) the caller posts the line itself, and puts it on record, merged with whatever else happened
    at that moment.
    """
    before = incident.holder(role.id)
    if before is not None and before.same_as(who):
        return Change(incident=incident)
    change = welcome(assign(incident, role.id, who, by, now), who)
    if role.id in IN_STAKEHOLDERS:
        change = change.then(invite(change.incident or incident, RoomKind.STAKEHOLDERS, (who,)))
    change = change.and_then(passed_on).and_then(lambda each: watch.begin(each, role.id, now))
    saved = change.incident or incident
    line = _line(role, who, by, before)
    key = f"role:{role.id}:{len(saved.terms)}"
    event = Event(incident=incident.number, key=key, at=now, kind=EventKind.ROLE, said=line, actor=by)
    told = () if said is not None else one_line(saved, key, line)
    return change.then(
        Change(
            incident=saved,
            timeline=(event,) if said is None else (),
            outgoing=(*told, *guide(saved, role.id, who), *refresh_cards(saved)),
        )
    )


def take_command(incident: Incident, who: Who, now: datetime) -> Change:
    """Make whoever acknowledged the commander if nobody is; the caller says so in its own line."""
    if incident.holder(COMMANDER) is not None:
        return Change(incident=incident)
    role = next(role for role in ROLES if role.id == COMMANDER)
    return given(incident, role, who, who, now, said=())


def guide(incident: Incident, role: str, who: Who) -> tuple[Outgoing, ...]:
    """The short private guide for a new holder; someone who is not in Slack gets none."""
    if not (who.user or who.person):
        return ()
    return (show_card(incident, Card.GUIDE, f"{role}:{len(incident.terms)}", to=who),)


def refresh_guide(incident: Incident) -> tuple[Outgoing, ...]:
    """Tick the commander's lines anew in the guide that the present commander has."""
    for number in range(len(incident.terms), 0, -1):
        term = incident.terms[number - 1]
        if term.role == COMMANDER and term.until is None:
            return (refresh_card(incident, Card.GUIDE, f"{COMMANDER}:{number}"),)
    return ()


def commander_checklist(incident: Incident) -> tuple[tuple[str, bool], ...]:
    """The commander's five lines, each with whether the record shows it done."""
    counted = [each for each in incident.impact if each.percent is not None or each.customers is not None]
    told = [each.published_at for each in incident.updates if each.audience is Audience.INTERNAL and each.published_at]
    told += [summary.at for summary in incident.summaries]
    since = min((each.at for each in counted), default=None)
    return (
        ("affected users and segments", any(each.scope.strip() for each in counted)),
        ("revenue at risk", any(each.revenue.strip() for each in incident.impact)),
        ("mitigation or rollback", incident.status is not Status.INVESTIGATING),
        ("stakeholders told with figures", since is not None and any(at >= since for at in told)),
        ("timeline captured", bool(incident.logged or incident.decisions)),
    )


def _line(role: Role, who: Who, by: Who, before: Who | None) -> Sentence:
    name = role.spoken
    handed: Sentence = (", after ", before) if before else ()
    if who.same_as(by):
        return (who, f" is {name} now", *handed)
    return (who, f" is {name} now", *handed, ", by ", by)
