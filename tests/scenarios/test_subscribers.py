"""Customers ask to be told, say so twice, are told what the public page shows and no more, and leave at a click."""

import re
from email.message import EmailMessage
from pathlib import Path

from bot.domain.subscriber import Standing
from tests.fakes.mailbox import Mailbox
from tests.fakes.receiver import Receiver
from tests.scenarios.test_internal_page import opened
from tests.scenarios.test_status_site import INSIDE, MAINTENANCE, WITH_A_SITE, read
from tests.scenarios.test_updates import led_by_maya, publish
from tests.scenarios.world import World, world

LATER = MAINTENANCE.replace("2026-11-18 01:00", "2026-11-18 03:00")


async def post(here: World, path: str, **fields: str) -> tuple[int, str]:
    async with here.http.post(f"http://127.0.0.1:{here.bot.port}{path}", data=fields) as answer:
        return answer.status, await answer.text()


async def subscribed(here: World, means: str, address: str) -> str:
    status, said = await post(here, "/status/subscribe", means=means, address=address)
    assert status == 200
    await here.settled()
    return said


def own_page(mail: EmailMessage) -> str:
    found = re.search(r"/status/subscriptions/[0-9a-f]{40}", str(mail.get_content()))
    assert found
    return found[0]


async def three_who_said_so_twice(here: World, mailbox: Mailbox, hook: Receiver) -> str:
    """Two by mail and a webhook; gives the page of the one whose mail arrives."""
    first = await subscribed(here, "email", "kim@customer.test")
    await subscribed(here, "email", "gone@customer.test")
    await subscribed(here, "webhook", hook.url)
    assert await subscribed(here, "email", "never@customer.test") == first, "whoever asks reads the same"
    (asking,) = mailbox.to("kim@customer.test")
    page = own_page(asking)
    async with here.http.get(f"http://127.0.0.1:{here.bot.port}{page}") as looked:
        assert "Please confirm" in await looked.text()
    for address in ("kim@customer.test", "gone@customer.test"):
        status, said = await post(here, f"{own_page(mailbox.to(address)[0])}/confirm")
        assert (status, "You are subscribed" in said) == (200, True)
    assert await subscribed(here, "email", "kim@customer.test") == first
    assert "subscribed already" in mailbox.to("kim@customer.test")[-1].get_content()
    assert list(hook.taken[0]) == ["meta", "challenge", "confirm"]
    known = await here.bot.store.read(lambda tx: tx.subscribers(Standing.CONFIRMED))
    assert len(known) == 3
    return page


async def test_they_are_told_what_is_public_by_mail_and_webhook_until_they_leave(tmp_path: Path) -> None:
    mailbox, hook = await Mailbox().start(), await Receiver().start()
    settings = {"SMTP_URL": mailbox.url, "MAIL_FROM": "Acme <status@acme.test>"}
    async with world(tmp_path, company=WITH_A_SITE + LATER, settings=settings) as here:
        page = await three_who_said_so_twice(here, mailbox, hook)

        mailbox.answers["gone@customer.test"] += ["550 no such user"] * 9
        before = mailbox.asked
        await led_by_maya(here)
        await here["ana"].command("/incident declare private sev1 checkout Somebody stole data", channel="general")
        await publish(here, here["maya"], {"What customers see": "Card payments fail"})
        mail = mailbox.to("kim@customer.test")[-1]
        assert mail["Subject"] == "[Acme status] Investigating: Card payments fail"
        assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
        assert mail["List-Unsubscribe"].endswith(f"{page}/unsubscribe>")
        told = hook.taken[-1]
        assert (told["incident"]["name"], told["incident"]["status"]) == ("Card payments fail", "investigating")
        assert told["page"] == {
            "id": "status",
            "status_indicator": "critical",
            "status_description": "Major Service Outage",
        }
        await here.later(minutes=45)
        assert "99.96 % uptime" in (await read(here, "/status"))[1]
        record = await here.bot.store.read(lambda tx: tx.timeline(1))
        assert [each for each in record if str(each.said[-1]).endswith("it counts as downtime")]
        assert mailbox.to("kim@customer.test")[-1]["Subject"].startswith(
            "[Acme status] Maintenance has begun: Payments"
        )
        assert hook.taken[-1]["incident"]["status"] == "in_progress"
        assert mailbox.asked == before + 3, "an address that bounced is not tried again"
        for said in (*(str(each) for each in mailbox.to("kim@customer.test")), str(hook.taken), str(hook.headers)):
            assert not [word for word in (*INSIDE, "stole", "tell:1") if word in said], said

        dana = await here["dana"].command("/incident site", channel="general")
        _, shown = await opened(here, str(dana))
        assert "2 subscribers told" in shown
        assert ("gone@customer.test" in shown) == ("dana" in here.bot.directory().workspace.managers)

        (unsubscribe,) = re.findall(r"http://[^>]+", mail["List-Unsubscribe"])
        async with here.http.post(unsubscribe, data={"List-Unsubscribe": "One-Click"}) as answer:
            assert answer.status == 200
        sent = len(mailbox.to("kim@customer.test"))
        await publish(here, here["maya"], {"What we are doing": "Undoing a change"})
        assert len(mailbox.to("kim@customer.test")) == sent
        assert hook.taken[-1]["incident"]["incident_updates"][0]["body"].count("Undoing a change") == 1
        assert await here.bot.store.read(lambda tx: tx.subscriber(page.rpartition("/")[2])) is None
    await hook.stop()
    await mailbox.stop()
