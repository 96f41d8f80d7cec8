"""Alerts taken in: declared, attached, repeated, resolved, triaged; and what the people of the incident see."""

import json
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from bot.domain import intake
from bot.domain.alert import NO_TIME, Alert, AlertStatus, Fate
from bot.domain.alert_effects import RefreshAlert, ShowAlert
from bot.domain.change import Change
from bot.domain.declaring import Declare
from bot.domain.directory import Directory
from bot.domain.effects import TellPerson, TellRoom
from bot.domain.incident import Status
from bot.domain.resolving import ResolveForm
from bot.domain.routing import Rule, parse_matcher
from bot.services import incidents, paging
from bot.services.alerts import Outcome
from bot.services.gathering import Gathering
from bot.services.ports import Tx
from bot.web.sources import alertmanager
from tests.domain.lives import DANA, DIRECTORY, MAYA, NOW, SAM, said
from tests.fakes.clock import no_time
from tests.services.desks import Office, an_office

SAMPLES = Path(__file__).parent.parent / "web" / "samples"
BODIES = {path.stem: path.read_bytes() for path in sorted(SAMPLES.glob("*.json"))}
COMPANY = replace(
    DIRECTORY,
    journeys=dict(DIRECTORY.journeys)
    | {
        "buy-a-ticket": replace(DIRECTORY.journeys["checkout"], id="buy-a-ticket", name="Buy a ticket"),
        "find-a-show": replace(DIRECTORY.journeys["checkout"], id="find-a-show", name="Find a show", severity="SEV2"),
    },
    rules=(Rule(number=1, matchers=(parse_matcher('severity="ticket"'), parse_matcher('x="y"')), journey="checkout"),),
)


def an_alert(fingerprint: str = "f1", **more: object) -> Alert:
    alert = Alert(
        source="alertmanager",
        fingerprint=fingerprint,
        status=AlertStatus.FIRING,
        starts_at=NOW - timedelta(minutes=3),
        summary="p99 over 1 s",
        labels={"journey": "checkout", "service": "auth-api", "severity": "page"},
    )
    return replace(alert, **more)  # type: ignore[arg-type]


def over(alert: Alert) -> Alert:
    return replace(alert, status=AlertStatus.RESOLVED, ends_at=NOW)


async def taken(office: Office, *alerts: Alert) -> list[Outcome]:
    return list(await Gathering(office.desk, no_time).take_in("alertmanager", alerts))


def sample(name: str) -> list[Alert]:
    return alertmanager.parse({}, next(body for stem, body in BODIES.items() if stem.startswith(name)))


async def test_one_incident_for_a_journey_while_it_is_open() -> None:
    async with an_office() as office:
        fates = await taken(office, an_alert("a"), an_alert("b"))
        assert [(each.fate, each.incident, each.journey) for each in fates] == [
            (Fate.DECLARED, "INC-1", "checkout"),
            (Fate.ATTACHED, "INC-1", "checkout"),
        ]
        later = await taken(office, an_alert("c"))
        assert later[0].fate is Fate.ATTACHED
        incident = await office.incident(1)
        assert incident.severity == "SEV1"
        assert incident.brief.repair == "Auth (auth-api)"
        assert incident.times.since == NOW - timedelta(minutes=3)
        assert incident.words == "p99 over 1 s"
        assert "journey" in incident.brief.route
        assert len(await office.desk.store.read(lambda tx: tx.alerts_of(1))) == 3
        assert len(await office.desk.store.read(lambda tx: tx.pages_of(1))) == 1


async def test_a_repeat_is_counted_and_says_nothing_new() -> None:
    async with an_office() as office:
        await taken(office, an_alert())
        await office.everything_sent()
        again = await taken(office, an_alert())
        assert (again[0].fate, again[0].incident) == (Fate.REPEATED, "INC-1")
        assert await office.everything_sent() == []
        alert = await office.desk.store.read(lambda tx: tx.alerts_of(1))
        assert alert[0].seen == 2


async def test_later_alerts_are_one_line_in_the_cards_thread() -> None:
    async with an_office() as office:
        await taken(office, an_alert("a"))
        await office.everything_sent()
        await taken(office, an_alert("b"), an_alert("c", summary="errors"))
        told = [row.outgoing.effect for row in await office.everything_sent()]
        lines = [effect for effect in told if isinstance(effect, TellRoom)]
        assert [said(line.said) for line in lines] == ["2 more alerts joined: p99 over 1 s; errors"]
        assert lines[0].thread_of == "inc:1:card:war_room:"


