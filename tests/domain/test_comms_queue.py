"""The comms queue: what comes in, whom it goes to, how it is closed, and what is told of it."""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain import comms_answers, comms_queue, typed_questions
from bot.domain.change import Change
from bot.domain.comms_queue import ReportForm, named_customers, open_questions, taker
from bot.domain.effects import Card, RefreshCard, ShowCard
from bot.domain.errors import Refusal
from bot.domain.incident import Incident
from bot.domain.prose import Who
from bot.domain.public_phrases import Fault
from bot.domain.public_words import remarks, vocabulary_of
from bot.domain.question import QuestionState
from bot.domain.role import COMMANDER, COMMS
from bot.domain.roles import all_roles, assign
from bot.domain.roles import given as role_given
from bot.domain.typed_questions import Heard
from tests.domain.lives import DANA, DIRECTORY, EVE, LEON, MAYA, NOW, SAM, an_incident, said

LATER = NOW + timedelta(minutes=5)
ALARM = Who(name="Alertmanager")


def after(change: Change) -> Incident:
    assert change.incident is not None
    return change.incident


def with_channels(**more: object) -> Incident:
    """INC-42 with its channels open and nobody in a role."""
    incident = an_incident(**more)
    return replace(incident, stakeholders=replace(incident.stakeholders, channel="CSTAKE"))


def led(incident: Incident) -> Incident:
    """Maya commands, and Leon has comms."""
    return assign(assign(incident, COMMANDER, MAYA, None, NOW), COMMS, LEON, None, NOW)


def typed(ts: str, words: str, by: Who = EVE, thread: str = "") -> Heard:
    return Heard(ts=ts, thread=thread, by=by, text=words)


def with_questions(*askers: Who) -> Incident:
    """A led incident in which each of these typed one question, in a thread of its own."""
    incident = led(with_channels())
    for place, who in enumerate(askers, start=1):
        incident = after(typed_questions.hear(incident, typed(f"{place}.0", f"What of {place}?", who), (), NOW))
    return incident


def shown(change: Change) -> list[str]:
    """The keys of the question's messages that are posted anew."""
    rows = [row.effect for row in change.outgoing]
    return [row.key for row in rows if isinstance(row, ShowCard) and row.card is Card.QUESTION]


def refreshed(change: Change) -> set[str]:
    """The cards that are edited, by kind and key."""
    rows = [row.effect for row in change.outgoing]
    return {f"{row.card.value}:{row.key}".rstrip(":") for row in rows if isinstance(row, RefreshCard)}


def test_a_question_goes_to_comms_else_the_commander_else_the_declarer_else_nobody() -> None:
    incident = with_channels()
    assert taker(incident, EVE) == SAM
    assert taker(incident, SAM) is None, "nobody is passed their own question"
    assert taker(replace(incident, declared_by=ALARM), EVE) is None
    commanded = assign(incident, COMMANDER, MAYA, None, NOW)
    assert taker(commanded, EVE) == MAYA
    assert taker(assign(commanded, COMMS, LEON, None, NOW), EVE) == LEON


def test_what_is_asked_in_a_form_gets_a_line_a_reply_and_a_card_and_the_war_room_a_count() -> None:
    change = comms_queue.ask(led(with_channels()), "Is the EU hit?", EVE, NOW)
    assert shown(change) == ["asked:1", "passed:1", "mine:1:1"]
    assert refreshed(change) == {"war_room"}, "an edit, and no message"
    (question,) = after(change).questions
    assert (question.asker, question.text, question.holder, question.turn) == (EVE, "Is the EU hit?", LEON, 1)
    assert said(change.timeline[0].said) == "eve asked question 1: Is the EU hit?"


def test_what_is_typed_is_answered_in_its_own_thread_and_heard_once() -> None:
    change = typed_questions.hear(led(with_channels()), typed("1.0", "Is the EU hit?"), (), NOW)
    assert shown(change) == ["passed:1", "mine:1:1"]
    assert after(change).questions[0].thread == "1.0"
    assert typed_questions.hear(after(change), typed("1.0", "Is the EU hit?"), (), NOW) == Change()


@pytest.mark.parametrize("who", [LEON, MAYA])
def test_whoever_speaks_for_the_incident_asks_nothing_by_typing(who: Who) -> None:
    incident = with_channels()
    led_by_them = assign(incident, COMMANDER, MAYA, None, NOW) if who is MAYA else led(incident)
    assert typed_questions.hear(led_by_them, typed("1.0", "Update in five minutes", who), (), NOW) == Change()


def test_in_a_questions_thread_only_the_asker_asks() -> None:
    incident = with_questions(EVE)
    assert typed_questions.hear(incident, typed("2.0", "I wonder too", DANA, "1.0"), (1,), NOW) == Change()
    more = typed_questions.hear(incident, typed("2.0", "and sign-in?", EVE, "1.0"), (1,), NOW)
    assert [each.text for each in after(more).questions] == ["What of 1?\nand sign-in?"]
    assert refreshed(more) >= {"question:mine:1:1", "question:passed:1"}
    done = after(comms_answers.finish(after(more), 1, LEON, LATER))
    again = typed_questions.hear(done, typed("3.0", "and now?", EVE, "1.0"), (1,), LATER)
    assert [(each.number, each.thread) for each in open_questions(after(again))] == [(2, "1.0")], "asked anew"


