"""Declaring, joining, and changing severity and status, on a real store."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.domain.effects import Card, OpenRoom, Priority, SendPage, ShowCard
from bot.domain.errors import ReasonNeeded, Refusal
from bot.domain.incident import RoomKind, Status
from bot.domain.page import PageState
from bot.domain.timeline import EventKind
from bot.domain.update import Audience
from bot.services import incidents, view
from bot.services.incidents import Declare
from tests.domain.lives import DANA, EVE, LEON, MAYA, NOW, SAM, said
from tests.services.desks import Office, an_office

CHECKOUT = Declare(by=SAM, journey="checkout", words="Cards are declined", origin_channel="CGENERAL")


async def declared(office: Office, asked: Declare = CHECKOUT) -> incidents.Declared:
    return await incidents.declare(office.desk, asked, delivery=office.delivery())


async def test_a_declaration_pages_one_person_starts_the_clocks_and_drafts_the_first_words() -> None:
    async with an_office() as office:
        result = await declared(office)
        incident = result.incident
        assert result.first == MAYA
        assert incident.times.first_page == NOW
        assert incident.is_responder(MAYA)
        public, internal = incident.clock(Audience.PUBLIC), incident.clock(Audience.INTERNAL)
        assert public
        assert internal
        assert public.due_at == internal.due_at == NOW + timedelta(minutes=15)
        assert {update.audience for update in incident.updates} == {Audience.PUBLIC, Audience.INTERNAL}
        assert incident.next_summary_at == NOW + timedelta(hours=1)


async def test_the_page_is_claimed_first_and_waits_for_nothing() -> None:
    async with an_office() as office:
        await declared(office)
        first = (await office.everything_sent())[0].outgoing
        assert isinstance(first.effect, SendPage)
        assert (first.after, first.priority) == ((), Priority.PAGE)


async def test_everything_is_sent_once_and_a_quiet_war_room_stays_quiet() -> None:
    async with an_office() as office:
        await declared(office)
        rows = [claimed.outgoing for claimed in await office.everything_sent()]
        assert len({row.id for row in rows}) == len(rows)
        shown = [row.effect.card for row in rows if isinstance(row.effect, ShowCard)]
        assert sorted(shown) == sorted(
            [Card.WAR_ROOM, Card.STAKEHOLDERS, Card.ANNOUNCE, Card.DECLARED, Card.FIRST_WORD]
        )
        assert sum(isinstance(row.effect, OpenRoom) for row in rows) == 2


async def test_a_repeated_delivery_declares_once_and_answers_the_same() -> None:
    async with an_office() as office:
        first = await incidents.declare(office.desk, CHECKOUT, delivery="vs:1")
        again = await incidents.declare(office.desk, CHECKOUT, delivery="vs:1")
        assert (again.incident.number, again.again) == (first.incident.number, True)
        assert again.same_journey == ()
        assert len(await view.open_list(office.desk, SAM)) == 1


async def test_a_refused_declaration_is_not_remembered_as_done() -> None:
    async with an_office() as office:
        with pytest.raises(Refusal):
            await incidents.declare(office.desk, Declare(by=SAM, journey="chekout"), delivery="vs:1")
        assert not (await incidents.declare(office.desk, CHECKOUT, delivery="vs:1")).again


async def test_open_incidents_on_the_journey_are_named_but_never_block() -> None:
    async with an_office() as office:
        first = await declared(office)
        other = await declared(office, replace(CHECKOUT, words="Carts are empty"))
        assert [each.number for each in other.same_journey] == [first.incident.number]


async def test_something_else_pages_the_catch_all() -> None:
    async with an_office() as office:
        result = await declared(office, Declare(by=SAM, words="The fax burns"))
        assert result.first == DANA
        assert any("No owner for this pain" in said(event.said) for event in await office.record(1))


async def test_a_mild_incident_has_no_page_no_rooms_and_no_clock_until_it_is_raised() -> None:
    async with an_office() as office:
        result = await declared(office, Declare(by=SAM, journey="checkout", severity="SEV4"))
        assert (result.page, result.incident.clocks, result.incident.rooms_wanted) == (None, (), False)
        office.clock.advance(timedelta(hours=8))  # working hours in New York
        raised = await incidents.raise_from_triage(office.desk, 1, EVE, delivery=office.delivery())
        assert (raised.severity, raised.rooms_wanted) == ("SEV3", True)
        assert raised.is_responder(MAYA)
        again = await incidents.raise_from_triage(office.desk, 1, LEON, delivery=office.delivery())
        assert again.version == raised.version


async def test_a_minor_incident_at_night_is_held_and_goes_out_when_raised() -> None:
    async with an_office() as office:
        result = await declared(office, Declare(by=SAM, journey="checkout", severity="SEV3"))
        assert result.page is not None
        assert (result.page.state, result.first) == (PageState.HELD, None)
        await incidents.set_severity(office.desk, 1, "sev1", "worse", EVE, delivery=office.delivery())
        situation = await view.situation(office.desk, 1, SAM)
        assert [page.state for page in situation.pages] == [PageState.RUNNING]
        due = situation.incident.clock(Audience.INTERNAL)
        assert due is not None
        assert due.due_at == NOW + timedelta(minutes=15)


async def test_anyone_raises_but_lowering_needs_a_responder_or_a_reason() -> None:
    async with an_office() as office:
        await declared(office, Declare(by=SAM, journey="checkout", severity="SEV2"))
        await incidents.set_severity(office.desk, 1, "SEV1", "", EVE, delivery=office.delivery())
        with pytest.raises(ReasonNeeded):
            await incidents.set_severity(office.desk, 1, "SEV3", "", EVE, delivery=office.delivery())
        lowered = await incidents.set_severity(
            office.desk, 1, "SEV3", "a few only", EVE, delivery=office.delivery(), reason="I measured it"
        )
        assert lowered.severity == "SEV3"
        public = lowered.clock(Audience.PUBLIC)
        assert public is not None
        assert public.due_at == NOW + timedelta(minutes=30) or public.due_at == NOW + timedelta(minutes=15)
        kinds = [event.kind for event in await office.record(1)]
        assert EventKind.OVERRIDE in kinds


async def test_the_first_monitoring_is_when_it_was_mitigated() -> None:
    async with an_office() as office:
        await declared(office)
        later = office.clock.advance(timedelta(minutes=10))
        for status in ("Monitoring", "mitigating", "monitoring"):
            await incidents.set_status(office.desk, 1, status, "", SAM, delivery=office.delivery())
            office.clock.advance(timedelta(minutes=1))
        incident = await office.incident(1)
        assert (incident.status, incident.times.mitigated) == (Status.MONITORING, later)


@pytest.mark.parametrize(("typed", "sentence"), [("monitring", "did you mean monitoring?"), ("resolved", "a form")])
async def test_a_status_that_cannot_be_set_is_refused_with_a_way_on(typed: str, sentence: str) -> None:
    async with an_office() as office:
        await declared(office)
        with pytest.raises(Refusal) as refused:
            await incidents.set_status(office.desk, 1, typed, "", SAM, delivery=office.delivery())
        assert sentence in said(refused.value.said)


async def test_since_is_corrected_on_record() -> None:
    async with an_office() as office:
        await declared(office)
        earlier = NOW - timedelta(minutes=20)
        assert (
            await incidents.set_since(office.desk, 1, earlier, SAM, delivery=office.delivery())
        ).times.since == earlier
        with pytest.raises(Refusal, match="future"):
            await incidents.set_since(office.desk, 1, NOW + timedelta(1), SAM, delivery=office.delivery())


async def test_outsiders_see_nothing_of_a_private_incident() -> None:
    async with an_office() as office:
        await declared(office, Declare(by=SAM, journey="payroll", words="Salaries leaked"))
        assert await view.open_list(office.desk, EVE) == ()
        assert (await view.home(office.desk, EVE)).open == ()
        for act in (
            view.situation(office.desk, 1, EVE),
            incidents.join(office.desk, 1, EVE, delivery=office.delivery()),
            incidents.set_severity(office.desk, 1, "SEV1", "", EVE, delivery=office.delivery(), reason="I want to"),
        ):
            with pytest.raises(Refusal, match="no incident INC-1 that you can see"):
                await act
        assert [each.number for each in await view.open_list(office.desk, DANA)] == [1]
        assert (await office.incident(1)).clock(Audience.PUBLIC) is None


async def test_helping_and_walking_in_make_responders() -> None:
    async with an_office() as office:
        await declared(office)
        assert (await incidents.join(office.desk, 1, EVE, delivery=office.delivery())).is_responder(EVE)
        assert await incidents.joined_room(office.desk, "CELSEWHERE", LEON, delivery=office.delivery()) is None


async def test_home_shows_the_pages_that_wait_for_me() -> None:
    async with an_office() as office:
        await declared(office)
        mine = (await view.home(office.desk, MAYA)).my_pages
        assert [incident.number for _, incident in mine] == [1]
        assert (await view.home(office.desk, LEON)).my_pages == ()


async def test_a_room_is_wanted_by_the_name_in_the_directory() -> None:
    async with an_office() as office:
        incident = (await declared(office)).incident
        assert incident.room(RoomKind.WAR_ROOM).name == "inc-1-cards-are-declined"
