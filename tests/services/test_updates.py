"""Status updates at the desk: previews, publishing word for word, no change, posted, snoozes, and who may."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.domain.change import TimerKind
from bot.domain.effects import PostText, TellPerson, TellRoom
from bot.domain.errors import ReasonNeeded, Refusal
from bot.domain.incident import Incident, Status
from bot.domain.publishing import first_word_drafts
from bot.domain.resolving import ResolveForm
from bot.domain.role import COMMANDER
from bot.domain.timeline import EventKind
from bot.domain.update import Audience, Stage, StatusUpdate, UpdateForm
from bot.services import incidents, record, roles, updates
from bot.services.drafting import Previews
from bot.services.incidents import Declare
from bot.services.updates import Published
from bot.text import TextError
from tests.domain.lives import EVE, MAYA, NOW, SAM, said
from tests.services.desks import Office, an_office

MINUTE = timedelta(minutes=1)
PUBLIC, INTERNAL = Audience.PUBLIC, Audience.INTERNAL
FORM = UpdateForm(status="investigating", customers_see="Card payments fail")


@pytest.fixture
async def office() -> AsyncIterator[Office]:
    """An office with INC-1: a SEV1 on checkout that Sam declared and Maya leads."""
    async with an_office() as office:
        await declared(office, Declare(by=SAM, journey="checkout", words="Cards are declined"))
        await roles.take(office.desk, 1, COMMANDER, MAYA, delivery=office.delivery())
        yield office


async def declared(office: Office, asked: Declare) -> Incident:
    return (await incidents.declare(office.desk, asked, delivery=office.delivery())).incident


async def publish(office: Office, drafts: Previews | tuple[int, ...], **more: str) -> Published:
    numbers = drafts.numbers if isinstance(drafts, Previews) else drafts
    return await updates.publish(
        office.desk, 1, numbers, MAYA, delivery=more.pop("delivery", office.delivery()), **more
    )


async def published(office: Office, form: UpdateForm = FORM) -> Published:
    return await publish(office, await updates.preview(office.desk, 1, form, MAYA))


async def all_told(office: Office) -> None:
    """Both audiences have been told, the public text is posted."""
    made = await published(office)
    public = next(each for each in made.updates if each.audience is PUBLIC)
    await updates.posted_it(office.desk, 1, public.number, MAYA, delivery=office.delivery())


def due(incident: Incident, audience: Audience) -> float:
    found = incident.clock(audience)
    assert found is not None
    assert found.due_at is not None
    return (found.due_at - NOW) / MINUTE


def both(made: Previews) -> tuple[StatusUpdate, StatusUpdate]:
    assert made.public is not None
    assert made.internal is not None
    return made.public, made.internal


async def test_the_first_words_wait_at_the_declaration_and_go_out_as_they_stood() -> None:
    async with an_office() as office:
        incident = await declared(office, Declare(by=SAM, journey="checkout", words="Cards are declined"))
        drafts = first_word_drafts(incident)
        assert [each.audience for each in drafts] == [PUBLIC, INTERNAL]
        assert "Some customers cannot complete a purchase." in drafts[0].text
        await roles.take(office.desk, 1, COMMANDER, MAYA, delivery=office.delivery())
        office.clock.advance(5 * MINUTE)
        made = await publish(office, tuple(each.number for each in drafts))
        assert made.made_anew is None
        assert [each.text for each in made.updates] == [each.text for each in drafts]


async def test_first_words_that_are_no_longer_true_are_shown_anew_before_they_go(office: Office) -> None:
    drafts = first_word_drafts(await office.incident(1))
    await incidents.set_severity(office.desk, 1, "SEV2", "fewer than thought", MAYA, delivery=office.delivery())
    made = (await publish(office, tuple(each.number for each in drafts))).made_anew
    assert made is not None
    public, internal = both(made)
    assert internal.text.startswith("SEV2")
    assert "Commander: maya" in internal.text
    incident = await office.incident(1)
    assert not any(each.handed_out_at for each in incident.updates)
    assert first_word_drafts(incident) == drafts, "whoever closes the preview finds them where they were"
    done = await publish(office, made)
    assert [each.text for each in done.updates] == [public.text, internal.text]
    assert first_word_drafts(await office.incident(1)) == ()


async def test_first_words_do_not_turn_the_status_back(office: Office) -> None:
    drafts = first_word_drafts(await office.incident(1))
    await incidents.set_status(office.desk, 1, "monitoring", "", MAYA, delivery=office.delivery())
    made = (await publish(office, tuple(each.number for each in drafts))).made_anew
    assert made is not None
    assert both(made)[0].stage is Stage.MONITORING
    assert (await office.incident(1)).status is Status.MONITORING


async def test_what_was_previewed_is_published_to_the_letter(office: Office) -> None:
    made = await updates.preview(office.desk, 1, replace(FORM, doing="<b> & `x` — *y*"), MAYA)
    office.clock.advance(3 * MINUTE)
    await record.report_impact(office.desk, 1, record.ImpactForm(percent=32), MAYA, delivery=office.delivery())
    await publish(office, made)
    incident = await office.incident(1)
    assert {each.number: each.text for each in incident.updates} == {each.number: each.text for each in both(made)}
    posts = [row.outgoing.effect for row in await office.everything_sent()]
    texts = [effect.text for effect in posts if isinstance(effect, PostText)]
    assert texts == [both(made)[1].text]


async def test_an_old_preview_never_publishes_newer_words(office: Office) -> None:
    old = await updates.preview(office.desk, 1, FORM, MAYA)
    new = await updates.preview(office.desk, 1, replace(FORM, customers_see="Everything fails"), MAYA)
    assert not set(old.numbers) & set(new.numbers)
    with pytest.raises(Refusal, match="no longer there"):
        await publish(office, old)
    await publish(office, new)
    with pytest.raises(Refusal, match="no longer there"):
        await publish(office, old)


async def test_a_preview_whose_next_time_has_passed_is_made_anew_with_its_words(office: Office) -> None:
    form = replace(FORM, customers_see="Cards fail", next_at=NOW + 15 * MINUTE)
    old = await updates.preview(office.desk, 1, form, MAYA)
    office.clock.advance(15 * MINUTE)
    made = (await publish(office, old)).made_anew
    assert made is not None
    public, internal = both(made)
    assert "Cards fail." in public.text
    assert (public.next_at, internal.next_at) == (NOW + 45 * MINUTE, NOW + 30 * MINUTE)


async def test_a_second_press_publishes_nothing_twice_and_turns_nothing_back(office: Office) -> None:
    made = await updates.preview(office.desk, 1, FORM, MAYA)
    delivery = office.delivery()
    await publish(office, made, delivery=delivery)
    await publish(office, made, delivery=delivery)
    await incidents.set_status(office.desk, 1, "monitoring", "", MAYA, delivery=office.delivery())
    office.clock.advance(timedelta(hours=2))
    again = await publish(office, made)
    assert again.made_anew is None
    incident = await office.incident(1)
    assert incident.status is Status.MONITORING
    assert [each.number for each in incident.updates] == list(made.numbers)
    rows = [row.outgoing.effect for row in await office.everything_sent()]
    assert len([each for each in rows if isinstance(each, PostText)]) == 1


async def test_the_public_clock_stops_at_the_press_on_i_posted_it(office: Office) -> None:
    made = await published(office)
    incident = await office.incident(1)
    assert (due(incident, PUBLIC), due(incident, INTERNAL)) == (15, 15)
    office.clock.advance(2 * MINUTE)
    await updates.posted_it(office.desk, 1, made.updates[0].number, SAM, delivery=office.delivery())
    incident = await office.incident(1)
    assert due(incident, PUBLIC) == 30
    last = incident.last_update(PUBLIC)
    assert last is not None
    assert last.by == SAM


async def test_customers_get_the_time_chosen_and_stakeholders_hear_no_later_than_promised(office: Office) -> None:
    late = both(await updates.preview(office.desk, 1, replace(FORM, next_at=NOW + 60 * MINUTE), MAYA))
    assert [each.next_at for each in late] == [NOW + 60 * MINUTE, NOW + 15 * MINUTE]
    soon = both(await updates.preview(office.desk, 1, replace(FORM, next_at=NOW + 10 * MINUTE), MAYA))
    assert [each.next_at for each in soon] == [NOW + 10 * MINUTE] * 2


async def test_where_only_stakeholders_are_told_the_time_chosen_is_theirs() -> None:
    async with an_office() as office:
        await declared(office, Declare(by=SAM, journey="checkout", severity="SEV3"))
        made = await updates.preview(office.desk, 1, replace(FORM, next_at=NOW + timedelta(hours=8)), SAM)
        assert made.public is None
        assert made.internal is not None
        assert made.internal.next_at == NOW + timedelta(hours=8)


async def test_a_form_takes_its_status_and_since_over_each_on_record(office: Office) -> None:
    since = NOW - 30 * MINUTE
    await published(office, replace(FORM, status="mitigating", since=since))
    incident = await office.incident(1)
    assert (incident.status, incident.times.since) == (Status.MITIGATING, since)
    told = [said(event.said) for event in await office.record(1)]
    assert any("said in the status update" in line for line in told)
    assert any("corrected since when" in line for line in told)


async def test_seconds_that_a_form_cannot_show_correct_nothing(office: Office) -> None:
    await published(office, replace(FORM, since=NOW - timedelta(seconds=17)))
    assert (await office.incident(1)).times.since == NOW


async def test_words_that_say_it_is_over_promise_no_next_and_do_not_resolve(office: Office) -> None:
    made = await published(office, replace(FORM, status="resolved", next_at=NOW + 30 * MINUTE))
    assert [each.next_at for each in made.updates] == [None, None]
    assert (await office.incident(1)).open


async def test_a_resolved_incident_publishes_no_old_preview(office: Office) -> None:
    made = await updates.preview(office.desk, 1, FORM, MAYA)
    form = ResolveForm(override_reason="It is quiet")
    await incidents.resolve(office.desk, 1, form, SAM, delivery=office.delivery())
    with pytest.raises(Refusal):
        await publish(office, made)


@pytest.mark.parametrize(
    ("form", "field"),
    [
        (replace(FORM, customers_see="  "), "customers_see"),
        (replace(FORM, since=NOW + MINUTE), "since"),
        (replace(FORM, next_at=NOW), "next_update"),
    ],
)
async def test_a_form_that_cannot_be_is_refused_at_its_field(office: Office, form: UpdateForm, field: str) -> None:
    with pytest.raises(Refusal) as refused:
        await updates.preview(office.desk, 1, form, MAYA)
    assert refused.value.field == field


async def test_no_change_is_a_preview_with_a_fresh_time_and_a_press(office: Office) -> None:
    await all_told(office)
    await incidents.set_status(office.desk, 1, "mitigating", "", MAYA, delivery=office.delivery())
    office.clock.advance(12 * MINUTE)
    made = await updates.no_change(office.desk, 1, (PUBLIC, INTERNAL), MAYA)
    public, internal = both(made)
    assert "no new information" in public.text
    assert (public.next_at, internal.next_at) == (NOW + 42 * MINUTE, NOW + 27 * MINUTE)
    done = await publish(office, made)
    assert [each.text for each in done.updates] == [public.text, internal.text]
    assert (await office.incident(1)).status is Status.MITIGATING
    assert (await updates.prefilled(office.desk, 1, MAYA)).customers_see == "Card payments fail"


async def test_no_change_needs_something_that_was_said(office: Office) -> None:
    with pytest.raises(Refusal, match="press Update"):
        await updates.no_change(office.desk, 1, (PUBLIC, INTERNAL), MAYA)
    await published(office)
    made = await updates.no_change(office.desk, 1, (PUBLIC, INTERNAL), MAYA)
    assert (made.public, made.internal is None) == (None, False), "public text that nobody posted told nobody"


async def test_a_snooze_is_ten_minutes_for_both_once_and_on_record(office: Office) -> None:
    office.clock.advance(11 * MINUTE)
    until = await updates.snooze(office.desk, 1, (PUBLIC, INTERNAL), MAYA, delivery=office.delivery())
    assert until == NOW + 25 * MINUTE
    with pytest.raises(Refusal, match="once is all"):
        await updates.snooze(office.desk, 1, (PUBLIC,), MAYA, delivery=office.delivery())
    kinds = [event.kind for event in await office.record(1)]
    assert kinds.count(EventKind.CLOCK) == 2
    timers = await office.timers(NOW + 25 * MINUTE)
    assert {timer.due_at for timer in timers if timer.kind is TimerKind.CLOCK_DUE} == {until}


async def test_an_old_snooze_button_does_not_put_off_the_next_update(office: Office) -> None:
    await all_told(office)
    office.clock.advance(2 * MINUTE)
    with pytest.raises(Refusal, match="nothing was snoozed"):
        await updates.snooze(office.desk, 1, (PUBLIC, INTERNAL), MAYA, delivery=office.delivery())


async def test_a_clock_that_nobody_minds_reminds_tells_the_room_and_then_the_commander(office: Office) -> None:
    await office.everything_sent()
    said_when: list[tuple[float, str]] = []
    for timer in await office.timers(NOW + 21 * MINUTE):
        if not timer.id.startswith("clock:"):
            continue
        await office.do_duty(timer)
        for row in await office.everything_sent():
            effect = row.outgoing.effect
            if isinstance(effect, TellPerson):
                said_when.append(((office.clock() - NOW) / MINUTE, effect.who.name))
            elif isinstance(effect, TellRoom):
                said_when.append(((office.clock() - NOW) / MINUTE, effect.room.value))
    assert said_when == [(10, "maya"), (15, "war_room"), (20, "maya")]
    breaches = [event for event in await office.record(1) if event.kind is EventKind.BREACH]
    assert len(breaches) == 2
    assert [each.breaches for each in (await office.incident(1)).clocks] == [1, 1]


async def test_only_responders_publish_post_and_snooze_unless_they_say_why(office: Office) -> None:
    made = await published(office)
    public = made.updates[0].number
    office.clock.advance(11 * MINUTE)
    with pytest.raises(ReasonNeeded):
        await updates.posted_it(office.desk, 1, public, EVE, delivery=office.delivery())
    with pytest.raises(ReasonNeeded):
        await updates.snooze(office.desk, 1, (PUBLIC,), EVE, delivery=office.delivery())
    drafts = await updates.preview(office.desk, 1, FORM, EVE)
    with pytest.raises(ReasonNeeded):
        await updates.publish(office.desk, 1, drafts.numbers, EVE, delivery=office.delivery())
    await updates.posted_it(office.desk, 1, public, EVE, delivery=office.delivery(), reason="I keep the status page")
    overrides = [event for event in await office.record(1) if event.kind is EventKind.OVERRIDE]
    assert [said(event.said).endswith("I keep the status page") for event in overrides] == [True]


async def test_a_private_incidents_public_clock_is_off_until_its_commander_starts_it() -> None:
    async with an_office() as office:
        await declared(office, Declare(by=SAM, journey="checkout", private=True))
        assert (await updates.preview(office.desk, 1, FORM, SAM)).public is None
        with pytest.raises(Refusal, match="Only the commander"):
            await updates.start_public_clock(office.desk, 1, SAM, delivery=office.delivery())
        await roles.take(office.desk, 1, COMMANDER, SAM, delivery=office.delivery())
        office.clock.advance(20 * MINUTE)
        incident = await updates.start_public_clock(office.desk, 1, SAM, delivery=office.delivery())
        assert due(incident, PUBLIC) == 35
        assert (await updates.preview(office.desk, 1, FORM, SAM)).public is not None
        assert EventKind.CLOCK in [event.kind for event in await office.record(1)]
        with pytest.raises(Refusal, match="no incident INC-1"):
            await updates.preview(office.desk, 1, FORM, EVE)


async def test_a_public_clock_that_the_severity_does_not_know_is_not_started() -> None:
    async with an_office() as office:
        await declared(office, Declare(by=SAM, journey="checkout", private=True, severity="SEV3"))
        await roles.take(office.desk, 1, COMMANDER, SAM, delivery=office.delivery())
        with pytest.raises(Refusal, match="promises customers no updates"):
            await updates.start_public_clock(office.desk, 1, SAM, delivery=office.delivery())


async def test_a_broken_template_holds_up_no_page_and_the_room_is_told() -> None:
    async with an_office() as office:

        def broken(template: str, context: dict[str, object]) -> str:
            if template.startswith("status_update/public"):
                raise TextError(f"templates/{template}: broken")
            return office_render(template, context)

        office_render = office.desk.render
        office.desk = replace(office.desk, render=broken)
        result = await incidents.declare(office.desk, Declare(by=SAM, journey="checkout"), delivery=office.delivery())
        assert result.page is not None
        assert first_word_drafts(result.incident) == ()
        told = [said(event.said) for event in await office.record(1) if event.kind is EventKind.TROUBLE]
        assert any("templates/status_update/public/investigating.md.j2" in line for line in told)
        with pytest.raises(Refusal, match="could not be used"):
            await updates.preview(office.desk, 1, FORM, SAM)
