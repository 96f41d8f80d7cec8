"""Paging as people ask for it: answering, escalating, pulling in, handing over, and a page that waits for morning."""

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.domain.declaring import Declare
from bot.domain.errors import ReasonNeeded, Refusal
from bot.domain.page import PageKind, PageState
from bot.domain.people import Contact
from bot.domain.prose import Who
from bot.domain.target import JourneyTarget, PersonTarget, TeamTarget, UserTarget, first_words, parse_target
from bot.services import incidents, oncall, paging
from bot.services.incidents import Declared
from tests.domain.lives import DANA, DIRECTORY, EVE, LEON, MAYA, NOW, SAM, said
from tests.services.desks import Office, an_office

MINUTES_5 = timedelta(minutes=5)


async def declared(office: Office, severity: str | None = None, journey: str = "checkout") -> Declared:
    asked = Declare(by=SAM, journey=journey, words="Cards are declined", severity=severity)
    return await incidents.declare(office.desk, asked, delivery=office.delivery())


async def page_of(office: Office, number: int) -> int:
    pages = await office.desk.store.read(lambda tx: tx.pages_of(number))
    return pages[-1].id


async def test_a_declaration_pages_the_owner_and_her_answer_stops_it() -> None:
    async with an_office() as office:
        incident = (await declared(office)).incident
        page = await page_of(office, incident.number)
        answered = await paging.acknowledge(office.desk, page, 1, MAYA, "button", delivery=office.delivery())
        assert answered.mine
        late = await paging.acknowledge(office.desk, page, 1, LEON, "button", delivery=office.delivery())
        assert (late.mine, late.by.name, late.at) == (False, "maya", NOW)
        assert not [timer for timer in await office.timers(NOW + timedelta(days=1)) if timer.page == page]


async def test_four_answers_at_once_have_one_winner() -> None:
    async with an_office() as office:
        incident = (await declared(office)).incident
        page = await page_of(office, incident.number)
        answers = await asyncio.gather(
            *(
                paging.acknowledge(office.desk, page, 1, who, "button", delivery=office.delivery())
                for who in (MAYA, LEON, DANA, EVE)
            )
        )
        assert sum(answer.mine for answer in answers) == 1
        assert len({answer.by.name for answer in answers}) == 1


async def test_the_same_press_delivered_twice_is_one_press() -> None:
    async with an_office() as office:
        incident = (await declared(office)).incident
        first = await paging.escalate(office.desk, incident.number, SAM, delivery="press")
        again = await paging.escalate(office.desk, incident.number, SAM, delivery="press")
        assert first.first is not None
        assert first.first.name == "leon"
        assert again.page.version == first.page.version


async def test_nobody_answers_and_the_timers_say_so() -> None:
    async with an_office() as office:
        incident = (await declared(office)).incident
        for minutes in (2.5, 5, 7.5, 10):
            due = await office.timers(NOW + timedelta(minutes=minutes))
            for timer in [each for each in due if each.page is not None]:
                await office.do_duty(timer)
        page = (await office.desk.store.read(lambda tx: tx.pages_of(incident.number)))[0]
        assert page.state is PageState.EXHAUSTED
        assert [ask.who.name for ask in page.asks] == ["maya", "leon", "maya"]
        record = [said(event.said) for event in await office.record(incident.number)]
        assert any("NOBODY HAS ANSWERED" in line for line in record)


async def test_acknowledging_by_command_takes_the_page_that_waits_for_this_person() -> None:
    async with an_office() as office:
        number = (await declared(office)).incident.number
        pulled = await paging.page(
            office.desk, number, TeamTarget(team="auth"), SAM, "sessions fail", delivery=office.delivery()
        )
        mine = await paging.acknowledge_incident(office.desk, number, LEON, "command", delivery=office.delivery())
        assert mine.page.id == pulled.page.id
        other = await paging.acknowledge_incident(office.desk, number, EVE, "command", delivery=office.delivery())
        assert (other.mine, other.page.kind) == (True, PageKind.IMPACT)


async def test_there_is_nothing_to_acknowledge_where_nobody_was_paged() -> None:
    async with an_office() as office:
        number = (await declared(office, "SEV4")).incident.number
        with pytest.raises(Refusal, match="nothing to acknowledge"):
            await paging.acknowledge_incident(office.desk, number, MAYA, "command", delivery=office.delivery())


