"""Directory files that can be used: what they say is what the bot knows."""

from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from bot.directory.file import DirectoryFile, Loaded, load, parse
from bot.domain.directory import Directory
from bot.domain.severity import BUILT_IN, InternalPace, Pages
from bot.domain.team import AddedRole, ToldBy
from bot.domain.working_hours import WorkingHours

FILES = Path(__file__).parent / "files"
NOW = datetime(2026, 11, 18, 7, 17, tzinfo=UTC)
PEOPLE = "people: {maya: {email: maya@acme.test}, leon: {email: leon@acme.test}}\n"


def read(text: str, **environ: str) -> Directory:
    return parse(text.encode(), "directory.yml", environ, NOW).directory


def example(name: str) -> Loaded:
    return load(FILES / name, {}, NOW)


def test_the_small_teams_four_lines_are_complete_and_raise_no_warning() -> None:
    loaded = example("small.yml")
    assert loaded.warnings == ()
    checkout = loaded.directory.journeys["checkout"]
    assert (checkout.name, checkout.customers_see) == ("Checkout", "Customers cannot place orders")
    assert (checkout.owner, checkout.backup, checkout.then) == ("maya", "leon", ("dana",))
    assert checkout.first_action == "Turn off session refresh"
    assert loaded.directory.person("maya") is not None
    assert [person.name for person in loaded.directory.people.values()] == ["Maya", "Leon", "Dana"]
    assert loaded.directory.people["maya"].phone == "+1 555 0100"
    assert [tier.person for tier in loaded.directory.plan_for("checkout", NOW).tiers] == ["maya", "leon", "dana"]


def test_the_larger_companys_file_is_understood_whole() -> None:
    directory = example("larger.yml").directory
    workspace = directory.workspace
    assert workspace.zone == ZoneInfo("America/New_York")
    assert (workspace.announce, workspace.triage, workspace.catch_all) == ("#incidents", "#alert-triage", "vic")
    assert workspace.working_hours == WorkingHours(days=frozenset(range(5)), opens=time(9), closes=time(18))
    assert workspace.archive_after == timedelta(days=7)
    checkout = directory.journeys["checkout"]
    assert (checkout.can, checkout.reviewed, checkout.private) == (("rollback", "flags"), date(2026, 11, 1), False)
    assert [tier.wait for tier in directory.policies["standard"].tiers] == [
        timedelta(minutes=minutes) for minutes in (5, 5, 10, 5)
    ]
    assert directory.lists["executives"].by == (ToldBy.INVITE, ToldBy.DM)
    assert directory.lists["support"].by == (ToldBy.INVITE,)
    assert [need.team for need in directory.may_need("checkout")] == ["auth"]


def test_the_larger_companys_plan_names_who_is_on_call_with_the_reason() -> None:
    plan = example("larger.yml").directory.plan_for("checkout", NOW)
    assert [(tier.person, tier.why) for tier in plan.tiers] == [
        ("leon", "Checkout's primary until Mon 09:00"),
        ("maya", "Checkout's secondary until Mon 09:00"),
        ("dana", "Checkout's manager"),
        ("vic", "Checkout's director"),
    ]


def test_the_larger_file_warns_of_the_tiers_that_reach_nobody_of_a_team_without_a_schedule() -> None:
    assert [str(warning) for warning in example("larger.yml").warnings] == [
        (
            "larger.yml, line 31, escalation_policies.standard[1].page: reaches nobody and is skipped: "
            "Auth has no schedule: its members are paged one at a time already"
        ),
        "larger.yml, line 32, escalation_policies.standard[2].page: reaches nobody and is skipped: Auth has no manager",
        (
            "larger.yml, line 33, escalation_policies.standard[3].page: reaches nobody and is skipped: "
            "Auth has no director"
        ),
    ]


def test_the_larger_files_alerts_are_routed() -> None:
    directory = example("larger.yml").directory
    routed = directory.route({"service": "auth-api", "severity": "page"})
    assert "rule 2" in routed.why


def test_every_cell_of_the_severity_table_can_be_changed() -> None:
    directory = read(
        PEOPLE
        + """
distribution_lists: {all: {people: maya}}
severities:
  SEV3:
    means: m
    customers_hear: c
    aware: [maya, all]
    first_public: 45m
    public_every: 2h
    public_offers: [20m, 40m]
    internal_first: none
    internal_every: 3h
    internal_after: [{until: 2h, every: 30m}]
    pages: at_once
    rooms: false
    clock: false
    downtime: true
    notify: [all]
"""
    )
    row, usual = directory.severity("sev3"), BUILT_IN[2]
    assert row is not None
    minutes = timedelta(minutes=1)
    assert (row.means, row.customers_hear, row.aware) == ("m", "c", ("maya", "all"))
    assert (row.first_public, row.public_every) == (45 * minutes, 120 * minutes)
    assert row.public_offers == (20 * minutes, 40 * minutes)
    assert (row.internal_first, row.internal_every) == (None, 180 * minutes)
    assert row.internal_after == (InternalPace(until_age=120 * minutes, every=30 * minutes),)
    assert (row.pages, row.rooms, row.clock, row.notify) == (Pages.AT_ONCE, False, False, ("all",))
    assert (row.downtime, usual.downtime) == (True, False)
    assert (row.name, row.rank) == (usual.name, usual.rank)
    assert (directory.severities[0], directory.severities[3]) == (BUILT_IN[0], BUILT_IN[3])


def test_how_often_summaries_come_is_the_workspaces_unless_a_severity_says_otherwise() -> None:
    rows = "severities: {SEV1: {summary_every: 30m}, SEV3: {summary_every: none}}\n"
    every = [row.summary_every for row in read("workspace: {summary_every: 2h}\n" + PEOPLE + rows).severities]
    assert every == [timedelta(minutes=30), timedelta(hours=2), None, timedelta(hours=2)]


