"""Mail as an effect: what is written to whom, and which addresses can be written to at all."""

import re
from dataclasses import dataclass
from datetime import timedelta
from typing import Final, Literal

from bot.domain.errors import Refusal
from bot.domain.prose import Words

KEPT_TRYING: Final = timedelta(days=1)
"""How long a mail is tried: a word about an incident that comes later than this misleads."""
ADDRESS_LIMIT: Final = 254
LOCAL_LIMIT: Final = 64

_ATOM: Final = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+"
_LABEL: Final = r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
_ADDRESS: Final = re.compile(rf"(?P<local>{_ATOM}(?:\.{_ATOM})*)@{_LABEL}(?:\.{_LABEL})*")
_HEADER: Final = re.compile(r"[A-Za-z][A-Za-z0-9-]*")
_OURS: Final = frozenset(
    {"auto-submitted", "bcc", "cc", "content-transfer-encoding", "content-type", "date", "from", "message-id"}
    | {"mime-version", "reply-to", "sender", "subject", "to"}
)


@dataclass(frozen=True, slots=True, kw_only=True)
class SendMail:
    """Send one person a mail of plain text, with frozen words; it leaves from `MAIL_FROM`.

    `headers` are added to those of every mail (`List-Unsubscribe`, say). `incident` is the one on whose record a
    refusal goes; a mail to somebody outside names none. `about` says whose mail this is, for whoever reads its receipt.
    """

    to: str
    subject: str
    text: str
    headers: tuple[tuple[str, str], ...] = ()
    incident: int | None = None
    about: str = ""
    kind: Literal["send_mail"] = "send_mail"

    def __post_init__(self) -> None:
        """Refuse a header that every mail has already, and what is no name of one. Raises ValueError."""
        for name, _ in self.headers:
            if not _HEADER.fullmatch(name) or name.lower() in _OURS:
                raise ValueError(f"{name!r} is not a header that a mail can be given")


def mail_address(text: str) -> str:
    """Read one plain mail address, `maya@acme.test`. Raises Refusal for anything else, line breaks and lists included.

    Only ASCII: what few mail servers take is better refused here, where somebody can type another address.
    """
    address = text.strip(" ")
    found = _ADDRESS.fullmatch(address)
    if found is None or len(address) > ADDRESS_LIMIT or len(found["local"]) > LOCAL_LIMIT:
        raise Refusal(Words(address[:ADDRESS_LIMIT]), " is not a mail address. Write one like maya@acme.test.")
    return address
