"""PostgreSQL cut off and not to be had for a while, or restarted: what was taken is done once when it is back.

A cut hits transactions and commits under way. Whoever was told that it failed, or that nobody knows, presses again.
"""

import asyncio
import os
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict

from tests.faults.outages import Outage, begun, doubled, events_not_taken_are_expected, pages_of
from tests.faults.test_database_refuses import CUT
from tests.postgres import down, fresh_database, running_server
from tests.scenarios.test_heartbeats import a_switch
from tests.scenarios.world import HURRIED, World, world
from tests.size import FULL

AWAY_FOR = 30 if FULL else 1
ROUNDS = 5 if FULL else 1
AT_ONCE = 5 if FULL else 3
BACK_WITHIN = 5.0
HOME = Path(tempfile.gettempdir()) / f"tocsin-away-{os.getpid()}"


@pytest.mark.parametrize("how", ["cut", "restarted"] if FULL else ["cut"])
async def test_postgresql_goes_away_in_the_midst_of_work_and_on_its_return_nothing_is_lost_or_doubled(
    tmp_path: Path,
    how: str,
    request: pytest.FixtureRequest,
    record_property: Callable[[str, object], None],
) -> None:
    server = "own_postgres" if how == "restarted" else "fresh_postgres"
    url = str(request.getfixturevalue(server))
    slowest, taken, again = 0.0, 1, 0
    async with (
        a_switch() as (switch, address),
        world(tmp_path, postgres=url, settings={"HEARTBEAT_URL": address}, patience=HURRIED) as here,
    ):
        await begun(here)
        outage = Outage(here=here, switch=switch)
        for number in range(ROUNDS):
            lines = [f"While it goes {number} {n}" for n in range(AT_ONCE)]
            declaring = asyncio.gather(*(declare(here, line) for line in lines))
            await here.slack.until(lambda: here.slack.delivery.under_way, why="somebody to be declaring")
            with away(url, how):
                told = ["INC-" in words for words in await declaring]
                await outage.lasting(AWAY_FOR)
            slowest = max(slowest, await outage.seconds_until_taken())
            for line, saved in zip(lines, told, strict=True):
                if not saved and not await declared(here, line):
                    again += 1
                    words = await declare(here, line)
                    assert "INC-" in words, f"whoever was told that it failed types it again, and reads {words}"
            taken += AT_ONCE
            await here.later(seconds=50)
            await outage.well_again()
            known = [each for each in await everything(here) if each.startswith(("While it goes", "Cards"))]
            assert len(known) == len(set(known)) == taken
        assert not doubled(here)
        events_not_taken_are_expected(here)
        assert pages_of(here, "maya") >= taken
    record_property("row", "12")
    record_property("on", "PostgreSQL")
    record_property(
        "shown",
        f"{how} {ROUNDS} times for {AWAY_FOR} s while {AT_ONCE} declared: alerts taken {slowest:.1f} s after its "
        f"return, {taken} incidents, {again} of them declared again by whoever was told so, 0 lost, 0 doubled",
    )
    assert slowest < BACK_WITHIN


async def declare(here: World, words: str) -> str:
    """Declare an incident; gives what Ana is told."""
    answer = await here["ana"].command(f"/incident declare sev1 checkout {words}", channel="general")
    assert not answer.ack.error, "there is an answer in time"
    return answer.plain


async def declared(here: World, words: str) -> bool:
    """Whether an incident has these words."""
    return any(words in each for each in await everything(here))


async def everything(here: World) -> list[str]:
    """The words of every open incident."""
    return [each.words for each in await here.bot.store.read(lambda tx: tx.open_incidents())]


@contextmanager
def away(url: str, how: str) -> Iterator[None]:
    """Cut every connection of the bot and let it make no other; or crash the server, and start it again."""
    if how == "restarted":
        with down(HOME):
            yield
        return
    name = str(conninfo_to_dict(url)["dbname"])
    with psycopg.connect(url.replace(f"/{name}?", "/postgres?"), autocommit=True) as owner:
        allow = sql.SQL("ALTER DATABASE {} WITH ALLOW_CONNECTIONS {}").format
        owner.execute(allow(sql.Identifier(name), sql.SQL("false")))
        owner.execute(CUT.replace("current_database()", f"'{name}'").encode())
        yield
        owner.execute(allow(sql.Identifier(name), sql.SQL("true")))


@pytest.fixture
def own_postgres() -> Iterator[str]:
    """An empty database on a server that no other test uses."""
    with fresh_database(running_server(HOME, belongs_to=os.getpid()), "away") as url:
        with psycopg.connect(url, autocommit=True) as owner:  # a crash is to lose nothing that was committed
            owner.execute("ALTER DATABASE away SET synchronous_commit = on")
        yield url
