"""Mail on its way out: SendMail handed to the mail server over SMTP, one connection a mail."""

import asyncio
import contextlib
import hashlib
import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP as SMTP_POLICY
from email.utils import format_datetime
from enum import Enum, auto
from typing import Final

from aiosmtplib import SMTP, SMTPException, SMTPRecipientRefused, SMTPResponseException

from bot.domain.effects import Receipt, Refused, Sent
from bot.domain.errors import Refusal
from bot.domain.mail import SendMail, mail_address
from bot.domain.naming import clean, clean_line
from bot.notify.server import MailServer
from bot.services.ports import Claimed, NotFindable, Remote, RetryLater, Unknown

SECONDS: Final = 10.0  # below what an attempt of the outbox may take
PAUSES: Final = (5.0, 15.0, 60.0, 120.0, 300.0)
SUBJECT_LIMIT: Final = 200
PERMANENT: Final = 500
# Headers stay on one line: a fold in the middle of a long address breaks it for some readers.
POLICY: Final = SMTP_POLICY.clone(max_line_length=998, cte_type="7bit")
NO_SERVER: Final = Refused(error="no mail server", remedy="SMTP_URL is not set, so Tocsin sends no mail.")

log = logging.getLogger(__name__)


class Stage(Enum):
    """How far a mail has come: once its text is being handed over, a lost answer means that it may have been taken."""

    BEFORE = auto()
    HANDED_OVER = auto()
    TAKEN = auto()


@dataclass(slots=True)
class Progress:
    """The stage that one attempt has reached."""

    stage: Stage = Stage.BEFORE


class MailPerformer:
    """The Performer port over SMTP. Without a server every mail is refused, and the refusal says why."""

    def __init__(
        self,
        server: MailServer | None,
        clock: Callable[[], datetime],
        patience: float = SECONDS,
    ) -> None:
        """Prepare; `patience` is how many seconds an attempt may take."""
        self._server = server
        self._clock = clock
        self._patience = patience
        self._last = "no mail was sent since the start"

    def says(self) -> str:
        """Say in a sentence how mail stands."""
        return self._last if self._server is not None else "SMTP_URL is not set: no mail is sent"

    async def perform(self, claimed: Claimed) -> Receipt:
        """Hand a mail over, as the port says; what the server refuses for good is Refused."""
        effect = claimed.outgoing.effect
        if not isinstance(effect, SendMail):
            raise TypeError(f"{claimed.outgoing.id} is no mail")
        if self._server is None:
            return NO_SERVER
        try:
            to = mail_address(effect.to)
        except Refusal:
            return Refused(error="bad address", remedy="What stands there as a mail address is none.")
        begun = claimed.first_sent_at or self._clock()
        return await self._carry(
            self._server, to, composed(effect, to, claimed.outgoing.id, begun, self._server.sender), claimed
        )

    async def look_up(self, claimed: Claimed) -> tuple[Sent, ...]:
        """Raise NotFindable: a mailbox is its owner's."""
        raise NotFindable(f"{claimed.outgoing.id} is a mail, and nobody can look into somebody's mailbox")

    async def remove(self, claimed: Claimed, copy: Remote) -> None:
        """Do nothing: a mail that was taken cannot be called back."""

    async def _carry(self, server: MailServer, to: str, raw: bytes, claimed: Claimed) -> Receipt:
        progress = Progress()
        try:
            async with asyncio.timeout(self._patience):
                await self._hand_over(server, to, raw, progress)
        except SMTPResponseException as said:
            return self._answered_no(said, to, claimed)
        except (SMTPException, OSError) as trouble:  # a TimeoutError is an OSError
            if progress.stage is not Stage.TAKEN:
                raise self._in_trouble(trouble, progress.stage, claimed) from trouble
        self._last = "the last mail was taken"
        return Sent()

    async def _hand_over(self, server: MailServer, to: str, raw: bytes, progress: Progress) -> None:
        client = client_of(server, self._patience)
        try:
            await client.connect()
            await client.mail(server.sender[1])
            await client.rcpt(to)
            progress.stage = Stage.HANDED_OVER
            await client.data(raw)
            progress.stage = Stage.TAKEN
            with contextlib.suppress(SMTPException):
                await client.quit()
        finally:
            client.close()

    def _answered_no(self, said: SMTPResponseException, to: str, claimed: Claimed) -> Receipt:
        reason = f"{said.code} {in_a_line(said.message)}"
        if said.code < PERMANENT:
            self._last = f"the mail server asks to wait: {reason}"
            raise RetryLater(_pause(claimed), reason) from said
        if isinstance(said, SMTPRecipientRefused):
            return Refused(error=str(said.code), remedy=f"The mail server does not take mail for {to}: {reason}.")
        self._last = f"The mail server refuses: {reason}."
        return Refused(error=str(said.code), remedy=self._last)

    def _in_trouble(self, trouble: Exception, stage: Stage, claimed: Claimed) -> Exception:
        """Before the text was handed over nothing was done; after it, the same mail may go once more, ever later."""
        why = f"no answer in {self._patience:g} s" if isinstance(trouble, TimeoutError) else in_a_line(trouble)
        self._last = f"the mail server is in trouble: {why}"
        log.warning("The mail server is in trouble: %s", why)
        if stage is Stage.BEFORE:
            return RetryLater(_pause(claimed), why)
        begun = claimed.first_sent_at or self._clock()
        return Unknown(why, max(_pause(claimed), (self._clock() - begun).total_seconds()))


def client_of(server: MailServer, patience: float) -> SMTP:
    """Make a client, not connected yet, whose every step may take so many seconds.

    A password is never said in the clear, whatever a server offers; on this machine there is no line to tap.
    """
    must_encrypt = True if server.password is not None and not server.local else None
    return SMTP(
        hostname=server.host,
        port=server.port,
        username=server.user,
        password=server.password,
        use_tls=server.tls,
        start_tls=False if server.tls else must_encrypt,
        validate_certs=not server.local,
        local_hostname=server.sender[1].partition("@")[2],
        timeout=patience,
    )


def composed(effect: SendMail, to: str, row: str, begun: datetime, sender: tuple[str, str]) -> bytes:
    """Write a mail as it goes over the wire: the same at every attempt, its Message-ID included.

    `begun` is when it was first tried. No line break of a subject, a name or a header survives.
    """
    name, address = sender
    local, _, domain = address.partition("@")
    mail = EmailMessage(policy=POLICY)
    mail["From"] = Address(display_name=clean_line(name), username=local, domain=domain)
    mail["To"] = to
    mail["Subject"] = clean_line(effect.subject)[:SUBJECT_LIMIT]
    mail["Date"] = format_datetime(begun)
    mail["Message-ID"] = message_id(row, begun, domain)
    mail["Auto-Submitted"] = "auto-generated"
    for header, value in effect.headers:
        mail[header] = clean_line(value)
    mail.set_content(clean(effect.text) + "\n")
    return mail.as_bytes()


def message_id(row: str, begun: datetime, domain: str) -> str:
    """Name a mail by its outbox row, and by when it was first tried: a new database numbers its incidents anew."""
    digest = hashlib.sha256(f"{row}\n{int(begun.timestamp())}".encode()).hexdigest()
    return f"<{digest[:32]}@{domain}>"


def _pause(claimed: Claimed) -> float:
    return PAUSES[min(claimed.attempts, len(PAUSES)) - 1]


def in_a_line(said: object) -> str:
    """Bring what a server or a library says onto one short line without a full stop."""
    return clean_line(str(said))[:200].rstrip(".")
