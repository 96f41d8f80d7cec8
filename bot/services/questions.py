"""The comms queue at work: questions come in by form or by typing, and are answered, merged or closed."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime

from bot.domain import authority, comms_answers, comms_queue, typed_questions
from bot.domain.authority import Act
from bot.domain.change import Change
from bot.domain.comms_queue import ASKED, ReportForm, card_key
from bot.domain.directory import Directory
from bot.domain.effects import Card, Outgoing
from bot.domain.incident import Incident, RoomKind
from bot.domain.outgoing import card_id, tell_room
from bot.domain.prose import Sentence, Who
from bot.domain.question import Question
from bot.domain.timeline import Event
from bot.domain.typed_questions import Heard
from bot.services.loading import loaded, loaded_for
from bot.services.ports import Desk, Tx

NAMED = 20
"""As many people as are named in a typed message; the others keep their id."""
Rule = Callable[[Incident, datetime], Change]


async def ask(desk: Desk, number: int, text: str, by: Who, *, delivery: str) -> Incident:
    """Put a question to comms; whoever may see the incident may. Raises Refusal naming the field."""
    return await _taken(desk, number, by, delivery, lambda incident, now: comms_queue.ask(incident, text, by, now))


async def report(desk: Desk, number: int, form: ReportForm, by: Who, *, delivery: str) -> Incident:
    """Report a customer who is hurt; whoever may see the incident may. Raises Refusal naming the field."""
    return await _taken(desk, number, by, delivery, lambda incident, now: comms_queue.report(incident, form, by, now))


async def answer(
    desk: Desk, number: int, question: int, text: str, by: Who, *, delivery: str, reason: str = ""
) -> Incident:
    """Answer a question. Raises Refusal when it is not open any more, ReasonNeeded when this person needs a reason."""

    def rule(incident: Incident, now: datetime) -> Change:
        return comms_answers.answer(incident, question, text, by, now)

    return await _closed(desk, number, by, delivery, reason, rule)


async def merge(
    desk: Desk, number: int, question: int, into: int, by: Who, *, delivery: str, reason: str = ""
) -> Incident:
    """Join a question to another open one of the incident. Raises as `answer` does."""

    def rule(incident: Incident, now: datetime) -> Change:
        return comms_answers.merge(incident, question, into, by, now)

    return await _closed(desk, number, by, delivery, reason, rule)


async def finish(desk: Desk, number: int, question: int, by: Who, *, delivery: str, reason: str = "") -> Incident:
    """Close a question without words. Raises as `answer` does."""

    def rule(incident: Incident, now: datetime) -> Change:
        return comms_answers.finish(incident, question, by, now)

    return await _closed(desk, number, by, delivery, reason, rule)


async def to_answer(desk: Desk, number: int, question: int, by: Who, *, reason: str = "") -> tuple[Incident, Question]:
    """The question that a form is opened for. Raises as `answer` does, before anything is typed."""
    now, directory = desk.clock(), desk.directory()

    def read(tx: Tx) -> tuple[Incident, Question]:
        incident = loaded_for(tx, directory, number, by)
        _checked(incident, directory, by, now, reason)
        return incident, comms_answers.to_answer(incident, question)

    return await desk.store.read(read)


async def listens(desk: Desk, channel: str) -> bool:
    """Whether what is typed in a channel (by id) concerns the queue of some incident."""
    return await desk.store.read(lambda tx: _of_channel(tx, channel) is not None)


async def names(desk: Desk, users: Sequence[str]) -> Mapping[str, str]:
    """The names of people who were mentioned (by Slack id), of as many as are known."""

    def read(tx: Tx) -> Mapping[str, str]:
        found = (tx.contact(user) for user in dict.fromkeys(users[:NAMED]))
        return {contact.user: contact.name for contact in found if contact}

    return await desk.store.read(read)


async def hear(desk: Desk, channel: str, heard: Heard, *, delivery: str) -> None:
    """Take in what somebody typed in a stakeholder channel.

    On a private incident only insiders ask; somebody else who was let into the channel is told so in a thread.
    """
    directory = desk.directory()

    def rule(tx: Tx, incident: Incident, now: datetime) -> Change:
        if not authority.may_see(heard.by, incident, directory.workspace.managers):
            return Change(outgoing=(_not_for(incident, heard),))
        return typed_questions.hear(incident, heard, _within(tx, incident, heard.thread), now)

    await _followed(desk, channel, delivery, rule)


async def changed(desk: Desk, channel: str, heard: Heard, *, delivery: str) -> None:
    """Follow a message of a stakeholder channel that its author changed."""
    await _followed(desk, channel, delivery, lambda _tx, incident, now: typed_questions.changed(incident, heard, now))


async def taken_back(desk: Desk, channel: str, ts: str, *, delivery: str) -> None:
    """Follow a message of a stakeholder channel that was deleted."""
    await _followed(desk, channel, delivery, lambda _tx, incident, now: typed_questions.taken_back(incident, ts, now))


async def _taken(desk: Desk, number: int, by: Who, delivery: str, rule: Rule) -> Incident:
    now, directory = desk.clock(), desk.directory()

    def write(tx: Tx) -> Incident:
        _alone(tx, number)
        incident = loaded_for(tx, directory, number, by)
        if tx.first_time(delivery, now):
            tx.save(rule(incident, now))
        return loaded(tx, number)

    return await desk.store.write(write)


async def _closed(desk: Desk, number: int, by: Who, delivery: str, reason: str, rule: Rule) -> Incident:
    now, directory = desk.clock(), desk.directory()

    def write(tx: Tx) -> Incident:
        _alone(tx, number)
        incident = loaded_for(tx, directory, number, by)
        if tx.first_time(delivery, now):
            override = _checked(incident, directory, by, now, reason)
            tx.save(authority.with_override(rule(incident, now), override))
        return loaded(tx, number)

    return await desk.store.write(write)


async def _followed(desk: Desk, channel: str, delivery: str, rule: Callable[[Tx, Incident, datetime], Change]) -> None:
    now = desk.clock()

    def write(tx: Tx) -> None:
        found = _of_channel(tx, channel)
        if found is None:
            return
        _alone(tx, found.number)
        if tx.first_time(delivery, now):
            tx.save(rule(tx, loaded(tx, found.number), now))

    await desk.store.write(write)


def _of_channel(tx: Tx, channel: str) -> Incident | None:
    incident = tx.incident_in(channel)
    return incident if incident is not None and incident.stakeholders.channel == channel else None


def _alone(tx: Tx, number: int) -> None:
    """Everybody may type at once: one question after the other, instead of losing races with each other."""
    tx.hold(f"questions:{number}")


def _within(tx: Tx, incident: Incident, thread: str) -> tuple[int, ...]:
    """The questions whose thread it is; a form's stand below a line of ours."""
    if not thread:
        return ()
    return tuple(each.number for each in incident.questions if _thread(tx, incident, each) == thread)


def _thread(tx: Tx, incident: Incident, question: Question) -> str:
    if question.thread:
        return question.thread
    line = tx.sent(card_id(incident.number, Card.QUESTION, card_key(ASKED, question)))
    return line.ts if line else ""


def _not_for(incident: Incident, heard: Heard) -> Outgoing:
    """Said once to each person, in the channel that they are in."""
    why = (
        ": what is typed here is passed to comms for those only who work on this incident, so yours was not. "
        "Have one of them bring you into the war room."
    )
    said: Sentence = (heard.by, why)
    return tell_room(incident, RoomKind.STAKEHOLDERS, f"outsider:{heard.by.user or heard.by.name}", said)


def _checked(incident: Incident, directory: Directory, by: Who, now: datetime, reason: str) -> Event | None:
    return authority.check(Act.ANSWER, by, incident, managers=directory.workspace.managers, now=now, reason=reason)