async def test_when_all_have_resolved_the_commander_is_told_once() -> None:
    async with an_office() as office:
        await taken(office, an_alert("a"), an_alert("b"))
        await paging.acknowledge_incident(office.desk, 1, MAYA, "command", delivery=office.delivery())
        await office.everything_sent()
        assert (await taken(office, over(an_alert("a"))))[0].fate is Fate.RESOLVED
        assert not any(isinstance(row.outgoing.effect, TellPerson) for row in await office.everything_sent())
        await taken(office, over(an_alert("b")))
        effects = [row.outgoing.effect for row in await office.everything_sent()]
        told = [effect for effect in effects if isinstance(effect, TellPerson)]
        assert [(effect.who.name, said(effect.said)) for effect in told] == [
            ("maya", "INC-1: all 2 alerts have resolved; monitor, then resolve")
        ]
        assert (await taken(office, over(an_alert("b"))))[0].fate is Fate.REPEATED


async def test_without_a_commander_the_war_room_is_told_that_all_is_quiet() -> None:
    async with an_office() as office:
        await taken(office, an_alert())
        await office.everything_sent()
        await taken(office, over(an_alert()))
        effects = [row.outgoing.effect for row in await office.everything_sent()]
        assert [said(effect.said) for effect in effects if isinstance(effect, TellRoom)] == [
            "INC-1: the alert has resolved; monitor, then resolve"
        ]


async def test_what_matches_nothing_is_one_message_in_triage_edited_when_it_ends() -> None:
    lost = an_alert(labels={"service": "edge"})
    async with an_office() as office:
        first = await taken(office, lost)
        assert (first[0].fate, first[0].incident) == (Fate.TRIAGED, None)
        assert first[0].why == "there are no rules, and the alert carries no label journey"
        await taken(office, lost)
        await taken(office, over(lost))
        effects = [row.outgoing.effect for row in await office.everything_sent()]
        assert [type(effect) for effect in effects] == [ShowAlert, RefreshAlert]
        stored = await office.desk.store.read(lambda tx: tx.alert("alertmanager", "f1", lost.starts_at))
        assert stored is not None
        assert (stored.status, stored.why) == (AlertStatus.RESOLVED, first[0].why)


async def test_an_unknown_alert_that_resolves_declares_nothing_nor_does_its_late_firing() -> None:
    async with an_office() as office:
        assert (await taken(office, over(an_alert())))[0].fate is Fate.IGNORED
        late = await taken(office, an_alert())
        assert (late[0].fate, late[0].why) == (Fate.IGNORED, "it has resolved already; this report came late")
        assert await office.desk.store.read(lambda tx: tx.open_incidents()) == ()


async def test_an_alert_that_names_a_severity_has_it() -> None:
    async with an_office() as office:
        await taken(office, an_alert(labels={"journey": "checkout", "severity": "sev3"}))
        assert (await office.incident(1)).severity == "SEV3"
        await taken(office, an_alert("b", labels={"journey": "payroll"}, severity="SEV1"))
        assert (await office.incident(2)).severity == "SEV1"
        assert (await office.incident(2)).private


async def test_a_source_without_times_is_followed_by_its_fingerprint() -> None:
    alert = an_alert(starts_at=NO_TIME)
    async with an_office() as office:
        assert [each.fate for each in await taken(office, alert)] == [Fate.DECLARED]
        office.clock.advance(60)
        assert [each.fate for each in await taken(office, alert)] == [Fate.REPEATED]
        assert [each.fate for each in await taken(office, over(alert))] == [Fate.RESOLVED]
        office.clock.advance(60)
        assert [each.fate for each in await taken(office, alert)] == [Fate.ATTACHED]
        alerts = await office.desk.store.read(lambda tx: tx.alerts_of(1))
        assert [each.starts_at for each in alerts] == [NOW, office.clock()]


async def test_an_alert_joins_what_a_person_declared() -> None:
    async with an_office() as office:
        asked = Declare(by=SAM, journey="checkout", words="Cards are declined")
        await incidents.declare(office.desk, asked, delivery=office.delivery())
        fates = await taken(office, an_alert())
        assert (fates[0].fate, fates[0].incident) == (Fate.ATTACHED, "INC-1")


