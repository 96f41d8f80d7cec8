"""PostgreSQL's writers: a pool of threads, a transaction and a connection each; who loses a race goes on in a group."""

import queue
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import Executor
from typing import Final

from sqlalchemy import Connection, Engine
from sqlalchemy.exc import DBAPIError
from sqlmodel import Session

from bot.services.ports import SEVERAL, Checkpoint
from bot.store.job import Job, OpenTx
from bot.store.troubles import attempt_again, commit_lost, gave_way, in_words, is_down, is_lost_race

GROUP: Final = 64


class PostgresWriter:
    """Runs each operation in a transaction of its own, at READ COMMITTED: versions and unique keys find lost races.

    Of many writers of one incident all but one lose, and one after the other they would wait for as many commits. So
    losers are run again together: in the order in which they lost, in one transaction, each in a savepoint. Whoever
    comes while that goes on joins the next group, or the losers would lose against them again and again.
    """

    def __init__(
        self,
        engine: Engine,
        executor: Executor,
        open_tx: OpenTx,
        committed: Callable[[Sequence[Job]], None],
        checkpoint: Checkpoint,
    ) -> None:
        """Prepare; `committed` is told, on the thread that ran them, of jobs that are done, after their commit."""
        self._engine = engine
        self._executor = executor
        self._open_tx = open_tx
        self._committed = committed
        self._checkpoint = checkpoint
        self._losers: queue.SimpleQueue[Job] = queue.SimpleQueue()
        self._one_group_at_a_time = threading.Lock()

    def start(self) -> None:
        """Begin to write; the executor's threads start when they are needed."""

    def submit(self, job: Job) -> None:
        """Queue an operation; never blocks."""
        self._executor.submit(self._run, job)

    def stop(self) -> None:
        """Leave the threads to whoever owns the executor."""

    def _run(self, job: Job) -> None:
        if job.given_up:
            return
        if self._one_group_at_a_time.locked() or not self._done_alone(job):
            self._losers.put(job)
            self._run_losers()

    def _done_alone(self, job: Job) -> bool:
        """Run a job by itself; False if it lost a race."""
        try:
            job.result = self._commit(job)
        except Exception as failure:
            if is_lost_race(failure) or gave_way(failure):
                return False
            job.failed(in_words(failure))
        self._committed([job])
        return True

    def _commit(self, job: Job) -> object:
        with Session(self._engine) as session:
            tx = self._open_tx(session)
            result = job.operation(tx)
            self._settle(session.commit)
            job.notes = tx.notes
            return result

    def _settle(self, commit: Callable[[], None]) -> None:
        """Commit; a connection that is lost meanwhile leaves open whether that was done."""
        self._checkpoint("before commit")
        try:
            commit()
        except DBAPIError as failure:
            if failure.connection_invalidated:
                raise commit_lost() from failure
            raise
        self._checkpoint("after commit")

    def _run_losers(self) -> None:
        """Run whoever has lost a race by now, unless another thread is at it: that one looks again when it is done."""
        while not self._losers.empty() and self._one_group_at_a_time.acquire(blocking=False):
            try:
                jobs = self._next_group()
                self._run_group(jobs)
            finally:
                self._one_group_at_a_time.release()
            self._committed(jobs)

    def _next_group(self) -> list[Job]:
        jobs: list[Job] = []
        while len(jobs) < GROUP and not self._losers.empty():
            jobs.append(self._losers.get())
        return jobs

    def _run_group(self, jobs: Sequence[Job]) -> None:
        """Run jobs in one commit; when that fails, nobody's work is saved and everybody is told."""
        try:
            with self._engine.connect() as connection, connection.begin() as transaction:
                self._hold(connection)
                for job in jobs:
                    self._try(connection, job)
                self._settle(transaction.commit)
        except Exception as failure:
            for job in jobs:
                job.failed(in_words(failure))

    def _hold(self, connection: Connection) -> None:
        """Let losers of other processes wait: of many at once the last would lose every time."""
        with Session(connection, join_transaction_mode="create_savepoint") as session:
            self._open_tx(session).hold(SEVERAL)
            session.commit()

    def _try(self, connection: Connection, job: Job) -> None:
        """Run one operation again; its own failure is its caller's, the connection's is the whole group's."""
        if job.given_up:
            return
        try:
            job.result = attempt_again(lambda: job.run_in(connection, self._open_tx))
        except Exception as failure:
            if is_down(failure):
                raise
            job.failed(in_words(failure))
