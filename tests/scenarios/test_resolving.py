"""The end: a guard against ending too soon, everything that follows from it, and opening it again."""

from bot.sandbox.client import Person
from bot.sandbox.screens import View
from tests.scenarios.test_updates import led_by_maya, publish, with_button
from tests.scenarios.world import World


async def resolve_form(here: World, person: Person) -> View:
    """Ask to resolve; the form is always shown."""
    await person.command("/incident resolve", channel=(await here.war_room()).name)
    form = person.view
    assert form is not None
    return form


async def test_resolve_is_refused_then_overridden_then_reopened(here: World) -> None:
    await led_by_maya(here)
    maya = here["maya"]

    form = await resolve_form(here, maya)
    assert "update" in form.plain.lower(), "what is still open is said"
    refused = await maya.submit(form)
    assert list(refused.errors) == ["Reason"], "only a reason is needed then"
    assert (await here.incident()).open

    again = maya.view
    assert again is not None
    await maya.fill(again, {"Reason": "Rolled back; graphs are flat"})
    done = await maya.submit(again)
    assert not done.errors
    await here.settled()

    incident = await here.incident()
    assert not incident.open
    assert "RESOLVED" in here.card(await here.war_room()).plain.upper()
    assert "RESOLVED" in here.card(await here.stakeholders()).plain.upper()
    said = "\n".join(message.plain for message in (await here.war_room()).messages)
    assert "did the page reach the right person" in said.lower()
    assert any("postmortem" in message.plain.lower() for message in (await here.war_room()).messages)
    assert any("operating normally" in message.plain for message in (await here.stakeholders()).messages)
    quiet = len((await here.war_room()).messages)
    await here.later(minutes=60)
    assert len((await here.war_room()).messages) == quiet, "the clocks have stopped"

    await maya.command("/incident reopen It is back", channel=(await here.war_room()).name)
    await here.settled()
    incident = await here.incident()
    assert incident.open
    assert incident.status == "investigating"
    assert all(clock.running for clock in incident.clocks)
    record = await here.bot.store.read(lambda tx: tx.timeline(1))
    assert any("It is back" in str(event.said) for event in record)


async def test_resolving_is_two_steps_when_customers_were_told(once: World) -> None:
    await led_by_maya(once)
    maya = once["maya"]
    await publish(once, maya, {"Status": "Monitoring", "What we are doing": "the fix is in place"})
    await maya.click(with_button((await once.war_room()).messages, "I posted it"), "I posted it")
    await once.settled()
    assert (await once.incident()).times.mitigated is not None

    form = await resolve_form(once, maya)
    done = await maya.submit(form)
    assert not done.errors, done.errors
    await once.settled()
    incident = await once.incident()
    assert not incident.open
    public = [update for update in incident.updates if update.audience == "public"]
    assert public[-1].stage == "resolved"
    assert public[-1].text in with_button((await once.war_room()).messages, "I posted it").plain


async def test_rooms_are_archived_a_week_later_and_the_postmortem_is_asked_for(once: World) -> None:
    await led_by_maya(once)
    maya = once["maya"]
    form = await resolve_form(once, maya)
    await maya.fill(form, {"Reason": "Rolled back"})
    await maya.submit(form)
    await once.settled()
    war_room = (await once.war_room()).id

    await once.later(minutes=60 * 24 * 8)
    assert any("postmortem is due" in message.text.lower() for message in maya.dms)
    assert next(each for each in once.slack.channels if each.id == war_room).archived
