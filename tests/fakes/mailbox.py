"""A real mail server on this machine, and the mailboxes behind it: what arrived, and what a test has it do."""

import asyncio
import ssl
from collections import defaultdict
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path

from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

CERTIFICATE = Path(__file__).parent.parent / "notify" / "local.pem"


@dataclass(slots=True)
class Mailbox:
    """The server. `answers` are given to the next mails for an address instead of taking them; `hold` keeps it silent.

    With `hold_after` it takes the mail and then keeps silent, so that whoever sent it cannot know.
    """

    port: int = 0
    host: str = "127.0.0.1"
    tls: bool = False
    login: tuple[str, str] | None = None
    arrived: list[tuple[str, EmailMessage]] = field(default_factory=list)
    answers: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    hold: asyncio.Event | None = None
    hold_after: asyncio.Event | None = None
    asked: int = 0
    most_at_once: int = 0
    secure: list[bool] = field(default_factory=list)
    _server: asyncio.Server | None = None
    _flying: int = 0

    async def start(self) -> "Mailbox":
        """Listen, on the same port as before if it has listened already."""
        loop = asyncio.get_running_loop()
        self._server = await loop.create_server(self._protocol, self.host, self.port)
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    async def stop(self) -> None:
        """Hang up."""
        if self._server is not None:
            self._server.close()

    @property
    def url(self) -> str:
        """Where it listens, as a setting."""
        return f"smtp://{self.host}:{self.port}"

    def to(self, address: str) -> list[EmailMessage]:
        """What has arrived for somebody."""
        return [mail for to, mail in self.arrived if to == address]

    async def handle_RCPT(  # noqa: N802 - aiosmtpd's name
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        self.asked += 1
        self._flying += 1
        self.most_at_once = max(self.most_at_once, self._flying)
        try:
            if self.hold is not None:
                await self.hold.wait()
        finally:
            self._flying -= 1
        if self.answers[address]:
            return self.answers[address].pop(0)
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, _server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802 - the same
        content = envelope.content
        assert isinstance(content, bytes)
        mail = message_from_bytes(content, _class=EmailMessage, policy=default)
        self.secure.append(session.ssl is not None)
        self.arrived += [(address, mail) for address in envelope.rcpt_tos]
        if self.hold_after is not None:
            await self.hold_after.wait()
        return "250 OK"

    def _protocol(self) -> SMTP:
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        if self.tls:
            context.load_cert_chain(CERTIFICATE)
        return SMTP(
            self,
            hostname="mail.local",
            ident="a mail server of the tests",
            tls_context=context if self.tls else None,
            authenticator=self._knows if self.login else None,
            auth_required=self.login is not None and self.tls,
            loop=asyncio.get_running_loop(),
        )

    def _knows(self, _server: SMTP, _session: Session, _envelope: Envelope, _kind: str, given: object) -> AuthResult:
        assert isinstance(given, LoginPassword)
        known = self.login == (given.login.decode(), given.password.decode())
        return AuthResult(success=known)
