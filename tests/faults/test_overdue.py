"""A restart long after a thousand timers were due: each fires once, and nobody is paged for tiers slept through.

What has to be sent then goes as Slack's limits let it. The clock stands still, so that nothing here depends on how fast
the machine is.
"""

import asyncio
import re
from collections import Counter
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from itertools import cycle, islice
from pathlib import Path

import pytest
from sqlalchemy import text

from bot.domain.change import Change, Timer, TimerKind
from bot.domain.declaring import Declare
from bot.domain.directory import Directory
from bot.domain.escalating import SLEPT
from bot.domain.page import AskState
from bot.domain.prose import Who
from bot.services.incidents import declare_in
from bot.services.ports import Render, Tx
from tests.fakes.clock import FakeClock
from tests.fakes.store import file_store
from tests.scenarios.world import NIGHT, World, world
from tests.size import promised_in_full_size

pytestmark = pytest.mark.alone

INCIDENTS = 102
TIMERS_EACH = 10
"""The end of the tier, half of it; three for each of two promises; the summary, and the reminder before it."""
MORNING = NIGHT + timedelta(hours=8)
WAIT = timedelta(minutes=5)
NEXT_TIER = {"checkout": "leon", "sign-in": "sam"}
"""Whom each journey pages after the first."""
BURST = 5
"""Messages that a channel takes at once; then it takes one a second."""
A_SECOND = 1.02
"""And a hair, since who was turned away comes back a hair after there is room."""
FIRED = re.compile(r"^tocsin_timer_lateness_seconds_count (\d+)", re.MULTILINE)
PAGE_MAY_GO = (
    "SELECT id FROM outbox WHERE kind IN ('send_page', 'send_bundle') AND "
    "(state = 'sending' OR (state = 'ready' AND (not_before IS NULL OR not_before <= :now)))"
)


async def test_a_thousand_overdue_timers_fire_once_each_without_a_cascade(
    tmp_path: Path, record_property: Callable[[str, object], None]
) -> None:
    record_property("row", "19")
    record_property("on", "SQLite")
    overdue = await slept_through(tmp_path)
    assert len(overdue) == INCIDENTS * TIMERS_EACH >= 1000

    async with world(tmp_path, start=MORNING) as here:
        began = asyncio.get_running_loop().time()
        await here.slack.until(lambda: not still_due(here), timeout=60, why="everything that is overdue to fire")
        seconds = asyncio.get_running_loop().time() - began
        promised_in_full_size(seconds, 5, "seconds until the last had fired")
        record_property("shown", f"{len(overdue)} overdue timers fired {seconds:.1f} s after the restart was ready")

        await each_fired_once_at_the_restart(here, overdue)
        await each_page_went_one_tier_further(here)
        await pages_follow_the_limits(here)
        assert rows(here, "SELECT id FROM outbox WHERE state IN ('failed', 'dead', 'unknown')") == []
        assert not here["dana"].dms, "nobody is paged for tiers slept through"


async def each_fired_once_at_the_restart(here: World, overdue: Mapping[str, Timer]) -> None:
    """Each has fired, or one that fired spoke for it: the two promises that fall due together are one message."""
    now = rows(here, "SELECT id, state, fired_at FROM timer WHERE due_at <= :now AND kind != 'undelivered'")
    states = Counter(state for _, state, _ in now)
    assert {name for name, _, _ in now} == set(overdue), "nothing new was set that is due already: no cascade"
    assert {at for _, state, at in now if state == "fired"} == {bound(here.clock.now)}
    spoken_for = {overdue[str(name)].kind for name, state, _ in now if state == "cancelled"}
    assert spoken_for <= {TimerKind.CLOCK_DUE, TimerKind.CLOCK_LATE}
    assert states["fired"] + states["cancelled"] == len(overdue)
    async with here.http.get(f"http://127.0.0.1:{here.bot.port}/metrics") as answer:
        counted = FIRED.search(await answer.text())
    assert counted is not None
    assert int(counted[1]) == states["fired"], "by the bot's own count none fired twice"


