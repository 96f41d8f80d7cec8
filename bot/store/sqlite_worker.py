"""SQLite's one writer: operations in the order they came, many to a commit, each in a savepoint of its own."""

import queue
import threading
from collections.abc import Callable, Sequence

from sqlalchemy import Connection, Engine

from bot.services.ports import Checkpoint
from bot.store.job import Job, OpenTx
from bot.store.troubles import attempt_again, in_words, is_down

BATCH = 64


class SqliteWriter:
    """A thread that owns the only writing connection."""

    def __init__(
        self, engine: Engine, open_tx: OpenTx, committed: Callable[[Sequence[Job]], None], checkpoint: Checkpoint
    ) -> None:
        """Prepare; `committed` is told, on the writer's thread, of jobs that are done, after their commit."""
        self._engine = engine
        self._open_tx = open_tx
        self._committed = committed
        self._checkpoint = checkpoint
        self._jobs: queue.SimpleQueue[Job | None] = queue.SimpleQueue()
        self._thread = threading.Thread(target=self._run, name="sqlite-writer", daemon=True)

    def start(self) -> None:
        """Begin to write."""
        self._thread.start()

    def submit(self, job: Job) -> None:
        """Queue an operation; never blocks."""
        self._jobs.put(job)

    def stop(self) -> None:
        """Finish what is queued, then end."""
        self._jobs.put(None)
        self._thread.join()

    def _run(self) -> None:
        going = True
        while going:
            batch, going = self._next_batch()
            if batch:
                self._write(batch)
                self._committed(batch)

    def _next_batch(self) -> tuple[list[Job], bool]:
        batch: list[Job] = []
        job = self._jobs.get()
        while job is not None:
            batch.append(job)
            if len(batch) == BATCH or self._jobs.empty():
                return batch, True
            job = self._jobs.get()
        return batch, False

    def _write(self, batch: Sequence[Job]) -> None:
        """Run a batch in one commit; when that fails, nobody's work is saved and everybody is told."""
        try:
            self._commit(batch)
        except Exception as failure:
            for job in batch:
                job.failed(in_words(failure))

    def _commit(self, batch: Sequence[Job]) -> None:
        with self._engine.connect() as connection, connection.begin():
            for job in batch:
                self._try(connection, job)
            self._checkpoint("before commit")
        self._checkpoint("after commit")

    def _try(self, connection: Connection, job: Job) -> None:
        """Run one operation; its own failure is its caller's, the database's is the whole batch's."""
        if job.given_up:
            return
        try:
            job.result = attempt_again(lambda: job.run_in(connection, self._open_tx))
        except Exception as failure:
            if is_down(failure) or not _in_transaction(connection):
                raise
            job.failed(in_words(failure))


def _in_transaction(connection: Connection) -> bool:
    """Whether the transaction still stands: SQLite gives up a whole one when its disk fails it."""
    return bool(connection.connection.dbapi_connection and connection.connection.dbapi_connection.in_transaction)
