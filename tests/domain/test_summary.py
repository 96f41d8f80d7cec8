"""The hourly summary: from the record, an hour after the last, saying who confirmed it when and what comes next."""

from dataclasses import replace
from datetime import timedelta

from bot.domain import clock, summary
from bot.domain.action_item import ActionItem
from bot.domain.change import Change, TimerKind
from bot.domain.decision import Decision
from bot.domain.effects import PostText
from bot.domain.impact import Impact
from bot.domain.incident import Incident, Status
from bot.domain.prose import Words
from bot.domain.severity import BUILT_IN_BY_NAME
from bot.domain.summary import Written
from bot.domain.summary_news import news
from bot.domain.timeline import Event, EventKind
from bot.domain.update import Audience, Stage, StatusUpdate, UpdateForm
from tests.domain.lives import MAYA, NEW_YORK, NOW, SAM, an_incident, said

HOUR = timedelta(hours=1)
MINUTE = timedelta(minutes=1)
WORDS = Written(text="Words", by=SAM)


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
    first = summary.start(an_incident(), NOW, HOUR)
    assert [(timer.kind, timer.due_at, timer.fence) for timer in first.timers] == [
        (TimerKind.SUMMARY_SOON, NOW + 55 * MINUTE, 1),
        (TimerKind.SUMMARY, NOW + HOUR, 1),
    ]
    second = summary.post(saved(first), WORDS, HOUR, NOW + 30 * MINUTE)
    assert [(timer.due_at, timer.fence) for timer in second.timers][1:] == [(NOW + 30 * MINUTE + HOUR, 2)]
    assert second.cancel == ("summary:42:*",)
    assert saved(second).next_summary_at == NOW + 30 * MINUTE + HOUR


def test_what_is_said_comes_from_the_record() -> None:
    incident = an_incident(
        status=Status.MITIGATING,
        impact=(Impact(at=NOW, by=MAYA, percent=32, customers=1240),),
        updates=(told(1, 30, "session refresh is off"),),
    )
    facts = summary.facts(incident, (), NEW_YORK, NOW + HOUR, from_record=True)
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
        "news": ("02:47 An internal update was published (investigating)",),
        "last_at": None,
        "from_record": True,
        "confirmed_by": "sam",
        "confirmed_at": NOW + 30 * MINUTE,
    }


def test_nobody_has_confirmed_what_nobody_published() -> None:
    draft = replace(told(1, 5, "looking"), published_at=None, handed_out_at=None)
    facts = summary.facts(an_incident(updates=(draft,)), (), NEW_YORK, NOW, from_record=True)
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
    incident = saved(summary.start(saved(clock.start(an_incident(), BUILT_IN_BY_NAME["SEV1"], NOW)), NOW, HOUR))
    assert summary.next_word(incident, NOW) == NOW + 15 * MINUTE
    assert summary.next_word(incident, NOW + 15 * MINUTE) == NOW + HOUR


def test_a_posted_summary_keeps_its_words_and_says_when_the_next_word_comes() -> None:
    change = summary.post(an_incident(), Written(text="Words & <marks>", by=SAM), HOUR, NOW)
    posts = [row.effect for row in change.outgoing if isinstance(row.effect, PostText)]
    assert [(post.text, post.next_at) for post in posts] == [("Words & <marks>", NOW + HOUR)]
    assert [said(event.said) for event in change.timeline] == ["sam posted a summary to stakeholders"]
    assert [(each.text, each.by) for each in saved(change).summaries] == [("Words & <marks>", SAM)]


def test_a_summary_of_what_is_over_promises_no_other() -> None:
    change = summary.post(an_incident(status=Status.RESOLVED), WORDS, HOUR, NOW)
    assert change.timers == ()
    assert saved(change).next_summary_at is None
    assert [row.effect.next_at for row in change.outgoing if isinstance(row.effect, PostText)] == [None]


def event(minutes: float, kind: EventKind, words: str) -> Event:
    at = NOW + minutes * MINUTE
    return Event(incident=42, key=f"{kind}:{minutes}", at=at, kind=kind, said=(Words(words),))


def test_what_changed_is_what_stakeholders_ask_about_since_the_last_summary_newest_last() -> None:
    record = (
        event(5, EventKind.SEVERITY, "ana set the severity to SEV1"),
        event(10, EventKind.LOG, "graphs look odd"),
        event(20, EventKind.DECISION, "Decision 1: roll  back"),
        event(70, EventKind.ROLE, "sam is comms lead now"),
    )
    first = an_incident(updates=(told(1, 15, "x"),))
    assert news(first, record[:3], NEW_YORK) == (
        "02:22 ana set the severity to SEV1",
        "02:32 An internal update was published (investigating)",
        "02:37 Decision 1: roll back",
    )
    again = saved(summary.post(first, WORDS, HOUR, NOW + HOUR))
    assert news(again, record, NEW_YORK) == ("03:27 sam is comms lead now",)
    many = tuple(event(61 + each, EventKind.DECISION, f"Decision {each}") for each in range(9))
    assert news(again, many, NEW_YORK)[:2] == ("3 earlier", "03:21 Decision 3")
    assert len(news(again, (event(99, EventKind.DECISION, "x" * 5000),), NEW_YORK)[0]) < 220


def test_how_often_is_the_severitys_to_say_and_raising_brings_it_forward() -> None:
    hourly = saved(summary.start(an_incident(), NOW, HOUR))
    assert saved(summary.start(hourly, NOW, None)).next_summary_at is None
    assert saved(summary.moved(hourly, 30 * MINUTE, NOW + 10 * MINUTE)).next_summary_at == NOW + 30 * MINUTE
    assert saved(summary.moved(hourly, 30 * MINUTE, NOW + 50 * MINUTE)).next_summary_at == NOW + 55 * MINUTE
    for later in (2 * HOUR, None):
        assert saved(summary.moved(hourly, later, NOW + 10 * MINUTE)).next_summary_at == NOW + HOUR


def test_the_last_one_tells_how_long_it_took_and_what_follows() -> None:
    action = ActionItem(number=1, text="Alert on session errors", by=SAM, at=NOW)
    done = replace(action, number=2, done_at=NOW)
    incident = an_incident(status=Status.RESOLVED, resolution="Rolled back", actions=(action, done))
    incident = replace(incident, times=replace(incident.times, resolved=NOW + 95 * MINUTE))
    facts = summary.last_facts(incident, NEW_YORK, NOW + 95 * MINUTE)
    assert (facts["lasted"], facts["summary"]) == ("1 h 35 min", "Rolled back")
    assert facts["actions"] == [{"text": "Alert on session errors", "owner": "", "due": None}]
