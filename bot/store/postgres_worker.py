"""PostgreSQL's writers: a pool of threads, a transaction and a connection each, run again after a lost race."""

from collections.abc import Callable, Sequence
from concurrent.futures import Executor

from sqlalchemy import Engine
from sqlmodel import Session

from bot.services.ports import Checkpoint
from bot.store.job import Job, OpenTx
from bot.store.part import Notes
from bot.store.troubles import attempt_again, in_words


class PostgresWriter:
    """Runs each operation in a transaction of its own, at READ COMMITTED: versions and unique keys find lost races."""

    def __init__(
        self,
        engine: Engine,
        executor: Executor,
        open_tx: OpenTx,
        committed: Callable[[Sequence[Job]], None],
        checkpoint: Checkpoint,
    ) -> None:
        """Prepare; `committed` is told, on the thread that ran it, of each job that is done, after its commit."""
        self._engine = engine
        self._executor = executor
        self._open_tx = open_tx
        self._committed = committed
        self._checkpoint = checkpoint

    def start(self) -> None:
        """Begin to write; the executor's threads start when they are needed."""

    def submit(self, job: Job) -> None:
        """Queue an operation; never blocks."""
        self._executor.submit(self._run, job)

    def stop(self) -> None:
        """Leave the threads to whoever owns the executor."""

    def _run(self, job: Job) -> None:
        try:
            job.result = attempt_again(lambda again: self._commit(job, again=again))
        except Exception as failure:
            job.failure = in_words(failure)
            job.notes = Notes()
        self._committed([job])

    def _commit(self, job: Job, *, again: bool) -> object:
        with Session(self._engine) as session:
            tx = self._open_tx(session)
            if again:
                tx.hold("lost a race")  # losers go one by one, or of many at once the last would lose every time
            result = job.operation(tx)
            self._checkpoint("before commit")
            session.commit()
            self._checkpoint("after commit")
            job.notes = tx.notes
            return result
