"""Subscribers of the status site: asked, confirmed, unsubscribed, and what becomes of those who cannot be reached."""

import json
import logging
import re
from datetime import datetime
from hashlib import sha256
from typing import Final

from bot.domain import subscriber as rules
from bot.domain.change import Change
from bot.domain.effects import Effect, Outgoing, Priority, Receipt, Refused, Sent
from bot.domain.errors import Refusal
from bot.domain.mail import KEPT_TRYING, SendMail
from bot.domain.subscriber import Means, Standing, Subscriber
from bot.domain.webhook import PostToWebhook
from bot.services.ports import Desk, Tx
from bot.services.site import Site

ABOUT: Final = "subscriber:"
TOKEN: Final = re.compile(f"[0-9a-f]{{{rules.TOKEN_LENGTH}}}")
ANSWERED: Final = ("challenge", "answered")
GONE: Final = "410"
OFF: Final = "There is no status site here, so nobody can be subscribed to it."
NO_MAIL: Final = "No mail is sent from here, so nothing was done. The feed at /status.atom tells the same."

log = logging.getLogger(__name__)


async def subscribe(desk: Desk, means: Means, typed: str) -> None:
    """Note that somebody asked to be told, and ask them to confirm it. Raises Refusal for what is no address.

    Whether the address was known is never told to whoever asks, only to the address itself.
    """
    site, now, directory = site_of(desk), desk.clock(), desk.directory()
    if means is Means.EMAIL and not desk.mails:
        raise Refusal(NO_MAIL)
    address = rules.read_address(means, typed, local=site.local)
    name = directory.workspace.status_name or "Status"

    def write(tx: Tx) -> None:
        subscriber = rules.asked(tx.subscriber_at(means, address), means, address, site.key, now)
        tx.save_subscriber(subscriber)
        effect = _mailed(desk, site, name, subscriber) if means is Means.EMAIL else _challenge(site, subscriber)
        tx.save(Change(outgoing=(row(desk, subscriber, f"asked:{subscriber.standing}:{now.isoformat()}", effect),)))

    await desk.store.write(write)


async def find(desk: Desk, token: str) -> Subscriber | None:
    """Give the subscriber whom a token belongs to; None where nobody has it (any more)."""
    site_of(desk)
    if not TOKEN.fullmatch(token):
        return None
    return await desk.store.read(lambda tx: tx.subscriber(token))


async def confirm(desk: Desk, token: str) -> Subscriber | None:
    """Note that somebody said a second time that they want to be told; None where the token is nobody's."""
    now = desk.clock()
    if await find(desk, token) is None:
        return None

    def write(tx: Tx) -> Subscriber | None:
        known = tx.subscriber(token)
        if known is None or known.standing is Standing.DISABLED:
            return known
        tx.save_subscriber(rules.confirmed(known, now))
        return tx.subscriber(token)

    return await desk.store.write(write)


async def unsubscribe(desk: Desk, token: str) -> None:
    """Keep nothing of somebody, and tell them nothing more, be there a site or not; a token of nobody is as good."""
    if not TOKEN.fullmatch(token):
        return
    if await desk.store.read(lambda tx: tx.subscriber(token)) is not None:
        await desk.store.write(lambda tx: tx.remove_subscriber(token))


def site_of(desk: Desk) -> Site:
    """The site that somebody subscribes to. Raises Refusal where there is none."""
    if desk.site is None or not desk.directory().workspace.status_site:
        raise Refusal(OFF)
    return desk.site


def page_of(site: Site, subscriber: Subscriber) -> str:
    """The address of a subscriber's own page."""
    return f"{site.base()}/status/subscriptions/{subscriber.token}"


def unsubscribe_of(site: Site, subscriber: Subscriber) -> str:
    """The address at which one post unsubscribes (RFC 8058)."""
    return f"{page_of(site, subscriber)}/unsubscribe"


def mail(site: Site, subscriber: Subscriber, subject: str, text: str) -> SendMail:
    """A mail to a subscriber, with which one click unsubscribes."""
    return SendMail(
        to=subscriber.address,
        subject=subject,
        text=text,
        headers=(
            ("List-Unsubscribe", f"<{unsubscribe_of(site, subscriber)}>"),
            ("List-Unsubscribe-Post", "List-Unsubscribe=One-Click"),
        ),
        about=f"{ABOUT}{subscriber.token}",
    )


