"""A bad night: more pages for one person than Slack takes messages. They share one, and nothing is lost in it."""

import re

from bot.sandbox.blocktext import interactive
from bot.sandbox.client import Person
from bot.sandbox.jsons import as_object, as_text
from bot.sandbox.models import Message
from tests.scenarios.world import World

MANY = 9


def asked_of(person: Person) -> list[Message]:
    """The messages that asked somebody for help, alone or together."""
    ids = ((dm, as_text(as_object((dm.metadata or {}).get("event_payload")).get("id"))) for dm in person.dms)
    return [dm for dm, row in ids if row.startswith(("page:", "bundle:"))]


def incidents_in(message: Message) -> list[int]:
    """Which incidents a message names, in its order."""
    return [int(number) for number in dict.fromkeys(re.findall(r"INC-(\d+)", message.text))]


def button_of(message: Message, label: str, number: int) -> str:
    """The value of the button with this label that is about one incident."""
    about = f"{label} INC-{number}"
    buttons = (element for _, element in interactive(message.blocks))
    return next(as_text(each.get("value")) for each in buttons if each.get("accessibility_label") == about)


async def declared(here: World, many: int) -> None:
    """Slack limits messages for half a minute, and so many incidents are declared meanwhile."""
    here.slack.faults.add("chat.postMessage", "429", retry_after=30, times=1)
    for number in range(1, many + 1):
        await here["ana"].command(f"/incident declare sev1 checkout Trouble {number}", channel="general")
    rooms = {f"inc-{number}-trouble-{number}" for number in range(1, many + 1)}
    maya = here["maya"].id

    def all_there() -> bool:
        return rooms <= {each.name for each in here.slack.channels if maya in each.members}

    await here.slack.until(all_there, timeout=20, why="the war rooms, with Maya in them")


async def test_more_than_three_pages_that_wait_are_one_message_and_each_is_answered_in_it(here: World) -> None:
    maya, leon = here["maya"], here["leon"]

    await declared(here, MANY)
    await here.settled()

    alone, together = asked_of(maya)
    assert incidents_in(alone) == [1]
    assert sorted(incidents_in(together)) == list(range(2, MANY + 1))
    assert together.text.startswith("*8 pages wait for you here*. They came faster than Slack takes messages")
    assert together.plain.count("Customers cannot place orders") == 2 * (MANY - 1), "each is there for lock screens too"
    assert "Next: <@" in together.text

    await maya.click(together, "Acknowledge", value=button_of(together, "Acknowledge", 5))
    await here.settled()
    _, together = asked_of(maya)
    assert together.text.startswith("*7 pages wait for you here*")
    assert together.plain.count("Acknowledged by") == 2
    commander = (await here.incident(5)).holder("commander")
    assert commander is not None
    assert commander.user == maya.id

    assert not leon.dms
    decline = next(label for label in together.buttons() if label.startswith("I can't"))
    await maya.click(together, decline, value=button_of(together, decline, 7))
    await here.settled()
    assert [incidents_in(page) for page in asked_of(leon)] == [[7]]
    assert "You said that you can't" in asked_of(maya)[1].plain

    await here.later(minutes=6)
    reached = sorted(number for page in asked_of(leon) for number in incidents_in(page))
    assert reached == [1, 2, 3, 4, 6, 7, 8, 9], "whoever does not answer is passed over, in a bundle as elsewhere"
    assert "no answer in 5 min" in asked_of(maya)[1].plain


async def test_a_bundle_whose_pages_are_all_over_before_it_leaves_is_not_sent(here: World) -> None:
    await declared(here, 6)
    for number in range(1, 7):
        await here["maya"].command("/incident ack", channel=f"inc-{number}-trouble-{number}")
    await here.settled()
    assert not asked_of(here["maya"])


async def test_a_bundle_that_leaves_too_late_is_there_all_the_same_and_can_be_taken(here: World) -> None:
    here.slack.faults.add("chat.postMessage", "429", retry_after=50, times=8)
    for number in range(1, 7):
        await here["ana"].command(f"/incident declare sev1 checkout Trouble {number}", channel="general")
    await here.later(minutes=7)
    together = next(page for page in asked_of(here["maya"]) if len(incidents_in(page)) > 1)
    assert together.text.startswith("*Others are asked by now, and some of these pages are not answered yet*")
    await here["maya"].click(together, "Acknowledge", value=button_of(together, "Acknowledge", 5))
    await here.settled()
    together = next(page for page in asked_of(here["maya"]) if len(incidents_in(page)) > 1)
    assert "Acknowledged by" in together.plain
    assert (await here.incident(5)).holder("commander") is not None