async def each_page_went_one_tier_further(here: World) -> None:
    """The next tier was asked, has its whole wait from now on, and nobody after it was asked."""
    pages = await here.bot.store.read(lambda tx: [tx.pages_of(number)[0] for number in range(1, INCIDENTS + 1)])
    assert {page.next_due for page in pages} == {here.clock.now + WAIT}
    asked = Counter(tuple(ask.who.person for ask in page.asks) for page in pages)
    assert asked == {("maya", "leon"): INCIDENTS // 2, ("leon", "sam"): INCIDENTS // 2}
    assert {tuple(ask.state for ask in page.asks) for page in pages} == {(AskState.MISSED, AskState.WAITING)}
    ends = rows(here, "SELECT due_at FROM timer WHERE kind = 'escalate' AND state = 'pending'")
    assert ends == [(bound(here.clock.now + WAIT),)] * INCIDENTS


async def pages_follow_the_limits(here: World) -> None:
    """Five at once to each person, then one message a second: one page, and all others in as few as they fit into."""
    each = INCIDENTS // len(NEXT_TIER)
    for second in range((each - BURST) // 2):
        await here.slack.until(lambda: not rows(here, PAGE_MAY_GO), timeout=20, why="the pages that may go")
        assert max(sent_in_each(here).values()) <= BURST + second
        here.clock.advance(A_SECOND)
    pages = await here.bot.store.read(lambda tx: [tx.pages_of(number)[0] for number in range(1, INCIDENTS + 1)])
    assert all(page.asks[-1].sent_at is not None for page in pages), "in half the time that each in its own would take"
    assert max(pages_of(here, person) for person in NEXT_TIER.values()) < each // 2


async def slept_through(folder: Path) -> Mapping[str, Timer]:
    """A first start, then a thousand timers set in one transaction; gives those that are due in the morning."""
    async with world(folder) as first:
        directory, render, ana = first.bot.directory(), first.bot.desk.render, first["ana"].id
    async with file_store(folder, clock=FakeClock(NIGHT)) as store:
        await store.write(lambda tx: declare_many(tx, directory, render, Who(name="ana", user=ana)))
        due = await store.read(lambda tx: tx.due_timers(MORNING, 2000))
    assert max(timer.due_at for timer in due) < MORNING - SLEPT
    return {timer.id: timer for timer in due}


def declare_many(tx: Tx, directory: Directory, render: Render, by: Who) -> None:
    """Incidents whose pages run, and of which everything was sent that there was to send."""
    for number, journey in enumerate(islice(cycle(NEXT_TIER), INCIDENTS)):
        declare_in(tx, directory, render, Declare(by=by, journey=journey, words=f"Number {number}"), NIGHT)
    tx.save(Change(withdraw=("*",), cancel=("undelivered:*",)))


def still_due(here: World) -> bool:
    """Whether a timer is due that has not fired."""
    return bool(rows(here, "SELECT id FROM timer WHERE state = 'pending' AND due_at <= :now LIMIT 1"))


def pages_of(here: World, person: str) -> int:
    """How many pages somebody has got."""
    return sum("Why you" in message.plain for message in here[person].dms)


def sent_in_each(here: World) -> Counter[str]:
    """How many messages of the bot stand in each channel, direct messages too."""
    channels = here.slack.workspace.channels.values()
    bot = here.slack.bot_user
    return Counter({each.id: sum(message.user == bot for message in each.log.values()) for each in channels})


def rows(here: World, query: str) -> list[tuple[object, ...]]:
    """Ask the bot's database; `:now` is the moment of the story."""
    with here.database.connect() as connection:
        found = connection.execute(text(query), {"now": bound(here.clock.now)} if ":now" in query else {})
        return [tuple(row) for row in found]


def bound(at: datetime) -> str:
    """A moment as SQLite keeps it."""
    return f"{at:%Y-%m-%d %H:%M:%S.%f}"
