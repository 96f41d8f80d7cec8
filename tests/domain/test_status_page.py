"""What the public may see, and that nothing else can get there."""

from dataclasses import fields, replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.incident import Incident, Status
from bot.domain.indicator import Indicator
from bot.domain.journey import Maintenance
from bot.domain.maintenance import maintenance_id
from bot.domain.public_incident import UNTITLED, PublicIncident, public_incident, readable
from bot.domain.status_page import DAYS, StatusPage, status_page
from bot.domain.update import Audience, Stage, StatusUpdate, UpdateForm
from tests.domain import marked
from tests.domain.lives import DIRECTORY, MAYA, NOW, an_incident
from tests.domain.marked import MARK, NUMBER, TOLD

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


def told(
    number: int, stage: Stage, minutes: float, text: str = "Cards are declined.", severity: str = "SEV1"
) -> StatusUpdate:
    form = UpdateForm(status="investigating", customers_see="cards are declined")
    at = NOW + minutes * MINUTE
    return StatusUpdate(
        number=number,
        audience=Audience.PUBLIC,
        stage=stage,
        text=text,
        form=form,
        by=MAYA,
        drafted_at=at,
        handed_out_at=at,
        published_at=at,
        severity=severity,
    )


def known(*updates: StatusUpdate, **more: object) -> PublicIncident:
    found = public_incident(an_incident(updates=updates, **more))
    assert found is not None
    return found


def page(*incidents: PublicIncident, days: float = 0) -> StatusPage:
    return status_page(incidents, DIRECTORY, NOW + days * DAY + HOUR)


def test_of_an_incident_full_of_words_only_the_published_public_text_is_seen() -> None:
    incident = marked.an_incident()
    filled = ("words", "terms", "responders", "war_room", "stakeholders", "decisions", "actions", "draft", "resolution")
    assert all(MARK in repr(getattr(incident, each)) for each in filled)
    found = public_incident(incident)
    assert found is not None
    seen = status_page([found], marked.DIRECTORY, NOW)
    assert [each.text for each in seen.current[0].updates] == [TOLD]
    assert MARK not in repr(seen)
    assert str(NUMBER) not in repr(seen)
    assert [each.name for each in seen.components] == ["Checkout & pay"]


@pytest.mark.parametrize("private", [False, True])
def test_a_private_incident_or_one_of_which_nothing_was_published_is_not_there(private: bool) -> None:  # noqa: FBT001
    updates = marked.UPDATES if private else marked.UPDATES[1:]
    assert public_incident(marked.an_incident(private=private, updates=updates)) is None


def test_every_word_that_differs_but_the_published_ones_leaves_the_public_view_as_it_is() -> None:
    """Field by field: what is changed inside does not show outside, whatever it is."""
    plain = an_incident(updates=(told(1, Stage.INVESTIGATING, 5),))
    filled = marked.an_incident()
    shown_outside = {"number", "brief", "private", "status", "times", "updates", "delivery"}
    for each in fields(Incident):
        if each.name not in shown_outside:
            changed = replace(plain, **{each.name: getattr(filled, each.name)})
            assert public_incident(changed) == public_incident(plain), each.name


def test_an_address_tells_no_number_and_stays() -> None:
    first = known(told(1, Stage.INVESTIGATING, 5))
    later = known(told(1, Stage.INVESTIGATING, 5), told(2, Stage.RESOLVED, 50), status=Status.RESOLVED, version=9)
    other = public_incident(an_incident(number=43, updates=(told(1, Stage.INVESTIGATING, 5),)))
    assert other
    assert first.id == later.id != other.id
    assert page(later).incident(first.id) == later
    assert page(later, days=400).incident(first.id) == later
    assert page(later).incident("42") is None


def test_nothing_new_stands_where_it_stood() -> None:
    found = known(told(1, Stage.IDENTIFIED, 5), told(2, Stage.NOTHING_NEW, 30))
    assert [each.status for each in found.updates] == [Stage.IDENTIFIED, Stage.IDENTIFIED]


def test_it_is_over_by_the_words_that_say_so_and_back_by_those_that_say_it_returned() -> None:
    over = (told(1, Stage.INVESTIGATING, 5), told(2, Stage.RESOLVED, 50))
    found = known(*over)
    assert (found.status, found.over_at, found.indicator) == (Stage.RESOLVED, NOW + 50 * MINUTE, Indicator.NONE)
    assert page(found).past == (found,)

    back = known(*over, told(3, Stage.INVESTIGATING, 80))
    assert (back.status, back.over_at, len(back.spans)) == (Stage.INVESTIGATING, None, 2)
    assert page(back).current == (back,)


def test_an_incident_that_ended_without_a_public_word_does_not_last_for_ever() -> None:
    incident = an_incident(updates=(told(1, Stage.MONITORING, 5),), status=Status.RESOLVED)
    ended = replace(incident, times=replace(incident.times, resolved=NOW + HOUR))
    found = public_incident(ended)
    assert found is not None
    assert (found.status, found.over_at) == (Stage.RESOLVED, NOW + HOUR)


