"""Publishing: looked-at words go out to the letter, once; public text counts once somebody says it was posted."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.domain import clock
from bot.domain.change import Change
from bot.domain.effects import Card, PostText, RefreshCard, ShowCard
from bot.domain.errors import Refusal
from bot.domain.incident import Incident, Status
from bot.domain.prose import Who
from bot.domain.publishing import (
    Publication,
    first_word_drafts,
    posted,
    publish,
    refuse_outdated,
    update_numbered,
)
from bot.domain.severity import BUILT_IN_BY_NAME
from bot.domain.update import Audience, Stage, StatusUpdate, UpdateForm
from bot.domain.wording import draft, with_update
from tests.domain.lives import LEON, MAYA, NOW, an_incident, said

MINUTE = timedelta(minutes=1)
PUBLIC, INTERNAL = Audience.PUBLIC, Audience.INTERNAL
WORDS = "  *Cards* are <declined> & `more`\nSecond line "


def saved(change: Change) -> Incident:
    assert change.incident is not None
    return change.incident


def running() -> Incident:
    return saved(clock.start(an_incident(severity="SEV1"), BUILT_IN_BY_NAME["SEV1"], NOW))


def with_draft(
    incident: Incident, audience: Audience, text: str = WORDS, by: Who | None = MAYA, stage: Stage = Stage.INVESTIGATING
) -> tuple[Incident, StatusUpdate]:
    form = UpdateForm(status="investigating", customers_see="x", next_at=NOW + 30 * MINUTE)
    made = replace(draft(incident, audience, stage, text, form, NOW), by=by)
    return with_update(incident, made), made


def at(minutes: float, by: Who = MAYA) -> Publication:
    return Publication(by=by, now=NOW + minutes * MINUTE)


def posts(change: Change) -> list[PostText]:
    return [row.effect for row in change.outgoing if isinstance(row.effect, PostText)]


def test_an_internal_update_is_posted_to_the_letter_and_its_clock_starts_anew() -> None:
    incident, made = with_draft(running(), INTERNAL)
    change = publish(incident, (made,), at(5))
    assert [(post.text, post.next_at) for post in posts(change)] == [(made.text, NOW + 30 * MINUTE)]
    promise = saved(change).clock(INTERNAL)
    assert promise is not None
    assert (promise.due_at, promise.kept) == (NOW + 30 * MINUTE, 1)
    assert saved(change).updates[0].by == MAYA


def test_public_text_is_handed_out_and_its_clock_runs_on_until_it_was_posted() -> None:
    incident, made = with_draft(running(), PUBLIC)
    change = publish(incident, (made,), at(5))
    ready = saved(change)
    assert posts(change) == []
    assert [row.effect.key for row in change.outgoing if isinstance(row.effect, ShowCard)] == ["1"]
    assert ready.clock(PUBLIC) == incident.clock(PUBLIC)
    assert ready.last_update(PUBLIC) is None

    told = saved(posted(ready, 1, at(8, by=LEON)))
    promise = told.clock(PUBLIC)
    assert promise is not None
    assert (promise.due_at, promise.kept) == (NOW + 30 * MINUTE, 1)
    last = told.last_update(PUBLIC)
    assert last is not None
    assert (last.text, last.by, last.published_at) == (made.text, LEON, NOW + 8 * MINUTE)


def test_a_second_press_answers_who_posted_it() -> None:
    incident, made = with_draft(running(), PUBLIC)
    told = saved(posted(saved(publish(incident, (made,), at(5))), 1, at(8, by=LEON)))
    with pytest.raises(Refusal) as refused:
        posted(told, 1, at(9))
    assert said(refused.value.said).startswith("Already noted: leon posted this at")


def test_text_that_a_later_one_replaced_cannot_be_noted_as_posted() -> None:
    incident, first = with_draft(running(), PUBLIC)
    ready = saved(publish(incident, (first,), at(5)))
    later, second = with_draft(ready, PUBLIC, "Newer words")
    change = publish(later, (second,), at(6))
    edited = [row.effect.key for row in change.outgoing if isinstance(row.effect, RefreshCard) and row.effect.key]
    assert edited == ["1"], "the old copy block says that it was replaced"
    with pytest.raises(Refusal, match="later text"):
        posted(saved(change), 1, at(7))


def test_only_public_text_that_was_made_ready_can_be_posted() -> None:
    incident, _ = with_draft(running(), PUBLIC)
    incident, _ = with_draft(incident, INTERNAL)
    for number in (1, 2):
        with pytest.raises(Refusal, match="no public text"):
            posted(incident, number, at(5))
    with pytest.raises(Refusal, match="no longer there"):
        posted(incident, 9, at(5))


def test_publishing_twice_publishes_once() -> None:
    incident, made = with_draft(running(), INTERNAL)
    published = saved(publish(incident, (made,), at(5)))
    again = publish(published, (update_numbered(published, 1),), at(6))
    assert again == Change(incident=published)


def test_what_was_drafted_otherwise_is_dropped_and_says_so_when_pressed() -> None:
    incident, first = with_draft(running(), INTERNAL, by=None)
    incident, mine = with_draft(incident, INTERNAL, "Mine")
    change = publish(incident, (mine,), at(5))
    assert [each.number for each in saved(change).updates] == [mine.number]
    assert Card.FIRST_WORD in [row.effect.card for row in change.outgoing if isinstance(row.effect, RefreshCard)]
    with pytest.raises(Refusal, match="Nothing was published"):
        update_numbered(saved(change), first.number)


def test_the_first_words_are_there_until_somebody_publishes() -> None:
    incident, first = with_draft(running(), INTERNAL, by=None)
    assert first_word_drafts(incident) == (first,)
    assert first_word_drafts(saved(publish(incident, (first,), at(5)))) == ()


def test_the_next_form_starts_from_what_was_published() -> None:
    incident, made = with_draft(running(), INTERNAL)
    assert saved(publish(incident, (made,), at(5))).draft == made.form


def test_a_resolved_incident_only_says_that_it_is_over() -> None:
    incident, made = with_draft(replace(running(), status=Status.RESOLVED), INTERNAL)
    with pytest.raises(Refusal, match="Nothing was published"):
        refuse_outdated(incident, (made,))
    refuse_outdated(incident, (replace(made, stage=Stage.RESOLVED),))
    refuse_outdated(running(), (made,))


def test_the_last_words_start_no_clock() -> None:
    incident = saved(clock.stop(running(), NOW))
    incident, made = with_draft(replace(incident, status=Status.RESOLVED), PUBLIC, stage=Stage.RESOLVED)
    told = posted(saved(publish(incident, (made,), at(5))), 1, at(6))
    assert told.timers == ()
    assert not any(each.running for each in saved(told).clocks)
