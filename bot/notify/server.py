"""The mail server as one address: `smtp://user:password@host:port` or `smtps://…`."""

from dataclasses import dataclass, field
from email.utils import parseaddr
from typing import Final
from urllib.parse import unquote, urlsplit

from bot.domain.errors import Refusal
from bot.domain.mail import mail_address

LOOPBACK: Final = frozenset({"127.0.0.1", "localhost", "::1"})
PORTS: Final = {"smtp": 25, "smtps": 465}
SUBMISSION: Final = 587


@dataclass(frozen=True, slots=True, kw_only=True)
class MailServer:
    """Where mail is handed in, how, and from whom it is: a name and an address.

    `tls` from the first byte on; otherwise STARTTLS where it is offered. A password is given over TLS alone, and
    certificates are checked, except on this machine.
    """

    host: str
    port: int
    tls: bool
    sender: tuple[str, str]
    user: str | None = None
    password: str | None = field(default=None, repr=False)

    @property
    def local(self) -> bool:
        """Whether it runs on this machine."""
        return self.host in LOOPBACK


def mail_server(url: str, mail_from: str) -> MailServer:
    """Read an address, and `Tocsin <tocsin@acme.test>`. Raises ValueError, whose text never has the password in it."""
    parts = urlsplit(url)
    port = parts.port  # raises ValueError by itself, about the port alone
    if parts.scheme not in PORTS or not parts.hostname:
        raise ValueError("must read smtp://user:password@host:port, or smtps://… for TLS from the first byte on")
    if (parts.username is None) != (parts.password is None):
        raise ValueError("has a user without a password, or a password without a user")
    submitted = parts.scheme == "smtp" and parts.username is not None
    return MailServer(
        host=parts.hostname,
        port=port or (SUBMISSION if submitted else PORTS[parts.scheme]),
        tls=parts.scheme == "smtps",
        sender=mail_sender(mail_from),
        user=unquote(parts.username) if parts.username is not None else None,
        password=unquote(parts.password) if parts.password is not None else None,
    )


def mail_sender(text: str) -> tuple[str, str]:
    """Read `Tocsin <tocsin@acme.test>` or the address alone: the name, and the address. Raises ValueError."""
    name, address = parseaddr(text)
    try:
        if not text.isprintable():
            raise ValueError("must be one line")
        return name, mail_address(address)
    except Refusal:
        raise ValueError("must be a mail address, as tocsin@acme.test or Tocsin <tocsin@acme.test>") from None
