"""What a transaction saves of an attempt: the row's new state, and what the receipt changes in the incident."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from bot.domain.bundling import Folding
from bot.domain.delivery import LEAVES, Leaves
from bot.domain.effects import Receipt, Refused, SendPage, Sent
from bot.services import receipts
from bot.services.attempt import Absent, Answered, Broke, Lost, Outcome, PutOff, Verified
from bot.services.bundling import bundle_up
from bot.services.ports import Claimed, Remote, Tx

FAILURES: Final = 5
LOOK_AFTER: Final = timedelta(seconds=2)
LOOK_AT_LEAST_EVERY: Final = timedelta(seconds=30)
LANDING: Final = timedelta(seconds=30)  # longer than a call that we gave up on may take to land
VERIFY_AFTER: Final = LANDING
BROKEN_HERE: Final = Refused(
    error="a fault in Tocsin", remedy="It was tried five times and will not be tried again; the log says more."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Recorded:
    """Whether the row was still ours to complete (`held`), and the copies that are to be removed from Slack.

    `folded` tells which rows go together from now on, if it was turned away and any do.
    """

    held: bool
    extra: tuple[Remote, ...] = ()
    folded: Folding | None = None


def record(tx: Tx, claimed: Claimed, outcome: Outcome, now: datetime) -> Recorded:
    """Save what came of an attempt."""
    match outcome:
        case Answered(receipt=receipt, extra=extra):
            return _answered(tx, claimed, receipt, extra, now)
        case PutOff(seconds=seconds, why=why):
            return _put_off(tx, claimed, now + timedelta(seconds=seconds), why)
        case Lost(why=why, seconds=seconds):
            again_at = now + (timedelta(seconds=seconds) or _delay(claimed.attempts))
            return Recorded(held=_lost(tx, claimed, again_at, why))
        case Absent():
            return Recorded(held=_absent(tx, claimed, now))
        case Verified(keep=keep, extra=extra):
            return Recorded(held=tx.mark_verified(claimed, keep), extra=extra)
        case Broke(why=why):
            return Recorded(held=_broke(tx, claimed, why, now))


def record_without_effects(tx: Tx, claimed: Claimed, outcome: Outcome, now: datetime) -> Recorded:
    """Save an attempt when what its receipt changes cannot be worked out: the row's end, and that there is trouble."""
    tx.hold_for(claimed.outgoing.effect)
    if isinstance(outcome, Answered):
        held = _complete(tx, claimed, outcome.receipt, now)
    else:
        held = tx.mark_failed(claimed, BROKEN_HERE.error, dead=True)
    tx.save(receipts.trouble(tx, claimed.outgoing, BROKEN_HERE, now))
    return Recorded(held=held)


def taken(outcome: Outcome) -> bool:
    """Tell whether an attempt ended with what was asked for standing where it belongs."""
    return isinstance(outcome, Answered) and isinstance(outcome.receipt, Sent) and not _skipped(outcome.receipt)


def _answered(tx: Tx, claimed: Claimed, receipt: Receipt, extra: tuple[Remote, ...], now: datetime) -> Recorded:
    if _complete(tx, claimed, receipt, now):
        if not _skipped(receipt):
            tx.save(receipts.apply(tx, claimed.outgoing, receipt, now))
        return Recorded(held=True, extra=extra)
    mine = _place(receipt)
    leaves_message = LEAVES[type(claimed.outgoing.effect)] is Leaves.MESSAGE
    too_many = mine is not None and leaves_message and _is_extra(tx, claimed.outgoing.id, mine, now)
    return Recorded(held=False, extra=(*extra, mine) if mine is not None and too_many else extra)


def _complete(tx: Tx, claimed: Claimed, receipt: Receipt, now: datetime) -> bool:
    """End the row; False if another process holds it by now."""
    if receipts.may_change_incidents(claimed.outgoing.effect, receipt):
        tx.hold_for(claimed.outgoing.effect)
    if isinstance(receipt, Refused):
        return tx.mark_failed(claimed, f"{receipt.error}: {receipt.remedy}", dead=False)
    if why := _skipped(receipt):
        return tx.mark_skipped(claimed, why)
    leaves = LEAVES[type(claimed.outgoing.effect)]
    verify_at = now + VERIFY_AFTER if leaves is Leaves.MESSAGE else None
    return tx.mark_sent(claimed, _place(receipt), now, verify_at=verify_at)


def _is_extra(tx: Tx, row: str, mine: Remote, now: datetime) -> bool:
    """Whether our copy is one too many, now that somebody else holds the row.

    While they still look for it they may find and adopt ours, so then nothing is removed before it is verified.
    """
    stands = tx.sent(row)
    if stands is None and tx.is_waiting(row):
        tx.verify_later(row, now + VERIFY_AFTER)
        return False
    return stands != mine


def _put_off(tx: Tx, claimed: Claimed, again_at: datetime, why: str) -> Recorded:
    if claimed.sent is not None:
        tx.verify_later(claimed.outgoing.id, again_at)
        return Recorded(held=True)
    held = tx.release(claimed, again_at, why)
    effect = claimed.outgoing.effect
    return Recorded(held=held, folded=bundle_up(tx, effect) if held and isinstance(effect, SendPage) else None)


def _lost(tx: Tx, claimed: Claimed, again_at: datetime, why: str) -> bool:
    if claimed.sent is not None:
        tx.verify_later(claimed.outgoing.id, again_at)
        return True
    if LEAVES[type(claimed.outgoing.effect)] is Leaves.STATE:
        return tx.release(claimed, again_at, why)
    return tx.mark_unknown(claimed, again_at, why)


def _absent(tx: Tx, claimed: Claimed, now: datetime) -> bool:
    """Send it again; but one that is not wanted any more is waited for as long as it could still land."""
    landed_by = (claimed.first_sent_at or now) + LANDING
    if claimed.withdrawn and now < landed_by:
        return tx.mark_unknown(claimed, landed_by, "withdrawn; it may still land")
    return tx.release(claimed, now, "looked up: it is not there")


def _broke(tx: Tx, claimed: Claimed, why: str, now: datetime) -> bool:
    again_at = now + timedelta(seconds=2**claimed.failures)
    if claimed.sent is not None:
        return tx.mark_verified(claimed, None)
    if claimed.failures + 1 >= FAILURES:
        tx.hold_for(claimed.outgoing.effect)
        held = tx.mark_failed(claimed, why, dead=True)
        if held:
            tx.save(receipts.apply(tx, claimed.outgoing, BROKEN_HERE, now))
        return held
    if LEAVES[type(claimed.outgoing.effect)] is Leaves.STATE:
        return tx.release(claimed, again_at, why, broke=True)
    return tx.mark_unknown(claimed, again_at, why, broke=True)


def _delay(attempts: int) -> timedelta:
    return min(LOOK_AFTER * (1 << min(attempts - 1, 10)), LOOK_AT_LEAST_EVERY)


def _skipped(receipt: Receipt) -> str:
    return dict(receipt.facts).get("skipped", "") if isinstance(receipt, Sent) else ""


def _place(receipt: Receipt) -> Remote | None:
    if isinstance(receipt, Sent) and receipt.channel:
        return Remote(channel=receipt.channel, ts=receipt.ts)
    return None
