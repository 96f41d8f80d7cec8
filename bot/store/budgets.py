"""The budgets of Slack's limits that replicas share, in PostgreSQL: one row each, drawn on by one statement.

A row keeps one moment, that at which its budget is full again. A call moves it on by what one call costs and is let
through while it is no further ahead than the burst allows: that is a token bucket without a job that refills it, and
whatever a clock did, a budget is never emptier than empty. The rows that a call draws on are locked in the order of
their names, so nobody waits in a circle.

One connection, which commits each statement by itself, on one thread: drawing waits for no transaction of ours.
"""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from typing import Final, TypeVar

from sqlalchemy import URL, Connection, Engine, Row, text
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.exc import DBAPIError

from bot.services.ports import Unavailable
from bot.services.shared_budgets import Draw, Drawn
from bot.store.budget_tables import SlackBudgetRow
from bot.store.engines import open_autocommitting
from bot.store.part import table_of
from bot.store.troubles import in_words

T = TypeVar("T")

PATIENCE: Final = 1.0
KEPT: Final = 1.0  # how long after its time an urgent call may come back and still be the first
KEPT_AT_MOST: Final = 60.0  # whatever a clock did
FORGOTTEN_AFTER: Final = 3600.0

DRAW: Final = text("""
WITH asked AS (
    SELECT * FROM unnest(CAST(:names AS text[]), CAST(:costs AS float8[]), CAST(:bursts AS float8[]))
        AS asked (name, cost, burst)
), held AS MATERIALIZED (
    SELECT budget.name, asked.cost,
        least(greatest(budget.full_at - :now, 0), asked.burst * asked.cost) AS used,
        (asked.burst - 1) * asked.cost AS room,
        greatest(least(budget.blocked_until - :now, budget.blocked_for), 0) AS blocked,
        CASE WHEN :urgent OR budget.kept_until IS NULL THEN 0 ELSE least(budget.kept_until - :now, :longest) END AS kept
    FROM slack_budget AS budget JOIN asked ON asked.name = budget.name
    ORDER BY budget.name FOR UPDATE OF budget
), verdict AS (
    SELECT count(*) = cardinality(CAST(:names AS text[])) AS known,
        coalesce(max(greatest(used - room, blocked, kept, 0)), 0) AS seconds
    FROM held
), drawn AS (
    UPDATE slack_budget AS budget SET
        full_at = :now + held.used + CASE WHEN verdict.seconds > 0 THEN 0 ELSE held.cost END,
        kept_until = CASE WHEN verdict.seconds > 0 THEN :now + verdict.seconds + :kept ELSE budget.kept_until END
    FROM held, verdict
    WHERE budget.name = held.name AND verdict.known
        AND (verdict.seconds <= 0 OR :urgent AND held.used > held.room)
)
SELECT verdict.known, verdict.seconds, held.name, held.used - held.room AS short, held.blocked
FROM verdict LEFT JOIN held ON true
""")
FORGET: Final = text("""
DELETE FROM slack_budget WHERE name IN (
    SELECT name FROM slack_budget WHERE greatest(full_at, blocked_until) < :before FOR UPDATE SKIP LOCKED
)
""")
NOTE_USED: Final = text("""
INSERT INTO slack_budget AS budget (name, full_at)
SELECT name, :now + used FROM unnest(CAST(:names AS text[]), CAST(:used AS float8[])) AS noted (name, used)
ORDER BY name
ON CONFLICT (name) DO UPDATE SET full_at = greatest(budget.full_at, excluded.full_at)
""")
BLOCK: Final = text("""
INSERT INTO slack_budget AS budget (name, full_at, blocked_until, blocked_for)
VALUES (:name, :now, :now + :seconds, :seconds)
ON CONFLICT (name) DO UPDATE SET blocked_until = excluded.blocked_until, blocked_for = excluded.blocked_for
WHERE budget.blocked_until IS NULL OR budget.blocked_until < excluded.blocked_until
    OR budget.blocked_until - :now > budget.blocked_for
""")


class PostgresBudgets:
    """The port SharedBudgets. Nothing is connected before it is first asked."""

    def __init__(self, url: URL) -> None:
        """Prepare."""
        self._engine: Engine = open_autocommitting(url)
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="budgets")

    async def close(self) -> None:
        """Disconnect; what is being asked ends first."""
        await asyncio.to_thread(self._thread.shutdown, cancel_futures=True)
        self._engine.dispose()

    async def draw(self, draws: Sequence[Draw], now: datetime, *, urgent: bool) -> Drawn:
        """Count one call on each of these budgets, or on none, as the port says."""
        at = now.timestamp()
        return await self._ask(lambda connection: _draw(connection, draws, at, urgent=urgent))

    async def note_used(self, used: Mapping[str, float], now: datetime) -> None:
        """Count what was used without asking, as the port says."""
        given = {"names": list(used), "used": list(used.values()), "now": now.timestamp()}
        await self._ask(lambda connection: connection.execute(NOTE_USED, given))

    async def block(self, budget: str, seconds: float, now: datetime) -> None:
        """Let nothing through for so long, as the port says."""
        given = {"name": budget, "seconds": seconds, "now": now.timestamp()}
        await self._ask(lambda connection: connection.execute(BLOCK, given))

    async def _ask(self, question: Callable[[Connection], T]) -> T:
        try:
            async with asyncio.timeout(PATIENCE):
                return await asyncio.get_running_loop().run_in_executor(self._thread, self._answer, question)
        except TimeoutError as late:
            raise Unavailable(f"The database has not answered within {PATIENCE:g} s. Nothing was saved.") from late

    def _answer(self, question: Callable[[Connection], T]) -> T:
        try:
            return self._answered_at_once(question)
        except DBAPIError as failure:
            if not failure.connection_invalidated:
                raise in_words(failure) from failure
        try:  # the connection had died since it was last used, and is replaced
            return self._answered_at_once(question)
        except DBAPIError as failure:
            raise in_words(failure) from failure

    def _answered_at_once(self, question: Callable[[Connection], T]) -> T:
        with self._engine.connect() as connection:
            return question(connection)


def _draw(connection: Connection, draws: Sequence[Draw], now: float, *, urgent: bool) -> Drawn:
    given = {
        "names": [draw.budget for draw in draws],
        "costs": [1 / draw.per_second for draw in draws],
        "bursts": [draw.burst for draw in draws],
        "now": now,
        "urgent": urgent,
        "kept": KEPT,
        "longest": KEPT_AT_MOST,
    }
    rows = connection.execute(DRAW, given).all()
    if not rows[0].known:  # drawn on for the first time
        connection.execute(FORGET, {"before": now - FORGOTTEN_AFTER})
        full = [{"name": draw.budget, "full_at": now} for draw in draws]
        connection.execute(insert(table_of(SlackBudgetRow)).on_conflict_do_nothing(), full)
        rows = connection.execute(DRAW, given).all()
    return _drawn(rows)


def _drawn(rows: Sequence[Row[tuple[object, ...]]]) -> Drawn:
    if not rows[0].known:
        raise Unavailable("The budgets of Slack's limits were forgotten while they were drawn on.")
    return Drawn(
        seconds=rows[0].seconds,
        blocked=max(row.blocked for row in rows),
        short={row.name: row.short for row in rows if row.short > 0},
    )
