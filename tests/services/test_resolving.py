"""Resolving with its guard, the review, the postmortem, reopening, and what comes later, on a real store."""

from datetime import timedelta

import pytest

from bot.domain.alert import Alert, AlertStatus
from bot.domain.change import Change, TimerKind
from bot.domain.effects import ArchiveRoom, Card, PostText, Sent, ShowCard, TellPerson, UnarchiveRoom
from bot.domain.errors import ReasonNeeded, Refusal
from bot.domain.incident import Incident, RoomKind, Status
from bot.domain.page import PageState
from bot.domain.prose import Who
from bot.domain.resolving import ResolveForm
from bot.domain.rooms import room_opened
from bot.domain.timeline import EventKind
from bot.services import incidents, paging, record, view
from bot.services.incidents import Declare
from bot.services.ports import Tx
from bot.services.record import DecisionForm
from tests.domain.lives import EVE, LEON, MAYA, NOW, SAM, said
from tests.services.desks import Office, an_office

ANYWAY = ResolveForm(summary="Session refresh was off by one", override_reason="It is quiet")


async def running(office: Office, *, journey: str = "checkout") -> Incident:
    """An incident that Maya acknowledged."""
    asked = Declare(by=SAM, journey=journey, words="Cards are declined")
    result = await incidents.declare(office.desk, asked, delivery=office.delivery())
    assert result.page is not None
    await paging.acknowledge(office.desk, result.page.id, 1, MAYA, "button", delivery=office.delivery())

    def rooms(tx: Tx) -> None:
        for room, channel in ((RoomKind.WAR_ROOM, "CROOM"), (RoomKind.STAKEHOLDERS, "CSTAKE")):
            found = tx.incident(result.incident.number)
            assert found is not None
            tx.save(room_opened(found, room, Sent(channel=channel), NOW))

    await office.desk.store.write(rooms)
    return await office.incident(result.incident.number)


async def resolved(office: Office, form: ResolveForm = ANYWAY, by: Who = MAYA) -> Incident:
    return await incidents.resolve(office.desk, 1, form, by, delivery=office.delivery())


async def fire(office: Office, kind: TimerKind) -> Change:
    """Let the next timer of a kind come due, and do its duty."""
    timers = await office.timers(NOW + timedelta(days=60))
    timer = next(timer for timer in timers if timer.kind is kind)
    return await office.do_duty(timer)


async def test_what_is_still_open_refuses_until_a_reason_is_given() -> None:
    async with an_office() as office:
        await running(office)
        open_items = await incidents.open_items(office.desk, 1, MAYA)
        assert [said(item) for item in open_items] == ["No update has said that it is over, or nearly so"]
        with pytest.raises(Refusal) as refused:
            await resolved(office, ResolveForm(summary="Done"))
        assert refused.value.field == "reason"
        assert (await office.incident(1)).open
        assert not (await resolved(office)).open
        overridden = [event for event in await office.record(1) if event.kind is EventKind.OVERRIDE]
        assert [said(event.said).endswith("because: It is quiet") for event in overridden] == [True]


async def test_alerts_that_fire_and_an_empty_chair_are_in_the_way() -> None:
    async with an_office() as office:
        await incidents.declare(office.desk, Declare(by=SAM, journey="checkout"), delivery=office.delivery())
        alert = Alert(
            source="alertmanager",
            fingerprint="f1",
            status=AlertStatus.FIRING,
            starts_at=NOW,
            summary="Error rate 32 %",
            incident=1,
        )
        await office.desk.store.write(lambda tx: tx.save(Change(alerts=(alert,))))
        items = [said(item) for item in await incidents.open_items(office.desk, 1, SAM)]
        assert items[1:] == ["Nobody is commander", "1 alert is still firing: Error rate 32 %"]


async def test_resolving_stops_pages_and_clocks_and_sends_the_last_words() -> None:
    async with an_office() as office:
        await running(office)
        await paging.page(office.desk, 1, paging.parse_target(office.desk.directory(), "auth"), MAYA, delivery="d")
        await office.everything_sent()
        office.clock.advance(timedelta(minutes=95))
        incident = await resolved(office)
        pages = (await view.situation(office.desk, 1, MAYA)).pages
        assert not any(page.live for page in pages)
        assert pages[0].state is PageState.ACKNOWLEDGED
        assert not any(clock.running for clock in incident.clocks)
        left = {timer.kind for timer in await office.timers(NOW + timedelta(days=60))}
        assert left == {TimerKind.POSTMORTEM, TimerKind.ARCHIVE}
        rows = [claimed.outgoing.effect for claimed in await office.everything_sent()]
        texts = [row.text for row in rows if isinstance(row, PostText)]
        assert any("All systems are operating normally" in text for text in texts)
        shown = {row.card for row in rows if isinstance(row, ShowCard)}
        assert {Card.REVIEW, Card.POSTMORTEM, Card.COPY_BLOCK} <= shown


async def test_the_postmortem_is_drafted_from_the_record_with_words_as_they_were_typed() -> None:
    async with an_office() as office:
        await running(office)
        await record.log(office.desk, 1, "changed *Deployed* <!channel> 4.2", LEON, delivery=office.delivery())
        form = DecisionForm(text="Roll back [4.2]", why="It began then")
        await record.decide(office.desk, 1, form, MAYA, delivery=office.delivery())
        text = (await resolved(office)).postmortem
        assert text.startswith("# Postmortem of INC-1: Customers cannot place orders")
        assert r"\*Deployed\* \<!channel> 4.2" in text
        assert r"1. Roll back \[4.2] (maya" in text
        assert "acknowledged by maya" in text
        assert "resolved INC-1" in text
        assert "- The cause: no update confirmed one" in text
        assert "- Time to acknowledge: 0 s" in text


