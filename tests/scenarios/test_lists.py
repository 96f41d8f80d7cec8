"""Who is told of an incident by a message of their own: lists, whoever must be aware, and whoever follows."""

import contextlib
from pathlib import Path

from sqlalchemy import text

from bot.sandbox.client import Person
from bot.sandbox.models import Message
from tests.fakes.mailbox import Mailbox
from tests.scenarios.world import COMPANY, World, world

LISTS = """
severities:
  SEV1: {notify: [executives, support], aware: [vic]}
  SEV2: {notify: [support, accounts]}

distribution_lists:
  executives: {people: [vic, dana], by: [dm, email, invite]}
  accounts: {people: [dana], by: [dm]}
  support: {people: [sam], by: [invite]}
"""


def told(person: Person, number: int = 1) -> list[Message]:
    """What somebody was sent about an incident, beside pages and what they asked for."""
    return [each for each in person.dms if f"INC-{number}" in each.plain and "Acknowledge" not in each.buttons()]


async def update(here: World, person: Person, doing: str) -> None:
    """Publish an internal update."""
    await person.command("/incident update", channel=(await here.war_room()).name)
    form = person.view
    assert form is not None
    await person.fill(form, {"doing": doing})
    await person.submit(form)
    preview = person.view
    assert preview is not None
    await person.submit(preview)
    await here.settled()


def body_of(here: World) -> str:
    """The first incident as it is saved."""
    with here.database.connect() as connection:
        return str(connection.execute(text("SELECT body FROM incident WHERE number = 1")).scalar_one())


async def record(here: World, number: int = 1) -> list[str]:
    """The keys of an incident's record."""
    return [event.key for event in await here.bot.store.read(lambda tx: tx.timeline(number))]


async def test_each_person_hears_what_they_should_once_until_they_have_enough(tmp_path: Path) -> None:
    company = COMPANY.read_text(encoding="utf-8").split("severities:")[0] + LISTS
    mailbox = await Mailbox().start()
    mail = {"SMTP_URL": mailbox.url, "MAIL_FROM": "Tocsin <tocsin@acme.test>"}
    async with contextlib.AsyncExitStack() as opened:
        opened.push_async_callback(mailbox.stop)
        here = await opened.enter_async_context(world(tmp_path, company=company, settings=mail))
        await _followed_by_mail(here, mailbox)
        await _told_of_sev2(here, mailbox)
        await _raised(here, mailbox)
        await _not_seen(here)
        await _updated_and_resolved(here, mailbox)
        await _private(here, mailbox)


async def _followed_by_mail(here: World, mailbox: Mailbox) -> None:
    eve = here["eve"]
    await eve.command("/incident follow signin", channel="general")
    assert "Did you mean Sign-in?" in eve.ephemerals()[-1].plain
    await eve.command("/incident follow sign-in by email", channel="general")
    assert "by mail to eve@acme.test" in eve.ephemerals()[-1].plain
    await eve.command("/incident follow invoices", channel="general")
    await eve.command("/incident follow", channel="general")
    shown = eve.ephemerals()[-1]
    assert "Sign-in, by e-mail (eve@acme.test)" in shown.plain
    await eve.click(shown, "Stop", value="journey:invoices")
    await eve.command("/incident follow", channel="general")
    assert "Invoices" not in eve.ephemerals()[-1].plain
    await eve.command("/incident follow stop invoices", channel="general")
    assert "You do not follow invoices" in eve.ephemerals()[-1].plain
    assert mailbox.arrived == []


async def _told_of_sev2(here: World, mailbox: Mailbox) -> None:
    await here["ana"].command("/incident declare sev2 sign-in Nobody gets a code", channel="general")
    await here.settled()
    (card,) = told(here["dana"])
    assert "you are on the list accounts" in card.plain
    assert f"<#{(await here.stakeholders()).id}>" in card.plain
    assert told(here["vic"]) == []
    assert here["sam"].user.id in (await here.stakeholders()).members
    (declared,) = mailbox.to("eve@acme.test")
    assert declared["Subject"] == "[INC-1] SEV2: Customers cannot sign in"
    assert "Nobody gets a code" in declared.get_content()
    await here["dana"].click(card, "Follow")
    await here["sam"].leave("inc-1-updates")
    await here["vic"].join("inc-1-updates")
    await here["vic"].leave("inc-1-updates")
    gone = f"stakeholders:{here['vic'].user.id}"
    await here.slack.until(lambda: gone in body_of(here), timeout=5, why="the bot to know that Vic has left")


