"""The guard before the end, and the times after it."""

from datetime import UTC, datetime, timedelta

import pytest

from bot.domain.errors import Refusal
from bot.domain.recording import DecisionForm, decide
from bot.domain.resolving import ResolveForm, business_days_after, guard, open_items, spoken, suggested_summary
from bot.domain.roles import assign
from bot.domain.update import Audience, Clock, Stage, StatusUpdate, UpdateForm
from bot.domain.working_hours import DEFAULT_HOURS
from tests.domain.lives import MAYA, NEW_YORK, NOW, an_incident, said

CLOCK = Clock(audience=Audience.INTERNAL, round=1, due_at=NOW)


def an_update(status: str, *, told: bool = True) -> StatusUpdate:
    return StatusUpdate(
        number=1,
        audience=Audience.INTERNAL,
        stage=Stage.MONITORING,
        text="…",
        form=UpdateForm(status=status, customers_see="…"),
        by=MAYA,
        drafted_at=NOW,
        published_at=NOW if told else None,
    )


@pytest.mark.parametrize(
    ("update", "in_the_way"),
    [
        (an_update("monitoring"), False),
        (an_update("resolved"), False),
        (an_update("mitigating"), True),
        (an_update("monitoring", told=False), True),
    ],
)
def test_an_update_must_have_said_so(update: StatusUpdate, *, in_the_way: bool) -> None:
    incident = assign(an_incident(clocks=(CLOCK,), updates=(update,)), "commander", MAYA, MAYA, NOW)
    assert bool(open_items(incident, ())) is in_the_way


def test_words_from_before_it_was_reopened_do_not_count() -> None:
    incident = an_incident(clocks=(CLOCK,), updates=(an_update("resolved"),))
    times = incident.times
    again = an_incident(
        clocks=(CLOCK,),
        updates=(an_update("resolved"),),
        times=type(times)(since=NOW, detected=NOW, declared=NOW, reopened=NOW + timedelta(hours=1)),
    )
    assert len(open_items(again, ())) == len(open_items(incident, ())) + 1


def test_an_incident_without_a_clock_owes_nobody_a_word() -> None:
    assert [said(item) for item in open_items(an_incident(), ())] == ["Nobody is commander"]


def test_a_blank_reason_is_no_reason() -> None:
    with pytest.raises(Refusal, match="Not resolved"):
        guard(an_incident(), (), ResolveForm(override_reason="  "))
    assert len(guard(an_incident(), (), ResolveForm(override_reason="It was a drill"))) == 1


@pytest.mark.parametrize(
    ("begins", "days", "due"),
    [
        (datetime(2026, 11, 20, 20, tzinfo=UTC), 5, datetime(2026, 11, 27, 23, tzinfo=UTC)),  # from a Friday
        (datetime(2026, 11, 21, 20, tzinfo=UTC), 1, datetime(2026, 11, 23, 23, tzinfo=UTC)),  # from a Saturday
        (datetime(2026, 10, 30, 20, tzinfo=UTC), 1, datetime(2026, 11, 2, 23, tzinfo=UTC)),  # the clocks go back
    ],
)
def test_business_days_are_working_days_to_their_end(begins: datetime, days: int, due: datetime) -> None:
    assert business_days_after(begins, days, DEFAULT_HOURS, NEW_YORK) == due


@pytest.mark.parametrize(
    ("seconds", "words"), [(0, "0 s"), (45, "45 s"), (70, "1 min 10 s"), (5700, "1 h 35 min"), (183_600, "2 d 3 h")]
)
def test_durations_are_said_as_people_say_them(seconds: int, words: str) -> None:
    assert spoken(timedelta(seconds=seconds)) == words


def test_the_summary_starts_from_the_record() -> None:
    incident = an_incident()
    assert suggested_summary(incident) == "Customers cannot place orders"
    decided = decide(incident, DecisionForm(text="Rolled back 4.2."), MAYA, NOW).incident
    assert decided is not None
    assert suggested_summary(decided) == "Customers cannot place orders. Rolled back 4.2"
