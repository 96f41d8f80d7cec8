"""The bell: replicas on one PostgreSQL wake each other, and hear each other again after the line was cut."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import psycopg
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.change import Change
from bot.domain.delivery import Carrier
from bot.services.supervisor import Supervisor
from bot.store.bell import read, written
from bot.store.store import SqlStore, open_store
from tests.fakes.clock import FakeClock
from tests.fakes.waiting import until
from tests.store.samples import NOW, incident, line, timer

EVERYTHING = (None, frozenset(Carrier))
SECOND = timedelta(seconds=1)


@dataclass
class Replica:
    """A store, and what it was told: of its own commits, and by the other."""

    store: SqlStore
    told: list[tuple[datetime | None, frozenset[Carrier]]] = field(default_factory=list)


@asynccontextmanager
async def a_replica(url: str) -> AsyncIterator[Replica]:
    told: list[tuple[datetime | None, frozenset[Carrier]]] = []
    store = open_store(url, lambda *news: told.append(news), clock=FakeClock(NOW))
    await store.start()
    assert store.bell is not None
    supervisor = Supervisor()
    supervisor.keep("bell", store.bell.run)
    await until(lambda: told == [EVERYTHING], why="the bell to be heard")
    told.clear()
    yield Replica(store, told)
    supervisor.expect_the_end()
    store.bell.stop()
    await supervisor.stop(3)
    assert supervisor.restarts == 0
    await store.close()


async def test_new_rows_and_timers_due_soon_wake_the_others_at_once(fresh_postgres: str) -> None:
    async with a_replica(fresh_postgres) as first, a_replica(fresh_postgres) as second:
        await first.store.write(lambda tx: tx.save(Change(incident=incident())))
        await first.store.write(lambda tx: tx.save(Change(timers=(timer("esc:far", NOW + timedelta(minutes=5)),))))
        await first.store.write(lambda tx: tx.save(Change(timers=(timer("esc:near", NOW + SECOND),))))
        await until(
            lambda: second.told == [(NOW + SECOND, frozenset())], why="the timer that is due soon, and no other"
        )

        second.told.clear()
        await first.store.write(lambda tx: tx.save(Change(outgoing=(line("a"),))))
        await until(lambda: second.told == [(None, frozenset({Carrier.SLACK}))], why="the new row")
        assert len(first.told) == 3, "it is not woken by its own ring"


async def test_what_was_said_while_the_line_was_cut_is_looked_for(
    fresh_postgres: str, caplog: pytest.LogCaptureFixture
) -> None:
    async with a_replica(fresh_postgres) as first, a_replica(fresh_postgres) as second:
        await first.store.write(lambda tx: tx.save(Change(incident=incident())))
        with psycopg.connect(fresh_postgres, autocommit=True) as intruder:
            intruder.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )
        await until(lambda: first.told == second.told == [EVERYTHING], seconds=20, why="both to hear again")

        second.told.clear()
        await first.store.write(lambda tx: tx.save(Change(outgoing=(line("a"),))))
        await until(lambda: second.told == [(None, frozenset({Carrier.SLACK}))], why="the new row")
        assert sum("are not heard" in record.message for record in caplog.records) == 2


@given(
    st.none() | st.datetimes(timezones=st.just(UTC)),
    st.frozensets(st.sampled_from(Carrier)),
)
def test_what_is_told_is_understood(earliest: datetime | None, lanes: frozenset[Carrier]) -> None:
    assert read(written(earliest, lanes)) == (earliest, lanes)


@given(st.text() | st.sampled_from(["[]", "null", "{}", '{"due": 5, "lanes": []}', '{"due": null, "lanes": 7}']))
def test_what_is_not_understood_wakes_everything(payload: str) -> None:
    assert read(payload) == EVERYTHING