async def _raised(here: World, mailbox: Mailbox) -> None:
    await here.later(minutes=1)
    await here["eve"].command("/incident severity INC-1 sev1 It grows", channel="general")
    await here.settled()
    form = here["eve"].view
    if form is not None:
        await here["eve"].submit(form)
        await here.settled()
    (card,) = told(here["vic"])
    assert "you are to be aware of every SEV1" in card.plain
    assert "you are on the list executives" in card.plain
    assert "Seen" in card.buttons()
    assert len(mailbox.to("vic@acme.test")) == 1
    assert mailbox.to("dana@acme.test") == []
    assert [each.text for each in told(here["dana"])[1:]] == [
        f"INC-1 was raised from SEV2 to SEV1 by {here['eve'].mention}: It grows."
    ]
    members = (await here.stakeholders()).members
    assert [here[name].user.id in members for name in ("dana", "sam", "vic")] == [True, False, False]


async def _not_seen(here: World) -> None:
    await here.later(minutes=9)
    assert len(told(here["vic"])) == 1
    await here.later(minutes=1)
    assert "have not pressed Seen" in told(here["vic"])[-1].plain
    await here.later(minutes=10)
    lead = here["leon"] if (await here.incident()).holder("commander") else here["ana"]
    warned = told(lead)[-1].plain
    assert f"{here['vic'].mention} has not seen it, told at" in warned
    assert "Call: Vic Moreau +1 555 0103." in warned
    await here["vic"].click(told(here["vic"])[0], "Seen")
    await here.settled()
    assert "You have seen it" in told(here["vic"])[0].plain
    assert "Seen" not in told(here["vic"])[0].buttons()
    assert any(key.startswith("seen:") for key in await record(here))


async def _updated_and_resolved(here: World, mailbox: Mailbox) -> None:
    await update(here, here["ana"], "The second provider takes over")
    assert "The second provider takes over" in told(here["dana"])[-1].plain
    assert "The second provider takes over" in mailbox.to("eve@acme.test")[-1].get_content()
    assert not any("second provider" in each.plain for each in told(here["vic"]))

    count = len(told(here["dana"]))
    await here["dana"].click(told(here["dana"])[-1], "Stop these messages")
    await here.settled()
    assert any(key.startswith("muted:") for key in await record(here))
    await here["ana"].command("/incident resolve", channel=(await here.war_room()).name)
    form = here["ana"].view
    assert form is not None
    await here["ana"].fill(form, {"reason": "It is over"})
    await here["ana"].submit(form)
    await here.settled()
    assert len(told(here["dana"])) == count
    assert "INC-1 is resolved after" in told(here["vic"])[-1].plain
    assert mailbox.to("eve@acme.test")[-1]["Subject"].startswith("[INC-1] Resolved after")
    assert "`/incident follow stop 1`" in mailbox.to("eve@acme.test")[-1].get_content()
    await here["eve"].command("/incident follow stop INC-1", channel="general")
    await here.settled()
    assert "no more messages about INC-1" in here["eve"].ephemerals()[-1].plain
    assert len([key for key in await record(here) if key.startswith("muted:")]) == 2
    assert mailbox.to("vic@acme.test")[-1]["Subject"].startswith("[INC-1] Resolved after")


async def _private(here: World, mailbox: Mailbox) -> None:
    arrived = len(mailbox.arrived)
    await here["ana"].command("/incident declare private sev1 sign-in", channel="general")
    await here.settled()
    assert (told(here["vic"], 2), told(here["dana"], 2), len(mailbox.arrived)) == ([], [], arrived)
    await here["eve"].command("/incident follow 2", channel="general")
    assert "no incident INC-2 that you can see" in here["eve"].ephemerals()[-1].plain
