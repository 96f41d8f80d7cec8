"""Two processes on one PostgreSQL while Slack enforces its limits: together they ask no more than one may."""

import json
from collections import Counter
from collections.abc import Callable, Iterable
from pathlib import Path

import pytest

from bot.sandbox.jsons import as_object, as_objects
from tests.faults.declared import copies
from tests.faults.process import Field, a_field
from tests.faults.test_replicas import assert_once, sends
from tests.size import FULL, PATIENT

INCIDENTS = 8 if FULL else 3
"""Each adds eight bookmarks, of which Slack takes 20 a minute; all are there before a tier's five minutes."""
MORE = 4 if FULL else 2
STEPS = 60
STEP = 15.0
A_WHILE = 1.5
RETRY_AFTER = 120
UNDER_WAY = 5
"""Seconds within which a call that had been let through before may still arrive on a busy machine."""


@pytest.mark.full_size
async def test_two_replicas_together_keep_to_slacks_limits(
    tmp_path: Path, fresh_postgres: str, record_property: Callable[[str, object], None]
) -> None:
    record_property("row", "3")
    record_property("on", "PostgreSQL")
    async with a_field(tmp_path, database=fresh_postgres) as here:
        await here.start()
        second = await here.start_beside()
        await here.slack.connected(connections=2)
        await here.slack.until(lambda: know_each_other(here), timeout=PATIENT, why="the first to learn of the second")
        here.slack.web_api.limits.on = True

        await declare(here, (f"Number {number}" for number in range(INCIDENTS)))
        await settle(here)
        assert_once(here, INCIDENTS)
        assert refused(here) == Counter()

        maya = here.people["maya"].id
        here.slack.faults.add(
            "chat.postMessage", "429", retry_after=RETRY_AFTER, times=1, when=lambda call: call["channel"] == maya
        )
        await declare(here, (f"Limited {number}" for number in range(MORE)))
        await here.slack.until(lambda: waiting(here) >= MORE, timeout=30, why="every page to be put off")
        told = next(call.at for call in here.slack.calls("chat.postMessage") if call.status == 429)
        assert not [call for call in here.slack.calls("chat.postMessage") if call.at > told + UNDER_WAY]
        await at_rest(here)
        here.move_clock(RETRY_AFTER)
        await settle(here)
        assert_once(here, INCIDENTS + MORE)
        assert refused(here) == Counter({"chat.postMessage": 1})
        assert not {row: copy for row, copy in copies(here).items() if copy > 1}
        first = here.process
        assert first is not None
        shares = " and ".join([f"{await sends(each):.0f}" for each in (first, second)])
        record_property(
            "shown",
            f"two processes carried out {shares} effects of {INCIDENTS + MORE} incidents: Slack, which enforced its "
            f"limits, refused none; a Retry-After of {RETRY_AFTER} s told to one held for both; 0 lost, 0 doubled",
        )


async def declare(here: Field, lines: Iterable[str]) -> None:
    """Have Ana declare an incident with each of these lines, one after the other."""
    for line in lines:
        assert not (await here.declare(line)).ack.error


async def settle(here: Field) -> None:
    """Move the clock until nothing is left open, but never while a call is on its way.

    Such a call would be counted here before the jump and by Slack after it: to both it would have taken as long as the
    jump, and what was used up meanwhile is there again for one of them alone.
    """
    for _ in range(STEPS):
        if await here.slack.changed.wait_for(here.settled, A_WHILE):
            return
        await at_rest(here)
        here.move_clock(STEP)
    raise AssertionError(f"Still open: {here.left_open()}")


async def at_rest(here: Field) -> None:
    """Wait until no call to Slack is on its way."""
    await here.slack.until(lambda: not under_way(here), timeout=30, why="the calls that are on their way to arrive")


def know_each_other(here: Field) -> bool:
    """Whether each replica has looked who else is there since the last of them came."""
    since = "SELECT count(*) FROM replica WHERE seen_at > (SELECT max(started_at) FROM replica)"
    return here.rows(since) == [(2,)]


def under_way(here: Field) -> bool:
    """Whether a call to Slack is being made."""
    return here.rows("SELECT count(*) FROM outbox WHERE state = 'sending'") != [(0,)]


def refused(here: Field) -> Counter[str]:
    """How often Slack has said that there is too much of which method."""
    return Counter(call.method for call in here.slack.calls() if call.status == 429)


def waiting(here: Field) -> int:
    """How many pages were put off and wait for their time, alone or with others."""
    put_off = "SELECT payload FROM outbox WHERE kind IN {} AND state = 'ready' AND not_before IS NOT NULL"
    found = here.rows(put_off.format("('send_page', 'send_bundle')"))
    return sum(len(as_objects(as_object(json.loads(str(payload))).get("asks"))) or 1 for (payload,) in found)
