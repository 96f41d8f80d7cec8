"""Every command, form and button there is, read from the code's own tables: each is heard, and each answers."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from bot.sandbox.client import Person
from bot.sandbox.screens import Answer
from bot.slack.app import BROKEN
from bot.slack.buttons import BUTTONS
from bot.slack.commands.registry import COMMANDS, options_for
from bot.slack.ids import Action, ViewId
from bot.slack.submissions import SUBMISSIONS
from bot.slack.views.lists import help_here
from tests.domain.lives import DIRECTORY
from tests.scenarios.test_updates import led_by_maya
from tests.scenarios.world import World, world
from tests.slack.views.samples import a_resolved_incident, an_incident

SHOWN_ONLY = {ViewId.HOME, ViewId.NOTICE, ViewId.ROLES}
"""What has no submit button."""
IN_INBOUND = {Action.DO_ANYWAY, Action.CHOOSE_JOURNEY, Action.CHOOSE_SEVERITY}
WITHIN_FORMS = {Action.VALUE, Action.CHOOSE_SERVICE, Action.CHOOSE_TARGET}
"""Read when the form is sent; nothing happens when they are chosen."""

WORDS = {
    "declare": "sev2 sign-in Nobody gets in",
    "escalate": "no answer",
    "page": "leon the cache is his",
    "role": "comms @sam",
    "decide": "Roll back 4.2",
    "log": "changed Release 4.2 at 02:10",
    "action": "Roll back 4.2 @leon by 03:10",
    "impact": "32% 1240 customers EU",
    "severity": "sev2 it is smaller",
    "status": "monitoring it holds",
    "oncall": "checkout",
}
LAST = ("resolve", "reopen")
"""These are tried at the end: what they change would be in the way of the others."""


def test_every_form_that_can_be_sent_is_taken() -> None:
    assert {*SUBMISSIONS} == {*ViewId} - SHOWN_ONLY - {ViewId.DO_ANYWAY}


def test_every_button_has_somebody_who_listens() -> None:
    assert {*BUTTONS} == {*Action} - IN_INBOUND - WITHIN_FORMS


def test_every_menu_that_loads_its_options_is_offered_some() -> None:
    for action in (Action.CHOOSE_JOURNEY, Action.CHOOSE_SERVICE, Action.CHOOSE_TARGET):
        offered = options_for(DIRECTORY, action, "")
        assert offered.options or offered.groups, action
    assert not options_for(DIRECTORY, "no_such_menu", "").options


def help_in_every_state() -> Iterator[str]:
    for incident in (None, an_incident(), a_resolved_incident()):
        yield help_here("/incident", incident, waiting_for_you=True).text


def test_help_names_every_command_where_it_is_of_use() -> None:
    said = "\n".join(help_in_every_state())
    assert [each.name for each in COMMANDS if f"/incident {each.name}" not in said and each.name != "help"] == []


def useful(person: Person, answer: Answer) -> str:
    """What a command was answered: a form's title, or words that say something and are no traceback."""
    assert not answer.error, answer.error
    form = answer.view
    words = form.title if form is not None else answer.text
    assert "Traceback" not in words
    assert BROKEN not in words
    assert words.strip(), f"{person.name} was answered nothing"
    return words


@pytest.fixture
async def here(tmp_path: Path) -> AsyncIterator[World]:
    async with world(tmp_path) as opened:
        yield opened


async def test_every_command_answers_something_useful_in_an_incident_and_outside_one(here: World) -> None:
    await led_by_maya(here)
    maya, eve = here["maya"], here["eve"]
    room = (await here.war_room()).name
    for each in sorted(COMMANDS, key=lambda command: command.name in LAST):
        outside = useful(eve, await eve.command(f"/incident {each.name}", channel="general"))
        if not each.anywhere:
            assert "belongs to no incident" in outside, each.name
            assert "/incident list" in outside, f"{each.name} says how to go on"
        elsewhere = useful(eve, await eve.command(f"/incident {each.name} 99", channel="general"))
        if not each.anywhere:
            assert "no incident INC-99" in elsewhere, each.name
        for name in (each.name, *each.aliases):
            useful(maya, await maya.command(f"/incident {name}", channel=room))
        if each.name in WORDS:
            useful(maya, await maya.command(f"/incident {each.name} {WORDS[each.name]}", channel=room))
    assert "sends no mail" in useful(maya, await maya.command("/incident follow checkout by email", channel=room))
    await here.settled()

    incident = await here.incident()
    assert len(incident.decisions) == 1, "a command that is given words does it at once"
    assert len(incident.actions) == 1
    assert incident.severity == "SEV2"
    assert incident.status == "monitoring"
    assert {number.number for number in await here.bot.store.read(lambda tx: tx.open_incidents())} == {1, 2}


async def test_words_typed_behind_a_command_that_opens_a_form_stand_in_the_form(here: World) -> None:
    await led_by_maya(here)
    maya, room = here["maya"], (await here.war_room()).name
    for line in ("update", "resolve", "summary"):
        form = (await maya.command(f"/incident {line} Rolling back 4.2", channel=room)).view
        assert form is not None, line
        assert "Rolling back 4.2" in str(form.values), f"{line} loses what was typed"
    form = (await maya.command("/incident declare sev3\nthe lift is stuck", channel="general")).view
    assert form is not None
    assert "the lift is stuck" in str(form.values)
    assert "SEV3" in str(form.values)
