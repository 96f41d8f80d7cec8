"""kill -9 at any point of a declaration, then a new start: everything arrives, and arrives once.

Checkpoints are passed before and after every commit and every call. The ones tried in a run are spread over the whole
declaration; the environment's FAULTS=full tries each of them.
"""

import os
import socket
from collections import Counter
from pathlib import Path

import pytest

from bot.sandbox.models import Message
from tests.faults.process import Field, a_field

FULL = os.environ.get("FAULTS") == "full"
POINTS = range(1, 90) if FULL else (1, 2, 4, 7, 12, 20, 32, 48)
RECONCILED = 45
"""Seconds after the restart within which everything has arrived."""


def free_port() -> int:
    """A port that nobody uses."""
    with socket.socket() as trial:
        trial.bind(("127.0.0.1", 0))
        number: int = trial.getsockname()[1]
        return number


@pytest.mark.parametrize("point", POINTS)
async def test_killed_while_declaring_everything_arrives_once(tmp_path: Path, point: int) -> None:
    async with a_field(tmp_path, free_port()) as here:
        await here.start()
        await here.killed_at(point)
        ana = here.people["ana"]
        await ana.command("/incident declare sev1 checkout Cards are declined", channel="general")
        await here.slack.until(
            lambda: here.process is not None and (here.process.returncode is not None or arrived(here)),
            timeout=15,
            why="the kill, or the end of what there is to be killed in",
        )
        await here.start_again() if await here.ended() else None
        if not here.rows("SELECT 1 FROM incident"):
            await ana.command("/incident declare sev1 checkout Cards are declined", channel="general")
        here.move_clock(RECONCILED)

        await here.slack.until(lambda: arrived(here), timeout=30, why="everything to arrive")
        here.move_clock(RECONCILED)
        await here.slack.until(lambda: settled(here), timeout=30, why="nothing to be left open")

        assert_once(here)
        assert await here.stop() == 0
        assert not here.slack.unexpected, here.slack.unexpected


def arrived(here: Field) -> bool:
    """Whether both rooms, the cards and the page stand."""
    names = {channel.name for channel in here.slack.channels}
    if not {"inc-1-cards-are-declined", "inc-1-updates"} <= names:
        return False
    return settled(here) and bool(here.people["maya"].dms)


def settled(here: Field) -> bool:
    """Whether nothing is left open in the outbox."""
    (count,) = here.rows("SELECT count(*) FROM outbox WHERE state IN ('ready', 'sending', 'unknown')")[0]
    return count == 0


def assert_once(here: Field) -> None:
    """One incident, one of each channel, each message once."""
    assert here.rows("SELECT count(*) FROM incident") == [(1,)]
    made = Counter(channel.name for channel in here.slack.channels if channel.name.startswith("inc-"))
    assert made == {"inc-1-cards-are-declined": 1, "inc-1-updates": 1}
    for channel in [*here.slack.channels]:
        twice = [text for text, number in Counter(said(here, channel.messages)).items() if number > 1]
        assert not twice, f"#{channel.name} reads twice: {twice}"
    pages = [message for message in here.people["maya"].dms if "Why you" in message.plain]
    assert len(pages) == 1
    assert len(here.people["ana"].dms) == 1
    war_room = here.slack.channel("inc-1-cards-are-declined")
    assert len(war_room.pins) == 1
    assert here.people["maya"].id in war_room.members
    assert here.people["ana"].id in war_room.members


def said(here: Field, messages: list[Message]) -> list[str]:
    """What the bot itself has posted."""
    return [message.text for message in messages if message.user == here.slack.bot_user and message.text]


def paged(here: Field, name: str) -> list[Message]:
    """The pages in somebody's direct messages."""
    return [message for message in here.people[name].dms if "Why you" in message.plain]


def overdue(here: Field) -> bool:
    """Whether an escalation has yet to fire that was due before the restart."""
    fired = here.rows("SELECT count(*) FROM timer WHERE kind = 'escalate' AND state = 'fired'")
    return fired != [(5,)]


async def test_a_restart_with_many_overdue_timers_fires_each_once_and_in_order(tmp_path: Path) -> None:
    async with a_field(tmp_path, free_port()) as here:
        await here.start()
        ana = here.people["ana"]
        for number in range(1, 6):
            await ana.command(f"/incident declare sev1 checkout Number {number}", channel="general")
        await here.slack.until(lambda: len(paged(here, "maya")) == 5, timeout=30, why="five pages")
        assert here.process is not None
        here.process.kill()
        await here.process.wait()
        here.move_clock(9 * 60)

        await here.start_again()
        await here.slack.until(
            lambda: len(paged(here, "leon")) >= 5 and not overdue(here), timeout=60, why="the next tier of each"
        )

        assert len(paged(here, "leon")) == 5, "each escalated once"
        assert not here.people["dana"].dms, "no cascade through the tiers slept through"
        slept = here.rows("SELECT count(*) FROM timeline WHERE body LIKE '%Tocsin was not running%'")
        assert slept == [(5,)]
