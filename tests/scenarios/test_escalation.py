"""Nobody answers: the page walks the tiers, says so wherever people look, and does not fall silent."""

import pytest

from bot.sandbox.client import Person
from tests.scenarios.world import World

NOBODY = "NOBODY HAS ANSWERED"


def said(person: Person) -> str:
    """Everything in somebody's direct messages."""
    return "\n".join(message.plain for message in person.dms)


async def test_four_tiers_then_nobody_then_round_again_until_somebody_has_it(here: World) -> None:
    ana, maya, leon, dana, vic = (here[name] for name in ("ana", "maya", "leon", "dana", "vic"))
    await ana.command("/incident declare sev1 checkout Cards are declined", channel="general")
    await here.settled()
    assert "Next" in here.page_of(maya).plain
    assert leon.id in here.page_of(maya).plain

    await here.later(minutes=3)
    assert "still yours" in maya.dms[-1].text, "half of the wait is gone: a new message"
    assert not leon.dms

    await here.later(minutes=2, seconds=1)
    assert "no answer in 5 min" in here.page_of(maya).plain
    assert f"<@{leon.id}> paged" in here.page_of(maya).plain
    war_room = await here.war_room()
    lines = [message.text for message in war_room.messages]
    assert any("Not acknowledged by" in line and maya.id in line and leon.id in line for line in lines)
    assert leon.id in war_room.members, "everyone paged is invited"
    assert "Why you" in here.page_of(leon).plain

    await here.later(minutes=5)
    assert "Why you" in here.page_of(dana).plain
    await here.later(minutes=10)
    assert "Why you" in here.page_of(vic).plain

    await here.later(minutes=5)
    incident = await here.incident()
    assert NOBODY in here.card(await here.war_room()).plain, "the pinned card says so"
    assert NOBODY in here.card(await here.stakeholders()).plain
    assert NOBODY in here.slack.channel("incidents").messages[-1].plain
    assert NOBODY in said(ana), "the declarer knows"
    assert "+1 555 0100" in said(ana), "with numbers to call"
    assert incident.holder("commander") is None
    assert sum("Why you" in message.plain for message in maya.dms) == 2, "the policy repeats from tier 1"

    await here.later(minutes=24)
    await here.later(minutes=26)
    assert sum("Why you" in message.plain for message in maya.dms) == 3, "twice"
    before = said(ana).count(NOBODY)
    await here.later(minutes=31)
    assert said(ana).count(NOBODY) >= before + 2, "then a reminder every 10 minutes"

    notice = next(message for message in reversed(ana.dms) if "I have it" in message.buttons())
    await ana.click(notice, "I have it")
    await here.settled()
    taken = (await here.incident()).holder("commander")
    assert taken is not None
    assert taken.user == ana.id
    assert NOBODY not in here.card(await here.war_room()).plain
    room = (await here.war_room()).messages
    for said_so in (ana.dms, vic.dms, room, here.slack.channel("incidents").messages):
        assert not [each for each in said_so if each.text.startswith(f"*{NOBODY}") and "Page again" in each.buttons()]
        assert [each for each in said_so if "until then nobody had answered" in each.text], "each line says what came"
    quiet = said(ana).count(NOBODY), len(maya.dms), len(vic.dms)
    await here.later(minutes=31)
    assert (said(ana).count(NOBODY), len(maya.dms), len(vic.dms)) == quiet, "an acknowledgement stops it everywhere"


@pytest.mark.both_ways
async def test_a_second_press_answers_who_has_it(here: World) -> None:
    ana, maya, leon = here["ana"], here["maya"], here["leon"]
    await ana.command("/incident declare sev1 checkout Cards are declined", channel="general")
    await here.later(minutes=5, seconds=1)
    mine, his = here.page_of(maya), here.page_of(leon)

    await leon.click(his, "Acknowledge")
    await maya.click(mine, "Acknowledge")
    await here.settled()

    answers = "\n".join(message.plain for message in maya.ephemerals())
    assert f"<@{leon.id}>" in answers, "the one who was late is told who has it"
    assert "Acknowledged by" in here.page_of(maya).plain
    assert "Acknowledged by" in here.page_of(leon).plain


async def test_who_cannot_help_passes_it_on_at_once(once: World) -> None:
    ana, maya, leon = once["ana"], once["maya"], once["leon"]
    await ana.command("/incident declare sev1 checkout Cards are declined", channel="general")
    await once.settled()

    await maya.click(once.page_of(maya), "I can't: page Leon Brandt now")
    await once.settled()

    assert "Why you" in once.page_of(leon).plain
    assert "You said that you can't" in once.page_of(maya).plain
    record = await once.bot.store.read(lambda tx: tx.timeline(1))
    assert any("can" in str(event.said) and event.actor and event.actor.user == maya.id for event in record)


async def test_handing_over_keeps_the_first_on_the_hook_until_the_other_acknowledges(here: World) -> None:
    ana, maya, sam = here["ana"], here["maya"], here["sam"]
    await ana.command("/incident declare sev1 checkout Cards are declined", channel="general")
    await here.settled()
    await maya.click(here.page_of(maya), "Acknowledge")
    await here.settled()

    await maya.click(here.page_of(maya), "Hand over…")
    form = maya.view
    assert form is not None
    await maya.fill(form, {"To": "sam"})
    done = await maya.submit(form)
    assert done.closed, done.errors
    await here.settled()

    assert "stays with" in here.page_of(maya).plain
    await sam.click(here.page_of(sam), "Acknowledge")
    await here.settled()
    page = (await here.bot.store.read(lambda tx: tx.pages_of(1)))[0]
    assert page.acknowledged_by is not None
    assert page.acknowledged_by.user == sam.id
    assert "Acknowledged by" in here.page_of(sam).plain


async def test_a_team_pulled_in_has_its_own_escalation(here: World) -> None:
    ana, maya, leon, sam = here["ana"], here["maya"], here["leon"], here["sam"]
    await ana.command("/incident declare sev1 checkout Cards are declined", channel="general")
    await here.settled()
    await maya.click(here.page_of(maya), "Acknowledge")
    await here.settled()
    war_room = await here.war_room()

    answer = await maya.command("/incident page auth Sessions look wrong", channel=war_room.name)
    assert leon.id in answer.text
    await here.settled()
    assert "Sessions look wrong" in here.page_of(leon).plain
    assert not sam.dms, "one at a time, never all at once"

    await here.later(minutes=5, seconds=1)
    assert "Sessions look wrong" in here.page_of(sam).plain
    await sam.click(here.page_of(sam), "Acknowledge")
    await here.settled()
    pages = await here.bot.store.read(lambda tx: tx.pages_of(1))
    assert [page.acknowledged_by.user for page in pages if page.acknowledged_by] == [maya.id, sam.id]


async def test_a_muted_person_is_said_to_be_muted_and_no_tier_is_skipped(once: World) -> None:
    ana, maya, leon = once["ana"], once["maya"], once["leon"]
    maya.user.muted = True

    await ana.command("/incident declare sev1 checkout Cards are declined", channel="general")
    await once.settled()

    assert "may not hear this" in said(ana)
    assert "+1 555 0100" in said(ana)
    assert any("may not hear this" in message.text for message in (await once.war_room()).messages)
    assert not leon.dms
