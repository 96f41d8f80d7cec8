"""Whom a page reaches, tier by tier: words become people at the moment the page starts, with the reason in words."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from bot.domain.directory import Directory, MayNeed, Workspace
from bot.domain.escalation import FrozenPolicy, Policy, Tier
from bot.domain.journey import Journey, Service
from bot.domain.schedule import Rotation, Schedule
from bot.domain.team import Person, Team

ZONE = ZoneInfo("America/New_York")
AT = datetime(2026, 1, 6, 7, 17, tzinfo=UTC)
FIVE, TEN = timedelta(minutes=5), timedelta(minutes=10)


def rotation(name: str, *members: str) -> Rotation:
    return Rotation(name=name, members=members, zone=ZONE, start=date(2026, 1, 5))


PLAIN = Journey(
    id="checkout",
    name="Checkout",
    pain="Customers cannot place orders",
    customers_see="Some customers cannot complete a purchase",
    owner="checkout-team",
    severity="SEV1",
)


def directory(*journeys: Journey, catch_all: str | None = None, policies: bool = True) -> Directory:
    tiers = (Tier(page="primary"), Tier(page="secondary"), Tier(page="manager", wait=TEN), Tier(page="director"))
    people = ("maya", "leon", "dana", "vic")
    primary, secondary = rotation("primary", "maya", "leon"), rotation("secondary", "leon", "maya")
    teams = (
        Team(id="checkout-team", name="Checkout", schedule="checkout", manager="dana", director="vic"),
        Team(id="auth", name="Auth", members=("leon", "maya")),
        Team(id="nobody", name="Nobody"),
    )
    return Directory(
        workspace=Workspace(catch_all=catch_all),
        people={key: Person(id=key, name=key.capitalize(), email=f"{key}@acme.test") for key in people},
        teams={team.id: team for team in teams},
        schedules={
            "checkout": Schedule(id="checkout", zone=ZONE, rotations={"primary": primary, "secondary": secondary})
        },
        policies={"standard": Policy(id="standard", tiers=tiers)} if policies else {},
        services={
            "checkout-api": Service(
                id="checkout-api", name="checkout-api", team="checkout-team", depends_on=("auth-api",)
            ),
            "auth-api": Service(id="auth-api", name="auth-api", team="auth"),
        },
        journeys={one.id: one for one in journeys},
    )


def told(plan: FrozenPolicy) -> list[tuple[str, str | None, str, timedelta]]:
    return [(tier.rule, tier.person, tier.skipped or tier.why, tier.wait) for tier in plan.tiers]


def test_a_policys_words_become_people_with_the_reason_why_them() -> None:
    plan = directory(PLAIN).plan_for("checkout", AT)
    assert told(plan) == [
        ("primary", "maya", "Checkout's primary until Mon 09:00", FIVE),
        ("secondary", "leon", "Checkout's secondary until Mon 09:00", FIVE),
        ("manager", "dana", "Checkout's manager", TEN),
        ("director", "vic", "Checkout's director", FIVE),
    ]
    assert plan.repeat == 2


def test_a_small_team_pages_the_owner_then_the_backup_then_the_next() -> None:
    small = directory(replace(PLAIN, owner="maya", backup="leon", then=("dana",)))
    assert told(small.plan_for("checkout", AT)) == [
        ("owner", "maya", "Checkout's owner", FIVE),
        ("backup", "leon", "Checkout's backup", FIVE),
        ("then", "dana", "Checkout's next", FIVE),
    ]


def test_a_team_without_a_schedule_is_paged_one_member_at_a_time() -> None:
    plan = directory(PLAIN).plan_for_team("auth", AT)
    assert told(plan)[:2] == [
        ("primary", "leon", "Auth, member 1 of 2", FIVE),
        ("primary", "maya", "Auth, member 2 of 2", FIVE),
    ]
    assert [tier.skipped for tier in plan.tiers[2:]] == [
        "Auth has no schedule: its members are paged one at a time already",
        "Auth has no manager",
        "Auth has no director",
    ]


def test_the_same_person_twice_in_a_row_is_one_tier() -> None:
    people = directory(replace(PLAIN, owner="maya", backup="maya", then=("leon", "maya")))
    plan = people.plan_for("checkout", AT)
    assert [tier.person for tier in plan.tiers] == ["maya", None, "leon", "maya"]
    assert plan.tiers[1].skipped == "Maya was paged in the tier before"
    assert (plan.first(), plan.following(0), plan.following(2), plan.following(3)) == (0, 2, 3, None)


def test_a_tier_that_reaches_nobody_is_skipped_with_its_reason() -> None:
    plan = directory(replace(PLAIN, owner="nobody")).plan_for("checkout", AT)
    assert plan.first() is None
    assert plan.tiers[0].skipped == "Nobody has no schedule and no members"


def test_a_rotation_that_the_schedule_lacks_is_skipped() -> None:
    company = directory(replace(PLAIN, policy="night"))
    night = Policy(id="night", tiers=(Tier(page="night-watch"), Tier(page="vic")), repeat=1)
    plan = replace(company, policies={"night": night}).plan_for("checkout", AT)
    assert told(plan) == [
        ("night-watch", None, "Checkout's schedule has no rotation night-watch", FIVE),
        ("vic", "vic", "named in the escalation policy", FIVE),
    ]
    assert plan.repeat == 1


def test_a_persons_journey_with_a_policy_still_pages_the_owner_first() -> None:
    company = directory(replace(PLAIN, owner="maya", policy="standard"))
    assert told(company.plan_for("checkout", AT))[0] == ("primary", "maya", "Checkout's owner", FIVE)
    leaders = Policy(id="standard", tiers=(Tier(page="vic"),))
    plan = replace(company, policies={"standard": leaders}).plan_for("checkout", AT)
    assert [tier.person for tier in plan.tiers] == ["maya", "vic"]


def test_without_any_policy_a_team_is_paged_through_its_rotations() -> None:
    plan = directory(PLAIN, policies=False).plan_for("checkout", AT)
    assert [(tier.rule, tier.person) for tier in plan.tiers] == [("primary", "maya"), ("secondary", "leon")]


def test_a_team_with_a_backup_is_paged_by_its_first_rotation_and_then_the_backup() -> None:
    plan = directory(replace(PLAIN, backup="vic")).plan_for("checkout", AT)
    assert told(plan) == [
        ("owner", "maya", "Checkout's primary until Mon 09:00", FIVE),
        ("backup", "vic", "Checkout's backup", FIVE),
    ]


def test_a_page_directly_to_a_person_has_one_tier_and_no_repeat() -> None:
    plan = directory().plan_for_person("vic")
    assert (told(plan), plan.repeat) == ([("paged directly", "vic", "paged directly", FIVE)], 0)


def test_a_pain_that_nobody_owns_goes_to_catch_all() -> None:
    for one in (directory(replace(PLAIN, owner=None), catch_all="vic"), directory(PLAIN, catch_all="vic")):
        target = "checkout" if one.journeys["checkout"].owner is None else None
        assert told(one.plan_for(target, AT)) == [
            ("catch_all", "vic", "nobody owns this pain; you are catch-all", FIVE)
        ]


def test_without_catch_all_the_first_owned_journeys_people_are_paged_and_told_why() -> None:
    plan = directory(replace(PLAIN, owner="maya", backup="leon")).plan_for(None, AT)
    assert told(plan)[0][1:3] == ("maya", "nobody owns this pain, no catch_all is set; you are Checkout's owner")
    assert plan.people() == ("maya", "leon")
    assert directory(replace(PLAIN, owner=None)).plan_for(None, AT).first() is None


def test_a_plan_does_not_change_when_the_person_on_call_does() -> None:
    company = directory(PLAIN)
    plan = company.plan_for("checkout", AT)
    later = company.plan_for("checkout", AT + timedelta(days=7))
    assert (plan.tiers[0].person, later.tiers[0].person) == ("maya", "leon")


def test_a_handover_a_week_or_more_away_is_told_with_its_date() -> None:
    company = directory(PLAIN)
    start = datetime(2026, 1, 5, 14, tzinfo=UTC)
    assert company.plan_for("checkout", start).tiers[0].why == "Checkout's primary until Mon 12 Jan 09:00"


def test_may_need_names_the_other_teams_of_the_journeys_services() -> None:
    company = directory(replace(PLAIN, services=("checkout-api",)))
    assert company.may_need("checkout") == (MayNeed(team="auth", name="Auth", services=("auth-api",)),)


def test_journeys_and_people_are_found_in_any_case_and_by_name() -> None:
    company = directory(replace(PLAIN, name="Check out"))
    found = company.journey("CHECK  out")
    assert found is not None
    assert found.id == "checkout"
    assert company.journey_at_start("check out Cards are declined") == (found, "Cards are declined")
    assert company.journey_at_start("checkouts fail") == (None, "checkouts fail")
    person = company.person_by_email(" Maya@ACME.test")
    assert person == company.person("MAYA")
    assert company.nearest_journey("chekout") == "checkout"


def test_who_is_on_call_is_told_with_who_follows() -> None:
    primary, secondary = directory(PLAIN).on_call("checkout-team", AT)
    assert primary.now is not None
    assert primary.following is not None
    assert (primary.now.person, primary.following.person) == ("maya", "leon")
    assert secondary.rotation == "secondary"
    assert directory(PLAIN).on_call("auth", AT) == ()
