"""Directory files that work, and in which something will disappoint somebody at night."""

from datetime import UTC, datetime

import pytest

from bot.directory.file import parse

NOW = datetime(2026, 11, 18, 7, 17, tzinfo=UTC)
PEOPLE = """\
people:
  maya: {email: maya@acme.test}
  leon: {email: leon@acme.test}
"""

WARNED = {
    "a journey that nobody owns": (
        PEOPLE + "journeys:\n  a: {pain: A}\n  b: {pain: B, owner: maya}\n",
        [
            (
                "line 5, journeys.a.owner: no owner: the first owned journey's is paged; name who can reduce the pain "
                "fastest"
            )
        ],
    ),
    "a journey that nobody owns, and nobody at all": (
        PEOPLE + "journeys:\n  a: {pain: A}\n",
        [
            (
                "line 5, journeys.a.owner: no owner: and no workspace.catch_all, so that nobody is paged; name who can "
                "reduce the pain fastest"
            )
        ],
    ),
    "a component of a page that is not connected": (
        PEOPLE + "journeys:\n  a: {pain: A, owner: maya, statuspage_component: ftgks51sfs2d}\n",
        [
            (
                "line 5, journeys.a.statuspage_component: does nothing, because no page is connected; add "
                "workspace.statuspage: {page: …}"
            )
        ],
    ),
    "no journeys": (
        PEOPLE,
        [
            (
                "line 1, journeys: there are no journeys, so that every page goes to catch_all; name what customers "
                "try to do"
            )
        ],
    ),
    "a rule in another's shadow": (
        PEOPLE
        + "journeys: {a: {pain: A, owner: maya}}\nrules:\n"
        + "  - {match: ['x=\"1\"'], journey: a}\n  - {match: ['x=\"1\"', 'y=\"2\"'], journey: a}\n",
        ["line 7, rules[1]: can never match: rule 1 on line 6 takes it first; move or remove one"],
    ),
    "maintenance that nobody reads, or no longer": (
        PEOPLE
        + "journeys: {a: {pain: A, owner: maya}}\nmaintenance:\n"
        + "  - {title: T, journeys: a, from: 2026-08-01, until: 2026-08-02, customers_see: x}\n",
        [
            "line 5, maintenance: nobody reads it without workspace.status_site: true",
            "line 6, maintenance[0].until: over since 2026-08-02 and shown no longer; remove it",
        ],
    ),
    "a review long ago": (
        PEOPLE + "journeys:\n  a: {pain: A, owner: maya, reviewed: 2025-11-17}\n",
        ["line 5, journeys.a.reviewed: last reviewed on 2025-11-17, over a year ago; look it through and set the date"],
    ),
    "a rotation of nobody": (
        PEOPLE
        + "schedules:\n  s:\n    primary: {members: [maya]}\n    night: {members: []}\n"
        + "journeys: {a: {pain: A, owner: maya}}\n",
        [
            (
                "line 7, schedules.s.night.members: nobody is in this rotation, so that paging it is skipped; name its "
                "members"
            )
        ],
    ),
}


@pytest.mark.parametrize(("text", "expected"), WARNED.values(), ids=WARNED)
def test_what_will_disappoint_somebody_at_night_is_a_warning(text: str, expected: list[str]) -> None:
    loaded = parse(text.encode(), "directory.yml", {}, NOW)
    assert [str(warning) for warning in loaded.warnings] == [f"directory.yml, {line}" for line in expected]
    assert all(warning.is_warning for warning in loaded.warnings)


def test_a_review_within_the_year_is_fine() -> None:
    text = PEOPLE + "journeys:\n  a: {pain: A, owner: maya, reviewed: 2025-11-18}\n"
    assert parse(text.encode(), "directory.yml", {}, NOW).warnings == ()
