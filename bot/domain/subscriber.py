"""Subscribers of the status site: whoever asked to be told, by mail or webhook, and said so a second time."""

import hmac
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from hashlib import sha256
from typing import Final

from bot.domain.mail import mail_address
from bot.domain.webhook import webhook_address

PENDING_FOR: Final = timedelta(days=1)
"""How long somebody has to confirm; then nothing is kept of them."""
FAILURES: Final = 3
"""So many deliveries in a row that failed, and a webhook is told nothing more."""
TOKEN_LENGTH: Final = 40


class Means(StrEnum):
    """How a subscriber is told."""

    EMAIL = "email"
    WEBHOOK = "webhook"


class Standing(StrEnum):
    """Where a subscription stands: only a confirmed one is told anything, a disabled one is shown with its trouble."""

    PENDING = "pending"
    CONFIRMED = "confirmed"
    DISABLED = "disabled"


@dataclass(frozen=True, slots=True, kw_only=True)
class Subscriber:
    """One subscriber. `token` opens their page and nobody else's; `failures` counts deliveries that failed in a row."""

    token: str
    means: Means
    address: str
    standing: Standing
    asked_at: datetime
    confirmed_at: datetime | None = None
    failures: int = 0
    trouble: str = ""


def read_address(means: Means, typed: str, *, local: bool) -> str:
    """Read what was typed as an address. Raises Refusal that says what is wrong with it."""
    if means is Means.WEBHOOK:
        return webhook_address(typed, local=local)
    name, _, domain = mail_address(typed).partition("@")
    return f"{name}@{domain.lower()}"


def asked(known: Subscriber | None, means: Means, address: str, key: bytes, now: datetime) -> Subscriber:
    """The subscriber after somebody asked: a new one waits to be confirmed, as does one that was disabled."""
    if known is None:
        token = hmac.new(key, f"subscriber\x1f{means}\x1f{address}\x1f{now.isoformat()}".encode(), sha256).hexdigest()
        return Subscriber(
            token=token[:TOKEN_LENGTH], means=means, address=address, standing=Standing.PENDING, asked_at=now
        )
    return known if known.standing is Standing.CONFIRMED else replace(known, standing=Standing.PENDING, asked_at=now)


def confirmed(subscriber: Subscriber, now: datetime) -> Subscriber:
    """The subscriber after they said a second time that they want to be told."""
    if subscriber.standing is Standing.CONFIRMED:
        return subscriber
    return replace(subscriber, standing=Standing.CONFIRMED, confirmed_at=now, failures=0, trouble="")


def delivered(subscriber: Subscriber) -> Subscriber:
    """The subscriber after a delivery arrived: what failed before is forgotten."""
    return replace(subscriber, failures=0, trouble="")


def failed(subscriber: Subscriber, why: str, *, for_good: bool) -> Subscriber:
    """The subscriber after a delivery failed; disabled `for_good`, or when it was one too many in a row."""
    failures = subscriber.failures + 1
    ended = for_good or failures >= FAILURES
    return replace(
        subscriber,
        failures=failures,
        trouble=why,
        standing=Standing.DISABLED if ended else subscriber.standing,
    )