@pytest.mark.parametrize(
    ("words", "asks"),
    [
        *[(words, False) for words in ("Thanks!", "thank you so much @leon :pray:", "Got it, ok.", ":+1:")],
        *[(words, True) for words in ("Thanks, and sign-in?", "ok?", "Thanks. Still broken", "42 more call")],
    ],
)
def test_thanks_for_an_answer_are_no_question(words: str, asks: bool) -> None:  # noqa: FBT001 - a row of a table
    incident = after(comms_answers.answer(with_questions(EVE), 1, "Only the EU", LEON, LATER))
    change = typed_questions.hear(incident, typed("2.0", words, EVE, "1.0"), (1,), LATER)
    assert (change != Change()) == asks


def test_a_reply_elsewhere_in_the_channel_is_a_question_in_that_thread() -> None:
    change = typed_questions.hear(with_questions(EVE), typed("9.0", "When is the next one?", DANA, "5.0"), (), NOW)
    assert after(change).questions[-1].thread == "5.0"


@given(st.text(max_size=50) | st.just("<!channel> & <@U1>") | st.text(alphabet="x", min_size=3001, max_size=3100))
def test_words_of_any_kind_are_kept_up_to_three_thousand_characters(words: str) -> None:
    incident = after(typed_questions.hear(led(with_channels()), typed("1.0", words), (), NOW))
    (kept,) = incident.questions[0].words
    assert 0 < len(kept.text) <= 3000
    assert kept.cut == (kept.length > 3000)


def test_a_flood_of_additions_is_counted_and_not_kept() -> None:
    incident = with_questions(EVE)
    for place in range(30):
        incident = after(typed_questions.hear(incident, typed(f"2.{place}", "and?", EVE, "1.0"), (1,), NOW))
    assert (len(incident.questions[0].words), incident.questions[0].unread) == (20, 11)


def test_a_changed_message_changes_what_is_asked_and_only_its_author_changes_it() -> None:
    incident = with_questions(EVE)
    change = typed_questions.changed(incident, typed("1.0", "What of one?"), LATER)
    assert after(change).questions[0].text == "What of one?"
    assert "question:mine:1:1" in refreshed(change)
    for same in (typed("1.0", "What of 1?"), typed("1.0", "No", DANA), typed("8.0", "Other")):
        assert typed_questions.changed(incident, same, LATER) == Change()
    answered = after(comms_answers.answer(incident, 1, "Yes", LEON, LATER))
    assert typed_questions.changed(answered, typed("1.0", "Something else?"), LATER) == Change()


def test_a_deleted_message_takes_its_words_back_and_the_last_of_them_the_question() -> None:
    incident = after(typed_questions.hear(with_questions(EVE), typed("2.0", "and?", EVE, "1.0"), (1,), NOW))
    rest = after(typed_questions.taken_back(incident, "1.0", LATER))
    assert [each.text for each in open_questions(rest)] == ["and?"]
    gone = after(typed_questions.taken_back(rest, "2.0", LATER))
    assert gone.questions[0].state is QuestionState.WITHDRAWN
    assert typed_questions.taken_back(gone, "2.0", LATER) == Change()


def test_what_was_merged_into_a_question_that_is_taken_back_still_waits() -> None:
    incident = with_questions(EVE, DANA, SAM)
    for number in (2, 3):
        incident = after(comms_answers.merge(incident, number, 1, LEON, NOW))
    change = typed_questions.taken_back(incident, "1.0", LATER)
    assert [(each.number, each.joined) for each in after(change).questions] == [(1, None), (2, None), (3, 2)]
    assert [each.number for each in open_questions(after(change))] == [2]
    assert shown(change) == ["mine:2:2"], "with a card anew, because the old one is far up"


def test_an_answer_goes_to_everybody_who_was_merged_and_closes_all() -> None:
    incident = with_questions(EVE, DANA, SAM)
    incident = after(comms_answers.merge(incident, 3, 2, LEON, NOW))
    incident = after(comms_answers.merge(incident, 2, 1, LEON, NOW))
    assert [each.joined for each in incident.questions] == [None, 1, 1]
    change = comms_answers.answer(incident, 1, " Only the EU ", LEON, LATER)
    assert shown(change) == ["answer:1", "answer:2", "answer:3"]
    assert open_questions(after(change)) == ()
    with pytest.raises(Refusal) as refused:
        comms_answers.answer(after(change), 1, "Again", MAYA, LATER)
    assert (
        said(refused.value.said) == "Question 1 of INC-42 is not open any more: answered by leon at …. Nothing changed."
    )


