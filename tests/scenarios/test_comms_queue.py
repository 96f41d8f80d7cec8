"""The comms queue: who asks gets an answer, comms has one list of it all, and the war room reads a number."""

import json
from pathlib import Path

from sqlalchemy import text

from bot.sandbox import messages
from bot.sandbox.client import Person
from bot.sandbox.messages import Draft
from bot.sandbox.models import Channel, Message
from tests.scenarios.test_updates import led_by_maya
from tests.scenarios.world import World, world

HOSTILE = "<!channel> what of <@UBOSS> & <https://evil.test|the status page>?"
ESCAPED = "&lt;!channel&gt; what of &lt;@UBOSS&gt; &amp; &lt;https://evil.test|the status page&gt;?"


def asked(here: World) -> list[str]:
    """All that stands in the queue of INC-1, as it was said."""
    with here.database.connect() as connection:
        body = connection.execute(text("SELECT body FROM incident WHERE number = 1")).scalar_one()
    return ["\n".join(said["text"] for said in each["words"]) for each in json.loads(body)["questions"]]


async def heard(here: World, *questions: str) -> None:
    """Wait until the queue holds these, and until all that follows is told."""
    await here.slack.until(lambda: asked(here) == list(questions), why=f"the queue to be {questions}")
    await here.settled()


async def fill_in(person: Person, answers: dict[str, object]) -> None:
    """Fill in the form that is open, and send it."""
    form = person.view
    assert form is not None
    await person.fill(form, answers)
    done = await person.submit(form)
    assert not done.errors, done.errors


def cards(person: Person, number: int) -> list[Message]:
    """The cards of a question in somebody's direct messages."""
    return [message for message in person.dms if f"*Question {number}*" in message.plain]


def by_us(here: World, channel: Channel) -> list[Message]:
    """What the bot has said in a channel."""
    return [message for message in channel.messages if message.user == here.slack.bot_user]


async def three_ask(here: World) -> tuple[Message, Message]:
    """Eve asks by form, Sam by typing, Vic reports a customer; gives the lines that Eve's and Sam's threads hang on."""
    eve, sam, vic = here["eve"], here["sam"], here["vic"]
    stakeholders = await here.stakeholders()
    for person in (eve, sam, vic):
        await person.join(stakeholders.name)
    await eve.click(here.card(stakeholders), "Ask")
    await fill_in(eve, {"Your question": f"Is the EU hit? {HOSTILE}"})
    await here.settled()
    line = next(each for each in stakeholders.messages if "asks:" in each.plain)
    assert f"{eve.mention} asks:\nIs the EU hit? {ESCAPED}" in line.text
    (passed,) = stakeholders.thread(line.ts)
    assert passed.text == f"passed to {here['maya'].mention}, the commander: nobody has comms."

    typed = await sam.say(stakeholders.name, "Does it hurt customers in the EU, @leon?")
    await heard(here, f"Is the EU hit? {HOSTILE}", "Does it hurt customers in the EU, @Leon Brandt?")
    envelope = next(each for each in reversed(here.slack.delivery.sent) if typed.ts in json.dumps(each.payload))
    await here.slack.deliver(envelope, 4)
    await vic.click(here.card(stakeholders), "Report a customer")
    customer = {"Customer": "Globex Inc.", "What they see": "No card works", "How many of their people": "40"}
    await fill_in(vic, {**customer, "Plan": "Enterprise"})
    await here.settled()
    assert len(asked(here)) == 3, "what is delivered again is not asked again"
    return line, typed


async def test_questions_of_every_kind_are_one_queue_and_come_back_answered(once: World) -> None:
    await led_by_maya(once)
    eve, sam, maya, leon = once["eve"], once["sam"], once["maya"], once["leon"]
    stakeholders, war_room = await once.stakeholders(), await once.war_room()
    quiet = len(by_us(once, war_room))
    line, typed = await three_ask(once)

    await maya.command("/incident role comms @leon", channel=war_room.name)
    await once.settled()
    assert [len(cards(leon, number)) for number in (1, 2, 3)] == [1, 1, 1]
    assert "reports Globex Inc. (40 people · plan Enterprise)" in cards(leon, 3)[0].plain
    assert all(f"Passed on to {leon.mention}" in cards(maya, number)[0].plain for number in (1, 2, 3))
    assert not cards(maya, 1)[0].buttons()
    assert [each.text for each in stakeholders.thread(typed.ts)] == [f"passed to {leon.mention}."]
    assert leon.home is not None
    assert leon.home.buttons().count("Answer") == 3
    assert "*Questions for comms*: 3 open" in once.card(war_room).text
    assert "*Customers reported*: 1 by name" in once.card(war_room).text
    assert len(by_us(once, war_room)) == quiet + 1, "the line that Leon has comms"

    await eve.click(cards(leon, 1)[0], "Answer")
    assert "Only responders of INC-1" in eve.ephemerals()[-1].plain
    await leon.click(cards(leon, 2)[0], "Merge")
    await fill_in(leon, {})
    await once.settled()
    await leon.click(cards(leon, 1)[0], "Answer")
    await fill_in(leon, {"Answer": "Only the EU; <!here> a fix is on its way"})
    await leon.click(cards(leon, 3)[0], "Done")
    await once.settled()
    for person, thread in ((eve, line.ts), (sam, typed.ts)):
        said = stakeholders.thread(thread)[-1].text
        assert said.startswith(f"{person.mention}, {leon.mention} answers:\nOnly the EU; &lt;!here&gt; a fix")
    assert "*Questions for comms*: none open" in once.card(war_room).text
    assert not any(cards(leon, number)[0].buttons() for number in (1, 2, 3))

    await once.later(minutes=125)
    first, second = [each for each in stakeholders.messages if "Current status:" in each.plain]
    assert "Asked and answered" in first.plain
    assert "• eve and Sam Okafor: Is the EU hit?" in first.plain
    assert "Leon Brandt: Only the EU;" in first.plain
    assert "1 customer reported by name" in first.plain
    assert "Asked and answered" not in second.plain


