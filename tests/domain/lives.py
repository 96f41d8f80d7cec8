"""A small company and an incident of it, for the tests of an incident's life."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from bot.domain.declaring import Declare, new_incident
from bot.domain.directory import Directory, Workspace
from bot.domain.incident import Incident
from bot.domain.journey import Journey, Service
from bot.domain.prose import Channel, Link, Sentence, Strong, Who, Words
from bot.domain.team import AddedRole, DistributionList, Person, Team, ToldBy

NOW = datetime(2026, 11, 18, 7, 17, tzinfo=UTC)
NEW_YORK = ZoneInfo("America/New_York")

MAYA = Who(name="maya", user="UMAYA", person="maya", phone="+1 555 0100")
LEON = Who(name="leon", user="ULEON", person="leon")
DANA = Who(name="dana", user="UDANA", person="dana")
SAM = Who(name="sam", user="USAM")
EVE = Who(name="eve", user="UEVE")

DIRECTORY = Directory(
    workspace=Workspace(
        zone=NEW_YORK,
        announce="#incidents",
        triage="#triage",
        bridge="https://meet.acme.test/war-room",
        catch_all="dana",
        archive_after=timedelta(days=7),
        managers=("dana",),
    ),
    people={
        "maya": Person(id="maya", name="Maya", email="maya@acme.test", phone="+1 555 0100"),
        "leon": Person(id="leon", name="Leon", email="leon@acme.test"),
        "dana": Person(id="dana", name="Dana", email="dana@acme.test"),
    },
    teams={"auth": Team(id="auth", name="Auth", members=("leon",))},
    services={"auth-api": Service(id="auth-api", name="auth-api", team="auth")},
    journeys={
        "checkout": Journey(
            id="checkout",
            name="Checkout",
            pain="Customers cannot place orders",
            customers_see="Some customers cannot complete a purchase",
            owner="maya",
            backup="leon",
            severity="SEV1",
            services=("auth-api",),
            first_action="Turn off session refresh",
        ),
        "payroll": Journey(
            id="payroll",
            name="Payroll",
            pain="Staff cannot be paid",
            customers_see="",
            owner="maya",
            severity="SEV2",
            private=True,
        ),
        "orphan": Journey(
            id="orphan", name="Orphan", pain="Nobody's pain", customers_see="", owner=None, severity="SEV2"
        ),
    },
    lists={"support": DistributionList(id="support", people=("dana",), by=(ToldBy.INVITE,))},
    roles=(AddedRole(id="liaison", name="Customer liaison", guide="Call the big accounts."),),
)


def an_incident(**more: object) -> Incident:
    """INC-42, declared by Sam on checkout."""
    asked = Declare(by=SAM, journey="checkout", words="Cards are declined", origin_channel="CGENERAL")
    incident = new_incident(42, asked, DIRECTORY, NOW)
    return replace(incident, **more)  # type: ignore[arg-type]


def said(sentence: Sentence) -> str:
    """A sentence as plain text, names and words as they are."""
    return "".join(_part(part) for part in sentence)


def _part(part: object) -> str:
    match part:
        case str():
            return part
        case Words(text) | Strong(text):
            return text
        case Who(name=name) | Channel(name=name):
            return name
        case Link(label=label):
            return label
        case _:
            return "…"
