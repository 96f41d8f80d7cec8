"""Links that open one page for one person until a moment: signed, so that nobody else can make or prolong one."""

import hmac
import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Final

from bot.domain.errors import Refusal

LASTS: Final = timedelta(hours=12)
_KEY: Final = re.compile(r"(?P<user>[A-Za-z0-9]{1,40})\.(?P<until>[0-9]{1,12})\.(?P<mac>[0-9a-f]{64})")
_PURPOSE: Final = b"tocsin: internal page"


class NotALink(Refusal):
    """The key is not one that was given out: cut short, changed, or signed with another secret."""


class Expired(Refusal):
    """The key was given out, and its time is over."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Holder:
    """Whom a link was given to, by Slack id, and until when it opens (aware UTC, whole seconds)."""

    user: str
    until: datetime


def signing_key(secret: str) -> bytes:
    """Derive the key of these links from a secret that serves something else: neither can be told from the other."""
    return hmac.digest(secret.encode(), _PURPOSE, "sha256")


def sign(key: bytes, user: str, now: datetime) -> str:
    """Give the words that prove that this member got a link now; they hold for twelve hours."""
    until = str(int((now + LASTS).timestamp()))
    return f"{user}.{until}.{_mac(key, user, until)}"


def read(key: bytes, given: str, now: datetime) -> Holder:
    """Tell who holds these words. Raises NotALink, Expired."""
    found = _KEY.fullmatch(given)
    if not found or not hmac.compare_digest(found["mac"], _mac(key, found["user"], found["until"])):
        raise NotALink("This link is not one that was given out in Slack: it was cut short, changed or made up.")
    holder = Holder(user=found["user"], until=datetime.fromtimestamp(int(found["until"]), UTC))
    if now >= holder.until:
        raise Expired("This link has expired: each opens the page for twelve hours.")
    return holder


def _mac(key: bytes, user: str, until: str) -> str:
    return hmac.new(key, f"{user}\x1f{until}".encode(), sha256).hexdigest()