def test_without_a_channel_the_answer_comes_by_direct_message() -> None:
    incident = with_questions(EVE)
    archived = replace(incident, stakeholders=replace(incident.stakeholders, archived=True))
    change = comms_answers.answer(archived, 1, "It is over", LEON, LATER)
    assert shown(change) == []
    assert any(row.id.startswith("inc:42:dm:UEVE:answer") for row in change.outgoing)


@pytest.mark.parametrize(("words", "reads"), [(" \n", "The answer is empty"), ("x" * 3001, "The answer has 3,001")])
def test_an_answer_that_cannot_be_posted_says_why(words: str, reads: str) -> None:
    with pytest.raises(Refusal, match=reads) as refused:
        comms_answers.answer(with_questions(EVE), 1, words, LEON, LATER)
    assert refused.value.field == "text"


def test_nothing_merges_with_itself_with_what_is_closed_or_with_nothing() -> None:
    incident = with_questions(EVE, DANA)
    for into, reads in ((1, "the same question"), (7, "has no question 7")):
        with pytest.raises(Refusal, match=reads):
            comms_answers.merge(incident, 1, into, LEON, NOW)
    with pytest.raises(Refusal, match="no other open question"):
        comms_answers.others_open(after(comms_answers.finish(incident, 2, LEON, NOW)), 1)


def test_a_new_holder_gets_every_open_question_and_the_old_cards_say_so() -> None:
    incident = after(comms_answers.finish(with_questions(EVE, DANA), 2, LEON, NOW))
    comms = next(role for role in all_roles(DIRECTORY) if role.id == COMMS)
    change = role_given(incident, comms, SAM, MAYA, LATER)
    assert shown(change) == ["mine:1:2"]
    assert "question:mine:1:1" in refreshed(change)
    assert [each.holder for each in after(change).questions] == [SAM, LEON]
    assert shown(role_given(after(change), comms, SAM, MAYA, LATER)) == []


def test_a_customer_counts_once_by_name_whatever_becomes_of_the_report() -> None:
    incident = led(with_channels())
    for name in ("Globex Inc.", "globex inc.", "Initech"):
        incident = after(comms_queue.report(incident, ReportForm(customer=name, sees="No card works"), EVE, NOW))
    incident = after(comms_answers.finish(incident, 1, LEON, LATER))
    assert named_customers(incident) == ("Globex Inc.", "Initech")


@pytest.mark.parametrize(
    ("form", "field"),
    [
        (ReportForm(customer=" ", sees="x"), "customer"),
        (ReportForm(customer="Globex", sees=""), "sees"),
        (ReportForm(customer="Globex", sees="x", people=-1), "customers"),
        (ReportForm(customer="G" * 201, sees="x"), "customer"),
        (ReportForm(customer="Globex", sees="x", plan="P" * 40_000), "plan"),
    ],
)
def test_a_report_that_lacks_something_says_what(form: ReportForm, field: str) -> None:
    with pytest.raises(Refusal) as refused:
        comms_queue.report(led(with_channels()), form, EVE, NOW)
    assert refused.value.field == field


@pytest.mark.parametrize(
    ("name", "text", "found"),
    [
        ("Globex Inc.", "Payments of globex fail.", ["globex"]),
        ("Globex Inc.", "Globex Inc. is hit.", ["Globex"]),
        ("Acme  Bank GmbH", "Customers of Acme Bank wait.", ["Acme Bank"]),
        ("HP", "hp sauce for HP.", ["HP"]),
        ("(.*)+$", "Nothing here matches everything.", []),
        ("Globex", "Globexit is a word.", []),
    ],
)
def test_public_words_that_name_a_reported_customer_are_warned_of(name: str, text: str, found: list[str]) -> None:
    form = ReportForm(customer=name, sees="No card works")
    incident = after(comms_queue.report(led(with_channels()), form, EVE, NOW))
    noted = remarks(text, vocabulary_of(DIRECTORY, incident), confirmed=False)
    assert [each.found for each in noted if each.fault is Fault.CUSTOMERS] == found


def test_summaries_tell_of_each_answer_once_and_of_a_few_at_a_time() -> None:
    incident = with_questions(*[EVE] * 7)
    for number in range(1, 8):
        incident = after(comms_answers.answer(incident, number, f"So is {number}", LEON, LATER))
    first = tuple(each.number for each in comms_answers.untold(incident))
    assert first == (1, 2, 3, 4, 5)
    told = comms_answers.asked_and_answered(incident)
    assert told[0] == {"askers": "eve", "question": "What of 1?", "answer": "So is 1", "by": "leon"}
    after_it = comms_answers.told_in_summary(incident, first, 1)
    assert [each.number for each in comms_answers.untold(after_it)] == [6, 7]
    assert comms_answers.untold(comms_answers.told_in_summary(after_it, (6, 7), 2)) == ()


def test_an_incident_without_its_channel_takes_nothing_in_and_says_so() -> None:
    incident = with_channels()
    for mute in (
        replace(incident, rooms_wanted=False),
        replace(incident, stakeholders=replace(incident.stakeholders, archived=True)),
    ):
        with pytest.raises(Refusal, match="has no stakeholder channel now"):
            comms_queue.ask(mute, "Hello?", EVE, NOW)
