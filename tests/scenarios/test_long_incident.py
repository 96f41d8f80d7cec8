"""An incident that goes on: summaries that say what changed, or are left out; people who hand over; a last word."""

from bot.sandbox.models import Message
from tests.scenarios.test_updates import led_by_maya, publish, with_button
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


async def test_who_takes_over_comms_has_all_that_is_due_and_who_led_for_long_is_asked_to_hand_over(once: World) -> None:
    await led_by_maya(once)
    maya, sam, leon = once["maya"], once["sam"], once["leon"]
    room = (await once.war_room()).name
    await maya.command("/incident role comms @sam", channel=room)
    await once.settled()
    await publish(once, sam, {"What customers see": "Card payments fail at checkout"})
    await once.later(minutes=4)

    await sam.command("/incident role comms @leon", channel=room)
    await once.settled()
    handed = leon.dms[-1].plain
    assert "You are comms lead of INC-1" in handed
    assert "*Promised and still due*: public " in handed
    assert "*Next summary*: " in handed
    assert "*Customers last told*: nothing yet" in handed
    assert "Card payments fail at checkout" in handed, "what stakeholders were told last"
    assert "*Ready*: public text waits to be posted, since " in handed
    said = [each.text for each in (await once.war_room()).messages if each.user == once.slack.bot_user]
    assert "is comms lead now, after" in said[-1]
    assert not [text for text in said if "Promised and still due" in text]

    await once.later(minutes=237)
    asked = with_button(maya.dms, "I'm fine for now")
    assert "You have led INC-1 for 4 h" in asked.text
    assert "Hand over…" in asked.buttons()
    assert not [each for each in (await once.war_room()).messages if "You have led" in each.text]
    await maya.click(asked, "I'm fine for now")
    await once.settled()
    assert "goes on as commander for now" in next(each for each in maya.dms if each.ts == asked.ts).text

    await once.later(minutes=4)
    again = with_button(leon.dms, "I'm fine for now")
    assert "You have kept comms of INC-1 for 4 h" in again.text
    await leon.click(again, "Hand over…")
    form = leon.view
    assert form is not None
    await leon.fill(form, {"Person": sam.id})
    assert not (await leon.submit(form)).errors
    await once.settled()
    done = next(each for each in leon.dms if each.ts == again.ts)
    assert "has it now" in done.text
    assert done.buttons() == []
    assert "overdue since" in sam.dms[-1].plain, "what is due is passed on"
