"""Replicas whose machines' clocks are 90 s apart, on one PostgreSQL: what falls due at once, what comes four times.

And each is stopped and replaced in turn, while people go on declaring. With FAULTS=full in the environment it is a
thousand timers and three replicas.
"""

from collections.abc import Callable
from datetime import timedelta
from math import inf
from pathlib import Path

import pytest

from bot.services.figures import Invariant
from tests.faults.balancer import a_balancer
from tests.faults.declared import copies
from tests.faults.process import STOPS_WITHIN, Field, a_field
from tests.faults.replicas import (
    Load,
    arrived,
    counted,
    delivered_four_times,
    lateness,
    nothing_more,
    pages_waiting,
    restarted_one_after_the_other,
)
from tests.size import FULL

AT_ONCE = 1000 if FULL else 12
SCATTERED = 60 if FULL else 4
REPLICAS = 3 if FULL else 2
APART = 90.0
HALF = timedelta(seconds=0.5)
LATE = 2.0 if FULL else 10.0
PATIENCE = 3.0 if FULL else 15.0
"""Seconds that a timer may be late and Slack waits; a quick run has many others beside it."""
PAGES_OPEN = "SELECT 1 FROM outbox WHERE kind = 'send_page' AND state IN ('ready', 'sending', 'unknown')"
EVERY, MOST = (0.2, 10_000) if FULL else (2.0, 3)
"""Seconds between two declarations of a load, and how many there are at most."""
DELIVERED = ("events_api", "slash_commands")
ROUNDING = 0.05
Record = Callable[[str, object], None]


async def test_two_replicas_whose_clocks_are_wrong_do_all_once_and_on_time(
    tmp_path: Path, fresh_postgres: str, record_property: Record
) -> None:
    record_property("row", "8")
    record_property("row", "14")
    record_property("row", "15")
    record_property("row", "26")
    record_property("on", "PostgreSQL")
    async with a_field(tmp_path, database=fresh_postgres) as here:
        here.slack.delivery.ack_seconds = PATIENCE
        here.tolerated[Invariant.PAGE_WITHOUT_TIMER] = "pages that wait here have the one timer that is looked at"
        here.more |= {"LIMITS_TIMES": "1000", "CLOCK_WRONG_BY": str(-APART / 2)}
        await here.start()
        here.more["CLOCK_WRONG_BY"] = str(APART / 2)
        await here.start_beside()
        await here.slack.connected(connections=2)
        offsets = [offset for (offset,) in here.rows("SELECT clock_offset FROM replica ORDER BY clock_offset")]
        assert offsets == [pytest.approx(-APART / 2, abs=1), pytest.approx(APART / 2, abs=1)]

        record_property("shown 14", await scattered_timers(here))
        record_property("shown 15", await timers_at_once(here))
        record_property("shown 8", await delivered_four_times(here))
        record_property("shown 26", await rolling_restart(here))


@pytest.mark.full_size
async def test_what_a_balancer_brings_four_times_to_two_replicas_happens_once(
    tmp_path: Path, fresh_postgres: str, record_property: Record
) -> None:
    record_property("row", "8")
    record_property("on", "PostgreSQL")
    async with (
        a_field(tmp_path, "http", fresh_postgres) as here,
        a_balancer(lambda: [each.port for each in (here.process, *here.others) if each]) as balancer,
    ):
        here.slack.delivery.ack_seconds = PATIENCE
        here.door = balancer.url
        await here.start()
        await here.start_beside()
        record_property("shown", await delivered_four_times(here))
        assert len(balancer.answered) == 2
        assert not {row: copy for row, copy in copies(here).items() if copy > 1}


async def scattered_timers(here: Field) -> str:
    """Timers due half a second apart: each fires at its time by PostgreSQL's clock, whoever fires it."""
    early, late = await fired(here, [HALF * number for number in range(SCATTERED)])
    return (
        f"machines' clocks {APART:.0f} s apart, {SCATTERED} timers: fired {late:.2f} s late at most, "
        f"their pages at Slack {early:.2f} s after the due time at the earliest; 0 doubled"
    )


async def timers_at_once(here: Field) -> str:
    """Timers due at the same moment: as many pages, and each replica sends some."""
    assert here.process is not None
    replicas = (here.process, *here.others)
    before = [await counted(each, "tocsin_sends_total") for each in replicas]
    _, late = await fired(here, [timedelta(0)] * AT_ONCE, late=inf)
    after = [await counted(each, "tocsin_sends_total") for each in replicas]
    sent = [now - then for now, then in zip(after, before, strict=True)]
    assert min(sent if FULL else after) > 0, "both work"
    shares = " and ".join(f"{each:.0f}" for each in sent)
    return (
        f"{AT_ONCE} timers due at once: {AT_ONCE} pages, 0 lost, 0 doubled, {shares} sends; {late:.2f} s late at most"
    )


async def fired(here: Field, dues: list[timedelta], late: float = LATE) -> tuple[float, float]:
    """Have pages wait until then; gives how early the first page came, and how late the last timer fired.

    No timer may be later than `late` seconds. Of many at once it says nothing but how fast the machine is.
    """
    leon, before = here.people["leon"], len(arrived(here.people["leon"]))
    moments = await pages_waiting(here, dues)
    wanted = before + len(dues)
    await here.slack.until(lambda: len(arrived(leon)) >= wanted, timeout=120, why="a page for each timer")
    await here.slack.until(lambda: not here.rows(PAGES_OPEN), timeout=30, why="no page to be on its way")
    nothing_more(here)
    await here.settle()
    at = arrived(leon)
    assert len(at) == wanted
    assert not {row: copy for row, copy in copies(here).items() if copy > 1}
    after = [came - due.timestamp() for came, due in zip(at[before:], sorted(moments), strict=True)]
    found = lateness(here, moments)
    assert len(found) == len(dues)
    assert min(after) > -ROUNDING, "none was sent before its time"
    assert max(found) <= late
    return min(after), max(found)


async def rolling_restart(here: Field) -> str:
    """Each process stopped and replaced in turn, while somebody declares and timers fall due."""
    while 1 + len(here.others) < REPLICAS:
        await here.start_beside()
    leon, before = here.people["leon"], len(arrived(here.people["leon"]))
    moments = await pages_waiting(here, [HALF * number for number in range(SCATTERED)])
    load = Load(here=here, every=EVERY, most=MOST)
    took = await load.during(lambda: restarted_one_after_the_other(here))
    await here.slack.until(lambda: len(arrived(leon)) >= before + SCATTERED, timeout=60, why="each timer's page")
    await here.slack.until(lambda: not here.rows(PAGES_OPEN), timeout=60, why="no page to be on its way")
    # What reaches a process as it stops may get no answer: whoever typed is told, and Slack brings an event again.
    here.slack.unexpected[:] = [each for each in here.slack.unexpected if each.method not in DELIVERED]
    late = lateness(here, moments)
    assert load.saved() == len(load.words)
    assert len(late) == SCATTERED
    assert max(late) <= LATE
    assert max(took) <= STOPS_WITHIN
    assert not {row: copy for row, copy in copies(here).items() if copy > 1}
    again = f"{len(load.refused)} of them typed twice" if load.refused else "none refused"
    return (
        f"{len(took)} replicas restarted in turn under {len(load.words)} declarations, {again}: exit 0 within "
        f"{max(took):.1f} s, 0 lost, 0 doubled, timers {max(late):.2f} s late at most"
    )