@pytest.mark.parametrize(
    ("severity", "stage", "indicator"),
    [
        ("SEV1", Stage.INVESTIGATING, Indicator.CRITICAL),
        ("SEV2", Stage.IDENTIFIED, Indicator.MAJOR),
        ("SEV3", Stage.INVESTIGATING, Indicator.MINOR),
        ("SEV1", Stage.MONITORING, Indicator.MINOR),
        ("SEV1", Stage.RESOLVED, Indicator.NONE),
    ],
)
def test_how_bad_it_looks_follows_the_severity_that_was_published(
    severity: str, stage: Stage, indicator: Indicator
) -> None:
    found = known(told(1, Stage.INVESTIGATING, 5, severity=severity), told(2, stage, 6, severity=severity))
    assert found.indicator is indicator
    shown = page(found)
    assert shown.indicator is indicator
    assert [each.indicator for each in shown.components if each.name == "Checkout"] == [indicator]


def test_a_severity_that_was_raised_inside_shows_with_the_next_published_word() -> None:
    updates = (told(1, Stage.INVESTIGATING, 5, severity="SEV3"),)
    assert known(*updates, severity="SEV1").indicator is Indicator.MINOR
    assert known(*updates, told(2, Stage.NOTHING_NEW, 20), severity="SEV1").indicator is Indicator.CRITICAL


def test_the_title_is_what_customers_were_told_they_see_and_never_words_that_only_stand_in_a_form() -> None:
    assert known(told(1, Stage.INVESTIGATING, 5)).title == "Cards are declined"
    assert known(told(1, Stage.INVESTIGATING, 5, text="We look into it.")).title == UNTITLED
    long = "cards " * 60
    words = replace(told(1, Stage.INVESTIGATING, 5, text=long), form=UpdateForm(status="x", customers_see=long))
    assert len(known(words).title) <= 150


def test_ninety_days_of_history_in_the_workspaces_zone() -> None:
    # 23:17 to 02:47 in New York: two days are hurt, though in UTC it is one.
    late = known(told(1, Stage.INVESTIGATING, -3 * 60), told(2, Stage.RESOLVED, 30))
    (days,) = [each.days for each in page(late).components if each.name == "Checkout"]
    assert len(days) == DAYS
    assert days[-1].date == date(2026, 11, 18)
    assert [each.date.day for each in days if each.worst is Indicator.CRITICAL] == [17, 18]

    assert page(late, days=89).past == (late,)
    assert page(late, days=90).past == ()
    assert page(late, days=90).older == (late,)


def test_private_journeys_are_no_components_and_something_else_has_none() -> None:
    incident = an_incident(updates=(told(1, Stage.INVESTIGATING, 5),))
    found = public_incident(replace(incident, brief=replace(incident.brief, journey=None)))
    assert found is not None
    shown = page(found)
    assert [each.name for each in shown.components] == ["Checkout", "Orphan"]
    assert shown.component(found.component) is None
    assert all(each.indicator is Indicator.NONE for each in shown.components)
    assert shown.indicator is Indicator.CRITICAL


@given(st.text())
def test_readable_text_is_what_it_was_but_for_what_no_feed_can_carry(text: str) -> None:
    shown = readable(text)
    assert readable(shown) == shown
    assert not set(shown) & {chr(code) for code in range(32) if code not in (9, 10)}
    if text.isalnum():
        assert shown == text


def test_maintenance_stands_by_its_times_and_never_tells_of_a_private_journey() -> None:
    def planned(title: str, hours: float, *journeys: str) -> Maintenance:
        starts = NOW + hours * HOUR
        return Maintenance(
            title=title, journeys=journeys, starts=starts, ends=starts + HOUR, customers_see="Cards fail."
        )

    declared = (
        planned("Next", 5, "checkout", "payroll"),
        planned("Now", -0.5, "checkout"),
        planned("Over", -30, "checkout"),
        planned("Long over", -24 * 91, "checkout"),
        planned("Hidden", 1, "payroll"),
    )
    directory = replace(DIRECTORY, maintenance=declared)
    noted = {maintenance_id(declared[0]): NOW - DAY}
    seen = status_page((), directory, NOW, noted)
    assert [(each.title, each.status.value) for each in seen.maintenance] == [
        ("Now", "in_progress"),
        ("Next", "scheduled"),
    ]
    assert [(each.title, each.status.value) for each in seen.maintained] == [("Over", "completed")]
    (checkout,) = [each for each in seen.components if each.name == "Checkout"]
    assert checkout.maintained
    assert seen.maintenance[1].components == (checkout.id,)
    assert seen.maintenance[1].changed_at == NOW - DAY
    assert status_page((), directory, NOW + 5 * HOUR, noted).maintenance[0].changed_at == NOW + 5 * HOUR
    assert not seen.current
    assert seen.under_maintenance
    assert not status_page((), directory, NOW + HOUR).under_maintenance
