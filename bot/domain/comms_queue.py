"""The comms queue: what comes into it, whom it is passed to, and what is counted of it.

A question is passed to whoever keeps the clock of updates: the comms lead, or else the commander, or else the declarer.
It keeps a line in a thread of the stakeholder channel and a card with whoever has it; both are edited as it goes on.
"""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from bot.domain.change import Change
from bot.domain.clock_keeping import keeper
from bot.domain.effects import Card, Outgoing
from bot.domain.errors import Refusal
from bot.domain.incident import Incident
from bot.domain.naming import WORDS_LIMIT, clean, clean_line
from bot.domain.outgoing import refresh_card, refresh_home, show_card
from bot.domain.prose import Sentence, Who, Words
from bot.domain.question import Question, Report, Said
from bot.domain.timeline import Event, EventKind

NAME_LIMIT: Final = 200
ON_RECORD: Final = 500
MOST: Final = 10**9

ASKED: Final = "asked"
PASSED: Final = "passed"
MINE: Final = "mine"
ANSWER: Final = "answer"


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportForm:
    """A customer's report as it is typed: who, what they see, and how many of them on which plan, if known."""

    customer: str
    sees: str
    people: int | None = None
    plan: str = ""


def card_key(part: str, question: Question, turn: int | None = None) -> str:
    """Name one of a question's messages: ASKED, PASSED and ANSWER in the channel, MINE with its holder of that turn."""
    return f"{part}:{question.number}" if turn is None else f"{part}:{question.number}:{turn}"


def taker(incident: Incident, asker: Who) -> Who | None:
    """Whom a question goes to; None when nobody can be told. A declarer is not passed their own question."""
    held = keeper(incident)
    if held is not None:
        return held
    declarer = incident.declared_by
    return declarer if (declarer.user or declarer.person) and not declarer.same_as(asker) else None


def open_questions(incident: Incident) -> tuple[Question, ...]:
    """What waits for an answer, oldest first."""
    return tuple(each for each in incident.questions if each.open)


def joined_to(incident: Incident, question: Question) -> tuple[Question, ...]:
    """The questions that were merged into this one."""
    return tuple(each for each in incident.questions if each.joined == question.number)


def named_customers(incident: Incident) -> tuple[str, ...]:
    """The customers that were reported by name, each once, as first spelt. For insiders only."""
    found: dict[str, str] = {}
    for each in incident.questions:
        if each.report is not None:
            found.setdefault(each.report.customer.casefold(), each.report.customer)
    return tuple(found.values())


def numbered(incident: Incident, number: int) -> Question:
    """Find a question. Raises Refusal when there is none of this number."""
    found = next((each for each in incident.questions if each.number == number), None)
    if found is None:
        raise Refusal(f"{incident.label} has no question {number}. Nothing was changed.")
    return found


def ask(incident: Incident, text: str, by: Who, now: datetime) -> Change:
    """Take in what somebody asked in the form. Raises Refusal naming the field."""
    _speaks(incident)
    words = _needed(text, "What do you want to know?", "text")
    return taken_in(incident, new_question(incident, by, words, now), now)


def report(incident: Incident, form: ReportForm, by: Who, now: datetime) -> Change:
    """Take in a customer who is hurt; they count towards the impact by name. Raises Refusal naming the field."""
    _speaks(incident)
    customer, plan = clean_line(form.customer), clean_line(form.plan)
    if not customer:
        raise Refusal("Which customer is it? Nothing was passed on.", field="customer")
    for name, field in ((customer, "customer"), (plan, "plan")):
        if len(name) > NAME_LIMIT:
            raise Refusal(f"This has {len(name):,} characters and 200 fit. Nothing was passed on.", field=field)
    if form.people is not None and not 0 <= form.people <= MOST:
        raise Refusal("That is no number of people. Nothing was passed on.", field="customers")
    words = _needed(form.sees, "What do they see?", "sees")
    noted = Report(customer=customer, people=form.people, plan=plan)
    return taken_in(incident, replace(new_question(incident, by, words, now), report=noted), now)


def passed_on(incident: Incident) -> Change:
    """Move what is open to whoever it goes to now: a card for the new holder, the old one says who has it."""
    change, saved = Change(incident=incident), incident
    for each in open_questions(incident):
        new = taker(saved, each.asker)
        if new is not each.holder and not (new is not None and new.same_as(each.holder)):
            change = change.then(_handed(saved, each, new))
            saved = change.incident or saved
    return change


