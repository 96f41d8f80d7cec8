"""Summaries at the desk: hourly from the record, by hand in a person's words, and *catch me up*."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from bot.domain.change import TimerKind
from bot.domain.effects import PostText
from bot.domain.errors import ReasonNeeded, Refusal
from bot.domain.reading import ImpactForm
from bot.domain.resolving import ResolveForm
from bot.domain.role import COMMANDER
from bot.domain.timeline import EventKind
from bot.domain.update import UpdateForm
from bot.services import incidents, record, roles, summaries, updates
from bot.services.incidents import Declare
from bot.services.record import DecisionForm
from bot.text import TextError
from tests.domain.lives import EVE, MAYA, NOW, SAM, said
from tests.services.desks import Office, an_office

HOUR = timedelta(hours=1)
FORM = UpdateForm(status="mitigating", customers_see="Cards fail", doing="session refresh is off")


@pytest.fixture
async def office() -> AsyncIterator[Office]:
    """An office with INC-1: a SEV1 on checkout that Sam declared and Maya leads."""
    async with an_office() as office:
        asked = Declare(by=SAM, journey="checkout", words="Cards are declined")
        await incidents.declare(office.desk, asked, delivery=office.delivery())
        await roles.take(office.desk, 1, COMMANDER, MAYA, delivery=office.delivery())
        yield office


async def told(office: Office) -> None:
    """Maya publishes what is being done."""
    made = await updates.preview(office.desk, 1, FORM, MAYA)
    await updates.publish(office.desk, 1, made.numbers, MAYA, delivery=office.delivery())


async def run_until(office: Office, end: datetime) -> list[PostText]:
    """Let every timer come due in turn; gives the summaries that were posted."""
    while timers := await office.timers(end):
        await office.do_duty(timers[0])
    office.clock.set(end)
    sent = [row.outgoing.effect for row in await office.everything_sent()]
    return [effect for effect in sent if isinstance(effect, PostText) and "Summary" in effect.title]


async def test_three_hours_bring_three_summaries_with_all_fields_and_the_next_time(office: Office) -> None:
    await record.report_impact(office.desk, 1, ImpactForm(percent=32, customers=1240), MAYA, delivery=office.delivery())
    await told(office)
    posted = await run_until(office, NOW + 3 * HOUR + timedelta(minutes=1))
    assert len(posted) == 3
    for hour, each in enumerate(posted, start=1):
        assert each.text.splitlines() == [
            "Incident: Customers cannot place orders · Severity: SEV1 · Started: 02:17 EST",
            "Current status: mitigating · Customer impact: about 32 %, at least 1,240 customers",
            "What we are doing: Session refresh is off.",
            *([f"Nothing has changed since the summary of 0{hour + 1}:17 EST."] if hour > 1 else []),
            "(from the record; last confirmed by maya 02:17 EST)",
        ]
        assert each.next_at is not None
        assert each.next_at > NOW + hour * HOUR, "every post ends with a time that lies ahead"


async def test_one_written_by_hand_takes_the_place_of_the_records(office: Office) -> None:
    office.clock.set(NOW + timedelta(minutes=50))
    draft = await summaries.draft(office.desk, 1, SAM)
    assert "What we are doing" in draft.text
    assert "record" not in draft.text
    await summaries.post(office.desk, 1, f"{draft.text}\nAll hands on it.", SAM, delivery=office.delivery())
    posted = await run_until(office, NOW + timedelta(minutes=109))
    assert [each.text.splitlines()[-1] for each in posted] == ["All hands on it."]
    assert len(await run_until(office, NOW + timedelta(minutes=110))) == 1


async def test_a_second_delivery_posts_nothing(office: Office) -> None:
    for _ in range(2):
        await summaries.post(office.desk, 1, "Words", SAM, delivery="the same")
    assert len((await office.incident(1)).summaries) == 1


@pytest.mark.parametrize("text", ["", "  \n ", "x" * 3001])
async def test_what_cannot_be_posted_is_refused_at_its_field(office: Office, text: str) -> None:
    with pytest.raises(Refusal, match="nothing was posted") as refused:
        await summaries.post(office.desk, 1, text, SAM, delivery=office.delivery())
    assert refused.value.field == "summary"


async def test_somebody_else_posts_with_a_reason_on_record(office: Office) -> None:
    with pytest.raises(ReasonNeeded):
        await summaries.post(office.desk, 1, "Words", EVE, delivery=office.delivery())
    await summaries.post(office.desk, 1, "Words", EVE, delivery=office.delivery(), reason="Sam asked me")
    assert EventKind.OVERRIDE in [event.kind for event in await office.record(1)]


async def test_after_the_end_no_summary_comes(office: Office) -> None:
    form = ResolveForm(override_reason="It is quiet")
    await incidents.resolve(office.desk, 1, form, MAYA, delivery=office.delivery())
    assert await run_until(office, NOW + 5 * HOUR) == []


async def test_a_broken_template_is_told_by_name_and_the_next_hour_is_tried_again(office: Office) -> None:
    working = office.desk

    def broken(template: str, context: dict[str, object]) -> str:
        del context
        raise TextError(f"templates/{template}: 'doing' is undefined")

    office.desk = replace(working, render=broken)
    assert await run_until(office, NOW + HOUR) == []
    trouble = [said(event.said) for event in await office.record(1) if event.kind is EventKind.TROUBLE]
    assert any("templates/summary.md.j2: 'doing' is undefined" in line for line in trouble)
    office.desk = working
    assert len(await run_until(office, NOW + 2 * HOUR)) == 1


async def test_catching_up_tells_where_it_stands_in_whole_sentences(office: Office) -> None:
    before = [said(each) for each in await summaries.catch_up(office.desk, 1, EVE)]
    assert before[:5] == [
        "INC-1 · SEV1 · investigating · Customers cannot place orders",
        "Cards are declined, since …",
        "Customers: not reported yet.",
        "Commander: maya · Comms: nobody yet",
        "What we are doing: not reported yet.",
    ]
    await record.decide(office.desk, 1, DecisionForm(text="Roll back 4.2"), MAYA, delivery=office.delivery())
    decided = [said(each) for each in await summaries.catch_up(office.desk, 1, EVE)]
    assert decided[4] == "What we are doing: Roll back 4.2 (…)"
    assert "Decision 1: Roll back 4.2 (maya)" in decided
    await told(office)
    after = [said(each) for each in await summaries.catch_up(office.desk, 1, EVE)]
    assert after[4] == "What we are doing: session refresh is off (…)"
    assert after[-1] == "Next update: …"


async def test_a_private_incident_is_told_to_no_outsider() -> None:
    async with an_office() as office:
        asked = Declare(by=SAM, journey="checkout", private=True)
        await incidents.declare(office.desk, asked, delivery=office.delivery())
        for ask in (summaries.draft, summaries.catch_up):
            with pytest.raises(Refusal, match="no incident INC-1"):
                await ask(office.desk, 1, EVE)


def test_a_summary_has_a_timer_of_its_own_kind() -> None:
    assert TimerKind.SUMMARY in summaries.DUTIES
