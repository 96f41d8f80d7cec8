"""Telling subscribers, as effects: one that tells all of them, and one that posts to a webhook; which addresses may be.

Whoever subscribes a webhook names an address that this machine then posts to. It must not become a way into the network
that this machine stands in, so only addresses of the whole world are posted to.
"""

import re
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address
from typing import Final, Literal

from bot.domain.errors import Refusal

ADDRESS_LIMIT: Final = 500
_LABEL: Final = r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
_ADDRESS: Final = re.compile(
    rf"(?P<scheme>https?)://(?P<host>{_LABEL}(?:\.{_LABEL})*\.?|\[[0-9A-Fa-f:.]+\])(?P<port>:[0-9]{{1,5}})?"
    r"(?P<rest>[/?][A-Za-z0-9._~:/?@!$&'()*+,;=%-]*)?"
)
_LEAD_ELSEWHERE: Final = tuple(IPv6Network(each) for each in ("64:ff9b::/32", "2002::/16", "2001::/32"))
"""Addresses that stand for IPv4 ones: they may lead back into a private network."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TellSubscribers:
    """Tell every subscriber something that is public: an incident's update by number, or planned maintenance by id.

    `status` is what the maintenance must have come to. What is told is read from the state when it is performed, with
    the public's eyes, so that nothing else can be in it.
    """

    incident: int | None = None
    update: int = 0
    maintenance: str = ""
    status: str = ""
    kind: Literal["tell_subscribers"] = "tell_subscribers"


@dataclass(frozen=True, slots=True, kw_only=True)
class PostToWebhook:
    """Post JSON to a subscriber (by token); with a `challenge` its answer must have that in it."""

    subscriber: str
    url: str
    body: str
    challenge: str = ""
    kind: Literal["post_to_webhook"] = "post_to_webhook"


ToSubscribers = TellSubscribers | PostToWebhook


def webhook_address(typed: str, *, local: bool) -> str:
    """Read a webhook's address: https, no user, no private host. Raises Refusal.

    `local`, on a machine where everything is a stand-in, takes http and this machine, too.
    """
    address = typed.strip(" ")
    found = _ADDRESS.fullmatch(address)
    if found is None or len(address) > ADDRESS_LIMIT:
        raise Refusal("That is not an address that can be posted to. Write one like https://example.com/hooks/status.")
    if found["scheme"] != "https" and not local:
        raise Refusal("A webhook's address has to begin with https://, so that nobody can change what it is sent.")
    host = found["host"].strip("[]").rstrip(".")
    if not local and not _named_outside(host):
        raise Refusal("That address is inside a private network, and only public ones are posted to.")
    return address


def may_be_posted_to(address: str) -> bool:
    """Whether an IP address belongs to the whole world: not this machine's, its network's, or one that leads there."""
    try:
        found: IPv4Address | IPv6Address = ip_address(address.partition("%")[0])
    except ValueError:
        return False
    if isinstance(found, IPv6Address):
        if found.ipv4_mapped is not None:
            return False
        if any(found in each for each in _LEAD_ELSEWHERE):
            return False
    return found.is_global and not found.is_multicast and not found.is_reserved


def _named_outside(host: str) -> bool:
    """Whether a host is not private by its name already; what a name leads to is looked at when it is posted to."""
    try:
        ip_address(host)
    except ValueError:
        return "." in host and not host.lower().endswith((".localhost", ".local", ".internal"))
    return may_be_posted_to(host)