def with_question(incident: Incident, question: Question) -> Incident:
    """The incident with a question added, or replaced by its number."""
    others = [each for each in incident.questions if each.number != question.number]
    return replace(incident, questions=tuple(sorted((*others, question), key=lambda each: each.number)))


def refreshed(saved: Incident, *questions: Question) -> tuple[Outgoing, ...]:
    """Edit all that is shown of questions: their lines and cards, the count in the war room, their holders' Home."""
    rows: list[Outgoing] = []
    for each in questions:
        rows += [refresh_card(saved, Card.QUESTION, card_key(MINE, each, turn)) for turn in range(1, each.turn + 1)]
        if not saved.stakeholders.archived:
            rows.append(refresh_card(saved, Card.QUESTION, card_key(PASSED, each)))
        rows += _home(saved, each.holder)
    return (*rows, *_counted(saved))


def event(saved: Incident, question: Question, what: str, said: Sentence, by: Who | None, now: datetime) -> Event:
    """A line of the record; `what` tells it from the question's other lines."""
    key = f"question:{question.number}:{what}"
    return Event(incident=saved.number, key=key, at=now, kind=EventKind.QUESTION, said=said, actor=by)


def handed_anew(saved: Incident, question: Question, holder: Who | None) -> tuple[Incident, tuple[Outgoing, ...]]:
    """The incident with a question passed to its next holder, and the card that they get."""
    passed = replace(question, holder=holder, turn=question.turn + 1 if holder else question.turn)
    saved = with_question(saved, passed)
    if holder is None:
        return saved, ()
    key = card_key(MINE, passed, passed.turn)
    return saved, (show_card(saved, Card.QUESTION, key, to=holder), *_home(saved, holder))


def _handed(saved: Incident, question: Question, holder: Who | None) -> Change:
    before = question.holder
    saved, rows = handed_anew(saved, question, holder)
    shown = refreshed(saved, replace(question, holder=holder))
    return Change(incident=saved, outgoing=(*rows, *shown, *_home(saved, before)))


def new_question(incident: Incident, asker: Who, words: Said, now: datetime) -> Question:
    """The next question of an incident, not yet in it."""
    number = max((each.number for each in incident.questions), default=0) + 1
    return Question(number=number, asker=asker, at=now, words=(words,))


def taken_in(incident: Incident, question: Question, now: datetime) -> Change:
    """The queue with a new question: a line in its thread, a card for whom it is passed to, and one more to count."""
    saved, card = handed_anew(incident, question, taker(incident, question.asker))
    number = f"question {question.number}"
    what = f" reported a customer ({number}): " if question.report else f" asked {number}: "
    rows = [] if question.thread else [show_card(saved, Card.QUESTION, card_key(ASKED, question))]
    rows.append(show_card(saved, Card.QUESTION, card_key(PASSED, question)))
    if question.report is not None:
        rows.append(refresh_card(saved, Card.STAKEHOLDERS))
    said: Sentence = (question.asker, what, Words(question.text[:ON_RECORD]))
    noted = event(saved, question, "asked", said, question.asker, now)
    return Change(incident=saved, timeline=(noted,), outgoing=(*rows, *card, *_counted(saved)))


def _counted(saved: Incident) -> tuple[Outgoing, ...]:
    if saved.war_room.archived or not saved.rooms_wanted:
        return ()
    return (refresh_card(saved, Card.WAR_ROOM),)


def _home(saved: Incident, who: Who | None) -> tuple[Outgoing, ...]:
    fence = f"questions:{saved.number}:{saved.version + 1}"
    return (refresh_home(who.user, fence),) if who is not None and who.user else ()


def _speaks(incident: Incident) -> None:
    if not incident.rooms_wanted or incident.stakeholders.archived:
        raise Refusal(
            f"{incident.label} has no stakeholder channel now, so nothing was passed on. Write to its commander."
        )


def _needed(text: str, question: str, field: str) -> Said:
    words = said_of(text)
    if not words.text:
        raise Refusal(f"{question} Nothing was passed on.", field=field)
    return words


def said_of(text: str, ts: str = "") -> Said:
    """Typed words, cleaned and cut to what is kept, with how long they were."""
    whole = clean(text)
    return Said(text=whole[:WORDS_LIMIT], length=len(whole), ts=ts)
