"""The store: a database by URL, opened once, asked for units of work."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import Engine

from dedup.store import backup, migrating
from dedup.store.description import Description, describe
from dedup.store.engine import BUSY_SECONDS, make_engine
from dedup.store.session import Session
from dedup.store.unit import SqlUnitOfWork


def open_store(url: str, *, busy_seconds: float = BUSY_SECONDS) -> Store:
    """The store at ``sqlite:///path/to/file.db`` or ``postgresql://host/name``; connects on first use.

    ``busy_seconds``: how long a writer waits for another before DatabaseBusy.
    Raises DatabaseUnavailable where the URL names neither.
    """
    return Store(make_engine(url, busy_seconds=busy_seconds), busy_seconds=busy_seconds)


class Store:
    """Safe to share between threads; each unit of work belongs to one."""

    def __init__(self, engine: Engine, *, busy_seconds: float = BUSY_SECONDS) -> None:
        self._engine = engine
        self._busy_seconds = busy_seconds

    def unit(self) -> SqlUnitOfWork:
        return SqlUnitOfWork(Session(self._engine))

    def migrate(self) -> None:
        """Create or upgrade the schema; raises DatabaseUnavailable where that cannot be."""
        migrating.upgrade(self._engine)

    def backup(self, path: Path) -> None:
        """Write everything to one portable file (a SQLite file of the same tables)."""
        backup.backup(self._engine, path)

    def restore(self, path: Path) -> None:
        """Replace everything by a backup taken from either database; raises BadFile."""
        backup.restore(self._engine, path, busy_seconds=self._busy_seconds)

    def describe(self) -> Description:
        return describe(self._engine)

    def close(self) -> None:
        self._engine.dispose()