async def test_whoever_is_being_paged_is_not_paged_twice() -> None:
    async with an_office() as office:
        number = (await declared(office)).incident.number
        for target in (PersonTarget(person="leon"), UserTarget(who=LEON)):
            paged = await paging.page(office.desk, number, target, SAM, "", delivery=office.delivery())
            assert paged.first is not None
        pages = await office.desk.store.read(lambda tx: tx.pages_of(number))
        assert [page.kind for page in pages] == [PageKind.IMPACT, PageKind.PERSON]
        assert paged.again


async def test_outsiders_pull_people_in_with_a_reason_only() -> None:
    async with an_office() as office:
        number = (await declared(office)).incident.number
        target = JourneyTarget(journey="payroll")
        with pytest.raises(ReasonNeeded):
            await paging.page(office.desk, number, target, EVE, "", delivery=office.delivery())
        paged = await paging.page(
            office.desk, number, target, EVE, "", delivery=office.delivery(), reason="support is overrun"
        )
        assert paged.page.target == "Payroll"
        assert any("Did it anyway" in said(event.said) for event in await office.record(number))


async def test_a_deactivated_person_is_not_paged_and_their_tier_is_skipped() -> None:
    async with an_office() as office:
        gone = Contact(user="UMAYA", name="maya", person="maya", deleted=True)
        await office.desk.store.write(lambda tx: tx.save_contact(gone))
        made = await declared(office)
        assert made.first is not None
        assert made.first.name == "leon"
        with pytest.raises(Refusal, match="deactivated"):
            await paging.page(
                office.desk, made.incident.number, PersonTarget(person="maya"), SAM, "", delivery=office.delivery()
            )


async def test_somebody_slack_does_not_know_yet_is_paged_by_their_address() -> None:
    company = replace(DIRECTORY, people=dict(DIRECTORY.people) | {"zoe": replace(DIRECTORY.people["maya"], id="zoe")})
    async with an_office(company) as office:
        number = (await declared(office)).incident.number
        paged = await paging.page(office.desk, number, PersonTarget(person="zoe"), SAM, "", delivery=office.delivery())
        assert paged.first == Who(name="Maya", person="zoe", phone="+1 555 0100")


async def test_after_an_answer_escalating_pulls_in_the_next_tier_once() -> None:
    async with an_office() as office:
        number = (await declared(office)).incident.number
        await paging.acknowledge_incident(office.desk, number, MAYA, "command", delivery=office.delivery())
        with pytest.raises(Refusal, match="just now"):
            await paging.escalate(office.desk, number, SAM, "nobody answers", delivery=office.delivery())
        with pytest.raises(ReasonNeeded):
            await paging.escalate(office.desk, number, EVE, "", delivery=office.delivery())
        paged = await paging.escalate(office.desk, number, MAYA, "need hands", delivery=office.delivery())
        assert (paged.page.kind, paged.page.target, paged.again) == (PageKind.PERSON, "leon", False)
        assert (await paging.escalate(office.desk, number, MAYA, "", delivery=office.delivery())).again


async def test_a_page_is_handed_over_by_whoever_has_it() -> None:
    async with an_office() as office:
        number = (await declared(office)).incident.number
        page = await page_of(office, number)
        await paging.acknowledge(office.desk, page, 1, MAYA, "button", delivery=office.delivery())
        handed = await paging.hand_over(
            office.desk, page, Who(name="x", user="UDANA"), MAYA, delivery=office.delivery()
        )
        assert handed.page.handing_to is not None
        assert handed.page.handing_to.name == "dana"
        with pytest.raises(ReasonNeeded):
            await paging.hand_over(office.desk, page, LEON, EVE, delivery=office.delivery())
        took = await paging.acknowledge(
            office.desk, page, handed.page.epoch, DANA, "button", delivery=office.delivery()
        )
        assert took.mine


async def test_declining_pages_the_next_at_once() -> None:
    async with an_office() as office:
        number = (await declared(office)).incident.number
        page = await page_of(office, number)
        paged = await paging.decline(office.desk, page, 1, MAYA, delivery=office.delivery())
        assert paged.first is not None
        assert paged.first.name == "leon"