async def test_a_reported_customer_is_named_to_comms_alone(once: World) -> None:
    await led_by_maya(once)
    maya, stakeholders, war_room = once["maya"], await once.stakeholders(), await once.war_room()
    await once["ana"].click(once.card(stakeholders), "Report a customer")
    await fill_in(once["ana"], {"Customer": "Globex Inc.", "What they see": "No card works"})
    await once.settled()
    assert "reports Globex Inc." in cards(maya, 1)[0].plain
    eve = once["eve"]
    await eve.click(cards(maya, 1)[0], "Answer")
    await eve.click(eve.ephemerals()[-1], "Do it anyway: reason")
    await fill_in(eve, {"Reason": "Everybody else is busy"})
    await fill_in(eve, {"Answer": "They are on the list"})
    await once.settled()
    assert any("answers:\nThey are on the list" in each.text for each in stakeholders.log.values())

    await maya.command("/incident update", channel=war_room.name)
    form = maya.view
    assert form is not None
    await maya.fill(form, {"What customers see": "Card payments of Globex fail"})
    assert not (await maya.submit(form)).errors
    preview = maya.view
    assert preview is not None
    assert "“Globex” names a customer who is hurt. Better: “some customers”" in preview.plain
    places = [once.slack.channel("incidents"), stakeholders, war_room]
    assert not [each for place in places for each in place.log.values() if "Globex" in each.plain]


async def test_typed_words_are_cut_changed_taken_back_and_never_ping(tmp_path: Path) -> None:
    async with world(tmp_path, mode="http") as here:
        await led_by_maya(here)
        eve, sam, maya = here["eve"], here["sam"], here["maya"]
        stakeholders = await here.stakeholders()
        for person in (eve, sam):
            await person.join(stakeholders.name)
        await maya.say(stakeholders.name, "Good night all, I lead this one")
        flood = await eve.say(stakeholders.name, "@channel is it <us>? " + "x" * 39_000)
        await heard(here, ("@channel is it <us>? " + "x" * 39_000)[:3000])
        (passed,) = stakeholders.thread(flood.ts)
        assert "Only the first 3,000 of 39,021 characters are kept here." in passed.text
        (card,) = cards(maya, 1)
        assert "@channel is it &lt;us&gt;?" in card.text
        assert "<!channel>" not in json.dumps(card.blocks) + card.text
        assert "Only the first 3,000" in card.plain

        question = await sam.say(stakeholders.name, "Is Globex hit?")
        await heard(here, asked(here)[0], "Is Globex hit?")
        await sam.say(stakeholders.name, "They call us", thread=question.ts)
        await eve.say(stakeholders.name, "I hope not", thread=question.ts)
        await heard(here, asked(here)[0], "Is Globex hit?\nThey call us")
        workspace = sam.stage.workspace
        messages.update(workspace, sam.id, stakeholders, question.ts, Draft(text="Is Initech hit?"), keep_blocks=False)
        await heard(here, asked(here)[0], "Is Initech hit?\nThey call us")
        assert "Is Initech hit?\nThey call us" in cards(maya, 2)[0].text
        await eve.delete(flood)
        await here.slack.until(lambda: not cards(maya, 1)[0].buttons(), why="the question to be taken back")
        assert "It was taken back by who asked" in cards(maya, 1)[0].plain


async def test_a_private_queue_is_for_insiders_and_nobody_is_promised_who_is_not_there(once: World) -> None:
    await once.alert("generic", {"journey": "checkout", "summary": "Error rate above 2 %"})
    await once.settled()
    eve, ana = once["eve"], once["ana"]
    stakeholders = await once.stakeholders()
    await eve.join(stakeholders.name)
    question = await eve.say(stakeholders.name, "Is anybody there?")
    await heard(once, "Is anybody there?")
    (passed,) = stakeholders.thread(question.ts)
    assert "nobody can take this yet: nobody has comms or commands" in passed.text
    await once["maya"].click(once.page_of(once["maya"]), "Acknowledge")
    await once.settled()
    assert f"passed to {once['maya'].mention}, the commander" in stakeholders.thread(question.ts)[0].text
    assert cards(once["maya"], 1)[0].buttons() == ["Answer", "Merge", "Done"]

    await ana.command("/incident declare private sev1 checkout Somebody stole data", channel="general")
    await once.settled()
    private = await once.stakeholders(2)
    await ana.invite(private.name, eve)
    await eve.click(once.card(private), "Ask")
    assert "There is no incident INC-2 that you can see" in eve.ephemerals()[-1].plain
    await eve.say(private.name, "What is this?")
    await once.slack.until(
        lambda: any("yours was not" in each.plain for each in private.messages), why="Eve to be told"
    )
    assert not (await once.incident(2)).questions
