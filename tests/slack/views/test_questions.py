"""A question's messages and forms: what they say at each step, and that Slack takes them whatever was typed."""

from dataclasses import replace

import pytest
from hypothesis import given, settings

from bot.domain.incident import Incident
from bot.domain.question import Question, QuestionState, Report, Said
from bot.domain.role import COMMS, Term
from bot.slack.views.home import home
from bot.slack.views.lists import OnCallRow
from bot.slack.views.parts import Message
from bot.slack.views.question_forms import answer_form, ask_form, merge_form, report_form
from bot.slack.views.questions import question_message
from bot.slack.views.stakeholders import stakeholder_card
from tests.size import examples
from tests.slack.views.samples import (
    LEON,
    MAYA,
    SAM,
    T0,
    a_page,
    an_incident,
    checked,
    checked_view,
    hostile,
    labels_of,
)

KEYS = ("asked:1", "passed:1", "mine:1:1", "mine:1:2", "answer:1", "answer:2", "passed:2", "mine:2:1", "mine:3:0")


def said(text: str, length: int | None = None) -> Said:
    return Said(text=text, length=len(text) if length is None else length)


def a_question(number: int = 1, text: str = "Is the EU hit?", **more: object) -> Question:
    question = Question(number=number, asker=SAM, at=T0, words=(said(text),), holder=LEON, turn=1)
    return replace(question, **more)  # type: ignore[arg-type]


def with_questions(*questions: Question, text: str = "Cards are declined") -> Incident:
    """An incident in which Leon has comms and these were asked."""
    return an_incident(text, terms=(Term(role=COMMS, who=LEON, since=T0),), questions=questions)


def reads(incident: Incident, key: str) -> str:
    message = question_message(incident, key)
    assert message is not None
    checked(message)
    return message.text


def test_the_line_says_who_has_it_and_why_them() -> None:
    assert reads(with_questions(a_question()), "passed:1") == "passed to <@ULEON>."
    for holder, line in (
        (MAYA, "passed to <@UMAYA>, the commander: nobody has comms."),
        (None, "nobody can take this"),
    ):
        incident = replace(with_questions(a_question(holder=holder)), terms=an_incident().terms)
        assert line in reads(incident, "passed:1")
    by_the_declarer = replace(with_questions(a_question(holder=SAM)), terms=())
    assert reads(by_the_declarer, "passed:1") == "passed to <@USAM>, who declared it: nobody has comms."


def test_the_line_and_the_card_tell_what_was_left_out() -> None:
    question = a_question(words=(said("x" * 3000, 40_000),), unread=4)
    for key in ("passed:1", "mine:1:1"):
        shown = reads(with_questions(question), key)
        assert "Only the first 3,000 of 40,000 characters are kept here. · 4 more in the thread." in shown


def test_a_report_names_the_customer_on_the_card_and_nowhere_else() -> None:
    incident = with_questions(a_question(report=Report(customer="Globex", people=40, plan="Gold")))
    assert "reports Globex (40 people · plan Gold). They see:" in reads(incident, "mine:1:1")
    assert "Globex" not in reads(incident, "asked:1") + reads(incident, "passed:1")
    assert "*Customers reported*: 1 by name" in checked(stakeholder_card(incident, ()))


@pytest.mark.parametrize(
    ("state", "line"),
    [
        (QuestionState.ANSWERED, "It was answered by <@ULEON> at <!date^"),
        (QuestionState.DONE, "It was closed without words by <@ULEON> at <!date^"),
        (QuestionState.WITHDRAWN, "It was taken back by who asked at <!date^"),
    ],
)
def test_a_closed_question_says_what_became_of_it_and_has_no_buttons(state: QuestionState, line: str) -> None:
    incident = with_questions(a_question(state=state, closed_by=LEON, closed_at=T0, answer="It is"))
    assert line in reads(incident, "passed:1")
    card = question_message(incident, "mine:1:1")
    assert card is not None
    assert line in checked(card)
    assert labels_of(card) == []


def test_merged_questions_stand_on_one_card_and_read_one_answer() -> None:
    merged = [a_question(number, f"Also {number}", state=QuestionState.MERGED, joined=1) for number in range(2, 9)]
    waiting = with_questions(a_question(), *merged)
    card = question_message(waiting, "mine:1:1")
    assert card is not None
    assert "Also 2" in checked(card)
    assert "And 2 more who asked the same." in checked(card)
    assert labels_of(card) == ["Answer", "Merge", "Done"]
    assert reads(waiting, "passed:2") == "Asked before, as question 1: its answer comes here too."
    assert question_message(waiting, "answer:2") is None, "there is none yet"
    answered = a_question(state=QuestionState.ANSWERED, closed_by=LEON, closed_at=T0, answer="Only <!here> & there")
    shown = reads(with_questions(answered, *merged), "answer:2")
    assert shown == "<@USAM>, <@ULEON> answers:\nOnly &lt;!here&gt; &amp; there"


@pytest.mark.parametrize("key", ["", "asked", "asked:9", "asked:x", "nothing:1", "::"])
def test_a_key_of_nothing_shows_nothing(key: str) -> None:
    assert question_message(with_questions(a_question()), key) is None


def test_a_crowded_home_stays_within_its_blocks() -> None:
    mine = [(a_question(number), an_incident(number=number)) for number in range(1, 200)]
    incidents = [an_incident(number=number) for number in range(300)]
    pages = [(a_page(id=number), an_incident(number=number)) for number in range(50)]
    rows = [OnCallRow(team=f"T{number}", rotation="primary", now=MAYA) for number in range(200)]
    view = home(pages, incidents, rows, mine)
    assert "And 191 more." in checked_view(view)
    assert labels_of(view).count("Answer") == 8


def every_state(text: str) -> tuple[Question, ...]:
    report = Report(customer=text or "x", people=1, plan=text)
    first = a_question(1, text or "?", words=(said(text or "?", 9**9), *[said(text or "?")] * 19), unread=3)
    return (
        replace(first, report=report, state=QuestionState.ANSWERED, answer=text or "x", closed_by=LEON, closed_at=T0),
        a_question(2, text or "?", report=report, state=QuestionState.MERGED, joined=1),
        a_question(3, text or "?", holder=None, turn=0),
    )


@pytest.mark.parametrize("key", KEYS)
@settings(deadline=None, max_examples=examples(25))
@given(text=hostile)
def test_whatever_was_typed_slack_takes_the_message(key: str, text: str) -> None:
    answered = with_questions(*every_state(text), text=text)
    still_open = replace(
        answered, questions=(replace(answered.questions[0], state=QuestionState.OPEN), *answered.questions[1:])
    )
    for incident in (answered, still_open):
        message = question_message(incident, key)
        assert isinstance(message, Message)
        checked(message)


@settings(deadline=None, max_examples=examples(25))
@given(text=hostile)
def test_whatever_was_typed_slack_takes_the_form(text: str) -> None:
    incident = with_questions(*every_state(text), text=text)
    for form in (ask_form(incident), report_form(incident), answer_form(incident, incident.questions[0], text)):
        checked_view(form)
    others = tuple(a_question(number, text or "?") for number in range(2, 150))
    checked_view(merge_form(incident, incident.questions[0], others, text))
