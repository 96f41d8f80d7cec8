"""The hourly summary: from the record, an hour after the last, saying who confirmed it when and what comes next."""

from dataclasses import replace
from datetime import timedelta

from bot.domain import clock, summary
from bot.domain.change import Change, TimerKind
from bot.domain.decision import Decision
from bot.domain.effects import PostText
from bot.domain.impact import Impact
from bot.domain.incident import Incident, Status
from bot.domain.severity import BUILT_IN_BY_NAME
from bot.domain.update import Audience, Stage, StatusUpdate, UpdateForm
from tests.domain.lives import MAYA, NEW_YORK, NOW, SAM, an_incident, said

HOUR = timedelta(hours=1)
MINUTE = timedelta(minutes=1)


def saved(change: Change) -> Incident:
    assert change.incident is not None
    return change.incident


def told(number: int, minutes: int, doing: str) -> StatusUpdate:
    """An internal update that Sam published so many minutes after the declaration."""
    at = NOW + minutes * MINUTE
    form = UpdateForm(status="mitigating", customers_see="x", doing=doing)
    return StatusUpdate(
        number=number,
        audience=Audience.INTERNAL,
        stage=Stage.INVESTIGATING,
        text="Words",
        form=form,
        by=SAM,
        drafted_at=at,
        handed_out_at=at,
        published_at=at,
    )


def test_the_first_is_due_an_hour_after_the_declaration_and_each_next_an_hour_after_the_last() -> None:
    first = summary.start(an_incident(), NOW)
    assert [(timer.kind, timer.due_at, timer.fence) for timer in first.timers] == [(TimerKind.SUMMARY, NOW + HOUR, 1)]
    second = summary.post(saved(first), "Words", SAM, NOW + 30 * MINUTE)
    assert [(timer.due_at, timer.fence) for timer in second.timers] == [(NOW + 30 * MINUTE + HOUR, 2)]
    assert second.cancel == ("summary:42:*",)
    assert saved(second).next_summary_at == NOW + 30 * MINUTE + HOUR


def test_what_is_said_comes_from_the_record() -> None:
    incident = an_incident(
        status=Status.MITIGATING,
        impact=(Impact(at=NOW, by=MAYA, percent=32, customers=1240),),
        updates=(told(1, 30, "session refresh is off"),),
    )
    facts = summary.facts(incident, NEW_YORK, NOW + HOUR, from_record=True)
    assert facts == {
        "now": NOW + HOUR,
        "zone": NEW_YORK,
        "pain": "Customers cannot place orders",
        "severity": "SEV1",
        "status": "mitigating",
        "since": NOW,
        "impact": "about 32 %, at least 1,240 customers",
        "doing": "session refresh is off",
        "customers_named": 0,
        "answered": (),
        "from_record": True,
        "confirmed_by": "sam",
        "confirmed_at": NOW + 30 * MINUTE,
    }


def test_nobody_has_confirmed_what_nobody_published() -> None:
    draft = replace(told(1, 5, "looking"), published_at=None, handed_out_at=None)
    facts = summary.facts(an_incident(updates=(draft,)), NEW_YORK, NOW, from_record=True)
    assert (facts["confirmed_by"], facts["confirmed_at"], facts["doing"]) == ("", None, "")


def test_the_last_to_publish_confirmed_it_last() -> None:
    incident = an_incident(updates=(told(1, 30, "first"), told(2, 20, "second")))
    confirmed = summary.last_confirmed(incident)
    assert confirmed is not None
    assert confirmed.number == 1


def test_where_no_update_says_what_is_being_done_the_last_decision_does() -> None:
    decision = Decision(number=1, text="Roll back 4.2", by=MAYA, at=NOW)
    assert summary.doing(an_incident(decisions=(decision,))) == "Roll back 4.2"
    assert summary.doing(an_incident(decisions=(decision,), updates=(told(1, 5, "watching"),))) == "watching"


def test_the_next_word_is_the_clocks_unless_that_is_overdue() -> None:
    incident = saved(summary.start(saved(clock.start(an_incident(), BUILT_IN_BY_NAME["SEV1"], NOW)), NOW))
    assert summary.next_word(incident, NOW) == NOW + 15 * MINUTE
    assert summary.next_word(incident, NOW + 15 * MINUTE) == NOW + HOUR


def test_a_posted_summary_keeps_its_words_and_says_when_the_next_word_comes() -> None:
    change = summary.post(an_incident(), "Words & <marks>", SAM, NOW)
    posts = [row.effect for row in change.outgoing if isinstance(row.effect, PostText)]
    assert [(post.text, post.next_at) for post in posts] == [("Words & <marks>", NOW + HOUR)]
    assert [said(event.said) for event in change.timeline] == ["sam posted a summary to stakeholders"]
    assert [(each.text, each.by) for each in saved(change).summaries] == [("Words & <marks>", SAM)]


def test_a_summary_of_what_is_over_promises_no_other() -> None:
    change = summary.post(an_incident(status=Status.RESOLVED), "Words", SAM, NOW)
    assert change.timers == ()
    assert saved(change).next_summary_at is None
    assert [row.effect.next_at for row in change.outgoing if isinstance(row.effect, PostText)] == [None]
