"""The engine: one place for pragmas, waiting times and how a transaction begins.

SQLite: sqlite3 begins nothing by itself (``isolation_level = None``); a unit that only reads begins
deferred, one that writes begins IMMEDIATE, so that no read lock is ever upgraded (SQLITE_BUSY that
waiting cannot cure). See ``session``.
"""

from __future__ import annotations

import sqlite3
from typing import Any

from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url
from sqlalchemy.exc import ArgumentError

from dedup.errors import DatabaseUnavailable
from dedup.store import faults
from dedup.store.columns import from_json, to_json

BUSY_SECONDS = 30.0  # a bulk write of 100,000 rows holds the lock for about ten seconds
_BEGIN = "begin"

_PRAGMAS = (
    "PRAGMA foreign_keys = ON",
    "PRAGMA journal_mode = WAL",
    "PRAGMA synchronous = NORMAL",  # in WAL a power cut may lose the last commits, never the file
    "PRAGMA temp_store = MEMORY",
    "PRAGMA cache_size = -65536",  # 64 MiB a connection: the inner pages of a million records
)


def make_engine(url: str, *, busy_seconds: float = BUSY_SECONDS) -> Engine:
    """An engine for a SQLite file or a PostgreSQL database; connects on first use only.

    Raises DatabaseUnavailable where the URL names neither.
    """
    parsed = _parse(url)
    sqlite = parsed.get_backend_name() == "sqlite"
    engine = create_engine(
        parsed,
        json_serializer=to_json,
        json_deserializer=from_json,
        **(_sqlite_options(busy_seconds) if sqlite else _postgres_options(busy_seconds)),
    )
    faults.listen(engine)
    if sqlite:
        event.listen(engine, "connect", _prepare_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
    return engine


def begin_immediate(connection: Connection) -> None:
    """Begin a SQLite transaction that holds the write lock from its start."""
    connection.info[_BEGIN] = "BEGIN IMMEDIATE"
    connection.begin()


def _parse(url: str) -> URL:
    try:
        parsed = make_url(url)
    except ArgumentError as error:
        raise DatabaseUnavailable from error  # the text may hold a password: not repeated
    backend = parsed.get_backend_name()
    if backend == "postgresql":
        return parsed.set(drivername="postgresql+psycopg")
    if backend == "sqlite" and parsed.database not in {None, "", ":memory:"}:
        return parsed
    raise DatabaseUnavailable(url=parsed.render_as_string())


def _sqlite_options(busy_seconds: float) -> dict[str, Any]:
    # A web server's 40 worker threads and a background job or two, each with a connection.
    return {"connect_args": {"timeout": busy_seconds}, "pool_size": 8, "max_overflow": 56}


def _postgres_options(busy_seconds: float) -> dict[str, Any]:
    settings = f"-c timezone=UTC -c lock_timeout={int(busy_seconds * 1000)}"
    return {
        "connect_args": {"options": settings},
        "pool_size": 8,
        "max_overflow": 24,
        "pool_pre_ping": True,
    }


def _prepare_sqlite(connection: sqlite3.Connection, _record: object) -> None:
    connection.isolation_level = None
    for pragma in _PRAGMAS:
        connection.execute(pragma)


def _begin_sqlite(connection: Connection) -> None:
    connection.exec_driver_sql(connection.info.pop(_BEGIN, "BEGIN"))
