"""However many rows there are, nothing that is asked all the time reads a whole table: each question has its index."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from typing import Final

from sqlalchemy import Connection, Engine, create_engine, event

from bot.domain.change import Change
from bot.domain.delivery import Carrier
from bot.services.ports import Remote, Tx
from bot.store.store import SqlStore
from tests.store.samples import LEASE, NOW, incident, line, page, timer

GROWING: Final = ("timer", "outbox", "outbox_after", "alert", "timeline", "inbound")
Statement = tuple[str, object]


def everything_that_waits(tx: Tx) -> None:
    """What the loops ask again and again, whatever there is to do."""
    tx.due_timers(NOW, 100)
    tx.earliest_timer()
    for lane in Carrier:
        tx.claim(NOW, 10, LEASE, lane=lane)
    tx.claim_checks(NOW, 10, LEASE)
    tx.next_claimable(NOW)


def what_is_counted(tx: Tx) -> None:
    """What the metrics, the heartbeat and the invariants count."""
    tx.figures(NOW)


def what_a_change_does(tx: Tx) -> None:
    """Saving, sending and withdrawing."""
    edit = line("edit", "edits", collapse="card")
    timers = (timer("esc:1:1:0:0", page=1),)
    tx.save(Change(timers=timers, outgoing=(line("a"), edit), cancel=("esc:1:*", "x"), withdraw=("page:1:*", "y")))
    tx.save(Change(outgoing=(replace(edit, id="edit2"),)))
    for row in tx.claim(NOW, 10, LEASE):
        tx.release(row, NOW, "429")
    tx.waiting_for("U1")
    tx.bundle("bundle:a")
    tx.hurry("bundle:a", NOW)
    for row in tx.claim(NOW + LEASE, 10, LEASE):
        tx.mark_sent(row, Remote(channel="C1", ts="1.1"), NOW, verify_at=NOW + timedelta(minutes=1))
    tx.fire("esc:1:1:0:0", NOW)
    tx.alert("generic", "f1", NOW)
    tx.last_alert("generic", "f1")


async def test_nothing_that_is_asked_all_the_time_reads_a_whole_table(store: SqlStore, database: str) -> None:
    await store.write(lambda tx: tx.save(Change(incident=incident(), pages=(page(),))))
    with written_down() as statements:
        for asked in (everything_that_waits, what_is_counted, what_a_change_does):
            await store.write(asked)
    engine = create_engine(database.replace("postgresql://", "postgresql+psycopg://"))
    with engine.connect() as connection:
        plans = {said: plan(connection, said, given) for said, given in statements if not said.startswith("INSERT")}
    engine.dispose()
    whole = {said: steps for said, steps in plans.items() if [step for step in steps if reads_a_whole_table(step)]}
    assert not whole
    assert len(plans) >= 30


@contextmanager
def written_down() -> Iterator[list[Statement]]:
    """Every statement that is run meanwhile, with what was bound to it."""
    found: list[Statement] = []

    def noted(_on: object, _cursor: object, said: str, given: object, *_more: object) -> None:
        if said.split(" ", 1)[0] in {"SELECT", "UPDATE", "INSERT", "DELETE"}:
            found.append((said, given))

    event.listen(Engine, "before_cursor_execute", noted)
    yield found
    event.remove(Engine, "before_cursor_execute", noted)


def plan(connection: Connection, said: str, given: object) -> list[str]:
    """The steps by which the database would answer. PostgreSQL is told that reading a whole table is dear."""
    given = given[0] if isinstance(given, list) else given  # of many at once the first
    assert isinstance(given, tuple | dict)
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql("SET LOCAL enable_seqscan = off")
        return [str(step) for (step,) in connection.exec_driver_sql(f"EXPLAIN {said}", given)]
    return [str(step[3]) for step in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {said}", given)]


def reads_a_whole_table(step: str) -> bool:
    """Whether a step goes through a table that grows, from its first row to its last."""
    words = step.replace("SCAN ", "Seq Scan on ").split("Seq Scan on ", 1)
    return len(words) > 1 and words[1].split(" ", 1)[0] in GROWING and " USING " not in words[1]
