"""What is pressed and sent is checked when it is: by whoever presses, as things are then, once, and nothing is lost."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import text

from bot.domain.team import Person as Named
from bot.domain.timeline import EventKind
from bot.sandbox.client import Person
from bot.sandbox.jsons import as_object
from bot.sandbox.screens import View
from bot.slack.commands.registry import options_for
from bot.slack.ids import Action
from bot.slack.meta import Meta, write_meta
from tests.domain.lives import DIRECTORY
from tests.scenarios.test_bad_input import helps
from tests.scenarios.test_updates import led_by_maya, with_button
from tests.scenarios.world import COMPANY, World, world

ANYWAY = "Do it anyway: reason"
DOWN = "The database cannot be used now"


@pytest.fixture
async def here(tmp_path: Path) -> AsyncIterator[World]:
    async with world(tmp_path) as opened:
        yield opened


def on_top(person: Person) -> View:
    """The form that somebody sees."""
    form = person.view
    assert form is not None, f"{person.name} sees no form"
    return form


async def overrides(here: World) -> list[str]:
    """Who did something anyway, from the record, oldest first."""
    record = await here.bot.store.read(lambda tx: tx.timeline(1))
    return [event.actor.name for event in record if event.kind is EventKind.OVERRIDE and event.actor]


async def test_it_is_done_anyway_from_a_command_with_a_reason_that_says_something(here: World) -> None:
    await led_by_maya(here)
    eve = here["eve"]
    answer = await eve.command("/incident status 1 monitoring it holds", channel="general")
    assert "Only responders of INC-1" in answer.text
    await eve.click(eve.ephemerals()[-1], ANYWAY)
    form = on_top(eve)
    await eve.fill(form, {"Reason": "   "})
    assert "Write the reason" in (await eve.submit(form)).errors["Reason"]
    assert (await here.incident()).status == "investigating"
    await eve.fill(form, {"Reason": "Maya asked me to by phone"})
    assert not (await eve.submit(form)).errors
    await here.slack.deliver(here.slack.last_envelopes[-1], times=3)
    assert (await here.incident()).status == "monitoring"
    assert await overrides(here) == ["eve"], "however often it was delivered"
    record = await here.bot.store.read(lambda tx: tx.timeline(1))
    assert sum(event.kind is EventKind.STATUS for event in record) == 1


async def test_whoever_presses_do_it_anyway_does_it_in_their_own_name(here: World) -> None:
    await led_by_maya(here)
    eve, maya = here["eve"], here["maya"]
    first_word = with_button((await here.war_room()).messages, "Publish")
    await eve.click(first_word, "Publish")
    refused = eve.ephemerals()[-1]
    assert "Only responders of INC-1" in refused.plain
    before = (await here.incident()).updates
    assert not any(update.published_at for update in before)

    await maya.click(refused, ANYWAY)
    await maya.fill(on_top(maya), {"Reason": "It is right"})
    assert not (await maya.submit(on_top(maya))).errors
    assert any(update.published_at for update in (await here.incident()).updates)
    assert await overrides(here) == [], "Maya is a responder: she needed no reason, and none is on record"


async def test_who_became_a_responder_meanwhile_needs_no_override_and_who_is_none_any_more_does(
    here: World, tmp_path: Path
) -> None:
    await led_by_maya(here)
    eve, dana = here["eve"], here["dana"]
    await eve.command("/incident severity 1", channel="general")
    await eve.fill(on_top(eve), {"Severity": "SEV2", "Why": "It is smaller"})
    assert not (await eve.submit(on_top(eve))).errors
    asked = on_top(eve)
    assert asked.title == "Do it anyway"
    await eve.join((await here.war_room()).name)
    await here.settled()
    await here.slack.until(lambda: helps(here, eve.id), why="Eve to count among the responders")
    await eve.fill(asked, {"Reason": "I see the graphs"})
    assert not (await eve.submit(asked)).errors
    assert eve.view is None, "the form beneath is closed, too"
    assert (await here.incident()).severity == "SEV2"
    assert await overrides(here) == []

    await dana.command("/incident decide 1", channel="general")
    await dana.fill(on_top(dana), {"Decision": "Roll back 4.2"})
    file = tmp_path / "directory.yml"
    file.write_text(file.read_text(encoding="utf-8").replace("managers: [dana]", "managers: [vic]"), encoding="utf-8")
    here.bot.reload_soon()
    await here.slack.until(lambda: here.bot.directory().workspace.managers == ("vic",), why="the directory's change")
    assert not (await dana.submit(on_top(dana))).errors
    assert on_top(dana).title == "Do it anyway", "a form opened with the right to is checked again when it is sent"
    assert (await here.incident()).decisions == ()
    await dana.fill(on_top(dana), {"Reason": "The team is mine"})
    assert not (await dana.submit(on_top(dana))).errors
    assert [decision.text for decision in (await here.incident()).decisions] == ["Roll back 4.2"]
    assert await overrides(here) == ["Dana Cole"]


async def test_what_nobody_offered_is_not_done_and_said_so(here: World) -> None:
    await led_by_maya(here)
    ana, eve = here["ana"], here["eve"]
    await ana.command("/incident declare private sev1 checkout Data is out", channel="general")
    await here.settled()
    await eve.command("/incident status 1 monitoring", channel="general")
    refused = eve.ephemerals()[-1]
    for act, words, said in (
        ("button:publish_draft", "2", "no incident INC-2 that you can see"),
        ("button:gone", "1", "another version"),
        ("form:gone", "{}", "another version"),
        ("form:do_anyway", "{}", "another version"),
        ("", "", "another version"),
    ):
        await eve.click(refused, ANYWAY, value=write_meta(Meta(act=act, words=words)))
        await eve.fill(on_top(eve), {"Reason": "Because"})
        assert said in (await eve.submit(on_top(eve))).errors["Reason"], act

    await eve.command("/incident log 1", channel="general")
    form = on_top(eve)
    await eve.fill(form, {"What happened": "It broke"})
    await eve.submit(form)
    sent = here.slack.last_envelopes[-1]
    old = {**as_object(sent.payload["view"]), "callback_id": "a_form_of_old", "id": form.id}
    [ack] = await here.slack.deliver(replace(sent, payload={**sent.payload, "view": old}), times=1)
    assert "another version" in str(ack.body)


async def test_words_too_long_to_be_sent_again_stay_in_the_form(here: World) -> None:
    await led_by_maya(here)
    vic = here["vic"]
    await vic.command("/incident decide 1", channel="general")
    form = on_top(vic)
    words = "قرار " * 120
    await vic.fill(form, {"Decision": words})
    errors = (await vic.submit(form)).errors
    assert "Only responders" in str(errors)
    assert "Shorten" in str(errors)
    assert words in str(on_top(vic).values)
    await vic.fill(form, {"Decision": words[:200]})
    assert not (await vic.submit(form)).errors
    await vic.fill(on_top(vic), {"Reason": "Nobody else is here"})
    assert not (await vic.submit(on_top(vic))).errors
    assert [decision.text for decision in (await here.incident()).decisions] == [words[:200].strip()]


async def test_a_form_that_is_redrawn_keeps_what_was_typed_and_the_last_choice_stands(here: World) -> None:
    ana = here["ana"]
    await ana.command("/incident declare", channel="general")
    form = on_top(ana)
    since = int(here.clock.now.timestamp()) - 1800
    typed = {"What is happening": "Nobody gets in", "Since": since, "Which system looks broken": "auth-api"}
    await ana.fill(form, {**typed, "Private": True})
    await ana.fill(form, {"Journey": "Sign-in"})
    await ana.fill(form, {"Severity": "SEV1"})
    for value in ("Nobody gets in", str(since), "auth-api", "'yes'", "sign-in", "SEV1"):
        assert value in str(on_top(ana).values), value

    here.slack.faults.add("views.update", "latency", seconds=0.2, times=2)
    await asyncio.gather(ana.fill(form, {"Journey": "Invoices"}), ana.fill(form, {"Journey": "Checkout"}))
    assert "Maya Ito" in on_top(ana).plain, "who is paged for the journey that stands there"
    assert "Nobody gets in" in str(on_top(ana).values)
    assert not (await ana.submit(on_top(ana))).errors
    incident = await here.incident()
    assert (incident.brief.journey, incident.private, incident.severity) == ("checkout", True, "SEV1")
    assert int(incident.times.since.timestamp()) == since
    here.slack.unexpected[:] = [each for each in here.slack.unexpected if each.error != "hash_conflict"]


def many_journeys() -> str:
    """The company with a hundred and twenty journeys more."""
    more = "".join(
        f"  line-{number}: {{name: Line {number}, pain: Line {number} stands still, customers_see: Nothing moves, "
        "owner: leon, severity: SEV2, first_action: Restart it, reviewed: 2026-11-01}\n"
        for number in range(120)
    )
    return COMPANY.read_text(encoding="utf-8").replace("journeys:\n", f"journeys:\n{more}", 1)


async def test_more_journeys_than_a_menu_holds_are_found_by_typing(tmp_path: Path) -> None:
    async with world(tmp_path, company=many_journeys()) as here:
        ana = here["ana"]
        await ana.command("/incident declare", channel="general")
        await ana.fill(on_top(ana), {"Journey": "Line 117"})
        assert "Leon Brandt" in on_top(ana).plain
        assert "Line 117" in str(on_top(ana).values)
        assert not (await ana.submit(on_top(ana))).errors
        await here.settled()
        assert (await here.incident()).brief.journey == "line-117"
        await ana.command("/incident page", channel=(await here.war_room()).name)
        await ana.fill(on_top(ana), {"Whom": "Sam Okafor", "Why": "The belt is his"})
        assert not (await ana.submit(on_top(ana))).errors
        await here.settled()
        assert "The belt is his" in here.page_of(here["sam"]).plain


def test_more_people_than_a_menu_holds_are_found_by_typing() -> None:
    many = {f"p{number}": Named(id=f"p{number}", name=f"Person {number}", email="") for number in range(250)}
    directory = replace(DIRECTORY, people={**DIRECTORY.people, **many})
    everybody = options_for(directory, Action.CHOOSE_TARGET, "").groups
    assert max(len(group.options or ()) for group in everybody) <= 100, "Slack takes no more in a group"
    [people] = options_for(directory, Action.CHOOSE_TARGET, "person 249").groups
    assert [option.value for option in people.options or ()] == ["person:p249"]


async def test_a_press_that_came_too_late_for_a_form_is_answered_in_a_sentence(here: World) -> None:
    ana = here["ana"]
    here.slack.faults.add("views.open", "error", times=1, error="expired_trigger_id")
    answer = await ana.command("/incident declare", channel="general")
    assert "try once more" in answer.text
    assert ana.view is None

    message = await ana.say("general", "Checkout gives 500")
    here.slack.faults.add("views.open", "error", times=1, error="expired_trigger_id")
    await ana.message_shortcut("declare_from_message", message)
    assert "try once more" in ana.ephemerals()[-1].text

    await ana.open_home()
    await here.slack.until(lambda: ana.home, why="the Home tab")
    home = ana.home
    assert home is not None
    here.slack.faults.add("views.open", "error", times=2, error="expired_trigger_id")
    await ana.press(home, "Declare an incident")
    await here.slack.until(lambda: ana.dms, why="a direct message where nothing else can be shown")
    assert "press again" in ana.dms[-1].plain
    await ana.press(home, "Declare an incident")
    assert on_top(ana).title == "Declare an incident"


@contextmanager
def store_down(here: World) -> Iterator[None]:
    """A database that answers nothing of use."""
    with here.database.begin() as connection:
        connection.execute(text("ALTER TABLE contact RENAME TO contact_elsewhere"))
    try:
        yield
    finally:
        with here.database.begin() as connection:
            connection.execute(text("ALTER TABLE contact_elsewhere RENAME TO contact"))


async def test_while_the_database_is_down_each_way_in_says_so_and_loses_nothing(here: World) -> None:
    await led_by_maya(here)
    maya, room = here["maya"], (await here.war_room()).name
    await maya.open_home()
    await here.slack.until(lambda: maya.home, why="the Home tab")
    home = maya.home
    assert home is not None
    said = await maya.say(room, "Rolled back")
    card = here.card(await here.war_room())
    await maya.command("/incident decide", channel=room)
    form = on_top(maya)
    await maya.fill(form, {"Decision": "Roll back 4.2"})
    with store_down(here):
        assert DOWN in (await maya.command("/incident log Rolled back", channel=room)).text
        await maya.click(card, "Update")
        assert DOWN in maya.ephemerals()[-1].text
        await maya.message_shortcut("add_to_timeline", said)
        assert DOWN in maya.ephemerals()[-1].text
        assert DOWN in str((await maya.submit(form)).errors)
        assert "Roll back 4.2" in str(on_top(maya).values), "what was typed stands there still"
        await maya.close(on_top(maya))
        await maya.press(home, "Show")
        assert DOWN in on_top(maya).plain
    await maya.command("/incident decide", channel=room)
    await maya.fill(on_top(maya), {"Decision": "Roll back 4.2"})
    assert not (await maya.submit(on_top(maya))).errors
    await here.slack.deliver(here.slack.last_envelopes[-1], times=2)
    assert [decision.text for decision in (await here.incident()).decisions] == ["Roll back 4.2"]


async def test_what_is_shown_from_home_has_its_buttons(here: World) -> None:
    await led_by_maya(here)
    vic = here["vic"]
    await vic.open_home()
    await here.slack.until(lambda: vic.home and "INC-1" in vic.home.plain, why="the incident on the Home tab")
    home = vic.home
    assert home is not None
    await vic.press(home, "Show")
    shown = on_top(vic)
    assert "Cards are declined" in shown.plain
    await vic.press(shown, "Catch up")
    assert on_top(vic).id != shown.id, "the answer opens on top"
    assert "Catch-up" in on_top(vic).plain


async def test_guests_have_a_name_wherever_nothing_is_mentioned(here: World) -> None:
    await led_by_maya(here)
    maya, room = here["maya"], (await here.war_room()).name
    guests = [here.slack.add_person(name, real_name=name.title()) for name in ("kim", "lou", "ida")]
    kim, lou, ida = guests
    await kim.join(room)
    await here.settled()
    await here.slack.until(lambda: helps(here, kim.id), why="whoever walks in to be counted as helping")

    await maya.command("/incident action", channel=room)
    await maya.fill(on_top(maya), {"What is to be done": "Call the vendor", "Owner": lou.id})
    assert not (await maya.submit(on_top(maya))).errors
    await maya.command("/incident role scribe @ida", channel=room)
    incident = await here.incident()
    assert "kim" in {responder.name for responder in incident.responders}
    assert incident.actions[0].owner is not None
    assert incident.actions[0].owner.name == "lou"
    contacts = await here.bot.store.read(lambda tx: [tx.contact(guest.id) for guest in (kim, lou, ida, here["ana"])])
    assert [contact.name if contact else None for contact in contacts] == ["kim", "lou", "ida", "ana"]
