"""Driver errors in the domain's words: busy, unavailable, conflict, not found, invalid."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
from sqlalchemy import Engine, event
from sqlalchemy import exc as sa
from sqlalchemy.engine import ExceptionContext

from dedup.errors import (
    Conflict,
    DatabaseBusy,
    DatabaseUnavailable,
    DedupError,
    InvalidInput,
    NotFound,
)

_SQLITE = {
    "SQLITE_BUSY": DatabaseBusy,
    "SQLITE_LOCKED": DatabaseBusy,
    "SQLITE_FULL": DatabaseUnavailable,
    "SQLITE_IOERR": DatabaseUnavailable,
    "SQLITE_CANTOPEN": DatabaseUnavailable,
    "SQLITE_READONLY": DatabaseUnavailable,
    "SQLITE_CORRUPT": DatabaseUnavailable,
    "SQLITE_NOTADB": DatabaseUnavailable,
    "SQLITE_PERM": DatabaseUnavailable,
    "SQLITE_PROTOCOL": DatabaseBusy,
    "SQLITE_TOOBIG": InvalidInput,
    "SQLITE_CONSTRAINT_FOREIGNKEY": NotFound,
    "SQLITE_CONSTRAINT_UNIQUE": Conflict,
    "SQLITE_CONSTRAINT_PRIMARYKEY": Conflict,
    "SQLITE_CONSTRAINT_CHECK": InvalidInput,
}
# By SQLSTATE, whole or class (PostgreSQL manual, appendix A).
_POSTGRES: dict[str, type[DedupError]] = {
    "40001": DatabaseBusy,  # serialization failure
    "40P01": DatabaseBusy,  # deadlock
    "55P03": DatabaseBusy,  # lock not available
    "57014": DatabaseBusy,  # cancelled by a timeout
    "53300": DatabaseBusy,  # too many connections
    "53": DatabaseUnavailable,  # disk full, out of memory
    "08": DatabaseUnavailable,
    "57P": DatabaseUnavailable,
    "58": DatabaseUnavailable,
    "25006": DatabaseUnavailable,  # read-only
    "28": DatabaseUnavailable,  # not let in
    "3D": DatabaseUnavailable,  # no such database
    "23503": NotFound,
    "23505": Conflict,
    "23514": InvalidInput,
    "22": InvalidInput,
}


def listen(engine: Engine) -> None:
    """Let every statement, commit and connection of the engine speak the domain's errors."""
    event.listen(engine, "handle_error", _raise_ours)


@contextmanager
def pool_exhausted_is_busy() -> Iterator[None]:
    try:
        yield
    except sa.TimeoutError as error:
        raise DatabaseBusy from error


@contextmanager
def translated() -> Iterator[None]:
    """For the few calls that go to the driver past the engine."""
    try:
        yield
    except (sqlite3.Error, psycopg.Error) as error:
        ours = translate(error)
        if ours is None:
            raise
        raise ours from error


def translate(error: BaseException | None) -> DedupError | None:
    """Ours for a driver's error, or None where it is a mistake in the program."""
    kind: type[DedupError] | None = None
    if isinstance(error, sqlite3.Error):
        kind = _of_sqlite(error)
    elif isinstance(error, psycopg.Error):
        kind = _of_postgres(error)
    elif isinstance(error, UnicodeEncodeError | OverflowError):
        kind = InvalidInput
    return kind(cause=str(error)) if kind else None


def _raise_ours(context: ExceptionContext) -> None:
    original = context.original_exception
    ours = translate(original)
    if ours is not None:
        raise ours from original
    if isinstance(original, ValueError):  # a value that cannot be stored: say so without the SQL
        raise original


def _of_sqlite(error: sqlite3.Error) -> type[DedupError] | None:
    name = getattr(error, "sqlite_errorname", "")
    return next((kind for start, kind in _SQLITE.items() if name.startswith(start)), None)


def _of_postgres(error: psycopg.Error) -> type[DedupError] | None:
    if not error.sqlstate:
        # No answer from the server (refused, broken off), or a value the driver could not send.
        unsent = isinstance(error, psycopg.DataError)
        lost = isinstance(error, psycopg.OperationalError)
        return InvalidInput if unsent else DatabaseUnavailable if lost else None
    by_length = (error.sqlstate[:n] for n in (5, 3, 2))
    return next((_POSTGRES[state] for state in by_length if state in _POSTGRES), None)