async def test_at_night_a_mild_severity_waits_and_page_now_does_not() -> None:
    async with an_office() as office:
        made = await declared(office, "SEV3")
        assert made.page is not None
        assert made.first is None
        assert made.page.state is PageState.HELD
        # 02:17 in New York; working hours begin at 09:00 there, which is 14:00 UTC.
        assert made.page.next_due == NOW.replace(hour=14, minute=0)
        paged = await paging.page_now(office.desk, made.page.id, SAM, delivery=office.delivery())
        again = await paging.page_now(office.desk, made.page.id, SAM, delivery=office.delivery())
        assert paged.first is not None
        assert (paged.first.name, paged.again, again.again) == ("maya", False, True)
        assert len(again.page.asks) == 1


async def test_in_the_morning_a_held_page_goes_out_by_itself() -> None:
    async with an_office() as office:
        made = await declared(office, "SEV3")
        assert made.page is not None
        due = [timer for timer in await office.timers(NOW.replace(hour=14, minute=0)) if timer.page]
        for timer in due:
            await office.do_duty(timer)
        page = (await office.desk.store.read(lambda tx: tx.pages_of(made.incident.number)))[0]
        assert [ask.who.name for ask in page.asks] == ["maya"]


async def test_raising_the_severity_sends_a_held_page() -> None:
    async with an_office() as office:
        made = await declared(office, "SEV3")
        assert made.page is not None
        await incidents.set_severity(
            office.desk, made.incident.number, "SEV1", "it grew", SAM, delivery=office.delivery()
        )
        page = await office.desk.store.read(lambda tx: tx.page(1))
        assert page is not None
        assert page.state is PageState.RUNNING


async def test_page_again_is_open_to_anybody_while_nobody_has_answered() -> None:
    async with an_office() as office:
        number = (await declared(office)).incident.number
        page = await page_of(office, number)
        paged = await paging.page_again(office.desk, page, 1, EVE, delivery=office.delivery())
        assert paged.page.epoch == 2
        with pytest.raises(Refusal, match="begun again already"):
            await paging.page_again(office.desk, page, 1, SAM, delivery=office.delivery())


async def test_a_private_incidents_page_does_not_exist_for_outsiders() -> None:
    async with an_office() as office:
        number = (await declared(office, journey="payroll")).incident.number
        page = await page_of(office, number)
        with pytest.raises(Refusal, match="that you can see"):
            await paging.acknowledge(office.desk, page, 1, EVE, "button", delivery=office.delivery())
        assert (await paging.acknowledge(office.desk, page, 1, MAYA, "button", delivery=office.delivery())).mine


async def test_explain_says_whom_it_went_to_and_why() -> None:
    async with an_office() as office:
        number = (await declared(office)).incident.number
        await paging.decline(office.desk, 1, 1, MAYA, delivery=office.delivery())
        lines = [said(line) for line in await oncall.explain(office.desk, number, SAM)]
        assert lines[0].startswith("INC-1 · SEV1 Declared by sam (")
        assert "Tier 1 (owner): maya, Checkout's owner; waits 5 min" in lines
        assert any("maya paged: said that they can't" in line for line in lines)
        assert any("leon paged: no answer yet" in line for line in lines)


async def test_who_is_on_call_where_there_are_only_owners_and_members() -> None:
    async with an_office() as office:
        rows = await oncall.on_call(office.desk)
        assert [(row.team, row.now.name if row.now else None) for row in rows] == [
            ("Auth", "leon"),
            ("Checkout", "maya"),
            ("Payroll", "maya"),
        ]
        assert [row.team for row in await oncall.on_call(office.desk, "auth")] == ["Auth"]
        with pytest.raises(Refusal, match="Did you mean Auth"):
            await oncall.on_call(office.desk, "auht")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("<@UMAYA|maya>", UserTarget(who=Who(name="maya", user="UMAYA"))),
        ("@leon", PersonTarget(person="leon")),
        ("AUTH", TeamTarget(team="auth")),
        ("team:auth", TeamTarget(team="auth")),
        ("Checkout", JourneyTarget(journey="checkout")),
    ],
)
def test_a_target_is_read_as_people_write_it(text: str, expected: object) -> None:
    assert parse_target(DIRECTORY, text) == expected


def test_a_target_is_read_from_the_beginning_of_a_line() -> None:
    assert first_words(DIRECTORY, "auth sessions fail") == (TeamTarget(team="auth"), "sessions fail")
    with pytest.raises(Refusal, match="Did you mean Leon"):
        first_words(DIRECTORY, "leno please")
    with pytest.raises(Refusal, match="Nobody was named"):
        parse_target(DIRECTORY, "  ")