async def test_an_alert_that_outlives_its_incident_is_said_once_in_triage() -> None:
    async with an_office() as office:
        await taken(office, an_alert())
        resolved = replace(await office.incident(1), status=Status.RESOLVED)

        def resolve(tx: Tx) -> None:
            tx.save(Change(incident=resolved))

        await office.desk.store.write(resolve)
        await office.everything_sent()
        for _ in range(2):
            again = await taken(office, an_alert())
            assert (again[0].fate, again[0].incident) == (Fate.REPEATED, "INC-1")
        effects = [row.outgoing.effect for row in await office.everything_sent()]
        assert [said(effect.said) for effect in effects if isinstance(effect, TellRoom)] == [
            "Still firing, though INC-1 is resolved: p99 over 1 s"
        ]


@pytest.mark.parametrize("body", BODIES.values(), ids=BODIES)
async def test_every_real_body_is_taken_in_whole(body: bytes) -> None:
    async with an_office(COMPANY) as office:
        office.clock.set(NOW + timedelta(days=4))
        sent = json.loads(body)["alerts"]
        outcomes = await taken(office, *alertmanager.parse({}, body))
        assert [each.fingerprint for each in outcomes] == [alert["fingerprint"] for alert in sent]
        assert all(each.why for each in outcomes)


async def test_a_real_group_fires_partly_resolves_and_resolves() -> None:
    async with an_office(COMPANY) as office:
        office.clock.set(NOW + timedelta(days=4))
        assert [each.fate for each in await taken(office, *sample("02"))] == [Fate.DECLARED] + [Fate.ATTACHED] * 3
        partly = [each.fate for each in await taken(office, *sample("03"))]
        assert partly == [Fate.RESOLVED, Fate.RESOLVED, Fate.REPEATED, Fate.REPEATED]
        assert [each.fate for each in await taken(office, *sample("04"))] == [Fate.RESOLVED] * 2
        record = [said(event.said) for event in await office.record(1)]
        assert "All 4 alerts have resolved" in record
        assert (await office.incident(1)).severity == "SEV2"


async def test_tickets_without_a_journey_page_nobody() -> None:
    async with an_office(COMPANY) as office:
        fates = await taken(office, *sample("06"))
        assert {each.fate for each in fates} == {Fate.TRIAGED}
        assert await office.desk.store.read(lambda tx: tx.open_incidents()) == ()


async def test_an_empty_directory_pages_nobody_and_says_why() -> None:
    async with an_office(Directory()) as office:
        (outcome,) = await taken(office, an_alert())
        assert outcome.fate is Fate.TRIAGED
        assert outcome.why.endswith(
            'journey="checkout" is no journey of the directory; no triage channel is set, so nobody sees it'
        )


async def test_without_a_triage_channel_the_announce_channel_sees_it() -> None:
    announced = replace(DIRECTORY, workspace=replace(DIRECTORY.workspace, triage=None))
    async with an_office(announced) as office:
        (outcome,) = await taken(office, an_alert(labels={}))
        assert outcome.fate is Fate.TRIAGED
        assert "nobody sees it" not in outcome.why


async def test_a_source_is_not_told_the_number_of_a_private_incident() -> None:
    alert = an_alert(labels={"journey": "payroll"})
    async with an_office() as office:
        outcomes = await taken(office, alert) + await taken(office, alert) + await taken(office, over(alert))
        assert [each.fate for each in outcomes] == [Fate.DECLARED, Fate.REPEATED, Fate.RESOLVED]
        await taken(office, an_alert("f2", labels={"journey": "payroll"}))
        await incidents.resolve(
            office.desk, 1, ResolveForm(summary="", override_reason="Enough"), DANA, delivery=office.delivery()
        )
        outcomes += await taken(office, an_alert("f2", labels={"journey": "payroll"}))
        assert (await office.incident(1)).open is False
        assert not any("INC-1" in f"{each.incident} {each.why}" for each in outcomes)


def test_alerts_that_page_nobody_are_said_side_by_side_so_that_none_waits_for_all_before_it() -> None:
    alerts = [an_alert(f"f{number}") for number in range(200)]
    rows = [intake.triaged(alert).outgoing[0] for alert in alerts]
    assert len({row.stream for row in rows}) == intake.TRIAGE_AT_ONCE, "a storm takes no more of the outbox than that"
    assert [intake.triaged(alert).outgoing[0] for alert in alerts] == rows, "the same alert is saved once"
