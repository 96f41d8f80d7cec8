"""What can go wrong with a database, in words; and which of it is a lost race, to be run again."""

import sqlite3
from collections.abc import Callable
from typing import TypeVar

from sqlalchemy.exc import DBAPIError, IntegrityError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from bot.domain.errors import Stale
from bot.services.ports import Unavailable

T = TypeVar("T")

RETRIES = 5
_SERIALIZATION_FAILURE = "40001"
_DEADLOCK = "40P01"
_UNIQUE = "23505"
_LOCK_NOT_AVAILABLE = "55P03"
_DOWN = {
    sqlite3.SQLITE_BUSY,
    sqlite3.SQLITE_LOCKED,
    sqlite3.SQLITE_NOMEM,
    sqlite3.SQLITE_READONLY,
    sqlite3.SQLITE_IOERR,
    sqlite3.SQLITE_CORRUPT,
    sqlite3.SQLITE_FULL,
    sqlite3.SQLITE_CANTOPEN,
}


class CannotOpen(Exception):
    """The database cannot be opened; its text is a sentence for whoever starts the bot."""


def is_lost_race(failure: BaseException) -> bool:
    """Tell whether another writer came first, so that the operation is run again from fresh state."""
    if isinstance(failure, Stale):
        return True
    if not isinstance(failure, DBAPIError):
        return False
    state = getattr(failure.orig, "sqlstate", None)
    return state in {_SERIALIZATION_FAILURE, _DEADLOCK, _UNIQUE}


def gave_way(failure: BaseException) -> bool:
    """Tell whether a statement was given up because others hold what it needs, so that it may be tried again."""
    state = getattr(getattr(failure, "orig", None), "sqlstate", None)
    return state in {_LOCK_NOT_AVAILABLE, _DEADLOCK}


def is_down(failure: BaseException) -> bool:
    """Tell whether it is the database that failed (locked, full, away, unreadable) and not one operation on it."""
    if isinstance(failure, DBAPIError) and failure.connection_invalidated:
        return True
    code = getattr(getattr(failure, "orig", None), "sqlite_errorcode", None)
    return isinstance(failure, OperationalError) and code is not None and (code & 0xFF) in _DOWN


def attempt_again(operation: Callable[[], T]) -> T:
    """Run an operation, and again after a lost race, five times at most."""
    for _attempt in range(RETRIES):
        try:
            return operation()
        except (Stale, DBAPIError) as failure:
            if not is_lost_race(failure):
                raise
    return operation()


def in_words(failure: Exception) -> Exception:
    """Give the failure that a caller is to see: the database's as Unavailable, any other as it is."""
    if isinstance(failure, Stale) or is_lost_race(failure):
        sentence = (
            "Others changed the same thing at the same moment, five times over. Nothing was saved. Please try again."
        )
        return _caused(Unavailable(sentence), failure)
    if isinstance(failure, IntegrityError):
        return failure
    if isinstance(failure, DBAPIError | PoolTimeout):
        return _caused(Unavailable(f"{_away(failure)} Nothing was saved. Please try again in a moment."), failure)
    return failure


def not_read(failure: DBAPIError | PoolTimeout) -> Unavailable:
    """Give the failure of looking something up: what that followed may have been saved before."""
    unknown = "Whether anything was saved before is not known: look first, and do it again only if not."
    return Unavailable(f"{_away(failure)} {unknown}")


def commit_lost() -> Unavailable:
    """Give the failure of a commit that was asked for and never answered: it may have been done."""
    sentence = (
        "The connection to the database was lost while this was being saved, so whether it was saved is not known. "
        "Look first, and do it again only if it was not."
    )
    return Unavailable(sentence)


def _away(failure: DBAPIError | PoolTimeout) -> str:
    reason = str(getattr(failure, "orig", None) or failure).strip().splitlines()[0]
    return f"The database cannot be used now ({reason})."


def _caused(failure: Exception, by: Exception) -> Exception:
    failure.__cause__ = by
    return failure
