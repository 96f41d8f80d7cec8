"""Not everything is an emergency: SEV3 waits for the morning unless told otherwise, SEV4 is a line to be raised."""

from tests.scenarios.test_updates import with_button
from tests.scenarios.world import World


async def test_a_sev3_at_night_is_held_until_working_hours_and_then_pages(here: World) -> None:
    answer = await here["ana"].command("/incident declare sev3 invoices Invoices are late", channel="general")
    assert "held" in answer.text.lower()
    await here.settled()
    assert not here["sam"].dms, "nobody is woken"
    assert "held until" in here.card(await here.war_room()).plain.lower()

    await here.later(minutes=6 * 60 + 43)
    assert "Why you" in here.page_of(here["sam"]).plain, "at 09:00 in New York the page goes"


async def test_a_held_page_can_be_sent_now(once: World) -> None:
    await once["ana"].command("/incident declare sev3 invoices Invoices are late", channel="general")
    await once.settled()
    with_now = [*(await once.war_room()).messages, *once["ana"].dms]
    await once["ana"].click(with_button(with_now, "Page now"), "Page now")
    await once.settled()
    assert "Why you" in once.page_of(once["sam"]).plain


async def test_a_sev4_pages_nobody_opens_nothing_and_can_be_raised(here: World) -> None:
    ana = here["ana"]
    await ana.command("/incident declare sev4 checkout One customer cannot pay", channel="general")
    await here.settled()
    assert not here["maya"].dms
    assert not [channel for channel in here.slack.channels if channel.name.startswith("inc-")]
    line = with_button(here.slack.channel("alert-triage").messages, "Raise")
    assert "One customer cannot pay" in line.plain

    await ana.click(line, "Raise")
    await here.settled()
    incident = await here.incident()
    assert incident.severity == "SEV3"
    assert incident.war_room.channel is not None


async def test_raising_the_severity_pages_and_invites_who_is_new(once: World) -> None:
    ana, maya = once["ana"], once["maya"]
    await ana.command("/incident declare sev3 checkout Slow for some", channel="general")
    await once.settled()
    assert not maya.dms
    before = {clock.audience: clock.due_at for clock in (await once.incident()).clocks}

    room = (await once.war_room()).name
    answer = await ana.command("/incident severity sev1 It is everybody now", channel=room)
    assert "SEV1" in answer.text
    await once.settled()

    assert "SEV1" in once.page_of(maya).text
    incident = await once.incident()
    after = {clock.audience: clock.due_at for clock in incident.clocks}
    assert set(after) == {"public", "internal"}
    held = {audience: (after[audience], due) for audience, due in before.items()}
    assert all(now and then and now <= then for now, then in held.values()), "the earlier time holds"
    assert once["vic"].id in (await once.stakeholders()).members, "the lists of SEV1 are invited"
    assert "SEV1" in (await once.war_room()).topic
    record = await once.bot.store.read(lambda tx: tx.timeline(1))
    assert any("It is everybody now" in str(event.said) for event in record)
