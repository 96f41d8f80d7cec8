"""Uptime: what counts against it, when it stops counting, and that times which overlap count once."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.incident import Incident, Status
from bot.domain.public_incident import public_incident
from bot.domain.publishing import Publication, publish
from bot.domain.status_page import DAYS, Component, status_page
from bot.domain.timeline import EventKind
from bot.domain.update import Audience, Stage, StatusUpdate, UpdateForm
from bot.domain.uptime import WHOLE, Span, merged, minutes_by_day, uptime
from tests.domain.lives import DIRECTORY, MAYA, NOW, an_incident, said

MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)


def told(number: int, stage: Stage, minutes: float, severity: str = "SEV1", *, downtime: bool | None) -> StatusUpdate:
    at = NOW + minutes * MINUTE
    form = UpdateForm(status="investigating", customers_see="Cards are declined")
    return StatusUpdate(
        number=number,
        audience=Audience.PUBLIC,
        stage=stage,
        text="Cards are declined.",
        form=form,
        by=MAYA,
        drafted_at=at,
        published_at=at,
        severity=severity,
        downtime=downtime,
    )


def down(*updates: StatusUpdate, **more: object) -> list[tuple[float, float | None]]:
    """Downtime in minutes from NOW."""
    found = public_incident(an_incident(updates=updates, **more))
    assert found is not None
    return [((each.since - NOW) / MINUTE, (each.until - NOW) / MINUTE if each.until else None) for each in found.down]


def test_it_runs_from_the_first_word_that_counts_until_one_that_does_not() -> None:
    lasting = told(1, Stage.INVESTIGATING, 5, downtime=True)
    assert down(lasting) == [(5, None)]
    assert down(lasting, told(2, Stage.NOTHING_NEW, 10, downtime=True)) == [(5, None)]
    assert down(lasting, told(2, Stage.MONITORING, 30, downtime=True)) == [(5, 30)]
    assert down(lasting, told(2, Stage.IDENTIFIED, 20, "SEV3", downtime=False)) == [(5, 20)]
    returned = told(3, Stage.IDENTIFIED, 50, downtime=True)
    assert down(lasting, told(2, Stage.RESOLVED, 30, downtime=True), returned) == [(5, 30), (50, None)]
    over = an_incident().times
    ended = replace(over, resolved=NOW + 40 * MINUTE)
    assert down(lasting, status=Status.RESOLVED, times=ended) == [(5, 40)]


@pytest.mark.parametrize(("severity", "counts"), [("SEV1", True), ("SEV2", True), ("SEV3", False), ("SEV4", False)])
def test_what_was_published_before_the_rule_was_kept_follows_the_built_in_one(severity: str, *, counts: bool) -> None:
    assert bool(down(told(1, Stage.INVESTIGATING, 5, severity, downtime=None))) == counts


@pytest.mark.parametrize("counts", [True, False])
def test_the_rule_is_settled_and_on_record_when_the_words_are_published(*, counts: bool) -> None:
    draft = replace(told(1, Stage.INVESTIGATING, 0, downtime=None), published_at=None)
    publication = Publication(by=MAYA, now=NOW, to_site=True, downtime=counts)
    change = publish(an_incident(updates=(draft,)), (draft,), publication)
    assert change.incident is not None
    assert change.incident.updates[0].downtime is counts
    (event,) = [each for each in change.timeline if each.kind is EventKind.UPDATE]
    assert said(event.said).endswith("it counts as downtime" if counts else "it does not count as downtime")


def checkout(*incidents: Incident, after: timedelta) -> Component:
    known = [found for each in incidents if (found := public_incident(each))]
    (shown,) = [each for each in status_page(known, DIRECTORY, NOW + after).components if each.name == "Checkout"]
    return shown


def test_a_component_shows_its_uptime_and_each_day_its_minutes() -> None:
    assert checkout(after=DAY).uptime == WHOLE
    outage = an_incident(
        updates=(told(1, Stage.INVESTIGATING, 0, downtime=True), told(2, Stage.RESOLVED, 90, downtime=True))
    )
    shown = checkout(outage, replace(outage, number=43), after=DAY)
    since_midnight = (DAYS - 1) * DAY + timedelta(hours=3, minutes=17)  # one of these hours came when summer time ended
    assert shown.uptime == WHOLE * (since_midnight - 90 * MINUTE) // since_midnight == 9992
    assert [each.down for each in shown.days if each.down] == [90]
    assert checkout(outage, after=100 * DAY).uptime == WHOLE
    brief = an_incident(
        updates=(told(1, Stage.INVESTIGATING, 0, downtime=True), told(2, Stage.RESOLVED, 0.1, downtime=True))
    )
    assert (checkout(brief, after=DAY).uptime, [each.down for each in checkout(brief, after=DAY).days][-2:]) == (
        WHOLE - 1,
        [1, 0],
    )


moments = st.integers(-600, 600).map(lambda minutes: NOW - 2 * DAY + minutes * MINUTE)
spans = st.lists(st.tuples(moments, moments.map(lambda at: at + 60 * MINUTE) | st.none()), max_size=6)


@given(spans)
def test_times_that_overlap_count_once(given_spans: list[tuple[datetime, datetime | None]]) -> None:
    found = merged([Span(since=since, until=until) for since, until in given_spans], NOW - 2 * DAY, NOW)
    minutes = [NOW - 2 * DAY + each * MINUTE for each in range(2 * 24 * 60)]
    covered = [
        at for at in minutes if any(since <= at and (until is None or at < until) for since, until in given_spans)
    ]
    assert sum((until - since for since, until in found), timedelta()) == len(covered) * MINUTE
    assert all(earlier[1] < later[0] for earlier, later in pairwise(found))
    zone = ZoneInfo("America/New_York")
    by_day = minutes_by_day(found, zone)
    assert sum(by_day.values()) == len(covered)
    assert uptime(found, NOW - 2 * DAY, NOW) == WHOLE * (len(minutes) - len(covered)) // len(minutes)


def test_a_day_on_which_clocks_change_has_the_minutes_it_has() -> None:
    zone = ZoneInfo("America/New_York")
    autumn = datetime(2026, 11, 1, 4, tzinfo=UTC)
    by_day = minutes_by_day([(autumn, autumn + timedelta(hours=25))], zone)
    assert list(by_day.values()) == [25 * 60]
