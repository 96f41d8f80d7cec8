"""Figures of promises kept: what counts, by what they are grouped, and how people say which month they mean."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.comms_report import Choice, Row, Tally, month_before, month_name, read_month, report, tally
from bot.domain.incident import Incident
from bot.domain.update import Audience, Promise
from tests.domain.lives import NEW_YORK, NOW, an_incident

MINUTE = timedelta(minutes=1)
TODAY = date(2026, 11, 18)


def promise(minutes: int, told: int | None = None, *, audience: Audience = Audience.PUBLIC) -> Promise:
    """One that was due so many minutes after NOW, and told then or not."""
    due = NOW + minutes * MINUTE
    told_at = NOW + told * MINUTE if told is not None else None
    missed = told_at is not None and told_at > due
    return Promise(audience=audience, severity="SEV1", made_at=NOW, due_at=due, told_at=told_at, missed=missed)


KEPT, LATE, WAITING = promise(15, 10), promise(30, 42), promise(60)
NEVER_TOLD = replace(promise(20), missed=True, ended_at=NOW + 50 * MINUTE)
ENDED = replace(promise(20), ended_at=NOW + 10 * MINUTE)


def with_promises(number: int, *promises: Promise) -> Incident:
    return an_incident(number=number, promises=promises)


def owner(incident: Incident) -> str:
    return "Checkout" if incident.number == 42 else "Auth"


def test_only_what_was_kept_or_missed_counts_and_the_latest_is_told() -> None:
    assert tally((KEPT, LATE, WAITING, ENDED), NOW) == Tally(kept=1, missed=1, latest=12 * MINUTE)
    assert tally((NEVER_TOLD,), NOW).latest == 30 * MINUTE
    assert (tally((), NOW).percent, tally((KEPT, KEPT, LATE), NOW).percent) == (0, 66)


def test_what_is_overdue_now_is_as_late_as_it_is_by_now() -> None:
    overdue = replace(promise(15), missed=True)
    assert tally((overdue,), NOW + 40 * MINUTE).latest == 25 * MINUTE


def test_a_report_is_grouped_by_all_that_people_ask_about() -> None:
    in_october = replace(KEPT, due_at=NOW - timedelta(days=30), severity="SEV2")
    internal = promise(15, 10, audience=Audience.INTERNAL)
    incidents = (with_promises(42, KEPT, LATE, internal, WAITING), with_promises(7, in_october))
    made = report(incidents, owner, Choice(), NEW_YORK, NOW)
    one, two = Tally(kept=1), Tally(kept=2, missed=1, latest=12 * MINUTE)
    assert made.total == Tally(kept=3, missed=1, latest=12 * MINUTE)
    assert made.incidents == (Row(name="INC-42", tally=two), Row(name="INC-7", tally=one))
    assert made.owners == (Row(name="Auth", tally=one), Row(name="Checkout", tally=two))
    assert made.months == (Row(name="November 2026", tally=two), Row(name="October 2026", tally=one))
    assert made.severities == (Row(name="SEV1", tally=two), Row(name="SEV2", tally=one))
    assert [row.name for row in made.audiences] == ["public", "internal"]
    for choice in (Choice(month=date(2026, 10, 1)), Choice(owner="Auth"), Choice(severity="SEV2")):
        assert report(incidents, owner, choice, NEW_YORK, NOW).total == one


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("october", date(2026, 10, 1)),
        ("Dec", date(2025, 12, 1)),
        ("november", date(2026, 11, 1)),
        ("oct 2024", date(2024, 10, 1)),
        ("2026-03", date(2026, 3, 1)),
        ("this month", date(2026, 11, 1)),
        ("last month", date(2026, 10, 1)),
        ("2026-13", None),
        ("oc", None),
        ("october 0000", None),
        ("checkout", None),
        ("", None),
    ],
)
def test_a_month_is_named_as_people_name_it(words: str, found: date | None) -> None:
    assert read_month(words, TODAY) == found


@given(st.text(max_size=12))
def test_no_words_break_the_reading_of_a_month(words: str) -> None:
    found = read_month(words, TODAY)
    assert found is None or found.day == 1


@given(st.dates(min_value=date(1900, 2, 1), max_value=date(2100, 1, 1)).map(lambda day: day.replace(day=1)))
def test_the_name_of_a_month_names_it(month: date) -> None:
    assert read_month(month_name(month), TODAY) == month
    assert month_before(month) < month
    assert read_month(f"{month:%Y-%m}", TODAY) == month