async def test_the_postmortem_is_due_in_five_business_days() -> None:
    async with an_office() as office:
        await running(office)
        incident = await resolved(office)
        # A Wednesday at night in New York; the fifth working day after it is the next Wednesday, until 18:00.
        assert incident.postmortem_due is not None
        assert incident.postmortem_due.isoformat() == "2026-11-25T23:00:00+00:00"
        change = await fire(office, TimerKind.POSTMORTEM)
        told = [row.effect.who for row in change.outgoing if isinstance(row.effect, TellPerson)]
        assert told == [MAYA]


async def test_the_channels_are_archived_later_and_come_back_when_it_does() -> None:
    async with an_office() as office:
        await running(office)
        await resolved(office)
        change = await fire(office, TimerKind.ARCHIVE)
        assert sum(isinstance(row.effect, ArchiveRoom) for row in change.outgoing) == 2
        await office.everything_sent()
        incident = await incidents.reopen(office.desk, 1, "It is back", MAYA, delivery=office.delivery())
        assert not incident.war_room.archived
        rows = [claimed.outgoing.effect for claimed in await office.everything_sent()]
        assert sum(isinstance(row, UnarchiveRoom) for row in rows) == 2


async def test_reopening_pages_starts_the_clocks_and_forgets_the_end() -> None:
    async with an_office() as office:
        await running(office)
        await resolved(office)
        later = office.clock.advance(timedelta(hours=1))
        incident = await incidents.reopen(office.desk, 1, "It is back", SAM, delivery=office.delivery())
        assert (incident.status, incident.times.resolved, incident.reopened) == (Status.INVESTIGATING, None, 1)
        assert all(clock.due_at == later + timedelta(minutes=15) for clock in incident.clocks)
        pages = (await view.situation(office.desk, 1, SAM)).pages
        assert [page.state for page in pages] == [PageState.ACKNOWLEDGED, PageState.RUNNING]
        kinds = {timer.kind for timer in await office.timers(NOW + timedelta(days=60))}
        assert not kinds & {TimerKind.POSTMORTEM, TimerKind.ARCHIVE}
        assert TimerKind.ESCALATE in kinds
        why = next(event for event in await office.record(1) if event.kind is EventKind.REOPENED)
        assert said(why.said) == "sam reopened INC-1: It is back"
        with pytest.raises(Refusal, match="open already"):
            await incidents.reopen(office.desk, 1, "", SAM, delivery=office.delivery())


@pytest.mark.parametrize(("by", "minutes"), [(MAYA, 600), (SAM, 29)])
async def test_reopening_wakes_nobody_while_the_commander_is_still_at_it(by: Who, minutes: int) -> None:
    async with an_office() as office:
        await running(office)
        await resolved(office)
        office.clock.advance(timedelta(minutes=minutes))
        await incidents.reopen(office.desk, 1, "It is back", by, delivery=office.delivery())
        pages = (await view.situation(office.desk, 1, SAM)).pages
        assert [page.state for page in pages] == [PageState.ACKNOWLEDGED]
        why = next(event for event in await office.record(1) if event.kind is EventKind.REOPENED)
        assert said(why.said) == f"{by.name} reopened INC-1: It is back. Nobody is paged: maya leads it"


async def test_who_answers_and_leads_stands_in_the_timeline_once() -> None:
    async with an_office() as office:
        await running(office)
        lines = [said(event.said) for event in await office.record(1)]
        assert len([line for line in lines if "commander" in line]) == 1


async def test_resolving_twice_says_that_it_is_resolved_already() -> None:
    async with an_office() as office:
        await running(office)
        await incidents.resolve(office.desk, 1, ANYWAY, MAYA, delivery="vs:1")
        version = (await office.incident(1)).version
        await incidents.resolve(office.desk, 1, ANYWAY, MAYA, delivery="vs:1")
        assert (await office.incident(1)).version == version
        with pytest.raises(Refusal, match="resolved already"):
            await resolved(office)


async def test_resolving_is_for_responders() -> None:
    async with an_office() as office:
        await running(office)
        with pytest.raises(ReasonNeeded):
            await resolved(office, ResolveForm(summary="Done"), by=EVE)
        assert (await office.incident(1)).open


async def test_the_review_takes_three_answers() -> None:
    async with an_office() as office:
        await running(office)
        with pytest.raises(Refusal, match="open again"):
            await incidents.answer_review(office.desk, 1, 1, "Yes", MAYA, delivery=office.delivery())
        await resolved(office)
        await incidents.answer_review(office.desk, 1, 1, "Yes", MAYA, delivery=office.delivery())
        incident = await incidents.answer_review(
            office.desk, 1, 3, "No", LEON, delivery=office.delivery(), reason="I was"
        )
        assert incident.review == ("Yes", "", "No")
        with pytest.raises(Refusal, match="no such question"):
            await incidents.answer_review(office.desk, 1, 4, "No", MAYA, delivery=office.delivery())


async def test_a_private_incident_ends_without_a_public_word() -> None:
    async with an_office() as office:
        await running(office, journey="payroll")
        await office.everything_sent()
        await resolved(office)
        rows = [claimed.outgoing.effect for claimed in await office.everything_sent()]
        shown = {row.card for row in rows if isinstance(row, ShowCard)}
        assert Card.COPY_BLOCK not in shown
        assert Card.POSTMORTEM in shown