def test_the_environment_fills_in_values_and_two_dollars_keep_the_words() -> None:
    text = PEOPLE + 'workspace: {bridge: "https://${HOST}/room", status_page: "https://x.test/$${HOST}"}'
    workspace = read(text, HOST="meet.acme.test").workspace
    assert (workspace.bridge, workspace.status_page) == ("https://meet.acme.test/room", "https://x.test/${HOST}")


def test_a_value_from_the_environment_is_never_read_as_yaml() -> None:
    directory = read("people: {maya: {email: '${MAIL}', name: '${NAME}'}}", MAIL="m@acme.test", NAME="a: [b, #c")
    assert directory.people["maya"].name == "a: [b, #c"


def test_words_that_older_yaml_takes_for_something_else_stay_words() -> None:
    directory = read("people: {no: {email: no@acme.test, phone: +15550100, name: 0x10}}")
    person = directory.people["no"]
    assert (person.name, person.phone) == ("0x10", "+15550100")


def test_managers_and_roles_of_ones_own_are_known() -> None:
    text = PEOPLE + "workspace: {managers: maya}\nroles: {liaison: {guide: Speak to the bank}, on-call_lead: {}}\n"
    directory = read(text)
    assert (directory.is_manager("maya"), directory.is_manager("leon")) == (True, False)
    assert directory.roles == (
        AddedRole(id="liaison", name="Liaison", guide="Speak to the bank"),
        AddedRole(id="on-call_lead", name="On call lead"),
    )


def test_a_policy_may_say_how_often_it_repeats() -> None:
    directory = read(PEOPLE + "escalation_policies: {night: {repeat: 0, tiers: [{page: maya, wait: 1h30m}]}}")
    policy = directory.policies["night"]
    assert (policy.repeat, policy.tiers[0].wait) == (0, timedelta(minutes=90))


def test_a_weekly_rotation_started_in_the_middle_of_a_week_begins_with_its_first_member() -> None:
    directory = read(
        PEOPLE
        + "schedules: {s: {primary: {members: [maya, leon], rotate: weekly, handoff: mon 09:00, start: 2026-01-08}}}\n"
        + "teams: {t: {schedule: s}}\n"
    )
    at = datetime(2026, 1, 8, 12, tzinfo=UTC)
    (primary,) = directory.on_call("t", at)
    assert primary.now is not None
    assert (primary.now.person, primary.now.until) == ("maya", datetime(2026, 1, 12, 9, tzinfo=UTC))


def test_an_override_is_read_in_the_schedules_zone() -> None:
    directory = read(
        PEOPLE
        + """
schedules:
  s:
    timezone: America/New_York
    primary: {members: [maya]}
    overrides: [{person: leon, from: 2026-12-24 09:00, to: 2026-12-27}]
teams: {t: {name: T, schedule: s}}
"""
    )
    (primary,) = directory.on_call("t", datetime(2026, 12, 24, 14, tzinfo=UTC))
    assert primary.now is not None
    assert (primary.now.person, primary.now.until) == ("leon", datetime(2026, 12, 27, 5, tzinfo=UTC))
    why = directory.plan_for_team("t", datetime(2026, 12, 24, 14, tzinfo=UTC)).tiers[0].why
    assert why == "T's primary until Sun 00:00, by override"


def test_anchors_and_merged_fields_work() -> None:
    text = (
        PEOPLE + "journeys:\n  a: &a {pain: One, owner: maya, backup: leon}\n  b: {<<: *a, pain: Two, backup: maya}\n"
    )
    second = read(text).journeys["b"]
    assert (second.pain, second.owner, second.backup) == ("Two", "maya", "maya")


def test_a_change_is_noticed_once_and_a_mere_touch_is_not_a_change(tmp_path: Path) -> None:
    path = tmp_path / "directory.yml"
    path.write_bytes((FILES / "small.yml").read_bytes())
    file = DirectoryFile(path, {})
    assert file.changed()
    assert len(file.load(NOW).directory.people) == 3
    assert not file.changed()
    path.write_bytes(path.read_bytes())
    assert not file.changed()
    path.write_text(path.read_text(encoding="utf-8") + "# more\n", encoding="utf-8")
    assert file.changed()
    file.load(NOW)
    assert not file.changed()
    path.unlink()
    assert file.changed()


def test_maintenance_is_wall_time_in_a_zone_unless_it_has_an_offset() -> None:
    rows = (
        "from: 2026-12-01 02:00, until: 2026-12-01 03:00",
        "from: 2026-12-01T02:00+01:00, until: 2026-12-01T03:00+01:00",
        "from: 2026-12-01 02:00, until: 2026-12-01 03:00, timezone: Asia/Tokyo",
    )
    declared = "".join(f"  - {{title: Move, journeys: a, {row}, customers_see: Nothing}}\n" for row in rows)
    file = f"workspace: {{timezone: America/New_York}}\n{PEOPLE}journeys: {{a: {{pain: A, owner: maya}}}}\n"
    found = read(f"{file}maintenance:\n{declared}").maintenance
    assert [each.starts.isoformat() for each in found] == [
        "2026-12-01T07:00:00+00:00",
        "2026-12-01T01:00:00+00:00",
        "2026-11-30T17:00:00+00:00",
    ]
    assert {each.ends - each.starts for each in found} == {timedelta(hours=1)}
    assert (found[0].title, found[0].journeys, found[0].customers_see) == ("Move", ("a",), "Nothing")
