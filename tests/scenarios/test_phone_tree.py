"""The sheet that hangs beside the telephone: it reaches its readers by mail, and is true when they need it."""

import contextlib
import io
from pathlib import Path

from bot.cli import phone_tree
from bot.services.phone_tree import PhoneTreeSender
from tests.fakes.mailbox import Mailbox
from tests.scenarios.world import COMPANY, NIGHT, world

UNTIL_MONDAY = 5 * 24 * 60 + 7 * 60
WITH_A_TREE = (
    COMPANY.read_text(encoding="utf-8")
    .replace("workspace:\n", "workspace:\n  secondary_chat: Signal group Acme incidents\n  phone_tree: executives\n")
    .replace("primary: {members: [maya]", "primary: {members: [sam, maya]")
)


async def test_whoever_keeps_the_sheet_gets_it_anew_when_it_changed_and_never_twice(tmp_path: Path) -> None:
    mailbox = await Mailbox().start()
    mail = {"SMTP_URL": mailbox.url, "MAIL_FROM": "Tocsin <tocsin@acme.test>"}
    async with contextlib.AsyncExitStack() as opened:
        opened.push_async_callback(mailbox.stop)
        here = await opened.enter_async_context(world(tmp_path, company=WITH_A_TREE, settings=mail))

        async def sheet(number: int) -> str:
            await here.slack.until(lambda: len(mailbox.arrived) >= number, why=f"sheet {number} to arrive")
            await here.settled()
            assert len(mailbox.arrived) == number
            to, message = mailbox.arrived[-1]
            assert (to, message["Subject"]) == ("vic@acme.test", "Phone tree")
            return str(message.get_content())

        first = await sheet(1)
        assert "1. **Maya Ito**, +1 555 0100 (Checkout's primary until 2026-11-23 09:00 EST). Wait 5 min." in first
        assert "Chat while Slack is down: Signal group Acme incidents" in first

        await PhoneTreeSender(here.bot.desk).look()  # as after a restart
        await here.later(minutes=UNTIL_MONDAY)
        assert "1. **Sam Okafor**, +1 555 0104 (Checkout's primary until" in await sheet(2)

        file = tmp_path / "directory.yml"
        file.write_text(WITH_A_TREE.replace(', phone: "+1 555 0104"', ""), encoding="utf-8")
        assert here.bot.directory.reload()
        await here.later(minutes=10)
        assert "1. **Sam Okafor**, NO NUMBER KNOWN" in await sheet(3)

        said = io.StringIO()
        environ = {"DIRECTORY": str(file)}
        assert phone_tree.run([], environ, here.clock(), said) == 0
        assert "1. **Sam Okafor**, NO NUMBER KNOWN" in said.getvalue()
        page = tmp_path / "sheet.html"
        assert phone_tree.run(["--html", str(page)], environ, NIGHT, said) == 0
        assert "Maya Ito" in page.read_text(encoding="utf-8")
        assert phone_tree.run(["--html", str(tmp_path / "no" / "x.html")], environ, NIGHT, said) == 1
        assert phone_tree.run(["--pdf"], environ, NIGHT, said) == 2