def row(desk: Desk, subscriber: Subscriber, key: str, effect: Effect) -> Outgoing:
    """A row of the outbox for one subscriber; it goes in order, is tried for a day, and lets our own go first."""
    return Outgoing(
        id=f"subscriber:{subscriber.token}:{key}",
        stream=f"subscriber:{subscriber.token}",
        effect=effect,
        priority=Priority.LOW,
        expires_at=desk.clock() + KEPT_TRYING,
    )


def ended(tx: Tx, effect: Effect, receipt: Receipt, now: datetime) -> Change | None:
    """What the end of a row means for its subscriber; None where it was for none."""
    match effect:
        case SendMail(about=about) if about.startswith(ABOUT):
            known = tx.subscriber(about.removeprefix(ABOUT))
            return _mail_ended(tx, known, effect, receipt) if known else Change()
        case PostToWebhook(subscriber=token):
            known = tx.subscriber(token)
            return _webhook_ended(tx, known, receipt, now) if known else Change()
        case _:
            return None


def _mail_ended(tx: Tx, known: Subscriber, effect: SendMail, receipt: Receipt) -> Change:
    """Disable an address that the mail server cannot deliver to; a server's own trouble is not the address's."""
    if isinstance(receipt, Sent):
        return Change()
    if receipt.error == "bad address" or effect.to in receipt.remedy:
        return _disabled(tx, rules.failed(known, f"{receipt.error}: {receipt.remedy}", for_good=True))
    log.warning("A subscriber was not told: %s (%s)", receipt.error, receipt.remedy)
    return Change()


def _webhook_ended(tx: Tx, known: Subscriber, receipt: Receipt, now: datetime) -> Change:
    """Confirm a webhook that answered its challenge; disable one that fails again and again, or is gone."""
    if isinstance(receipt, Refused):
        failed = rules.failed(known, f"{receipt.error}: {receipt.remedy}", for_good=receipt.error == GONE)
        return _disabled(tx, failed) if failed.standing is Standing.DISABLED else _kept(tx, failed)
    return _kept(tx, rules.confirmed(known, now) if ANSWERED in receipt.facts else rules.delivered(known))


def _kept(tx: Tx, subscriber: Subscriber) -> Change:
    tx.save_subscriber(subscriber)
    return Change()


def _disabled(tx: Tx, subscriber: Subscriber) -> Change:
    """Tell somebody nothing more. Of an address that never said so itself nothing is kept: strangers can name any."""
    if subscriber.confirmed_at is None:
        tx.remove_subscriber(subscriber.token)
        return Change()
    log.warning("A subscriber by %s is told nothing more: %s", subscriber.means.value, subscriber.trouble)
    tx.save_subscriber(subscriber)
    return Change(withdraw=(f"subscriber:{subscriber.token}:*",))


def _mailed(desk: Desk, site: Site, name: str, subscriber: Subscriber) -> SendMail:
    again = subscriber.standing is Standing.CONFIRMED
    context: dict[str, object] = {"name": name, "status": f"{site.base()}/status", "page": page_of(site, subscriber)}
    text = desk.render(f"subscriber_mail/{'again' if again else 'confirm'}.txt.j2", context)
    said = f"{name}: you are subscribed" if again else f"{name}: please confirm that you want to be told"
    return mail(site, subscriber, said, text)


def _challenge(site: Site, subscriber: Subscriber) -> PostToWebhook:
    challenge = sha256(subscriber.token.encode()).hexdigest()[:32]
    body = {
        "meta": {"unsubscribe": unsubscribe_of(site, subscriber), "documentation": f"{site.base()}/status"},
        "challenge": challenge,
        "confirm": page_of(site, subscriber),
    }
    wanted = "" if subscriber.standing is Standing.CONFIRMED else challenge
    return PostToWebhook(subscriber=subscriber.token, url=subscriber.address, body=json.dumps(body), challenge=wanted)
