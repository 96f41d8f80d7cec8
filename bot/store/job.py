"""A job: an operation that somebody waits for on the event loop while a thread of the store runs it."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field

from sqlalchemy import Connection
from sqlmodel import Session

from bot.store.part import Notes
from bot.store.transaction import SqlTx

OpenTx = Callable[[Session], SqlTx]


@dataclass(slots=True, kw_only=True)
class Job:
    """An operation, who waits for it, and what came of it: a result, or why there is none."""

    operation: Callable[[SqlTx], object]
    waiting: asyncio.Future[object]
    result: object = None
    failure: Exception | None = None
    notes: Notes = field(default_factory=Notes)

    @property
    def given_up(self) -> bool:
        """Whether nobody waits for it any more, so that what has not begun is not to begin."""
        return self.waiting.cancelled()

    def run_in(self, connection: Connection, open_tx: OpenTx) -> object:
        """Run the operation in a savepoint of the connection's transaction; gives its result."""
        with Session(connection, join_transaction_mode="create_savepoint") as session:
            tx = open_tx(session)
            result = self.operation(tx)
            session.commit()
            self.notes = tx.notes
            return result

    def failed(self, failure: Exception) -> None:
        """Note why nothing of it was saved."""
        self.failure = failure
        self.notes = Notes()

    def answer(self) -> None:
        """Tell whoever waits; on the event loop's thread."""
        if self.waiting.done():
            return
        if self.failure is not None:
            self.waiting.set_exception(self.failure)
        else:
            self.waiting.set_result(self.result)
