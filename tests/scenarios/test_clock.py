"""The promise of the next word: seen by everybody, moved by the severity, kept or missed for good, and counted."""

import re

from bot.sandbox.models import Message
from tests.scenarios.test_updates import led_by_maya, publish, with_button
from tests.scenarios.world import World


async def latest(here: World, message: Message) -> Message:
    """A message of the war room as it reads now."""
    return next(each for each in (await here.war_room()).messages if each.ts == message.ts)


async def test_what_was_promised_is_seen_everywhere_and_counted_for_good(once: World) -> None:
    await led_by_maya(once)
    maya, eve = once["maya"], once["eve"]
    room = (await once.war_room()).name
    assert "Next update: public" in (await maya.command("/incident list", channel="general")).text

    await once.later(minutes=10, seconds=1)
    assert "reminder sent" in once.card(await once.war_room()).plain
    await once.later(minutes=6)
    for place in (await once.war_room(), await once.stakeholders()):
        card = once.card(place).plain
        assert "public overdue since" in card
        assert "internal overdue since" in card
        assert "public 0 kept and 1 missed" in card
    assert "public overdue since" in (await eve.command("/incident list", channel="general")).text

    overdue = with_button((await once.war_room()).messages, "Publish the draft…")
    await publish(once, maya, {"What customers see": "Card payments fail at checkout"})
    left = await latest(once, overdue)
    assert "public still to come; internal told at" in left.text
    assert {"Update", "I posted it"} <= set(left.buttons())
    await maya.click(with_button((await once.war_room()).messages, "I posted it"), "I posted it")
    await once.settled()
    done = await latest(once, overdue)
    assert re.search(r"updates due at .*: public told at .* by .*; internal told at .* by", done.text)
    assert done.buttons() == [], "nothing is left to do there"
    assert not [each for each in maya.dms if "due at" in each.text and "Update" in each.buttons()]
    await once.later(minutes=10)
    await publish(once, maya, {"What we are doing": "session refresh is off"})
    assert "internal 1 kept and 1 missed" in once.card(await once.stakeholders()).plain

    await once["ana"].command("/incident declare private sev1 invoices Invoices of strangers", channel="general")
    await once.later(minutes=16)
    report = (await eve.command("/incident report comms", channel="general")).text
    assert "November 2026" in report
    assert "INC-1: 1 of 4 in time (25 %), the latest by" in report
    assert "Checkout: 1 of 4" in report
    assert "SEV1: 1 of 4" in report
    assert "INC-2" not in report, "a private incident counts for nobody outside it"
    assert "INC-2" in (await once["ana"].command("/incident report comms sev1", channel="general")).text
    empty = (await eve.command("/incident report comms october checkout", channel="general")).text
    assert "October 2026, Checkout" in empty
    assert "nothing to count" in empty
    assert "did you mean" in (await eve.command("/incident report comms chekout", channel="general")).text

    await maya.command("/incident resolve", channel=room)
    form = maya.view
    assert form is not None
    await maya.fill(form, {"Reason": "Rolled back"})
    assert not (await maya.submit(form)).errors
    await once.settled()
    draft = (await once.incident()).postmortem
    assert "- internal: 1 kept in time, 2 missed, the latest by" in draft
    assert "late\n" in draft
