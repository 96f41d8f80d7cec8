"""Directory files that are wrong: each finding names the file, the line, the field, and what would be right."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.directory.file import DirectoryFile, load, parse
from bot.directory.findings import DirectoryError

NOW = datetime(2026, 11, 18, 7, 17, tzinfo=UTC)
PEOPLE = """\
people:
  maya: {email: maya@acme.test}
  leon: {email: leon@acme.test}
"""

BROKEN = {
    "an unknown owner": (
        PEOPLE
        + "teams:\n  checkout: {members: [maya]}\njourneys:\n  checkout: {pain: No orders,\n    owner: chekout}\n",
        ['line 8, journeys.checkout.owner: no team or person "chekout"; did you mean "checkout"?'],
    ),
    "an unknown field": (
        PEOPLE + "journeys:\n  checkout:\n    pain: No orders\n    onwer: maya\n",
        ['line 7, journeys.checkout.onwer: no such field; did you mean "owner"?'],
    ),
    "an unknown section": (
        PEOPLE + "journey: {}\n",
        ['line 4, journey: no such field; did you mean "journeys"?'],
    ),
    "an unknown section with nothing in it": (
        PEOPLE + "xyz:\n",
        [
            (
                "line 4, xyz: no such field; there is workspace, people, teams, schedules, escalation_policies, "
                "services, journeys, rules, severities, distribution_lists, roles, maintenance, heartbeats"
            )
        ],
    ),
    "a heartbeat of nothing, and one of next year": (
        PEOPLE + "journeys: {a: {pain: A, owner: maya}}\nheartbeats: {x: {journey: b, every: 400d}, y: {journey: a}}\n",
        [
            'line 5, heartbeats.x.every: "400d" is over a year; write at most 366d',
            "line 5, heartbeats.y.every: missing; write every: 15m",
            'line 5, heartbeats.x.journey: no journey "b"; there is a',
        ],
    ),
    "maintenance that cannot be": (
        PEOPLE
        + "journeys: {a: {pain: A, owner: maya}, b: {pain: B, owner: maya, private: true}}\nmaintenance:\n"
        + "  - {title: Move, journeys: [a, b], from: 2026-12-01 03:00, until: 2026-12-01 02:00, customers_see: x}\n"
        + "  - {title: Move, journeys: chekout, from: 2026-12-01 03:00, until: 2026-12-01T04:00Z, customers_see: x}\n"
        + "  - {journeys: [], from: soon, timezone: Mars/Base}\n",
        [
            "line 6, maintenance[0].until: not after from; write when the maintenance ends",
            "line 6, maintenance[0].journeys: b is private, and maintenance is shown to the public; leave it out",
            "line 7, maintenance[1].until: give both from and until an offset, or neither",
            'line 7, maintenance[1].journeys: no journey "chekout"; there is a, b',
            "line 8, maintenance[2].title: missing; write title: New payment provider",
            "line 8, maintenance[2].journeys: empty; write journeys: [checkout]",
            'line 8, maintenance[2].from: "soon" is not a moment; write 2026-12-24 09:00',
            "line 8, maintenance[2].until: missing; write until: 2026-12-24 11:00",
            (
                'line 8, maintenance[2].timezone: no time zone "Mars/Base"; write one such as Europe/Berlin or '
                "America/New_York"
            ),
            "line 8, maintenance[2].customers_see: missing; write customers_see: Orders may fail for some minutes",
        ],
    ),
    "a missing address": (
        "people:\n  maya: {phone: '1'}\n  leon:\n",
        [
            "line 2, people.maya.email: missing; write email: maya@acme.test",
            "line 3, people.leon: a map of fields is expected here, such as {name: …}",
        ],
    ),
    "what is no id of Statuspage": (
        PEOPLE + "workspace:\n  statuspage: {page: ../acme, notify: maybe}\n",
        [
            (
                'line 5, workspace.statuspage.page: "../acme" is not an id of Statuspage; copy it from there, such as '
                "kctbh9vrtdwd"
            ),
            'line 5, workspace.statuspage.notify: "maybe" is neither true nor false',
        ],
    ),
    "a bad duration": (
        PEOPLE + "escalation_policies:\n  standard:\n    - {page: primary, wait: 5}\n    - {page: maya, wait: 0s}\n",
        [
            'line 6, escalation_policies.standard[0].wait: "5" is not a duration; write 30s, 5m, 1h30m or 7d',
            'line 7, escalation_policies.standard[1].wait: "0s" is not a duration; write 30s, 5m, 1h30m or 7d',
        ],
    ),
    "an unknown word in a tier": (
        PEOPLE + "escalation_policies:\n  a: [{page: primry}]\n  b: {tiers: [{page: xyz}], repeat: often}\n",
        [
            (
                'line 5, escalation_policies.a[0].page: no rotation, manager, director or person "primry"; '
                'did you mean "primary"?'
            ),
            'line 6, escalation_policies.b.repeat: "often" is not a count; write a whole number from 0 to 20',
            (
                'line 6, escalation_policies.b.tiers[0].page: no rotation, manager, director or person "xyz"; '
                "there is primary, secondary, manager, director, maya, leon"
            ),
        ],
    ),
    "a bad zone and bad hours": (
        PEOPLE + "workspace:\n  timezone: Europe/Berlim\n  working_hours: nine to five\n",
        [
            'line 5, workspace.timezone: no time zone "Europe/Berlim"; did you mean "Europe/Berlin"?',
            'line 6, workspace.working_hours: "nine to five" are not working hours; write mon-fri 09:00-18:00',
        ],
    ),
    "channels without quotes": (
        PEOPLE + "workspace:\n  announce: #incidents\n  triage: incidents\n",
        [
            'line 5, workspace.announce: empty, because YAML takes # for a comment; write it in quotes: "#incidents"',
            (
                'line 6, workspace.triage: "incidents" is not a channel; write "#incidents" in quotes, '
                "or an id such as C0123456789"
            ),
        ],
    ),
    "a rotation that cannot be": (
        PEOPLE
        + "schedules:\n  s:\n    primary: {members: [mya], rotate: hourly}\n    second:\n      members: maya\n"
        + "      rotate: daily\n      handoff: monday 09:00\n    third: {members: maya, handoff: 25:00, start: soon}\n",
        [
            (
                'line 6, schedules.s.primary.rotate: "hourly" is not a rotation; write daily, weekly, every 3 days or '
                "every 12 hours"
            ),
            'line 6, schedules.s.primary.members[0]: no person "mya"; did you mean "maya"?',
            (
                "line 10, schedules.s.second.handoff: only a rotation in weeks hands off on a day of the week; "
                "write 09:00 alone"
            ),
            'line 11, schedules.s.third.handoff: "25:00" is not a time of day; write 09:00',
            'line 11, schedules.s.third.start: "soon" is not a date; write 2026-01-05',
        ],
    ),
    "an override of nothing": (
        PEOPLE
        + "schedules:\n  s:\n    primary: {members: [maya]}\n    overrides:\n"
        + "      - {person: lion, rotation: primry, from: 2026-12-24, to: 2026-12-24}\n",
        [
            "line 8, schedules.s.overrides[0].to: not after from; write when the override ends",
            'line 8, schedules.s.overrides[0].person: no person "lion"; did you mean "leon"?',
            'line 8, schedules.s.overrides[0].rotation: no rotation "primry"; did you mean "primary"?',
        ],
    ),
    "rules that cannot be read": (
        PEOPLE + "rules:\n  - {match: ['service=~\"(\"'], journey: checkout}\n  - {match: [oops], journey: checkout}\n",
        [
            (
                'line 5, rules[0].match[0]: "(" is not a regular expression: missing ), unterminated subpattern at '
                "position 0"
            ),
            'line 5, rules[0].journey: no journey "checkout"; the file has none',
            (
                'line 6, rules[1].match[0]: "oops" is not a matcher; write label="value", label!="value", '
                'label=~"regex" or !~'
            ),
            'line 6, rules[1].journey: no journey "checkout"; the file has none',
        ],
    ),
    "services in a circle": (
        PEOPLE
        + "teams: {t: {members: [maya]}}\nservices:\n  a: {team: t, depends_on: [b]}\n"
        + "  b: {team: t, depends_on: [c]}\n  c: {team: t, depends_on: [a]}\n  d: {team: u}\n",
        [
            "line 6, services.a.depends_on: a circle: a → b → c → a; remove one of these dependencies",
            'line 9, services.d.team: no team "u"; there is t',
        ],
    ),
    "a team of nobody": (
        PEOPLE + "teams:\n  t: {name: T}\n  u: {schedule: s}\nschedules:\n  s: {primary: {members: []}}\n",
        [
            "line 5, teams.t: nobody is in this team; give it members or a schedule",
            "line 6, teams.u: nobody is in this team or its schedule s; give one of them members",
        ],
    ),
    "something written twice": (
        PEOPLE + "  maya: {email: other@acme.test}\n",
        ["line 4, people.maya: written twice, first on line 2; keep one"],
    ),
    "two people with one address": (
        "people:\n  maya: {email: maya@acme.test}\n  maja: {email: Maya@acme.test}\n",
        ["line 3, people.maja.email: Maya@acme.test belongs to maya already; one person has one key"],
    ),
    "a key that is two things": (
        PEOPLE + "teams:\n  maya: {members: [leon]}\nroles: {ic: {}}\n",
        [
            'line 5, teams.maya: "maya" is a person too, on line 2, so that an owner could be either; rename one',
            'line 6, roles.ic: every incident has "ic" already; give the role another key',
        ],
    ),
    "severities that are not of the table": (
        PEOPLE + "severities:\n  SEV5: {rooms: true}\n  SEV1: {pages: often, clock: maybe, notify: [bosses]}\n",
        [
            'line 5, severities.SEV5: no severity "SEV5"; did you mean "SEV4"?',
            "line 6, severities.SEV1.pages: \"often\" is none of 'at_once', 'working_hours' or 'never'",
            'line 6, severities.SEV1.clock: "maybe" is neither true nor false',
            'line 6, severities.SEV1.notify[0]: no distribution list "bosses"; the file has none',
        ],
    ),
    "a variable that is not set": (
        PEOPLE + "workspace:\n  bridge: https://${BRIDGE}/\n",
        [
            (
                "line 5, workspace.bridge: ${BRIDGE} is not set in the environment; set BRIDGE, or write $${BRIDGE} "
                "for the text"
            )
        ],
    ),
    "two ways to say who is next": (
        PEOPLE
        + "escalation_policies: {p: [{page: maya}]}\n"
        + "journeys:\n  a:\n    pain: A\n    owner: maya\n    backup: leon\n    policy: p\n"
        + "  b: {pain: B, backup: leon}\n",
        [
            "line 10, journeys.a.policy: the journey names backup or then as well; keep those, or the policy",
            "line 11, journeys.b.owner: missing although the journey names backup or then; write who comes first",
        ],
    ),
    "two journeys that read alike": (
        PEOPLE + "journeys:\n  search: {pain: A, owner: maya}\n  find: {name: Search, pain: B, owner: maya}\n",
        ["line 6, journeys.find.name: reads like journeys.search; give one of them another name"],
    ),
    "a list where one value belongs": (
        PEOPLE + "workspace:\n  catch_all: [maya]\n  timezone: [UTC]\njourneys: [checkout]\n",
        [
            "line 5, workspace.catch_all: one value is expected, not a list or a map",
            "line 6, workspace.timezone: one value is expected here, not a list or a map",
            "line 7, journeys: a map of fields is expected here, such as {name: …}",
        ],
    ),
    "a word that is too long and a key with spaces": (
        PEOPLE + f"journeys:\n  check out: {{pain: {'x' * 151}, owner: maya}}\n",
        [
            (
                "line 5, journeys.check out: a key is letters, digits, - _ and . without spaces, at most 60; "
                "put the full words in name"
            ),
            "line 5, journeys.check out.pain: 151 characters; write at most 150",
        ],
    ),
    "a tab": ("people:\n\tmaya: {}\n", ["line 2: not YAML: indented with a tab; YAML wants spaces"]),
    "a bracket left open": (
        "people:\n  maya: {email: maya@acme.test\njourneys: {}\n",
        ["line 3: not YAML: a bracket is opened and not closed, or a comma is missing (it begins on line 2)"],
    ),
    "a variable without quotes within braces": (
        "workspace: {bridge: https://${HOST}/}\n",
        ["line 1: not YAML: a value with { in it, such as ${NAME}, needs quotes within { }"],
    ),
    "a quote left open": (
        "people:\n  maya: {email: 'maya}\n",
        ["line 3: not YAML: a quote is opened and never closed (it begins on line 2)"],
    ),
    "a colon too many": (
        "people:\n  maya: email: maya@acme.test\n",
        ['line 2: not YAML: a colon where none can be; put a text that contains ": " in quotes'],
    ),
    "an alias of itself": (
        PEOPLE + "journeys: &a\n  checkout: *a\n",
        [
            "line 5, journeys.checkout: an alias that contains itself; write the values out",
            "line 5, journeys.checkout: a map of fields is expected here, such as {name: …}",
        ],
    ),
}


def errors_of(content: bytes) -> list[str]:
    with pytest.raises(DirectoryError) as refused:
        parse(content, "directory.yml", {}, NOW)
    return [str(finding) for finding in refused.value.findings]


@pytest.mark.parametrize(("text", "expected"), BROKEN.values(), ids=BROKEN)
def test_a_broken_file_is_told_by_line_field_and_remedy(text: str, expected: list[str]) -> None:
    assert errors_of(text.encode()) == [f"directory.yml, {line}" for line in expected]


@pytest.mark.parametrize("text", ["", "# nothing yet\n", "---\n"])
def test_an_empty_file_is_told_what_to_begin_with(text: str) -> None:
    (error,) = errors_of(text.encode())
    assert error.startswith("directory.yml: the file is empty; write one, for a start:\npeople:\n  maya: {email:")


def test_what_an_empty_or_missing_file_is_told_to_begin_with_is_itself_right(tmp_path: Path) -> None:
    with pytest.raises(DirectoryError) as refused:
        load(tmp_path / "directory.yml", {}, NOW)
    says = str(refused.value)
    assert says.startswith(f"{tmp_path}/directory.yml: there is no such file; write it, for a start:\n")
    example = says.partition("\n")[2].rpartition("\n")[0]
    assert parse(example.encode(), "directory.yml", {}, NOW).warnings == ()


def test_a_folder_in_the_files_place_is_told(tmp_path: Path) -> None:
    with pytest.raises(DirectoryError, match=r"cannot be read .*; make it a file that this user may read"):
        load(tmp_path, {}, NOW)


def test_a_file_that_is_not_utf8_is_told_where() -> None:
    assert errors_of(PEOPLE.encode() + "# Zoë\n".encode("latin-1")) == [
        "directory.yml, line 4: not UTF-8 text (byte 0xeb); save the file as UTF-8"
    ]


def test_a_list_instead_of_a_file_is_told() -> None:
    assert errors_of(b"- maya\n") == ["directory.yml, line 1: a map of fields is expected here, such as {name: …}"]


def test_all_errors_are_told_at_once_by_line() -> None:
    text = "journeys:\n  a: {pain: A, owner: nobody}\nworkspace: {timezone: Mars}\n" + PEOPLE + "xyz: 1\n"
    lines = [int(error.split("line ")[1].split(",")[0]) for error in errors_of(text.encode())]
    assert lines == [2, 3, 7]


def test_a_bad_reload_is_told_once_and_a_good_one_follows(tmp_path: Path) -> None:
    path = tmp_path / "directory.yml"
    path.write_text(PEOPLE, encoding="utf-8")
    file = DirectoryFile(path, {})
    file.load(NOW)
    path.write_text("people: [\n", encoding="utf-8")
    assert file.changed()
    with pytest.raises(DirectoryError):
        file.load(NOW)
    assert not file.changed()
    path.write_text(PEOPLE, encoding="utf-8")
    assert file.changed()
    assert file.load(NOW).directory.people.keys() == {"maya", "leon"}
