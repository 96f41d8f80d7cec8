"""`follow`: be told of a journey's incidents, or of one incident, by direct message or by mail."""

import asyncio
import logging
import re
from typing import Final

from bot.domain.errors import Refusal
from bot.domain.following import JOURNEY, split_target
from bot.domain.people import Contact
from bot.domain.prose import Words
from bot.services import following
from bot.services.people import noted
from bot.services.ports import RetryLater, Unknown
from bot.slack.api import Rejected
from bot.slack.asked import INTRODUCED_WITHIN, Asked, Reply
from bot.slack.commands.command import Command, done
from bot.slack.views.notices import follows

HOW: Final = re.compile(
    r"(?P<what>.*?)\s+by\s+(?:(?P<mail>e-?mail|mail)|dm|direct message)\s*", re.IGNORECASE | re.DOTALL
)
STOP: Final = re.compile(r"stop\s+(?P<what>.+)", re.IGNORECASE | re.DOTALL)

log = logging.getLogger(__name__)


async def run(asked: Asked, words: str) -> Reply:
    """Follow what is named, or stop; without words, what one follows, with [Stop]."""
    if not words.strip():
        return follows(asked.command, await following.followed(asked.desk, asked.by))
    stopped = STOP.fullmatch(words.strip())
    if stopped is not None:
        name = await following.stop(asked.desk, stopped["what"], asked.by)
        return done("You are sent no more messages about ", Words(name), ".")
    found = None if asked.desk.directory().journey(words) else HOW.fullmatch(words)
    by_mail = found is not None and found["mail"] is not None
    email = await _own_address(asked) if by_mail else ""
    followed = await following.follow(asked.desk, found["what"] if found else words, asked.by, email=email)
    how = f"by mail to {email}" if email else "by direct message"
    kind, _ = split_target(followed.follow.target)
    what = "each incident on it, each update, and the end" if kind == JOURNEY else "each update, and the end"
    return done(
        "You follow ",
        Words(followed.name),
        f": {what}, {how}. `{asked.command} follow` shows what you follow, with Stop.",
    )


async def _own_address(asked: Asked) -> str:
    """The person's own address, as Slack has it. Raises Refusal where there is none, or no mail is sent at all."""
    otherwise = "Nothing was changed; leave `by email` out to be told by direct message."
    if not asked.desk.mails:
        raise Refusal(f"No mail server is set (SMTP_URL), so Tocsin sends no mail. {otherwise}")
    user = asked.by.user or ""
    contact = await asked.desk.store.read(lambda tx: tx.contact(user))
    if contact is None or not contact.email:
        contact = await _looked_up(asked, user)
    if contact is None or not contact.email:
        raise Refusal(f"Slack does not tell me your address. {otherwise}")
    return contact.email


async def _looked_up(asked: Asked, user: str) -> Contact | None:
    if asked.members is None:
        return None
    try:
        async with asyncio.timeout(INTRODUCED_WITHIN):
            found = await asked.members.by_id(user)
    except (RetryLater, Unknown, Rejected, TimeoutError) as trouble:
        log.info("Slack did not say which address %s has: %s", user, trouble)
        return None
    return await noted(asked.desk, found) if found else None


COMMAND = Command(
    name="follow",
    usage="[stop] [journey or n] [by email]",
    help="be told of a journey's incidents, or of one; alone, what you follow",
    run=run,
    aliases=("subscribe", "watch", "following"),
    anywhere=True,
)
