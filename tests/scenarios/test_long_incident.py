"""An incident that goes on: summaries that say what changed, or are left out, and a last one at the end."""

from bot.sandbox.models import Message
from tests.scenarios.test_updates import led_by_maya, with_button
from tests.scenarios.world import World


async def summaries(here: World) -> list[Message]:
    """The summaries in the stakeholder channel, oldest first."""
    return [each for each in (await here.stakeholders()).messages if each.text.startswith("*INC-1 · Summary*")]


async def test_a_summary_tells_what_changed_and_is_left_out_when_the_comms_lead_says_nothing_did(once: World) -> None:
    await led_by_maya(once)
    maya, sam = once["maya"], once["sam"]
    room = (await once.war_room()).name
    await once.later(minutes=1)
    await maya.command("/incident role comms @sam", channel=room)
    await once.later(minutes=60)
    assert not [each for each in sam.dms if "Nothing changed" in each.buttons()], "there was news"
    (first,) = await summaries(once)
    assert "Since the beginning" in first.plain
    assert "Sam Okafor is comms lead now" in first.plain

    await once.later(minutes=55)
    asked = with_button(sam.dms, "Nothing changed")
    assert "nothing that they ask about has changed" in asked.text
    await sam.click(asked, "Nothing changed")
    await once.settled()
    asked = next(each for each in sam.dms if each.ts == asked.ts)
    assert "no summary was posted" in asked.text
    assert asked.buttons() == []
    await once.later(minutes=10)
    assert len(await summaries(once)) == 1, "no post"

    await maya.command("/incident decide Roll back 4.2", channel=room)
    await once.later(minutes=55)
    assert not [each for each in sam.dms if "Nothing changed" in each.buttons()]
    last = (await summaries(once))[-1]
    assert "Since the summary of 03:17 EST" in last.plain
    assert "Roll back 4.2" in last.plain

    await sam.command("/incident action Alert on session errors", channel=room)
    await maya.command("/incident resolve", channel=room)
    form = maya.view
    assert form is not None
    await maya.fill(form, {"Summary": "Rolled back", "Reason": "Flat graphs"})
    assert not (await maya.submit(form)).errors
    await once.settled()
    ended = (await once.stakeholders()).messages[-1].plain
    assert "INC-1 · Last summary" in ended
    assert "Duration: 3 h 1 min" in ended
    assert "What follows: the postmortem, due " in ended
    assert "Alert on session errors. Nobody has it yet" in ended
