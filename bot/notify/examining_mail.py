"""Whether the mail server would take a mail now: asked for `python app.py doctor`, which sends none."""

import asyncio
from collections.abc import Sequence

from aiosmtplib import SMTPException

from bot.notify.mail import SECONDS, client_of, in_a_line
from bot.notify.server import MailServer
from bot.services.diagnosis import Diagnosis, broken, doubtful, well


async def examine_mail(server: MailServer | None, lists: Sequence[str]) -> Diagnosis | None:
    """Log in to the mail server and leave again; `lists` are those of the directory whose people are told by mail.

    None where there is nothing to say: no server is set, and no list wants one.
    """
    if server is None:
        named = ", ".join(lists)
        remedy = "Set SMTP_URL and MAIL_FROM, or take email out of their `by`."
        return (
            doubtful("mail", f"SMTP_URL is not set, and these lists are told by mail: {named}.", remedy)
            if lists
            else None
        )
    where = f"{server.host}:{server.port}"
    client = client_of(server, SECONDS)
    try:
        async with asyncio.timeout(SECONDS):
            await client.connect()
            await client.quit()
    except (SMTPException, OSError) as trouble:
        why = f"no answer in {SECONDS:g} s" if isinstance(trouble, TimeoutError) else in_a_line(trouble)
        return broken("mail", f"{where} cannot be used: {why}.", "Correct SMTP_URL; nobody is told by mail until then.")
    finally:
        client.close()
    return well("mail", f"{where} lets us in; mail is from {server.sender[1]}.")
